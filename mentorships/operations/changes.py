"""What its author does to a note afterwards: change it while it is open, then amend it."""

from itertools import zip_longest

from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.trail import record
from core.differences import differ
from core.errors import Refusal
from mentorships.concerns import coaches_of
from mentorships.models import (
    Addendum,
    Agreement,
    GoalRating,
    MentoringSession,
    Mentorship,
    PlannedMeeting,
    SessionNarrative,
)
from mentorships.models.narrative import Texts
from mentorships.operations.drafts import NotYours
from mentorships.operations.meetings import plan_next
from mentorships.operations.sessions import (
    NotLogged,
    Promise,
    Report,
    _close,
    _faults,
    _institution_then,
    _is_for_coaches,
    _note_participants,
    _report_planned,
    _tell_coaches,
)
from mentorships.operations.voiding import SEALED, NotVoided
from notifications.operations import promise


class Stale(Refusal):
    """Somebody changed the session since this text was begun; `session` is how it stands."""

    def __init__(self, session: MentoringSession) -> None:
        super().__init__(_("It was changed elsewhere after you had opened it."))
        self.session = session


class Locked(Refusal):
    """The time for changes is over, or the coach has answered; an amendment is still possible."""


class NotAmended(Refusal):
    """What was proposed is no amendment, each message beside its field."""


@transaction.atomic
def change_session(
    session: MentoringSession, *, by: User, report: Report, version: int
) -> MentoringSession:
    """Put what is reported now in the place of what was, all of it or nothing.

    `version` is that of the text from which the author began. Raises NotYours, Stale, Locked,
    and NotLogged with a message for each field.
    """
    session = _locked(session, by=by, version=version)
    if not _is_open(session):
        raise Locked(_("The note is locked by now. What you typed can be added as an amendment."))
    there = list(session.participants.all())
    rated = {rating.goal_id: rating for rating in session.ratings.current()}
    if faults := _faults(session.mentorship, report, there=there, rated=rated):
        raise NotLogged(faults)
    was_worried = session.concern_raised
    columns = report.circumstances()
    for name, value in columns.items():
        setattr(session, name, value)
    session.institution_id = _institution_then(session.mentorship, report)
    _count(session, *columns, "institution")
    was_for_coaches = _write(session, report)
    session.participants.all().delete()
    _note_participants(session, report)
    _agree_anew(session, report.agreements)
    _settle_anew(session, report)
    _rate_anew(session, report, rated)
    _report_anew(session, report)
    if report.next_meeting is not None:
        plan_next(session, report.next_meeting, by=by)
    record("session.changed", by=by, target=_records(session), version=session.version)
    if (report.concern_raised and not was_worried) or not was_for_coaches:
        _tell_coaches(session, report, by=by)
    return session


@transaction.atomic
def amend_note(
    note: SessionNarrative, *, by: User, texts: Texts, why: str, reason: str, version: int
) -> Addendum:
    """Add how a locked note should read, and why; its coaches are told, and the note stays.

    `version` is that of the text from which the author began. Raises NotYours, Stale, NotAmended.
    """
    session = _locked(note.session, by=by, version=version)
    if not session.mentorship.is_running:
        raise NotAmended(_("The mentorship has ended. The note can be read, not amended."))
    if _is_open(session):
        raise NotAmended(_("This note is not locked yet. Change the note itself."))
    note = SessionNarrative.objects.get(session=session)
    if not texts.facts.strip() and session.status == MentoringSession.Status.HELD:
        raise NotAmended({"facts": _("Write what happened, in a sentence at least.")})
    stands = (note.addenda.last() or note).texts
    if not any(differ(*pair) for pair in zip(stands, texts, strict=True)):
        raise NotAmended({"facts": _("Nothing differs from what stands there already.")})
    addendum = note.addenda.create(
        why=Addendum.Why(why), reason=reason, author=by, **texts._asdict()
    )
    _count(session)
    record("note.amended", by=by, target=_records(session), why=why)
    if _is_for_coaches(note.tier):
        promise(
            coaches_of(session.mentorship),
            "note_amended",
            by=by,
            link=session.get_absolute_url(),
            occurrence=f"amendment {addendum.pk}",
        )
    return addendum


