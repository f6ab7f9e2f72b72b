"""Who was there on which day of a training, and what is still missing, in words."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.utils import formats
from django.utils.translation import gettext as _

from accounts.models import User
from core.dates import today
from core.templatetags.house import days
from training.models import Attendance, Certificate, Module, TrainingProgramme
from training.permissions import TrainingPermission

DONE, MADE_UP, MISSING = "done", "made_up", "missing"


@dataclass(frozen=True)
class Day:
    """One day of a module; `state` is done, made_up or missing."""

    module: Module
    number: int
    state: str
    on: datetime.date | None = None

    @property
    def label(self) -> str:
        return _("%(module)s, day %(number)d") % {
            "module": self.module.title,
            "number": self.number,
        }


@dataclass(frozen=True)
class Record:
    """One person in one training."""

    person: User
    programme: TrainingProgramme
    days: list[Day]
    certificate: Certificate | None

    @property
    def attended(self) -> int:
        return sum(each.state != MISSING for each in self.days)

    @property
    def missing(self) -> list[str]:
        return [each.label for each in self.days if each.state == MISSING]

    @property
    def modules(self) -> list[tuple[Module, list[Day]]]:
        of_module: dict[Module, list[Day]] = defaultdict(list)
        for each in self.days:
            of_module[each.module].append(each)
        return list(of_module.items())

    @property
    def standing(self) -> tuple[str, str]:
        """A badge and its words: certified until, lapsing soon, lapsed, or not yet."""
        if self.certificate is None:
            return "plan", _("not yet certified")
        ends = self.certificate.valid_until
        words = {
            "standing": self.certificate.get_standing_display(),
            "day": formats.date_format(ends, "SHORT_DATE_FORMAT"),
        }
        if ends < today():
            return "late", _("lapsed %(day)s") % words
        if ends <= today() + settings.CERTIFICATE_LAPSES_SOON:
            return "soon", _("lapses %(days)s, %(day)s") % {**words, "days": days(ends)}
        kind = "done" if self.certificate.standing == Certificate.Standing.FULL else "now"
        return kind, _("%(standing)s until %(day)s") % words


@dataclass(frozen=True)
class Matrix:
    """A training: people down, days across."""

    programme: TrainingProgramme
    modules: list[Module]
    records: list[Record]
    lapsing: int


def own_records(user: User) -> list[Record]:
    """What this person has of each training that they began; three queries."""
    attended = Attendance.objects.permitted(user, TrainingPermission.VIEW_ATTENDANCE)
    given = Certificate.objects.permitted(user, TrainingPermission.VIEW_CERTIFICATE)
    return _records(attended.filter(attendee=user), given.filter(holder=user))


def matrices(user: User) -> list[Matrix]:
    """Every training that this person organises; four queries, however many people."""
    programmes = TrainingProgramme.objects.permitted(user, TrainingPermission.VIEW_PROGRAMME)
    attended = Attendance.objects.permitted(user, TrainingPermission.VIEW_ATTENDANCE)
    given = Certificate.objects.permitted(user, TrainingPermission.VIEW_CERTIFICATE)
    of_programme: dict[int, list[Record]] = defaultdict(list)
    for record in _records(attended, given):
        of_programme[record.programme.pk].append(record)
    return [_matrix(programme, of_programme[programme.pk]) for programme in programmes]


def _matrix(programme: TrainingProgramme, records: list[Record]) -> Matrix:
    return Matrix(
        programme,
        modules=[module for module, _days in records[0].modules] if records else [],
        records=records,
        lapsing=sum(record.standing[0] == "soon" for record in records),
    )


def _records(attended: QuerySet[Attendance], given: QuerySet[Certificate]) -> list[Record]:
    people: dict[tuple[int, int], tuple[User, TrainingProgramme]] = {}
    there: dict[tuple[int, int], dict[tuple[int, int], Attendance]] = defaultdict(dict)
    newest: dict[tuple[int, int], Certificate] = {}
    for attendance in attended.select_related("attendee", "course_day__run__programme"):
        course_day = attendance.course_day
        programme = course_day.run.programme
        key = (attendance.attendee_id, programme.pk)
        people[key] = attendance.attendee, programme
        there[key][course_day.module_id, course_day.day_number] = attendance
    for certificate in given.select_related("holder", "programme").order_by("valid_until"):
        key = (certificate.holder_id, certificate.programme_id)
        people.setdefault(key, (certificate.holder, certificate.programme))
        newest[key] = certificate
    modules = _modules({programme for _person, programme in people})
    records = [
        Record(person, programme, _days(modules[programme.pk], there[key]), newest.get(key))
        for key, (person, programme) in people.items()
    ]
    return sorted(records, key=lambda record: (record.person.name, record.programme.name))


def _modules(programme_keys: Iterable[int]) -> dict[int, list[Module]]:
    found: dict[int, list[Module]] = defaultdict(list)
    modules = Module.objects.filter(programme__in=list(programme_keys))
    for module in modules.order_by("programme", "number"):
        found[module.programme_id].append(module)
    return found


def _days(modules: list[Module], there: dict[tuple[int, int], Attendance]) -> list[Day]:
    days_of = []
    for module in modules:
        for number in range(1, module.days + 1):
            attendance = there.get((module.pk, number))
            if attendance is None:
                days_of.append(Day(module, number, MISSING))
            elif attendance.made_up_on is not None:
                days_of.append(Day(module, number, MADE_UP, attendance.made_up_on))
            else:
                days_of.append(Day(module, number, DONE, attendance.course_day.held_on))
    return days_of
