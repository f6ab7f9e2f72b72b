"""A draft that becomes a session, with its note and its agreements."""

import datetime
import uuid
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField, DateField, OuterRef, QuerySet, Subquery, UUIDField
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from accounts.statements import Arm, Place, ask, first
from audit.trail import record
from core.dates import today
from core.errors import Refusal
from mentees.models import Goal, Placement
from mentors.models import Mentor
from mentorships.concerns import coaches_of
from mentorships.faults import (
    faults_of_day,
    faults_of_meeting,
    faults_of_next,
    faults_of_settling,
    faults_of_sheet,
)
from mentorships.models import (
    Agreement,
    GoalRating,
    MentoringSession,
    Mentorship,
    PlannedMeeting,
    SessionDraft,
    SessionNarrative,
    SessionParticipant,
)
from mentorships.models.session import Theme
from mentorships.operations.drafts import (
    AlreadyFinished,
    NotYours,
    Sent,
    TwoVersions,
)
from mentorships.operations.meetings import Appointment, plan_next
from mentorships.operations.sheets import _enter_sheet
from mentorships.operations.talks import _begin_beside
from networks.models import NetworkPerson
from notifications.operations import promise

MENTORSHIP, FILE = Place("mentorship", BigIntegerField()), Place("file", BigIntegerField())
KEY, HELD_ON = Place("key", UUIDField()), Place("held_on", DateField())
KNOWN = {"uuid", "mentorship", "logged_by", "institution"}  # looked up in the same transaction


class NotLogged(Refusal):
    """What was reported cannot be; each message stands beside its field."""


@dataclass(frozen=True)
class Promise:
    """A next step that was agreed: what, whose, by when."""

    text: str
    who: str
    due_on: datetime.date | None = None


@dataclass(frozen=True)
class TimeAndTravel:
    """What a meeting took beside itself; `claim_month` is None for the month of the meeting."""

    preparation_minutes: int | None = None
    travel_minutes: int | None = None
    kilometres: int | None = None
    fare: Decimal | None = None
    outlay: Decimal | None = None
    claim_month: datetime.date | None = None


@dataclass(frozen=True)
class Rating:
    """How far a goal was; without a level it was not discussed."""

    goal: Goal
    level: int | None = None


@dataclass(frozen=True)
class Report:
    """What a mentor reports of a meeting that was held, cancelled or missed."""

    status: str
    held_on: datetime.date
    started_at: datetime.time | None = None
    minutes: int | None = None
    modality: str = ""
    place: str = ""
    purpose: str = ""
    help_type: str = ""
    themes: tuple[str, ...] = ()
    cancelled_by: str = ""
    cancel_reason: str = ""
    mentee_present: bool = True
    people: tuple[NetworkPerson, ...] = ()
    mentors: tuple[Mentor, ...] = ()
    others: tuple[str, ...] = ()
    facts: str = ""
    assessment: str = ""
    own_words: str = ""
    scales: dict[str, int] = field(default_factory=dict)
    tier: str = SessionNarrative.Tier.ORDINARY
    agreements: tuple[Promise, ...] = ()
    kept: tuple[Agreement, ...] = ()
    dropped: tuple[Agreement, ...] = ()
    planned: PlannedMeeting | None = None  # None: the one planned for that day, if any
    next_meeting: Appointment | None = None
    ratings: tuple[Rating, ...] = ()
    concern_raised: bool = False
    beside: TimeAndTravel = TimeAndTravel()
    sheet: str = ""  # the number of the paper it was noted on

    @property
    def was_held(self) -> bool:
        return self.status == MentoringSession.Status.HELD

    @property
    def came_to_pass_at(self) -> datetime.time | None:
        """The start, which for what was cancelled may be still to come."""
        was_cancelled = self.status == MentoringSession.Status.CANCELLED
        return None if was_cancelled else self.started_at

    @property
    def was_in_prison(self) -> bool:
        return self.was_held and self.place == MentoringSession.Place.INSTITUTION

    @property
    def says_something(self) -> bool:
        return bool(self.facts or self.assessment or self.own_words or self.scales)

    def circumstances(self) -> dict[str, Any]:
        """The columns of the session."""
        return {
            "status": self.status,
            "cancelled_by": self.cancelled_by,
            "cancel_reason": self.cancel_reason,
            "held_on": self.held_on,
            "started_at": self.started_at,
            "minutes": self.minutes,
            "modality": self.modality,
            "place": self.place,
            "purpose": self.purpose,
            "help_type": self.help_type,
            "themes": list(self.themes),
            "mentee_present": self.mentee_present and self.was_held,
            "concern_raised": self.concern_raised,
            **asdict(self.beside),
        }

    def note(self) -> dict[str, Any]:
        """The columns of its note."""
        return {
            "tier": self.tier,
            "facts": self.facts,
            "assessment": self.assessment,
            "own_words": self.own_words,
            **self.scales,
        }


