"""Where the milestones of a plan stand in its drawing: categories as lanes, weeks from left to
right. The weeks around the release are drawn wider."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from django.utils.translation import gettext as _

from casework.queries.plan_lines import DONE, OFF, Line
from release_plans.models import Category

# Weeks from the release, and where they stand.
SCALE = [(-26, 184), (-8, 480), (6, 921), (13, 1073)]
LEFT, RIGHT, WIDE = 172, 1094, 1110
FLAG = 170  # how wide the flag over the release is
WEEKS = (-26, -20, -16, -12, -8, -4, 4, 8, 13)  # that are named above
TOP, LANE = 81, 46  # the first lane, and how far the next is below it
BESIDE = 19  # two stops of one lane stand at least so far apart
ORDER = [
    *(Category.PLAN, Category.HOUSING, Category.PAPERS, Category.WORK, Category.FINANCE),
    *(Category.HEALTH, Category.FAMILY, Category.COMMUNITY, Category.DIGITAL),
    *(Category.SAFETY, Category.LEGAL, Category.AFTERCARE),
]


class Stop(NamedTuple):
    line: Line
    x: int
    y: int


@dataclass(frozen=True)
class Lane:
    """All of one category; between `done_from` and `done_to` it is done."""

    label: str
    y: int
    stops: list[Stop]

    @property
    def text_y(self) -> int:
        return self.y + 4

    @property
    def row(self) -> list[Stop]:
        """The same side by side, where there is no room for weeks."""
        return [Stop(stop.line, 12 + 23 * n, 12) for n, stop in enumerate(self.stops)]

    @property
    def row_width(self) -> int:
        return 2 + 23 * len(self.stops)

    @property
    def done(self) -> int:
        return sum(stop.line.state == DONE for stop in self.stops)

    @property
    def counted(self) -> int:
        return sum(stop.line.state != OFF for stop in self.stops)

    @property
    def done_from(self) -> int:
        return self.stops[0].x

    @property
    def done_to(self) -> int:
        """As far as nothing is wanting from the beginning."""
        behind = self.stops[0].x
        for stop in self.stops:
            if stop.line.state not in {DONE, OFF}:
                break
            behind = stop.x
        return behind


@dataclass(frozen=True)
class Drawing:
    lanes: list[Lane]
    ticks: list[tuple[int, str]]
    release_x: int
    today_x: int

    @property
    def height(self) -> int:
        return TOP + LANE * len(self.lanes)

    @property
    def bottom(self) -> int:
        return self.height - 22

    @property
    def well_height(self) -> int:
        return self.bottom - 46

    @property
    def after_width(self) -> int:
        return WIDE - self.release_x

    @property
    def flag_x(self) -> int:
        return self.release_x - FLAG // 2

    @property
    def today_anchor(self) -> str:
        """On which side of its line today is named: away from the flag of the release."""
        return "end" if self.today_x <= self.release_x else "start"

    @property
    def today_text_x(self) -> int:
        if self.today_anchor == "end":
            return min(self.today_x - 6, self.flag_x - 6)
        return max(self.today_x + 6, self.flag_x + FLAG + 6)


def drawing_of(
    lines: Sequence[Line], *, release: datetime.date, on: datetime.date
) -> Drawing | None:
    """None where nothing has a day."""

    def place(day: datetime.date) -> int:
        return _place((day - release).days / 7)

    lanes: list[Lane] = []
    for category in ORDER:
        dated = [(line.on, line) for line in lines if line.milestone.category == category]
        stops: list[Stop] = []
        y = TOP + LANE * len(lanes)
        for day, line in sorted((d, line) for d, line in dated if d is not None):
            x = place(day)
            if stops:
                x = max(x, stops[-1].x + BESIDE)
            stops.append(Stop(line, x, y))
        if stops:
            lanes.append(Lane(str(category.label), y, _within(stops)))
    if not lanes:
        return None
    ticks = [(_place(week), _week(week)) for week in WEEKS]
    return Drawing(lanes, ticks, release_x=_place(0), today_x=place(on))


def _within(stops: list[Stop]) -> list[Stop]:
    """Those that would stand beyond the right edge, moved to the left of it."""
    found, most = [], RIGHT
    for stop in reversed(stops):
        found.append(stop._replace(x=min(stop.x, most)))
        most = found[-1].x - BESIDE
    return found[::-1]


def _place(week: float) -> int:
    """Weeks from the release to the units of the drawing; what is farther stands at its edge."""
    if week < SCALE[0][0]:
        return LEFT
    for (from_week, from_x), (to_week, to_x) in pairwise(SCALE):
        if week <= to_week:
            return round(from_x + (week - from_week) * (to_x - from_x) / (to_week - from_week))
    return RIGHT


def _week(week: int) -> str:
    signed = f"{week:+d}".replace("-", "−")
    return _("%(weeks)s weeks") % {"weeks": signed} if abs(week) in {26, 13} else signed
