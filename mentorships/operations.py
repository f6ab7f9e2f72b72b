"""Everything that can happen in a mentorship, whoever asks for it."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access
from accounts.models import User
from accounts.roles import Role
from audit.trail import record
from core.dates import today
from core.errors import Refusal
from mentees.models import Enrolment
from mentors.models import Mentor
from mentorships.models import (
    Agreement,
    MentoringSession,
    Mentorship,
    SessionDraft,
    SessionNarrative,
    SessionParticipant,
)
from mentorships.models.session import Theme
from mentorships.permissions import MentorshipPermission
from networks.models import NetworkPerson
from notifications.operations import promise
from organisations.models import Organisation

# --- the mentorship ------------------------------------------------------------------------------


@transaction.atomic
def propose_mentorship(
    enrolment: Enrolment,
    *,
    by: User,
    mentor: Mentor,
    on: datetime.date,
    role: str = Mentorship.Role.PRIMARY,
) -> Mentorship:
    """Propose that two people meet; until it starts the mentor does not see the file."""
    mentorship = Mentorship(enrolment=enrolment, mentor=mentor, role=role, proposed_on=on)
    mentorship.full_clean()
    mentorship.save()
    record("mentorship.proposed", by=by, target=[enrolment.mentee, mentorship])
    return mentorship


@transaction.atomic
def move_mentorship(
    mentorship: Mentorship, *, by: User, to: Mentorship.Status, on: datetime.date
) -> Mentorship:
    """Begin the trial, confirm, pause or take up again; ending has a reason and its own verb."""
    mentorship = Mentorship.objects.select_for_update().get(pk=mentorship.pk)
    if to == Mentorship.Status.ENDED:
        raise Refusal(_("To end a mentorship, say why."))
    mentorship.move_to(to)
    mentorship.started_on = mentorship.started_on or on
    mentorship.full_clean()
    mentorship.save(update_fields=["status", "started_on"])
    record(
        "mentorship.moved", by=by, target=[mentorship.enrolment.mentee, mentorship], after=str(to)
    )
    return mentorship


@transaction.atomic
def end_mentorship(
    mentorship: Mentorship, *, by: User, on: datetime.date, reason: Mentorship.EndReason
) -> Mentorship:
    """Close the mentorship; the mentee's file closes to the mentor at the next request."""
    mentorship = Mentorship.objects.select_for_update().get(pk=mentorship.pk)
    mentorship.move_to(Mentorship.Status.ENDED)
    mentorship.ended_on = on
    mentorship.end_reason = reason
    mentorship.full_clean()
    mentorship.save(update_fields=["status", "ended_on", "end_reason"])
    record(
        "mentorship.ended",
        by=by,
        target=[mentorship.enrolment.mentee, mentorship],
        reason=str(reason),
    )
    return mentorship


# --- drafts --------------------------------------------------------------------------------------


class AlreadyFinished(Refusal):
    """The draft became a session before; `session` is it."""

    def __init__(self, session: MentoringSession) -> None:
        super().__init__(_("This note is finished already."))
        self.session = session


class NotYours(Refusal):
    """The draft is somebody else's, or of another mentorship. To the asker it does not exist."""


@transaction.atomic
def save_draft(
    mentorship: Mentorship, *, by: User, draft: uuid.UUID, typed: dict[str, Any], sequence: int
) -> SessionDraft:
    """Keep what was typed, under the key that the page invented. Returns what is kept.

    A save with a `sequence` that is not above the kept one came late and is passed over.
    Raises NotYours, AlreadyFinished.
    """
    session = MentoringSession.objects.filter(uuid=draft).first()
    if session is not None:
        if session.logged_by_id != by.pk:
            raise NotYours(_("There is no such draft."))
        raise AlreadyFinished(session)
    kept, created = SessionDraft.objects.select_for_update().get_or_create(
        uuid=draft,
        defaults={
            "mentorship": mentorship,
            "author": by,
            "typed": typed,
            "sequence": sequence,
        },
    )
    if kept.author_id != by.pk or kept.mentorship_id != mentorship.pk:
        raise NotYours(_("There is no such draft."))
    if created:
        record("draft.begun", by=by, target=mentorship.enrolment.mentee)
    elif sequence > kept.sequence:
        kept.typed = typed
        kept.sequence = sequence
        kept.saved_at = timezone.now()
        kept.save(update_fields=["typed", "sequence", "saved_at"])
    return kept


