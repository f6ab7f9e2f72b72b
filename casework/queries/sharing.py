"""Decisions about one file that stand today, and what was opened to one person."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.queries.words import sections_in_words
from core.dates import in_force, today
from core.templatetags.house import day
from mentees.models import Decision, Mentee, MenteeExclusion
from mentees.permissions import MenteePermission
from mentorships.models import NamedReader, SessionNarrative
from mentorships.permissions import SessionPermission

SHARING = [Decision.Kind.SHARE, Decision.Kind.SUBSTITUTE]


def shares_of(mentee: Mentee) -> list[Decision]:
    """Shares and substitutes that stand, the first to end first."""
    still = mentee.decisions.filter(
        kind__in=SHARING, withdrawal=None, expires_at__gt=timezone.now()
    )
    return list(still.select_related("person", "decided_by", "mentee").order_by("expires_at"))


def exclusions_of(mentee: Mentee) -> list[MenteeExclusion]:
    """Whoever must not see the file today."""
    held = mentee.exclusions.filter(in_force(today()))
    return list(held.select_related("person", "decided_by").order_by("valid_from", "pk"))


@dataclass(frozen=True)
class Shared:
    """Something that was opened to one person."""

    mentee: Mentee
    decision: Decision | NamedReader
    parts: list[str]
    url: str


def shared_with(user: User) -> list[Shared]:
    """What stands open to this person by a share, as a substitute, or note by note."""
    if not user.standing.sections:
        return []
    visible = Mentee.objects.permitted(user, MenteePermission.VIEW).order_by()
    decisions = Decision.objects.filter(
        person=user,
        kind__in=SHARING,
        withdrawal=None,
        expires_at__gt=timezone.now(),
        mentee__in=visible.values("pk"),
    )
    found = [
        Shared(each.mentee, each, sections_in_words(each.sections), each.mentee.get_absolute_url())
        for each in decisions.select_related("mentee", "decided_by").order_by("expires_at", "pk")
    ]
    return found + _notes_for(user)


def _notes_for(user: User) -> list[Shared]:
    """Single notes for which this person was named."""
    session = "narrative__session__mentorship__enrolment__mentee"
    notes = SessionNarrative.objects.permitted(user, SessionPermission.VIEW_NOTE).order_by()
    named = NamedReader.objects.filter(
        person=user,
        withdrawal=None,
        expires_at__gt=timezone.now(),
        narrative__in=notes.values("pk"),
    )
    return [
        Shared(
            each.narrative.session.mentorship.enrolment.mentee,
            each,
            [_("The note of %(day)s") % {"day": day(each.narrative.session.held_on)}],
            reverse("mentorships:note_detail", args=[each.narrative.session.uuid]),
        )
        for each in named.select_related(session, "decided_by").order_by("expires_at", "pk")
    ]
