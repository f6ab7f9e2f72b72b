"""What was approved of the mentors' expenses, month by month: sums, never about one of them.

A sum is shown where `SMALLEST_FIGURE` mentors stand behind it. A claim counts in the month in
which it was approved, and only whole months are shown, so that no sum grows between two looks.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from core.dates import end_of, today
from mentorships.models import ExpenseClaim
from reports.figures import Figure, Row
from reports.suppression import Cell

ONE_DAY = datetime.timedelta(days=1)
MONTHS_OF_A_YEAR = 12


@dataclass
class Sums:
    """Of some claims; `mentors` are who stands behind them."""

    claims: int = 0
    kilometres: int = 0
    money: Decimal = Decimal(0)
    mentors: set[int] = field(default_factory=set)

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.claims + other.claims,
            self.kilometres + other.kilometres,
            self.money + other.money,
            self.mentors | other.mentors,
        )

    @property
    def is_small(self) -> bool:
        return len(self.mentors) < settings.SMALLEST_FIGURE

    def cells(self, *, hidden: bool) -> list[Cell]:
        """A dash for each where they are hidden: that nobody claimed tells of everybody too."""
        money = int(self.money.quantize(Decimal(1), ROUND_HALF_UP))
        values = (self.claims, self.kilometres, money)
        return [Cell(None if hidden else value) for value in values]


def expense_sums() -> list[Figure]:
    """This year's whole months, and the year before with its total; one query."""
    this_month = today().replace(day=1)
    this_year = this_month.replace(month=1)
    last_year = this_year.replace(year=this_year.year - 1)
    found = _found(last_year, this_month)
    currencies = sorted({currency for _month, currency in found} | {settings.CURRENCY})
    return [
        figure
        for first in (this_year, last_year)
        for currency in currencies
        if (figure := _year(first, this_month, currency, found)).rows
    ]


def _found(first: datetime.date, end: datetime.date) -> dict[tuple[datetime.date, str], Sums]:
    """Of each month from `first` to the one before `end`, and each currency."""
    approved = ExpenseClaim.objects.filter(
        status=ExpenseClaim.Status.APPROVED,
        decided_at__gte=end_of(first - ONE_DAY),
        decided_at__lt=end_of(end - ONE_DAY),
    )
    months = approved.annotate(
        of=TruncMonth("decided_at", tzinfo=timezone.get_default_timezone())
    ).order_by()
    found: dict[tuple[datetime.date, str], Sums] = {}
    sums = (Count("pk"), Sum("kilometres"), Sum("total"))
    rows = months.values_list("of", "currency", "mentor").annotate(*sums)
    for month, currency, mentor, claims, kilometres, money in rows:
        key = month.date(), currency
        found[key] = found.get(key, Sums()) + Sums(claims, kilometres, money, {mentor})
    return found


def _year(
    first: datetime.date,
    end: datetime.date,
    currency: str,
    found: dict[tuple[datetime.date, str], Sums],
) -> Figure:
    every = [first.replace(month=month) for month in range(1, MONTHS_OF_A_YEAR + 1)]
    months = [month for month in every if month < end]
    sums = [found.get((month, currency), Sums()) for month in months]
    columns = [_("Claims"), _("By car, km"), _("Money, %(currency)s") % {"currency": currency}]
    rows = [
        _row(formats.date_format(month, "YEAR_MONTH_FORMAT"), columns, each, hidden=each.is_small)
        for month, each in zip(months, sums, strict=True)
    ]
    # A total that grows every month would give each new month away: it waits for the year's end.
    if months == every:
        rows.append(_row(_("The whole year"), columns, _added(sums), hidden=_betrays(sums)))
    year = formats.date_format(first, "Y")
    title = _("Expenses approved in %(year)s") % {"year": year}
    return Figure(f"expenses-{year}-{currency}", title, _("Month"), columns, rows)


def _betrays(sums: Iterable[Sums]) -> bool:
    """Would a total tell, less the months that are shown, what few mentors were paid?"""
    hidden = [each for each in sums if each.is_small]
    together = _added(hidden)
    return bool(hidden) and (len(hidden) == 1 or together.is_small)


def _added(sums: Iterable[Sums]) -> Sums:
    return sum(sums, Sums())


def _row(label: str, columns: list[str], sums: Sums, *, hidden: bool) -> Row:
    cells = sums.cells(hidden=hidden)
    return Row(label, list(zip(columns, cells, strict=True)))
