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
    Exists,
    F,
    Model,
    OuterRef,
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
from core.dates import in_force, today
from mentees.models import (
    CaseworkerAssignment,
    Consent,
    CustodyEpisode,
    CustodyEvent,
    Enrolment,
    KeyDate,
    Mentee,
    Placement,
    StatusChange,
)
from mentors.models import CoachAssignment
from mentorships.models import Agreement, MentoringSession, Mentorship
from mentorships.permissions import MentorshipPermission
from networks.models import ContactRestriction, NetworkPerson


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


BLANK: dict[str, Any] = {
    **dict.fromkeys(("on", "until", "also"), Cast(Value(None), DateField())),
    **dict.fromkeys(("code", "other", "text", "name"), Value("", TextField())),
    "link": Cast(Value(None), BigIntegerField()),
}


def facts_of(mentee: Mentee, user: User) -> list[Fact]:
    """All facts about the file that this reader may see; one query."""
    arms = [
        _arm(
            KeyDate, mentee, user,
            on=TruncDate("recorded_at", tzinfo=timezone.get_default_timezone()),
            until="value", code="kind", other="certainty", text="cause", link="replaces",
        ),
        _arm(CustodyEvent, mentee, user, on="happened_on", code="kind"),
        _arm(CustodyEpisode, mentee, user, on="started_on", until="ended_on", code="kind"),
        _arm(
            Placement, mentee, user,
            on="started_on", until="ended_on", other="transfer_reason", text="institution__name",
        ),
        _arm(
            Enrolment, mentee, user,
            on="opened_on", until="closed_on", also="review_on",
            code="status", other="participation_basis",
        ),
        _arm(
            StatusChange, mentee, user,
            on="changed_on", code="to_status", other="reason", name="changed_by__name",
        ),
        _arm(
            Consent, mentee, user,
            on="given_on", until="withdrawn_on", also="expires_on", code="purpose",
        ),
        _arm(
            Mentorship, mentee, user,
            on="started_on", until="ended_on", code="status", other="role",
            text="end_reason", name="mentor__user__name", link="mentor",
        ),
        _loggable(mentee, user),
        _coaches(mentee, user),
        _arm(
            CaseworkerAssignment, mentee, user, only=in_force(today()),
            on="valid_from", name="caseworker__name",
        ),
        _arm(
            NetworkPerson, mentee, user,
            on="consented_on", until="consent_withdrawn_on", code="relation",
            other=_may_take_part(), text="display_name",
        ),
        _arm(
            ContactRestriction, mentee, user,
            on="valid_from", until="valid_until", code="kind",
            other=Case(When(binds_mentor=True, then=Value("mentor")), default=Value("")),
            link="network_person",
        ),
        _arm(
            Agreement, mentee, user,
            until="due_on", also="settled_on", code="who", other="outcome", text="text",
            link="made_in",
        ),
        _arm(
            MentoringSession, mentee, user, only=_plans_a_meeting(),
            on="held_on", until="next_meeting_on", text="next_meeting_at",
        ),
    ]  # fmt: skip
    rows = arms[0].union(*arms[1:], all=True).order_by()
    # The newest of a kind first: what happened on one day stands in the order of its writing.
    return sorted(map(_fact, rows), key=lambda fact: fact.key, reverse=True)


def _fact(row: tuple[Any, ...]) -> Fact:
    kind, key, on, *rest = row
    return Fact(kind, key, on or datetime.date.max, *rest)


def _arm(
    model: type[Model], mentee: Mentee, user: User, *, only: Q | None = None, **columns: Any
) -> QuerySet:
    rows = model.objects.permitted(user, view_permission(model)).filter(**{model.case: mentee})
    if only is not None:
        rows = rows.filter(only)
    return _columns(rows, model.__name__, **columns)


def _columns(rows: QuerySet, kind: str, **columns: Any) -> QuerySet:
    """The same columns from every model. Text is cast, so that what is encrypted stays so."""
    given = {f"fact_{name}": _column(name, of) for name, of in {**BLANK, **columns}.items()}
    rows = rows.order_by().annotate(fact_kind=Value(kind, CharField()), **given)
    return rows.values_list("fact_kind", "pk", *(f"fact_{name}" for name in BLANK))


def _column(name: str, of: Any) -> Any:
    if name in ("code", "other", "text", "name"):
        return Cast(of, TextField())
    return F(of) if isinstance(of, str) else of


def _loggable(mentee: Mentee, user: User) -> QuerySet:
    """Running mentorships in which this reader may log a session."""
    rows = Mentorship.objects.permitted(user, MentorshipPermission.LOG_SESSION)
    rows = rows.running(today()).filter(enrolment__mentee=mentee)
    return _columns(rows, "LogSession")


def _coaches(mentee: Mentee, user: User) -> QuerySet:
    """Who supervises the mentors that walk with this mentee today."""
    walking = Mentorship.objects.running(today()).filter(enrolment__mentee=mentee)
    rows = CoachAssignment.objects.permitted(user, view_permission(CoachAssignment))
    rows = rows.in_force(today()).filter(mentor__in=walking.values("mentor"))
    return _columns(
        rows, "CoachAssignment", on="valid_from", name="coach__user__name", link="mentor"
    )


def _may_take_part() -> Case:
    agreed = NetworkPerson.objects.may_take_part(today())
    return Case(When(pk__in=agreed.values("pk"), then=Value("yes")), default=Value(""))


def _plans_a_meeting() -> Q:
    """The last session of each mentorship, if it said when the next one is."""
    of_this = MentoringSession.objects.filter(mentorship=OuterRef("mentorship"))
    newer = of_this.filter(
        Q(held_on__gt=OuterRef("held_on")) | Q(held_on=OuterRef("held_on"), pk__gt=OuterRef("pk"))
    )
    return Q(next_meeting_on__gte=today()) & ~Q(Exists(newer))
