"""Everything small about one file in one query: dates, custody, enrolment, people, agreements.

Each arm of the union is what this reader may see of one model, so whoever may not see a kind gets
no row of it. One round trip instead of fourteen; `mentee_file` puts words to the rows.
"""

import datetime
from typing import Any, NamedTuple

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateField,
    F,
    Model,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, TruncDate
from django.utils import timezone

from accounts.access import view_permission
from accounts.models import User
from accounts.standing import answers
from accounts.statements import Place
from core.dates import in_force
from mentees.models import (
    CaseworkerAssignment,
    Consent,
    CustodyEpisode,
    CustodyEvent,
    Enrolment,
    Goal,
    KeyDate,
    Mentee,
    Placement,
    StatusChange,
)
from mentees.permissions import CustodyPermission
from mentors.models import CoachAssignment
from mentorships.models import (
    Agreement,
    ClosingAddendum,
    ClosingReport,
    Concern,
    GoalRating,
    Handover,
    Mentorship,
    OtherWork,
    PlannedMeeting,
)
from mentorships.models.meeting import IS_OPEN
from mentorships.models.session import stands
from mentorships.permissions import MentorshipPermission
from networks.models import ContactRestriction, NetworkPerson
from networks.permissions import NetworkPermission


class Fact(NamedTuple):
    """One row of some model; which column holds what is said in `facts_of`."""

    kind: str
    key: int
    on: datetime.date  # where there is none: the last day of all, which has not come
    until: datetime.date | None
    also: datetime.date | None
    code: str
    other: str
    text: str
    name: str
    link: int | None


FILE = Place("file", BigIntegerField())
BLANK: dict[str, Any] = {
    **dict.fromkeys(("on", "until", "also"), Cast(Value(None), DateField())),
    **dict.fromkeys(("code", "other", "text", "name"), Value("", TextField())),
    "link": Cast(Value(None), BigIntegerField()),
}


def facts_of(mentee: Mentee, user: User) -> list[Fact]:
    """All facts about the file that this reader may see; one query."""
    rows = answers(user, _facts, file=mentee.pk)
    # The newest of a kind first: what happened on one day stands in the order of its writing.
    return sorted(map(_fact, rows), key=lambda fact: fact.key, reverse=True)


def _facts(user: Any, on: datetime.date) -> QuerySet:
    """All facts about some FILE that somebody of the same standing may see."""
    settled = stands("settled_in")
    arms = [
        _arm(
            user, KeyDate,
            on=TruncDate("recorded_at", tzinfo=timezone.get_default_timezone()),
            until="value", code="kind", other="certainty", text="cause", link="replaces",
        ),
        _arm(user, CustodyEvent, on="happened_on", code="kind"),
        _arm(user, CustodyEpisode, on="started_on", until="ended_on", code="kind"),
        _arm(
            user, Placement,
            on="started_on", until="ended_on", other="transfer_reason", text="institution__name",
        ),
        _arm(
            user, Enrolment,
            on="opened_on", until="closed_on", also="review_on",
            code="status", other="participation_basis",
        ),
        _arm(
            user, StatusChange,
            on="changed_on", code="to_status", other="reason", name="changed_by__name",
        ),
        _arm(
            user, Consent,
            on="given_on", until="withdrawn_on", also="expires_on", code="purpose",
        ),
        _arm(
            user, Mentorship,
            on="started_on", until="ended_on", code="status", other="role",
            text="end_reason", name="mentor__user__name", link="mentor",
        ),
        _arm(
            user, Goal,
            on="set_on", until="closed_on", also="target_on",
            code="state", other="domain", text="words",
        ),
        _arm(
            user, GoalRating,
            only=Q(
                stands("session"),
                replaced_by=None, level__isnull=False, goal__state=Goal.State.OPEN,
            ),
            code="level", link="goal",
        ),
        _loggable(user, on),
        _to_hand_over(user, on),
        _recordable(user),
        _arm(
            user, Handover,
            on=TruncDate("decided_at", tzinfo=timezone.get_default_timezone()),
            code="shows", text="summary", name="former__mentor__user__name",
        ),
        _arm(
            user, ClosingReport, only=Q(finished_at__isnull=False),
            on=TruncDate("finished_at", tzinfo=timezone.get_default_timezone()),
            text="typed", name="author__name", link="mentorship",
        ),
        _closing_addenda(user),
        _coaches(user, on),
        _arm(
            user, CaseworkerAssignment, only=in_force(on),
            on="valid_from", name="caseworker__name",
        ),
        _arm(
            user, NetworkPerson,
            on="consented_on", until="consent_withdrawn_on", code="relation",
            other=_may_take_part(on), text="display_name",
        ),
        _contacts(user, on),
        _arm(
            user, ContactRestriction,
            on="valid_from", until="valid_until", code="kind",
            other=Case(When(binds_mentor=True, then=Value("mentor")), default=Value("")),
            link="network_person",
        ),
        _arm(
            user, Agreement, only=stands("made_in"),
            on="made_in__held_on", until="due_on",
            also=Case(When(settled, then=F("settled_on"))),
            code="who", other=Case(When(settled, then=F("outcome")), default=Value("")),
            text="text", link="made_in",
        ),
        _arm(
            user, Concern,
            on=TruncDate("raised_at", tzinfo=timezone.get_default_timezone()),
            code="level", text="uuid", name="raised_by__name",
        ),
        _arm(user, OtherWork, on="worked_on", code="kind", other="minutes", text="note"),
        _arm(
            user, PlannedMeeting, only=_is_to_come(on),
            until="planned_on", text="planned_at",
        ),
    ]  # fmt: skip
    return arms[0].union(*arms[1:], all=True)