@transaction.atomic
def discard_draft(draft: SessionDraft, *, by: User) -> None:
    """Throw away what its author no longer wants."""
    if draft.author_id != by.pk:
        raise NotYours(_("There is no such draft."))
    mentee = draft.mentorship.enrolment.mentee
    draft.delete()
    record("draft.discarded", by=by, target=mentee)


# --- the session ---------------------------------------------------------------------------------


class NotLogged(Refusal):
    """What was reported cannot be; each message stands beside its field."""


@dataclass(frozen=True)
class Promise:
    """A next step that was agreed: what, whose, by when."""

    text: str
    who: str
    due_on: datetime.date | None = None


@dataclass(frozen=True)
class Report:
    """What a mentor reports of a meeting that was held, cancelled or missed."""

    status: str
    held_on: datetime.date
    started_at: datetime.time | None = None
    minutes: int | None = None
    modality: str = ""
    place: str = ""
    institution: Organisation | None = None
    purpose: str = ""
    themes: tuple[str, ...] = ()
    cancelled_by: str = ""
    cancel_reason: str = ""
    mentee_present: bool = True
    people: tuple[NetworkPerson, ...] = ()
    others: tuple[str, ...] = ()
    facts: str = ""
    assessment: str = ""
    own_words: str = ""
    agreements: tuple[Promise, ...] = ()
    kept: tuple[Agreement, ...] = ()
    dropped: tuple[Agreement, ...] = ()
    next_meeting_on: datetime.date | None = None
    next_meeting_at: datetime.time | None = None
    concern_raised: bool = False

    @property
    def was_held(self) -> bool:
        return self.status == MentoringSession.Status.HELD


@transaction.atomic
def log_session(
    mentorship: Mentorship, *, by: User, draft: uuid.UUID, report: Report
) -> MentoringSession:
    """Turn a draft into a session with its note and agreements; its coach is told.

    The draft's key becomes the session's: logging one draft twice gives one session, the first.
    Raises NotYours for somebody else's draft, NotLogged with a message for each field.
    """
    locked = Mentorship.objects.select_related("enrolment__mentee").select_for_update(of=("self",))
    mentorship = locked.get(pk=mentorship.pk)
    logged = MentoringSession.objects.filter(uuid=draft).first()
    if logged is not None:
        if logged.logged_by_id != by.pk or logged.mentorship_id != mentorship.pk:
            raise NotYours(_("There is no such draft."))
        return logged
    own = SessionDraft.objects.filter(uuid=draft).first()
    if own is not None and (own.author_id != by.pk or own.mentorship_id != mentorship.pk):
        raise NotYours(_("There is no such draft."))
    if faults := _faults(mentorship, report):
        raise NotLogged(faults)

    session = MentoringSession(
        uuid=draft,
        mentorship=mentorship,
        status=report.status,
        cancelled_by=report.cancelled_by,
        cancel_reason=report.cancel_reason,
        held_on=report.held_on,
        started_at=report.started_at,
        minutes=report.minutes,
        modality=report.modality,
        place=report.place,
        institution=report.institution,
        purpose=report.purpose,
        themes=list(report.themes),
        mentee_present=report.mentee_present and report.was_held,
        next_meeting_on=report.next_meeting_on,
        next_meeting_at=report.next_meeting_at,
        concern_raised=report.concern_raised,
        logged_by=by,
    )
    session.full_clean()
    session.save()
    if report.facts or report.assessment or report.own_words:
        SessionNarrative.objects.create(
            session=session,
            facts=report.facts,
            assessment=report.assessment,
            own_words=report.own_words,
        )
    _note_participants(session, report)
    _settle(session, report)
    if own is not None:
        own.delete()
    mentee = mentorship.enrolment.mentee
    record("session.logged", by=by, target=[mentee, session], status=str(report.status))
    coaches = {
        holder.person
        for holder in access.holders(MentorshipPermission.VIEW, [mentorship])
        if holder.capacity.startswith(f"{Role.COACH}:")
    }
    kind = "concern_raised" if report.concern_raised else "session_logged"
    if report.was_held or report.concern_raised:
        link = session.get_absolute_url()
        promise(coaches, kind, by=by, link=link, occurrence=str(session.uuid))
    return session


