"""Every kind of tampering with the trail, at a hundred places each: all of it is found.

`SEED` in the environment repeats a run; the seed of each run is printed.
"""

import datetime
import json
import os
import random
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from audit.models import AuditEvent, Seal
from audit.operations import seal_trail
from audit.sealing import FORM, lines
from audit.verification import Verification
from core import sql

pytestmark = [pytest.mark.long, pytest.mark.django_db]
SEED = int(os.environ.get("SEED") or random.randrange(2**32))
PLACES = 100
SEALS, UNDER_A_SEAL = 20, 12
TABLE, SEAL_TABLE = AuditEvent._meta.db_table, Seal._meta.db_table
COLUMNS = "kind, act, actor, capacity, targets, details, request_id, recorded_at"


def execute(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def edit(key: int, column: str, value: object) -> None:
    execute(f"UPDATE {TABLE} SET {column} = %s WHERE id = %s", value, key)


def exchange(table: str, column: str, one: int, other: int) -> None:
    for old, new in ((one, 10**9), (other, one), (10**9, other)):
        execute(f"UPDATE {table} SET {column} = %s WHERE {column} = %s", new, old)


def seal_over(key: int) -> Seal:
    return Seal.objects.get(first_event__lte=key, last_event__gte=key)


def another(key: int) -> int:
    """The line opposite: half the trail away, so never the same."""
    keys = list(AuditEvent.objects.order_by("pk").values_list("pk", flat=True))
    return keys[(keys.index(key) + len(keys) // 2) % len(keys)]


def put_in(key: int) -> None:
    """Keys of the trail are even: this one is free. Dated as its neighbour is."""
    execute(
        f"INSERT INTO {TABLE} (id, {COLUMNS}) SELECT id + 1, {COLUMNS} FROM {TABLE} WHERE id = %s",
        key,
    )
    edit(key + 1, "recorded_at", timezone.now() - datetime.timedelta(hours=1))
    seal_trail()  # it is not made good by the next seal


def play_again(key: int) -> None:
    taken = ", ".join(
        f"{column} = (SELECT {column} FROM {TABLE} WHERE id = %s)"
        for column in COLUMNS.split(", ")
    )
    others = [another(key)] * len(COLUMNS.split(", "))
    execute(f"UPDATE {TABLE} SET {taken} WHERE id = %s", *others, key)


def cut(key: int) -> None:
    execute(f"DELETE FROM {SEAL_TABLE} WHERE number >= %s", seal_over(key).number)
    last = Seal.objects.last()
    execute(f"DELETE FROM {TABLE} WHERE id > %s", last.last_event if last else 0)


def give_it_a_mark(key: int) -> None:
    seal = seal_over(key)
    edit(key, "actor", "forged")
    under = Q(pk__gte=seal.first_event, pk__lte=seal.last_event)
    rows = json.dumps([[line.key, line.mark] for line in lines(FORM, under)])
    execute(f"UPDATE {SEAL_TABLE} SET rows = %s WHERE number = %s", rows, seal.number)


def make_anew(key: int) -> None:
    execute(f"DELETE FROM {SEAL_TABLE} WHERE number >= %s", seal_over(key).number)
    edit(key, "actor", "forged")
    seal_trail()


TAMPERING: dict[str, Callable[[int], None]] = {
    "who": lambda key: edit(key, "actor", "forged"),
    "which records": lambda key: edit(key, "targets", '["mentees.mentee:M-x"]'),
    "when": lambda key: edit(key, "recorded_at", timezone.now() - datetime.timedelta(hours=1)),
    "a line deleted": lambda key: execute(f"DELETE FROM {TABLE} WHERE id = %s", key),
    "a line put in": put_in,
    "two lines exchanged": lambda key: exchange(TABLE, "id", key, another(key)),
    "an earlier line played again": play_again,
    "all lines cut from here": lambda key: execute(f"DELETE FROM {TABLE} WHERE id >= %s", key),
    "lines and seals cut": cut,
    "a seal taken out": lambda key: execute(
        f"DELETE FROM {SEAL_TABLE} WHERE number = %s", seal_over(key).number
    ),
    "two seals exchanged": lambda key: exchange(
        SEAL_TABLE, "number", seal_over(key).number, seal_over(another(key)).number
    ),
    "a line with a new mark": give_it_a_mark,
    "the chain made anew with the key": make_anew,
}


@pytest.fixture
def trail(settings, tmp_path) -> list[int]:
    """The keys of a sealed trail whose owner has taken the triggers down."""
    settings.TRAIL_HEADS = tmp_path / "trail-heads.log"
    for seal in range(SEALS):
        numbers = range(seal * UNDER_A_SEAL, (seal + 1) * UNDER_A_SEAL)
        AuditEvent.objects.bulk_create(
            AuditEvent(pk=2 * n + 2, kind="listed", act="consult", actor=str(n), targets=[str(n)])
            for n in numbers
        )
        seal_trail()
    sql.drop()
    yield [*AuditEvent.objects.order_by("pk").values_list("pk", flat=True)]
    sql.create()


@pytest.mark.parametrize("kind", TAMPERING)
def test_is_found_wherever_it_is_done(kind, trail, tell):
    # Without the last: what is put in behind it lies in the declared gap.
    places = random.Random(SEED).sample(trail[:-1], PLACES)
    missed = []
    for key in places:
        undone = transaction.savepoint()
        TAMPERING[kind](key)
        if not Verification().first:
            missed.append(key)
        transaction.savepoint_rollback(undone)
    tell(f"{kind}: {PLACES - len(missed)} of {PLACES} places found (SEED={SEED})")
    assert not missed
    assert not Verification().first, "the control: undone, the trail is sound"
