"""When each milestone of a plan is due: the rules of domain.md 6.1, over plain values.

Nothing here knows the database. `changes` compares what stands with what the days ask for and says
what differs, so that asking twice changes nothing.
"""

import datetime
from collections.abc import Iterable
from typing import NamedTuple

DAY = datetime.timedelta(days=1)
SATURDAY = 5
LATE_START = 10  # working days: rule 3
EXACT_UNTIL = 14  # days after release: rule 2
CARRIED_OVER = 7  # days after release: rule 6

RELEASE, ENROLMENT, COURT_DEADLINE = "release", "enrolment", "court_deadline"
OWN = "own"  # of this plan alone: the date that somebody gave it stays
UNSCHEDULED, PLANNED, IN_PROGRESS, DONE = "unscheduled", "planned", "in_progress", "done"
DATED = (PLANNED, IN_PROGRESS, DONE)
UNFINISHED = (UNSCHEDULED, PLANNED, IN_PROGRESS)


class Calendar:
    """Which days are working days; a holiday is a fact that somebody entered."""

    def __init__(self, holidays: Iterable[datetime.date] = ()) -> None:
        self.holidays = frozenset(holidays)

    def is_working(self, day: datetime.date) -> bool:
        return day.weekday() < SATURDAY and day not in self.holidays

    def nearest(self, day: datetime.date, step: datetime.timedelta) -> datetime.date:
        """The day itself, or the first working day in the direction of `step`."""
        while not self.is_working(day):
            day += step
        return day

    def working_days_after(self, day: datetime.date, number: int) -> datetime.date:
        while number:
            day += DAY
            number -= self.is_working(day)
        return day


class Days(NamedTuple):
    """The days that a plan hangs on, as they are known now, and the day on which it is asked."""

    release: datetime.date | None
    is_released: bool
    enrolment: datetime.date
    court_deadline: datetime.date | None
    today: datetime.date

    def anchor(self, of: str) -> datetime.date | None:
        if of == RELEASE:
            return self.release
        return self.enrolment if of == ENROLMENT else self.court_deadline


class Standing(NamedTuple):
    """How a milestone stands: what a recalculation may change."""

    status: str
    due_on: datetime.date | None
    counted_from: datetime.date | None = None
    scheduled_on: datetime.date | None = None
    compressed: bool = False
    recheck_needed: bool = False
    to_review: bool = False

    @property
    def holds(self) -> datetime.date | None:
        """The date that holds: what is unscheduled or cancelled keeps its last, for nobody."""
        return self.due_on if self.status in DATED else None


class Line(NamedTuple):
    """A milestone of a template in a plan: by what rule it is due, and how it stands."""

    key: int
    anchored_to: str
    offset: int
    after_release: bool
    valid_for_weeks: int | None
    date_locked: bool
    standing: Standing


class Change(NamedTuple):
    key: int
    before: Standing
    after: Standing
    cause: str

    @property
    def old_on(self) -> datetime.date | None:
        return self.before.holds

    @property
    def new_on(self) -> datetime.date | None:
        return self.after.holds

    @property
    def is_told(self) -> bool:
        """Does somebody have to know? Not where only what it was counted from differs."""
        flags = (self.after.recheck_needed, self.after.to_review)
        return self.old_on != self.new_on or flags != (
            self.before.recheck_needed,
            self.before.to_review,
        )

    @property
    def is_due_again(self) -> bool:
        return self.before.status == DONE and self.after.status != DONE


def changes(lines: Iterable[Line], days: Days, calendar: Calendar) -> list[Change]:
    """What has to change so that every line stands as its rule and these days ask for."""
    found = []
    for line in lines:
        after, cause = _stands(line, days, calendar)
        if after != line.standing:
            found.append(Change(line.key, line.standing, after, cause))
    return found


def due(
    line: Line, anchor: datetime.date, days: Days, calendar: Calendar
) -> tuple[datetime.date, bool]:
    """The date of a line, and whether it has less time than usual: rules 2, 3 and 9."""
    day = _shifted(line, anchor + line.offset * DAY, calendar)
    first = line.standing.scheduled_on or days.today
    if day >= first:
        return day, False
    return _late(line, first, days.release, calendar), True


def _shifted(line: Line, day: datetime.date, calendar: Calendar) -> datetime.date:
    if not line.after_release:
        return calendar.nearest(day, -DAY)
    return day if line.offset <= EXACT_UNTIL else calendar.nearest(day, DAY)


def _late(
    line: Line, first: datetime.date, release: datetime.date | None, calendar: Calendar
) -> datetime.date:
    """Rule 3: ten working days from the start, but before the release, and not in the past."""
    day = calendar.working_days_after(first, LATE_START)
    if line.after_release or release is None or day < release:
        return day
    return max(first, calendar.nearest(release - DAY, -DAY))


def _stands(line: Line, days: Days, calendar: Calendar) -> tuple[Standing, str]:
    if line.standing.status == DONE:
        return _done(line, days, calendar)
    if line.standing.status not in UNFINISHED:
        return line.standing, ""
    if _is_behind(line, days):
        return line.standing._replace(to_review=True), "released"
    if line.date_locked or line.anchored_to == OWN:
        return line.standing._replace(to_review=False), "by_hand"
    return _dated(line, days, calendar)


def _is_behind(line: Line, days: Days) -> bool:
    """Rule 6: it was to be ready before the release, and the release is behind us."""
    if not days.is_released or days.release is None:
        return False
    if line.date_locked or line.anchored_to == OWN:
        return line.standing.due_on is not None and line.standing.due_on < days.release
    return not line.after_release


def _dated(line: Line, days: Days, calendar: Calendar) -> tuple[Standing, str]:
    """Rules 4 and 5, of what is unfinished."""
    now, anchor = line.standing, days.anchor(line.anchored_to)
    if anchor is None:
        return now._replace(status=UNSCHEDULED, to_review=False), _cause(line, None)
    day, compressed = due(line, anchor, days, calendar)
    after = Standing(
        status=PLANNED if now.status == UNSCHEDULED else now.status,
        due_on=day,
        counted_from=anchor,
        scheduled_on=now.scheduled_on or days.today,
        compressed=compressed,
    )
    return after, _cause(line, anchor)


def _cause(line: Line, anchor: datetime.date | None) -> str:
    if line.anchored_to == COURT_DEADLINE:
        return "court_deadline"
    if anchor is None:
        return "release_unknown"
    if line.anchored_to == RELEASE and line.standing.counted_from != anchor:
        known = line.standing.status != UNSCHEDULED
        return "release_moved" if known else "release_known"
    return "template"


def _done(line: Line, days: Days, calendar: Calendar) -> tuple[Standing, str]:
    """What is done stays done: but what was shown may be too old by the new day, and what is
    done for one court deadline is due again before the next."""
    now, anchor = line.standing, days.anchor(line.anchored_to)
    if anchor is None or now.counted_from is None or now.counted_from == anchor:
        return now, ""
    if _is_behind(line, days):
        return now, ""
    if line.anchored_to == COURT_DEADLINE and anchor > now.counted_from:
        return _dated(line._replace(standing=now._replace(status=UNSCHEDULED)), days, calendar)
    if line.date_locked or line.valid_for_weeks is None:
        return now, ""
    is_stale = anchor - now.counted_from > line.valid_for_weeks * 7 * DAY
    if not (is_stale or now.recheck_needed):
        return now, ""
    day, compressed = due(line, anchor, days, calendar)
    after = now._replace(
        due_on=day, counted_from=anchor, compressed=compressed, recheck_needed=True
    )
    return after, "confirm_again"