def _faults(mentorship: Mentorship, report: Report) -> dict[str, Any]:
    """What contradicts the mentorship or the rules of domain.md section 7, field by field."""
    faults = _faults_of_meeting(report) if report.was_held else {}
    if not mentorship.is_running:
        faults["__all__"] = _("This mentorship is not running, so no session can be logged.")
    if report.held_on > today():
        faults["held_on"] = _("This day has not come yet. Log a session after it was held.")
    elif mentorship.started_on and report.held_on < mentorship.started_on:
        faults["held_on"] = _("This is before the mentorship began.")
    if set(report.themes) - set(Theme.values):
        faults["themes"] = _("One of the themes is not on the list.")
    mentee = mentorship.enrolment.mentee_id
    if any(agreement.mentorship_id != mentorship.pk for agreement in report.kept + report.dropped):
        faults["kept"] = _("One of the agreements belongs to another mentorship.")
    if report.people:
        there = NetworkPerson.objects.filter(mentee=mentee).may_take_part(report.held_on)
        if there.filter(pk__in=[p.pk for p in report.people]).count() != len(report.people):
            faults["people"] = _("One of these people has not agreed, or may not be met.")
    return faults


def _faults_of_meeting(report: Report) -> dict[str, Any]:
    """What a meeting that was held has to say of itself."""
    faults: dict[str, Any] = {}
    shortest, longest = settings.SESSION_MINUTES
    if report.minutes is None or not shortest <= report.minutes <= longest:
        faults["minutes"] = _("Between %(shortest)d and %(longest)d minutes.") % {
            "shortest": shortest,
            "longest": longest,
        }
    if not 1 <= len(report.themes) <= settings.THEMES_AT_MOST:
        faults["themes"] = _("Choose one to %(most)d themes.") % {"most": settings.THEMES_AT_MOST}
    if not report.facts.strip():
        faults["facts"] = _("Write what happened, in a sentence at least.")
    return faults


def _note_participants(session: MentoringSession, report: Report) -> None:
    part = SessionParticipant.Part
    SessionParticipant.objects.bulk_create(
        [
            *(
                SessionParticipant(session=session, part=part.NETWORK, network_person=person)
                for person in report.people
            ),
            *(SessionParticipant(session=session, part=other) for other in report.others),
        ]
    )


def _settle(session: MentoringSession, report: Report) -> None:
    for agreement in report.agreements:
        Agreement.objects.create(
            mentorship=session.mentorship,
            made_in=session,
            text=agreement.text,
            who=agreement.who,
            due_on=agreement.due_on,
        )
    for outcome, settled in (
        (Agreement.Outcome.KEPT, report.kept),
        (Agreement.Outcome.DROPPED, report.dropped),
    ):
        _close(settled, outcome, session)


def _close(
    agreements: Iterable[Agreement], outcome: Agreement.Outcome, session: MentoringSession
) -> None:
    keys = [agreement.pk for agreement in agreements]
    Agreement.objects.filter(pk__in=keys).open().update(
        outcome=outcome, settled_in=session, settled_on=session.held_on
    )
