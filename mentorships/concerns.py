"""What the pages of concerns read, each thing in one query."""

import uuid
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Case, F, When
from django.utils.translation import gettext_lazy

from accounts import access
from accounts.models import User
from accounts.roles import Role
from mentorships.models import Concern, MentoringSession, Mentorship
from mentorships.permissions import ConcernPermission, MentorshipPermission, SessionPermission


def coaches_of(mentorship: Mentorship) -> set[int]:
    """The keys of those who answer for a mentorship now: its coach, and whoever covers."""
    found = access.holders(MentorshipPermission.VIEW, [mentorship], roles=[Role.COACH])
    return coaches_among(found)


def coaches_among(holders: Iterable[access.Holder]) -> set[int]:
    return {each.person for each in holders if each.capacity.startswith(f"{Role.COACH}:")}


class LevelInWords(NamedTuple):
    """What a level is for, and what happens then: domain.md section 8."""

    example: Any
    then: Any


LEVELS = [
    LevelInWords(
        gettext_lazy("Low mood, a quarrel with a cousin."),
        gettext_lazy("Your coach keeps it in mind; no deadline."),
    ),
    LevelInWords(
        gettext_lazy("A change that worries you and that you cannot place."),
        gettext_lazy("You and your coach think it over within 7 days."),
    ),
    LevelInWords(
        gettext_lazy("Threats, talk of self-harm, pressure from the old circle, a child at risk."),
        gettext_lazy("Your coach acts the same day. Phone as well."),
    ),
    LevelInWords(
        gettext_lazy("Danger to life now, an attack being planned, violence going on."),
        gettext_lazy("Phone first: 112, the duty officer, the police. Then write it here."),
    ),
]


def session_of(user: User, mentorship: Mentorship, key: str) -> MentoringSession | None:
    """The session after which a concern is raised, where the address names one in sight."""
    try:
        wanted = uuid.UUID(key)
    except ValueError:
        return None
    seen = MentoringSession.objects.permitted(user, SessionPermission.VIEW)
    return seen.filter(mentorship=mentorship, uuid=wanted, concern=None).first()


def next_one(user: User, mentorship: Mentorship) -> str:
    """Which of a mentorship's concerns this person would raise now."""
    return f"{mentorship.pk} {mentorship.concerns.filter(raised_by=user).count()}"


def told_of_concerns(mentorship: Mentorship) -> list[User]:
    """Who is told at once, by name; nobody where the mentor has no coach now."""
    return list(User.objects.filter(pk__in=coaches_of(mentorship)).order_by("name"))


def concerns_of(user: User) -> list[Concern]:
    """Those that wait first, the most urgent of them on top; then the rest, newest first."""
    seen = Concern.objects.permitted(user, ConcernPermission.VIEW)
    related = ("mentorship__enrolment__mentee", "raised_by", "taken_up_by")
    waiting = Case(When(taken_up_at=None, then=F("level") + 1), default=0)
    return list(seen.select_related(*related).order_by(waiting.desc(), "-raised_at", "-pk"))


def may_raise(user: User) -> list[Mentorship]:
    """The mentorships about which this person may raise a concern."""
    own = Mentorship.objects.permitted(user, MentorshipPermission.RAISE_CONCERN)
    return list(own.select_related("enrolment__mentee").order_by("enrolment__mentee__reference"))
