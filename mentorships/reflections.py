"""What the pages of reflections read, each thing in one query."""

from accounts.models import User
from core.dates import today
from mentors.models import CoachAssignment
from mentors.permissions import MentorPermission
from mentorships.models import Reflection
from mentorships.permissions import ReflectionPermission


def reflections_of(user: User) -> tuple[list[Reflection], list[Reflection]]:
    """Their own, and those that were shared with them; the newest first."""
    seen = Reflection.objects.permitted(user, ReflectionPermission.VIEW).select_related("author")
    found = list(seen)
    own = [each for each in found if each.author_id == user.pk]
    return own, [each for each in found if each.author_id != user.pk]


def next_one(user: User) -> int:
    """The number of the reflection that this person would write now."""
    return Reflection.objects.of(user).count()


def coach_of(user: User) -> str:
    """Who would read what this person shares, by name; empty where nobody answers for them."""
    assigned = CoachAssignment.objects.permitted(user, MentorPermission.VIEW_COACHING)
    own = assigned.in_force(today()).filter(mentor__user=user)
    return ", ".join(own.values_list("coach__user__name", flat=True))
