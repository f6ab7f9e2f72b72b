"""What somebody did, for themselves; who has looked at their mentees, for a coach."""

import datetime
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from audit.models import AuditEvent
from casework.queries.file_access import LISTED, OPENED, Reading, capacities, note_time
from casework.queries.trail_lines import FILES, RECORDS_IN_A_LINE
from mentees.models import Mentee
from mentees.permissions import MenteePermission

PAGE = 50


@dataclass(frozen=True)
class Act:
    at: datetime.datetime
    sentence: str


@dataclass(frozen=True)
class DayOfActs:
    on: datetime.date
    acts: list[Act] = field(default_factory=list)


@dataclass(frozen=True)
class OwnActs:
    days: list[DayOfActs]
    earlier: int | None  # the line where this page ends
    files: list[str]  # as the trail names them: what this page shows


@dataclass(frozen=True)
class DayOfReadings:
    on: datetime.date
    readings: list[tuple[Mentee, Reading]] = field(default_factory=list)


@dataclass(frozen=True)
class Readings:
    days: list[DayOfReadings]
    earlier: int | None
    mentees: list[Mentee]


def own_acts(user: User, before: int | None) -> OwnActs:
    """A page of one's own lines. A file that has closed since is not named any more."""
    rows = list(AuditEvent.objects.filter(actor=str(user.pk)).newest_first(before)[: PAGE + 1])
    shown = rows[:PAGE]
    named = {t for row in shown for t in row.targets[:RECORDS_IN_A_LINE] if t.startswith(FILES)}
    references = [target.removeprefix(FILES) for target in named]
    still = Mentee.objects.visible_to(user).filter(reference__in=references).order_by()
    files = {f"{FILES}{reference}" for reference in still.values_list("reference", flat=True)}
    closed = dict.fromkeys(named - files, _("a file that is not open to you"))
    days: dict[datetime.date, DayOfActs] = {}
    for row in shown:
        at = timezone.localtime(row.recorded_at)
        act = Act(at, trail.sentence(row, closed, RECORDS_IN_A_LINE))
        days.setdefault(at.date(), DayOfActs(at.date())).acts.append(act)
    return OwnActs(list(days.values()), _end(rows), sorted(files))


def readings_of_mentees(user: User, before: int | None) -> Readings:
    """A page of what others read of the files whose readings are this coach's to see."""
    mentees = Mentee.objects.permitted(user, MenteePermission.SEE_READINGS).order_by("reference")
    files = {trail.reference(mentee): mentee for mentee in mentees}
    lines = AuditEvent.objects.naming(*files).filter(kind__in=(*OPENED, LISTED))
    rows = list(lines.exclude(actor=str(user.pk)).newest_first(before)[: PAGE + 1])
    people = User.objects.in_bulk([int(row.actor) for row in rows if row.actor])
    days: dict[datetime.date, DayOfReadings] = {}
    found: dict[tuple[datetime.date, str, str], Reading] = {}
    for row in rows[:PAGE]:
        on = timezone.localtime(row.recorded_at).date()
        for target in (each for each in row.targets if each in files):
            reading = found.get((on, target, row.actor))
            if reading is None:
                name = str(people.get(int(row.actor), "")) if row.actor else ""
                reading = found[on, target, row.actor] = Reading(on, name)
                a_day = days.setdefault(on, DayOfReadings(on))
                a_day.readings.append((files[target], reading))
            reading.why = reading.why or capacities(row.capacity)
            note_time(reading, row)
    for a_day in days.values():  # what was opened stands above what was seen among others
        a_day.readings.sort(key=lambda pair: not pair[1].opened)
    shown = {mentee.pk: mentee for day in days.values() for mentee, _reading in day.readings}
    return Readings(list(days.values()), _end(rows), list(shown.values()))


def _end(rows: list[AuditEvent]) -> int | None:
    return rows[PAGE - 1].pk if len(rows) > PAGE else None