def _fact(row: tuple[Any, ...]) -> Fact:
    kind, key, on, *rest = row
    return Fact(kind, key, on or datetime.date.max, *rest)


def _arm(user: Any, model: type[Model], *, only: Q | None = None, **columns: Any) -> QuerySet:
    rows = model.objects.permitted(user, view_permission(model)).filter(**{model.case: FILE})
    if only is not None:
        rows = rows.filter(only)
    return columns_of(rows, model.__name__, **columns)


def columns_of(rows: QuerySet, kind: str, *, key: str = "pk", **columns: Any) -> QuerySet:
    """The same columns from every model. Text is cast, so that what is encrypted stays so."""
    given = {f"fact_{name}": _column(name, of) for name, of in {**BLANK, **columns}.items()}
    rows = rows.order_by().annotate(fact_kind=Value(kind, CharField()), **given)
    return rows.values_list("fact_kind", key, *(f"fact_{name}" for name in BLANK))


def _column(name: str, of: Any) -> Any:
    if name in ("code", "other", "text", "name"):
        return Cast(of, TextField())
    return F(of) if isinstance(of, str) else of


def _loggable(user: Any, on: datetime.date) -> QuerySet:
    """Running mentorships in which this reader may log a session."""
    rows = Mentorship.objects.permitted(user, MentorshipPermission.LOG_SESSION)
    rows = rows.running(on).filter(enrolment__mentee=FILE)
    return columns_of(rows, "LogSession")


def _to_hand_over(user: Any, on: datetime.date) -> QuerySet:
    """Running mentorships that this reader may pass to another mentor."""
    rows = Mentorship.objects.permitted(user, MentorshipPermission.HAND_OVER)
    rows = rows.running(on).filter(enrolment__mentee=FILE)
    return columns_of(rows, "HandOver", name="mentor__user__name")


def _recordable(user: Any) -> QuerySet:
    """The file itself where this reader records moves, and there is somewhere to move from."""
    rows = Mentee.objects.permitted(user, CustodyPermission.RECORD)
    return columns_of(rows.filter(pk=FILE, institution__isnull=False), "RecordTransfer")


def _closing_addenda(user: Any) -> QuerySet:
    """What was added to the closing reports that this reader may read."""
    reports = ClosingReport.objects.permitted(user, MentorshipPermission.VIEW_CLOSING)
    rows = ClosingAddendum.objects.filter(
        report__in=reports.filter(mentorship__enrolment__mentee=FILE).order_by().values("pk")
    )
    return columns_of(
        rows, "ClosingAddendum",
        on=TruncDate("added_at", tzinfo=timezone.get_default_timezone()),
        text="text", name="author__name", link="report",
    )  # fmt: skip


def _coaches(user: Any, on: datetime.date) -> QuerySet:
    """Who supervises the mentors that walk with this mentee today."""
    walking = Mentorship.objects.running(on).filter(enrolment__mentee=FILE)
    rows = CoachAssignment.objects.permitted(user, view_permission(CoachAssignment))
    rows = rows.in_force(on).filter(mentor__in=walking.values("mentor"))
    return columns_of(
        rows, "CoachAssignment", on="valid_from", name="coach__user__name", link="mentor"
    )


def _contacts(user: Any, on: datetime.date) -> QuerySet:
    """Who may be met, for the caseworker, who sees nothing else of the network."""
    rows = NetworkPerson.objects.permitted(user, NetworkPermission.CONTACT)
    return columns_of(
        rows.filter(mentee=FILE), "Contact",
        code="relation", other=_may_take_part(on), text="display_name",
    )  # fmt: skip


def _may_take_part(on: datetime.date) -> Case:
    agreed = NetworkPerson.objects.may_take_part(on)
    return Case(When(pk__in=agreed.values("pk"), then=Value("yes")), default=Value(""))


def _is_to_come(on: datetime.date) -> Q:
    return Q(IS_OPEN, planned_on__gte=on)