@transaction.atomic
def log_session(
    mentorship: Mentorship,
    *,
    by: User,
    draft: uuid.UUID,
    report: Report,
    sent: Sent | None = None,
    also: Collection[Mentorship] = (),
) -> MentoringSession:
    """Turn a draft into a session with its note and agreements; its coach is told.

    The draft's key becomes the session's: logging one draft twice gives one session, the first.
    A sheet of paper that the report names takes this key too, and so is entered.
    Of `also`, further mentorships of the same mentor, each gets a draft with what was shared.
    `sent` is what a page sent: it has to know the kept draft, and is told of a second time.
    Raises NotYours for somebody else's draft, TwoVersions, AlreadyFinished, NotLogged with a
    message for each field.
    """
    known = {"mentorship": mentorship.pk, "key": draft, "held_on": report.held_on}
    mentorship = first(Arm(_locked, report.was_in_prison, today()), known)
    logged = first(Arm(_logged, None, today()), known)
    if logged is not None:
        if logged.logged_by_id != by.pk or logged.mentorship_id != mentorship.pk:
            raise NotYours(_("There is no such draft."))
        if sent is not None:
            raise AlreadyFinished
        return logged
    own = first(Arm(_draft, None, today()), known)
    if own is not None and (own.author_id != by.pk or own.mentorship_id != mentorship.pk):
        raise NotYours(_("There is no such draft."))
    if own is not None and sent is not None and not sent.knows(own):
        raise TwoVersions(own)
    faults = _faults(mentorship, report, begun=own is not None)
    faults |= faults_of_sheet(mentorship, report.sheet, author=by.pk, key=draft)
    if faults:
        raise NotLogged(faults)

    session = MentoringSession(
        uuid=draft, mentorship=mentorship, logged_by=by, **report.circumstances()
    )
    session.institution_id = getattr(mentorship, "institution_then", None)
    session.full_clean(exclude=KNOWN, validate_constraints=False)
    _save(session)
    if report.says_something:
        SessionNarrative.objects.create(session=session, **report.note())
    _note_participants(session, report)
    _settle(session, report)
    _report_planned(session, report)
    if report.next_meeting is not None:
        plan_next(session, report.next_meeting, by=by)
    GoalRating.objects.bulk_create(
        GoalRating(session=session, goal=rating.goal, level=rating.level)
        for rating in report.ratings
    )
    if own is not None:
        own.delete()
    _enter_sheet(report.sheet, session)
    _begin_beside(session, also, by=by)
    mentee = mentorship.enrolment.mentee
    record("session.logged", by=by, target=[mentee, session], status=str(report.status))
    _tell_coaches(session, report, by=by)
    return session


def _locked(in_prison: bool, _on: datetime.date) -> QuerySet:
    """The mentorship; of a meeting in prison with `institution_then`, as the mentee may be
    elsewhere by now."""
    rows = Mentorship.objects.select_related("enrolment__mentee").select_for_update(of=("self",))
    if in_prison:
        then = _institutions(OuterRef("enrolment__mentee"), HELD_ON)
        rows = rows.annotate(institution_then=Subquery(then[:1]))
    return rows.filter(pk=MENTORSHIP)


def _institutions(mentee: Any, day: Any) -> QuerySet:
    """Where a mentee was placed on a day: domain.md section 7, the place."""
    placed = Placement.objects.filter(episode__mentee=mentee).on(day)
    return placed.values_list("institution", flat=True)


def _institution_then(mentorship: Mentorship, report: Report) -> int | None:
    """Where a meeting in prison was; of any other without a query."""
    if not report.was_in_prison:
        return None
    mentee = mentorship.enrolment.mentee_id
    return _institutions(mentee, report.held_on).first()


def _logged(_subject: None, _on: datetime.date) -> QuerySet:
    return MentoringSession.objects.filter(uuid=KEY)


def _draft(_subject: None, _on: datetime.date) -> QuerySet:
    return SessionDraft.objects.locked(KEY)


def _save(session: MentoringSession) -> None:
    """The database asks its constraints as it writes; only where one says no is it asked for the
    words, which takes a statement for each. Raises ValidationError."""
    try:
        with transaction.atomic():
            session.save()
    except IntegrityError:
        session.validate_constraints()
        raise


def _is_for_coaches(tier: str) -> bool:
    return Role.COACH in SessionNarrative.READ_BY[SessionNarrative.Tier(tier)]


