"""The figures of the programme: sums over everybody, never about one person or one mentor."""

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import Case, CharField, Count, Q, Sum, Value, When
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.dates import today
from mentees.models import Enrolment, ErasedEnrolment, ErasedSession
from mentors.models import Mentor
from mentorships.models import MentoringSession, Mentorship
from mentorships.models.session import stands
from reports.suppression import Cell, alone, protected

# With those of erased files, of which none was void; the way from each to the person, so that
# people are counted once.
COUNTED_SESSIONS: dict[type[models.Model], tuple[str, Q]] = {
    MentoringSession: ("mentorship__enrolment__mentee", stands()),
    ErasedSession: ("person", Q()),
}
MONTHS_OF_HALF_A_YEAR = 6
MINUTES_OF_AN_HOUR = 60

# Statuses are pooled: fewer cells are small, and fewer have to be hidden.
ENROLMENT_STEPS = {
    gettext_lazy("Referred or being screened"): (
        Enrolment.Status.REFERRED,
        Enrolment.Status.SCREENING,
        Enrolment.Status.AWAITING_CONSENT,
    ),
    gettext_lazy("Waiting or being matched"): (
        Enrolment.Status.WAITING,
        Enrolment.Status.MATCHING,
    ),
    gettext_lazy("Active"): (Enrolment.Status.ACTIVE, Enrolment.Status.ON_HOLD),
    gettext_lazy("Release preparation"): (Enrolment.Status.RELEASE_PREP,),
    gettext_lazy("Aftercare"): (Enrolment.Status.AFTERCARE,),
    gettext_lazy("Closed"): (Enrolment.Status.CLOSED, Enrolment.Status.WITHDRAWN),
    gettext_lazy("Not proceeded"): (Enrolment.Status.NOT_PROCEEDED,),
}
MENTOR_STEPS = {
    gettext_lazy("Applied or being vetted"): (Mentor.Status.APPLIED, Mentor.Status.VETTING),
    gettext_lazy("In training"): (Mentor.Status.IN_TRAINING,),
    gettext_lazy("Available"): (Mentor.Status.AVAILABLE,),
    gettext_lazy("Paused or left"): (Mentor.Status.PAUSED, Mentor.Status.LEFT),
}


@dataclass(frozen=True)
class Row:
    label: str
    cells: list[tuple[str, Cell]]  # each with the name of its column


@dataclass(frozen=True)
class Figure:
    """One table; `total` stands below it where its rows are parts of a whole."""

    key: str
    title: str
    head: str  # of the first column
    columns: list[str]
    rows: list[Row]
    total: Cell | None = None
    note: str = ""


def figures() -> list[Figure]:
    """All tables of the page, in six queries."""
    return [_enrolments(), _mentorships(), _sessions(), _mentors()]


def _parts(key: str, title: str, head: str, counts: dict[str, int]) -> Figure:
    table = protected(list(counts.values()), settings.SMALLEST_FIGURE)
    column = _("Number")
    rows = [Row(label, [(column, cell)]) for label, cell in zip(counts, table.cells, strict=True)]
    return Figure(key, title, head, [column], rows, table.total)


def _enrolments() -> Figure:
    held: Counter[str] = Counter()
    for model in (Enrolment, ErasedEnrolment):
        held.update(dict(model.objects.order_by().values_list("status").annotate(Count("pk"))))
    counts = {
        str(label): sum(held.get(status, 0) for status in statuses)
        for label, statuses in ENROLMENT_STEPS.items()
    }
    return _parts("enrolments", _("Enrolments by step"), _("Step"), counts)


def _mentorships() -> Figure:
    running = Mentorship.objects.running(today()).order_by("mentor__area__name")
    counts = dict(running.values_list("mentor__area__name").annotate(Count("pk")))
    return _parts("mentorships", _("Running mentorships by area"), _("Area"), counts)


def _mentors() -> Figure:
    held = dict(Mentor.objects.order_by().values_list("status").annotate(Count("pk")))
    counts = {
        str(label): sum(held.get(status, 0) for status in statuses)
        for label, statuses in MENTOR_STEPS.items()
    }
    return _parts("mentors", _("Mentors by step"), _("Step"), counts)


def _sessions() -> Figure:
    """Sessions and hours by half-year. No totals stand beside them, so nothing can be subtracted.

    The halves end with the last whole month: two looks in one month give the same numbers, and
    their difference is nothing.
    """
    halves = half_years(today())
    status = MentoringSession.Status
    half = Case(
        *(
            When(Q(held_on__gte=first, held_on__lte=last), then=Value(str(index)))
            for index, (first, last) in enumerate(halves)
        ),
        output_field=CharField(),
    )
    found: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for model, (person, counts) in COUNTED_SESSIONS.items():
        counted = (
            model._base_manager.filter(
                counts, held_on__gte=halves[0][0], held_on__lte=halves[-1][1]
            )
            .order_by()
            .annotate(half=half)
            .values_list("half", "status")
            .annotate(Count("pk"), Count(person, distinct=True), Sum("minutes"))
        )
        for index, code, number, people, minutes in counted:
            sums = {"number": number, "people": people, "minutes": minutes or 0}
            found[int(index), code].update(sums)
    columns = [_("Held"), _("Hours"), _("Cancelled"), _("Did not come")]
    rows = []
    for index, (first, last) in enumerate(halves):
        cells = []
        for code in (status.HELD, status.CANCELLED, status.NO_SHOW):
            sums = found[index, code]
            number, people = sums["number"], sums["people"]
            cells.append(alone(number, people, settings.SMALLEST_FIGURE))
            if code == status.HELD:
                hours = round(sums["minutes"] / MINUTES_OF_AN_HOUR)
                cells.append(alone(hours, people, settings.SMALLEST_FIGURE))
        label = _("%(first)s to %(last)s") % {"first": _short(first), "last": _short(last)}
        rows.append(Row(label, list(zip(columns, cells, strict=True))))
    note = _("Up to the last whole month.")
    title = _("Sessions in the last twelve months")
    return Figure("sessions", title, _("Half-year"), columns, rows, note=note)


def _short(on: datetime.date) -> str:
    return formats.date_format(on, "SHORT_DATE_FORMAT")


def half_years(on: datetime.date) -> list[tuple[datetime.date, datetime.date]]:
    """The first and the last day of two half-years, of which the later ends with last month."""
    ends = on.replace(day=1)
    middle = months_before(ends, MONTHS_OF_HALF_A_YEAR)
    begins = months_before(middle, MONTHS_OF_HALF_A_YEAR)
    one = datetime.timedelta(days=1)
    return [(begins, middle - one), (middle, ends - one)]


def months_before(first_of_month: datetime.date, months: int) -> datetime.date:
    count = first_of_month.year * 12 + first_of_month.month - 1 - months
    return datetime.date(count // 12, count % 12 + 1, 1)
