"""What the pages of expenses read: a mentor's own hours and costs, and claims that wait."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.utils.translation import gettext as _

from accounts.models import User
from core.dates import today
from mentorships.models import (
    ExpenseClaim,
    ExpenseLine,
    ExpenseRate,
    MentoringSession,
    OtherWork,
)
from mentorships.models.expense import first_of_month, worth
from mentorships.permissions import ExpensePermission, SessionPermission

Status = ExpenseClaim.Status


@dataclass
class Cost:
    """What one session cost that no claim has asked back; `reference` only of a file in sight."""

    session: MentoringSession
    reference: str
    per_kilometre: Decimal | None  # None where nobody has set the rate of that year

    @property
    def kilometres(self) -> int:
        return self.session.kilometres or 0

    @property
    def has_rate(self) -> bool:
        return self.per_kilometre is not None or not self.kilometres

    @property
    def amount(self) -> Decimal:
        rate = self.per_kilometre or Decimal(0)
        return worth(self.kilometres, rate, self.session.fare, self.session.outlay)


def costs_of(user: User, month: datetime.date | None = None) -> list[Cost]:
    """Of one's own sessions, those that cost something and are in no claim, the oldest first."""
    claimed = ExpenseLine.objects.filter(session=OuterRef("pk"), counts=True)
    in_sight = MentoringSession.objects.permitted(user, SessionPermission.METADATA)
    cost_something = Q(kilometres__gt=0) | Q(fare__gt=0) | Q(outlay__gt=0)
    sessions = _own(user).filter(cost_something, ~Exists(claimed))
    sessions = sessions.annotate(is_seen=Exists(in_sight.filter(pk=OuterRef("pk"))))
    rates = dict(ExpenseRate.objects.values_list("year", "per_kilometre"))
    related = sessions.select_related("mentorship__enrolment__mentee")
    return [
        Cost(
            session,
            session.mentorship.enrolment.mentee.reference if session.is_seen else "",
            rates.get(session.held_on.year),
        )
        for session in related.order_by("held_on", "pk")
        if month is None or month_of(session) == month
    ]


def month_of(session: MentoringSession) -> datetime.date:
    """The month in which its costs are claimed."""
    return first_of_month(session.claim_month or session.held_on)


def total_of(costs: Iterable[Cost]) -> Decimal:
    return sum((cost.amount for cost in costs), Decimal("0.00"))


def _own(user: User) -> Any:
    own = MentoringSession.objects.filter(logged_by=user, mentorship__mentor__user=user)
    return own.standing()


@dataclass
class Month:
    """A mentor's own month: minutes by what they went into, and money."""

    first: datetime.date
    direct: int = 0
    preparation: int = 0
    travel: int = 0
    other: int = 0
    unclaimed: Decimal = Decimal("0.00")
    claims: list[ExpenseClaim] = field(default_factory=list)

    @property
    def times(self) -> list[tuple[str, str]]:
        """What the hours went into, and all of them, each with its name."""
        said = {
            _("Meetings"): self.direct,
            _("Preparation"): self.preparation,
            _("Travel"): self.travel,
            _("Other work"): self.other,
            _("In all"): self.direct + self.preparation + self.travel + self.other,
        }
        return [(name, in_hours(minutes)) for name, minutes in said.items()]


def in_hours(minutes: int) -> str:
    """3:20; a dash where there is nothing."""
    return f"{minutes // 60}:{minutes % 60:02}" if minutes else "–"


def months_of(user: User) -> list[Month]:
    """Those of the last year, and older ones from the first that has something to claim."""
    costs = costs_of(user)
    since = first_of_month(today() - settings.OWN_HOURS_SHOWN)
    since = min([since, *(month_of(cost.session) for cost in costs)])
    months: dict[datetime.date, Month] = {}

    def of(day: datetime.date) -> Month:
        first = first_of_month(day)
        return months.setdefault(first, Month(first))

    for session in _own(user).filter(held_on__gte=since):
        month = of(session.held_on)
        month.direct += session.minutes or 0
        month.preparation += session.preparation_minutes or 0
        month.travel += session.travel_minutes or 0
    work = OtherWork.objects.filter(logged_by=user, worked_on__gte=since)
    for worked_on, minutes in work.values_list("worked_on", "minutes"):
        of(worked_on).other += minutes
    for cost in costs:
        of(month_of(cost.session)).unclaimed += cost.amount
    for claim in claims_of(user):
        if claim.month >= since:
            of(claim.month).claims.append(claim)
    return sorted(months.values(), key=lambda month: month.first, reverse=True)


def claims_of(user: User, month: datetime.date | None = None) -> list[ExpenseClaim]:
    """One's own, newest first."""
    seen = ExpenseClaim.objects.permitted(user, ExpensePermission.VIEW).filter(mentor__user=user)
    return list(seen.filter(month=month) if month else seen)


def claims_to_decide(user: User) -> list[ExpenseClaim]:
    """Of others, for whom one answers: those that wait first."""
    seen = ExpenseClaim.objects.permitted(user, ExpensePermission.DECIDE)
    waiting = Case(When(status=Status.SUBMITTED, then=Value(0)), default=Value(1))
    others = seen.exclude(mentor__user=user).select_related("mentor__user")
    return list(others.order_by(waiting, "-month", "pk")[: settings.CLAIMS_SHOWN])


def version_of(rates: Iterable[ExpenseRate]) -> int:
    """What a page that shows all these rates knows of them."""
    return sum(rate.version for rate in rates)


@dataclass
class Shown:
    """A claim's lines as its reader may see them; what is of other files is one sum."""

    lines: list[ExpenseLine]
    hidden: Decimal


def lines_of(user: User, claim: ExpenseClaim) -> Shown:
    seen = ExpenseLine.objects.permitted(user, ExpensePermission.VIEW_LINE).filter(claim=claim)
    lines = list(seen.select_related("session__mentorship__enrolment__mentee"))
    return Shown(lines, claim.total - sum((line.amount for line in lines), Decimal(0)))


def export_rows(claims: Iterable[ExpenseClaim]) -> Iterator[list[Any]]:
    """A line each, with a heading."""
    yield [
        _("Mentor"),
        _("Month"),
        _("Kilometres"),
        _("Total"),
        _("Currency"),
        _("Approved by"),
        _("Approved on"),
    ]
    for claim in claims:
        yield [
            claim.mentor.user.name,
            f"{claim.month:%Y-%m}",
            claim.kilometres,
            claim.total,
            claim.currency,
            claim.decided_by.name if claim.decided_by else "",
            claim.decided_at.date().isoformat() if claim.decided_at else "",
        ]


def approved_claims(user: User, year: int) -> list[ExpenseClaim]:
    """Of the mentors of one's area."""
    seen = ExpenseClaim.objects.permitted(user, ExpensePermission.EXPORT)
    approved = seen.filter(status=Status.APPROVED, month__year=year)
    related = approved.select_related("mentor__user", "decided_by")
    return list(related.order_by("month", "mentor__user__name", "pk"))