def _tell_coaches(session: MentoringSession, report: Report, *, by: User) -> None:
    """Of a note that they may read, and of a worry whoever may read the note; each once."""
    kind = "concern_raised" if report.concern_raised else "session_logged"
    if (report.was_held and _is_for_coaches(report.tier)) or report.concern_raised:
        promise(
            coaches_of(session.mentorship),
            kind,
            by=by,
            link=session.get_absolute_url(),
            occurrence=str(session.uuid),
        )


def _faults(
    mentorship: Mentorship,
    report: Report,
    *,
    begun: bool = False,
    there: Collection[SessionParticipant] = (),
    rated: Collection[int] = (),
) -> dict[str, Any]:
    """What contradicts the mentorship or the rules of domain.md section 7, field by field.

    A note that was `begun` may be finished for a while after the end. Whoever was noted as
    `there` before stays so, whatever they wish now; a goal that was `rated` may be over by now.
    """
    faults = faults_of_day(mentorship, report.held_on, report.came_to_pass_at)
    faults |= faults_of_settling(report.kept, report.dropped)
    if report.next_meeting is not None:
        faults |= faults_of_next(report.held_on, report.next_meeting.planned_on)
    if report.was_held:
        faults |= faults_of_meeting(report.minutes, report.themes, report.facts)
    if not (mentorship.is_running or (begun and mentorship.is_closing)):
        faults["__all__"] = _("This mentorship is not running, so no session can be logged.")
    if set(report.themes) - set(Theme.values):
        faults["themes"] = _("One of the themes is not on the list.")
    if any(agreement.mentorship_id != mentorship.pk for agreement in report.kept + report.dropped):
        faults["kept"] = _("One of the agreements belongs to another mentorship.")
    if report.planned is not None and report.planned.mentorship_id != mentorship.pk:
        faults["planned"] = _("This meeting was planned with somebody else.")
    new = {rating.goal.pk for rating in report.ratings} - set(rated)
    if new and new - _open_goals(mentorship.enrolment.mentee_id):
        faults["__all__"] = _("One of the goals is over, or belongs to another mentee.")
    return faults | _faults_of_company(mentorship, report, there)


def _open_goals(file: int) -> set[int]:
    return {key for (key,) in ask([(Arm(_goals, None, today()), {"file": file})])}


def _goals(_subject: None, _on: datetime.date) -> QuerySet:
    return Goal.objects.open().filter(mentee=FILE).values_list("pk")


def _faults_of_company(
    mentorship: Mentorship, report: Report, there: Collection[SessionParticipant]
) -> dict[str, Any]:
    """Who cannot have been there."""
    faults: dict[str, Any] = {}
    if new := {person.pk for person in report.people} - {p.network_person_id for p in there}:
        known = NetworkPerson.objects.filter(mentee=mentorship.enrolment.mentee_id)
        if known.may_take_part(report.held_on).filter(pk__in=new).count() != len(new):
            faults["people"] = _("One of these people has not agreed, or may not be met.")
    if mentors := {mentor.pk for mentor in report.mentors} - {p.mentor_id for p in there}:
        beside = Mentorship.objects.beside(mentorship, report.held_on)
        if mentors - set(beside.values_list("mentor", flat=True)):
            faults["mentors"] = _("One of these mentors does not walk with this mentee.")
    return faults


def _note_participants(session: MentoringSession, report: Report) -> None:
    part = SessionParticipant.Part
    SessionParticipant.objects.bulk_create(
        [
            *(
                SessionParticipant(session=session, part=part.NETWORK, network_person=person)
                for person in report.people
            ),
            *(
                SessionParticipant(session=session, part=part.CO_MENTOR, mentor=mentor)
                for mentor in report.mentors
            ),
            *(SessionParticipant(session=session, part=other) for other in report.others),
        ]
    )


def _report_planned(session: MentoringSession, report: Report) -> None:
    """Mark the meeting that this session reports: the one named, or the first of that day."""
    by = "pk" if report.planned else "planned_on"
    wanted = report.planned.pk if report.planned else session.held_on
    known = {"mentorship": session.mentorship_id, "wanted": wanted}
    meeting = first(Arm(_planned, by, today()), known)
    if meeting is not None:
        meeting.reported_in = session
        meeting.save(update_fields=["reported_in"])


def _planned(by: str, _on: datetime.date) -> QuerySet:
    wanted = Place("wanted", BigIntegerField() if by == "pk" else DateField())
    return PlannedMeeting.objects.open().filter(mentorship=MENTORSHIP, **{by: wanted})[:1]


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
    if not keys:
        return
    Agreement.objects.filter(pk__in=keys).open().update(
        outcome=outcome, settled_in=session, settled_on=session.held_on
    )
