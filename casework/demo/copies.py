"""The larger scales: the demonstration many times over, made in the database itself.

People and files are copied side by side, each copy with keys of its own, so every table keeps the
proportions of a believable scheme. More files than people are copied: a mentor walks with ten.
A statement a table does it, and text stays encrypted as it is: a copy bears the names and notes of
its original. Not copied are notices, drafts, and what people edited before (`history`).
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, models

from accounts.models import RoleAssignment, User
from accounts.roles import Role
from core.references import LETTERS
from mentors.models import Absence, CoachAssignment, Mentor, MentorLoan
from mentorships.models import MentoringSession
from training.models import Attendance, Certificate

Model = type[models.Model]


class Scale(NamedTuple):
    """How many times the people and the files of the demonstration are there."""

    people: int
    files: int


SCALES = {
    "pilot": Scale(1, 1),
    "national": Scale(people=50, files=125),
    "european": Scale(people=2000, files=5000),
}
PEOPLE: set[Model] = {
    *(User, EmailAddress, RoleAssignment, Mentor, CoachAssignment, Absence, MentorLoan),
    *(Attendance, Certificate),
}
# An area does not get more administrators, nor the scheme more auditors.
WORKING = f"WHERE s.role IN ('{Role.MENTOR}', '{Role.COACH}', '{Role.CASEWORKER}')"
AT_ONCE = 500  # copies a statement
# Six digits and their letter. The factor has no divisor in common with 900 000, so each number
# comes once, and in no sequence.
NUMBER = "(100000 + ({key}) * 7368787 % 900000)"
LETTER = f"substr('{LETTERS}', CAST({{number}} % {len(LETTERS)} AS integer) + 1, 1)"


def copy(scale: Scale, of: Iterable[Model], progress: Callable[[float, str], None]) -> None:
    """Make the scheme that is in the database as large as `scale`; the models in their order."""
    copying = Copying(scale, list(of))
    with _unindexed(copying.steps):
        copying.run(progress)
    with connection.cursor() as cursor:
        for reset in connection.ops.sequence_reset_sql(no_style(), list(copying.steps)):
            cursor.execute(reset)
        cursor.execute("ANALYZE")


class Copying:
    """Copies of the rows of some models; `steps` is how far the keys of two copies are apart."""

    def __init__(self, scale: Scale, of: list[Model]) -> None:
        self.scale = scale
        self.steps = {model: _highest(model) for model in of}

    def run(self, progress: Callable[[float, str], None]) -> None:
        calls = self.steps.get(MentoringSession, 0)
        done, total = 0, sum(self.steps.values()) + calls
        for model, step in self.steps.items():
            values = {field.column: self._value(model, field) for field in _fields(model)}
            which = WORKING if model is RoleAssignment else ""
            for part in self._insert(model, values, which):
                progress((done + part * step) / total, str(model._meta.verbose_name_plural))
            done += step
        for part in self._calls() if calls else ():
            progress((done + part * calls) / total, "calls")

    def _calls(self) -> Iterator[float]:
        """Between two meetings they spoke on the telephone: three days before each."""
        values = {f.column: self._value(MentoringSession, f) for f in _fields(MentoringSession)}
        values |= {
            "id": f"s.id + (n.k + {self.scale.files}) * {self.steps[MentoringSession]}",
            "uuid": _digest("s.uuid", "n.k", "'call'"),
            "held_on": _before("s.held_on", 3),
            "finished_at": _before("s.finished_at", 3),
            "status": f"'{MentoringSession.Status.HELD}'",
            "modality": f"'{MentoringSession.Modality.PHONE}'",
            "started_at": "'17:30'",
            "minutes": "15",
            "purpose": f"'{MentoringSession.Purpose.PRACTICAL}'",
            **dict.fromkeys(("place", "cancelled_by", "cancel_reason"), "''"),
            **dict.fromkeys(("institution_id",), "NULL"),
        }
        walks = "JOIN mentorships_mentorship w ON w.id = s.mentorship_id"
        begun = f"{_before('s.held_on', 3)} >= w.started_on"
        yield from self._insert(MentoringSession, values, f"{walks} WHERE {begun}")

    def _insert(self, model: Model, values: dict[str, str], which: str = "") -> Iterator[float]:
        quoted, table = connection.ops.quote_name, model._meta.db_table
        copies = self.scale.people if model in PEOPLE else self.scale.files
        for first in range(1, copies, AT_ONCE):
            last = min(first + AT_ONCE, copies) - 1
            yield first / copies
            with connection.cursor() as cursor:
                cursor.execute(
                    f"INSERT INTO {table} ({', '.join(map(quoted, values))})"
                    f" WITH RECURSIVE n(k) AS"
                    f" (SELECT {first} UNION ALL SELECT k + 1 FROM n WHERE k < {last})"
                    f" SELECT {', '.join(values.values())} FROM n CROSS JOIN"
                    f" (SELECT * FROM {table} WHERE id <= {self.steps[model]}) s {which}"
                )

    def _value(self, model: Model, field: Any) -> str:
        """What stands in this column of copy k."""
        column = f"s.{connection.ops.quote_name(field.column)}"
        if field.primary_key:
            return f"{column} + n.k * {self.steps[model]}"
        if field.related_model in self.steps:
            return f"{column} + {self._nth(model, field)} * {self.steps[field.related_model]}"
        if isinstance(field, models.UUIDField):
            return _digest(column, "n.k")
        number = NUMBER.format(key=f"s.id + n.k * {self.steps[model]}")
        own = {
            "mentee.reference": _reference(number),
            "user.email": f"'c' || n.k || '.' || {column}",
            "emailaddress.email": f"'c' || n.k || '.' || {column}",
            "user.name": f"{column} || ' ' || n.k",
            "user.password": "'!'",  # nobody signs in as a copy
            "user.is_staff": "FALSE",
            "user.is_superuser": "FALSE",
        }
        return own.get(f"{model._meta.model_name}.{field.name}", column)

    def _nth(self, model: Model, field: Any) -> str:
        """Which copy of the people belongs to copy k of a file."""
        if field.related_model in PEOPLE and model not in PEOPLE:
            return f"(n.k * {self.scale.people} / {self.scale.files})"
        return "n.k"


def _fields(model: Model) -> list[Any]:
    return list(model._meta.concrete_fields)


def _highest(model: Model) -> int:
    return model._base_manager.aggregate(models.Max("pk"))["pk__max"] or 0


def _reference(number: str) -> str:
    return f"'{settings.REFERENCE_PREFIX}-' || {number} || {LETTER.format(number=number)}"


def _digest(*parts: str) -> str:
    whole = f"MD5({' || '.join(f'CAST({part} AS text)' for part in parts)})"
    return f"CAST({whole} AS uuid)" if connection.vendor == "postgresql" else whole


def _before(column: str, days: int) -> str:
    if connection.vendor == "postgresql":
        return f"({column} - {days} * INTERVAL '1 day')::" + (
            "date" if column.endswith("_on") else "timestamptz"
        )
    return f"{'date' if column.endswith('_on') else 'datetime'}({column}, '-{days} days')"


@contextmanager
def _unindexed(of: Iterable[Model]) -> Iterator[None]:
    """PostgreSQL fills an index and checks a key sooner once than row by row."""
    if connection.vendor != "postgresql":
        yield
        return
    tables = [model._meta.db_table for model in of]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        cursor.execute(
            "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)"
            " FROM pg_constraint WHERE contype IN ('f', 'u') AND conrelid = ANY(%s::regclass[])"
            " ORDER BY contype",
            [tables],
        )
        keys = cursor.fetchall()
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid = ANY(%s::regclass[]) AND NOT EXISTS"
            " (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)",
            [tables],
        )
        indexes = cursor.fetchall()
        for table, name, _definition in keys:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield
        for _name, definition in indexes:
            cursor.execute(definition)
        for table, name, definition in reversed(keys):  # what is unique, then what points at it
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
