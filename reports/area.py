"""What the trail holds of one area, as sums: never about a person, a file or an employee."""

import datetime

from django.conf import settings
from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from audit.models import AuditEvent
from core.dates import end_of, today
from mentees.models import Mentee
from mentees.permissions import MenteePermission
from reports.figures import Figure, Row, months_before
from reports.models import FileInTrail
from reports.suppression import Cell, alone

MONTHS = 3  # each line of them is read; they are whole, so that two looks have no difference
ONE_DAY = datetime.timedelta(days=1)


def area_summary(user: User) -> list[Figure]:
    """How often each kind of event named a file of the user's area: a table an act, one query.

    A number is shown where `SMALLEST_FIGURE` people acted and as many files were named: one that
    few people made would be a figure about them. No totals stand beside it to subtract from.
    """
    ends = today().replace(day=1)
    months = [months_before(ends, ago) for ago in range(MONTHS, 0, -1)]
    columns = [formats.date_format(month, "YEAR_MONTH_FORMAT") for month in months]
    counted = _counted(user, months[0], ends)
    nothing = alone(0, 0, settings.SMALLEST_FIGURE)
    figures = []
    for act, kinds in trail.kinds().items():
        rows = [
            Row(capfirst(words), list(zip(columns, cells, strict=True)))
            for kind, words in kinds
            if _tells(cells := [counted.get((month, kind), nothing) for month in months])
        ]
        if rows:
            title = capfirst(str(AuditEvent.Act(act).label))
            figures.append(Figure(act, title, _("Event"), columns, rows))
    return figures


def _tells(cells: list[Cell]) -> bool:
    return any(cell.value is not None for cell in cells)


def _counted(
    user: User, first: datetime.date, end: datetime.date
) -> dict[tuple[datetime.date, str], Cell]:
    """By month and kind of event, a line counted once however many files of the area it names."""
    files = Mentee.objects.permitted(user, MenteePermission.SUM_UP_TRAIL)
    found = (
        FileInTrail.objects.filter(
            recorded_at__gte=end_of(first - ONE_DAY),
            recorded_at__lt=end_of(end - ONE_DAY),
            reference__in=files.values("reference"),
        )
        .annotate(month=TruncMonth("recorded_at", tzinfo=timezone.get_default_timezone()))
        .values_list("month", "kind")
        .annotate(
            Count("event", distinct=True),
            Count("actor", distinct=True),
            Count("reference", distinct=True),
        )
    )
    return {
        (month.date(), kind): alone(number, min(people, files), settings.SMALLEST_FIGURE)
        for month, kind, number, people, files in found
    }