def _locked(session: MentoringSession, *, by: User, version: int) -> MentoringSession:
    """The session as it stands, held until the end of the transaction for this author."""
    # The mentorship first, as when a session is logged: what was agreed is settled under it.
    own = Mentorship.objects.select_related("enrolment__mentee").select_for_update(of=("self",))
    mentorship = own.get(pk=session.mentorship_id)
    session = MentoringSession.objects.select_for_update().get(pk=session.pk)
    session.mentorship = mentorship
    if session.logged_by_id != by.pk:
        raise NotYours(_("Only its author changes a note."))
    if session.is_void:
        raise NotVoided(SEALED)
    if session.version != version:
        raise Stale(session)
    return session


def _is_open(session: MentoringSession) -> bool:
    return MentoringSession.objects.unlocked().filter(pk=session.pk).exists()


def _count(session: MentoringSession, *changed: str) -> None:
    session.version += 1
    session.full_clean()
    session.save(update_fields=[*changed, "version"])


def _records(session: MentoringSession) -> list[models.Model]:
    return [session.mentorship.enrolment.mentee, session]


def _write(session: MentoringSession, report: Report) -> bool:
    """Replace the note, which stays a row once it is one; was it such that a coach may read it?"""
    note = SessionNarrative.objects.filter(session=session).first()
    if note is None and not report.says_something:
        return True
    was_for_coaches = note is not None and _is_for_coaches(note.tier)
    unsaid = dict.fromkeys(SessionNarrative.SCALES)
    SessionNarrative.objects.update_or_create(
        session=session, defaults={**unsaid, **report.note()}
    )
    return was_for_coaches


def _agree_anew(session: MentoringSession, promises: tuple[Promise, ...]) -> None:
    """What was agreed and says the same stays the row it is; what was settled since stays too."""
    made = list(session.agreements.order_by("pk"))
    wanted = []
    for agreed in promises:
        same = next((a for a in made if Promise(a.text, a.who, a.due_on) == agreed), None)
        if same is None:
            wanted.append(agreed)
        else:
            made.remove(same)
    still_open = [agreement for agreement in made if not agreement.outcome]
    for old, agreed in zip_longest(still_open, wanted):
        if agreed is None:
            old.delete()
            continue
        row = old or Agreement(mentorship=session.mentorship, made_in=session)
        row.text, row.who, row.due_on = agreed.text, agreed.who, agreed.due_on
        row.save()


def _settle_anew(session: MentoringSession, report: Report) -> None:
    """Open again what this session settles no longer; settle what it does now."""
    settled = Agreement.objects.filter(settled_in=session)
    wanted = {Agreement.Outcome.KEPT: report.kept, Agreement.Outcome.DROPPED: report.dropped}
    for outcome, agreements in wanted.items():
        now = [agreement.pk for agreement in agreements]
        settled.filter(outcome=outcome).exclude(pk__in=now).update(
            outcome="", settled_in=None, settled_on=None
        )
    for outcome, agreements in wanted.items():
        _close(agreements, outcome, session)
    settled.update(settled_on=session.held_on)


def _rate_anew(session: MentoringSession, report: Report, rated: dict[int, GoalRating]) -> None:
    """What is rated otherwise now takes the place of the earlier rating, which stays beside it."""
    wanted: dict[int, int | None] = dict.fromkeys(rated)
    if report.was_held:
        wanted = {rating.goal.pk: rating.level for rating in report.ratings}
    for goal, level in wanted.items():
        old = rated.get(goal)
        if level != (old.level if old else None):
            GoalRating.objects.create(session=session, goal_id=goal, level=level, replaces=old)


def _report_anew(session: MentoringSession, report: Report) -> None:
    """The planned meeting that this session reports stays, unless another one is named."""
    reported = PlannedMeeting.objects.filter(reported_in=session)
    if report.planned is not None:
        reported.update(reported_in=None)
    if not reported.exists():
        _report_planned(session, report)
