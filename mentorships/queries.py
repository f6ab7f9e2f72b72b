"""What the session's pages read, each thing in one query."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest

from accounts import access
from accounts.guard import load
from accounts.models import User
from accounts.roles import Role
from audit import trail
from core.dates import today
from mentees.models import Mentee
from mentorships.models import (
    Agreement,
    MentoringSession,
    Mentorship,
    SessionDraft,
    SessionNarrative,
    SessionParticipant,
)
from mentorships.permissions import MentorshipPermission, SessionPermission
from networks.models import NetworkPerson
from networks.permissions import NetworkPermission

FILE_OF = "mentorship__enrolment__mentee__institution"


@dataclass
class Opened:
    """A session form that somebody opened: for which mentorship, with what was typed before."""

    mentorship: Mentorship
    draft: SessionDraft | None
    is_finished: bool

    @property
    def mentee(self) -> Mentee:
        return self.mentorship.enrolment.mentee


def opened(request: HttpRequest, key: uuid.UUID) -> Opened:
    """The draft behind an address, or the mentorship for which this address begins one.

    Raises Http404 for the draft of somebody else, as if it had never been.
    """
    user = request.user
    drafts = SessionDraft.objects.select_related(FILE_OF, "mentorship__mentor")
    own = SessionDraft.objects.permitted(user, SessionPermission.VIEW_DRAFT)
    draft = drafts.annotate(is_own=Exists(own.filter(pk=OuterRef("pk")))).filter(pk=key).first()
    if draft is not None:
        if not draft.is_own:
            trail.denied(request, f"{SessionDraft._meta.label_lower}:{key}")
            raise Http404
        return Opened(draft.mentorship, draft, is_finished=False)
    finished = MentoringSession.objects.filter(uuid=key)
    reference = request.POST.get("mentee") or request.GET.get("mentee")
    if not reference:
        done = finished.permitted(user, SessionPermission.CHANGE).select_related(FILE_OF).first()
        if done is None:
            trail.denied(request, f"{SessionDraft._meta.label_lower}:{key}")
            raise Http404
        return Opened(done.mentorship, None, is_finished=True)
    mentorship = load(
        request,
        MentorshipPermission.LOG_SESSION,
        Mentorship,
        related=("enrolment__mentee__institution", "mentor"),
        annotations={"is_finished": Exists(finished)},
        enrolment__mentee__reference=reference,
    )
    return Opened(mentorship, None, is_finished=mentorship.is_finished)


@dataclass(frozen=True)
class Surroundings:
    """What stands around the fields: who may take part, and what is still open."""

    people: list[NetworkPerson]
    agreements: list[Agreement]


def surroundings(user: User, mentorship: Mentorship) -> Surroundings:
    mentee = mentorship.enrolment.mentee_id
    people = NetworkPerson.objects.permitted(user, NetworkPermission.VIEW).filter(mentee=mentee)
    agreements = Agreement.objects.permitted(user, SessionPermission.VIEW_AGREEMENT)
    return Surroundings(
        people=list(people.may_take_part(today())),
        agreements=list(agreements.open().filter(mentorship=mentorship)),
    )


def last_session(user: User, mentorship: Mentorship) -> MentoringSession | None:
    """The newest session of a mentorship, from which a new form remembers."""
    sessions = MentoringSession.objects.permitted(user, SessionPermission.VIEW)
    return sessions.filter(mentorship=mentorship).first()


@dataclass(frozen=True)
class Reader:
    """Somebody who will be able to read a note, and why."""

    user: User
    role: str


def readers_of_notes(mentorship: Mentorship) -> list[Reader]:
    """Who will read what is written now, from the live rule: the mentor, then the coach.

    A note is read by exactly those roles to which a rule gives notes, among the holders of its
    mentorship; `test_session_form` compares this with the holders of a note that exists.
    """
    wanted = {
        rule.role
        for rule in access.RULES
        if SessionPermission.VIEW_NOTE in rule.permissions and rule.role
    }
    found = {
        (holder.person, Role(role))
        for holder in access.holders(MentorshipPermission.VIEW, [mentorship])
        if (role := holder.capacity.partition(":")[0]) in wanted
    }
    people = User.objects.in_bulk({person for person, _role in found})
    readers = [Reader(people[person], str(role.label)) for person, role in found]
    return sorted(readers, key=lambda r: (r.user.pk != mentorship.mentor.user_id, r.user.name))


def told_in(user: User, session: MentoringSession) -> dict[str, Any]:
    """The parts of a session that have readers of their own, as far as this reader may see."""
    notes = SessionNarrative.objects.permitted(user, SessionPermission.VIEW_NOTE)
    there = SessionParticipant.objects.permitted(user, SessionPermission.VIEW_PARTICIPANT)
    agreed = Agreement.objects.permitted(user, SessionPermission.VIEW_AGREEMENT)
    touched = list(agreed.filter(Q(made_in=session) | Q(settled_in=session)))
    return {
        "note": notes.filter(session=session).first(),
        "participants": list(there.filter(session=session).select_related("network_person")),
        "made": [agreement for agreement in touched if agreement.made_in_id == session.pk],
        "settled": [agreement for agreement in touched if agreement.settled_in_id == session.pk],
    }
