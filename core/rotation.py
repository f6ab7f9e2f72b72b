"""Everything that is encrypted, encrypted anew under the newest of `FIELD_KEYS`.

Past the models on purpose: the text stays the same, so there is nothing for a history or for
`save` to note, and rows that are written once keep saying what they said.
"""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction

from core import sql
from core.encryption import EncryptedTextField, cipher

BATCH = 500


@dataclass
class Rotated:
    """How one table fared, in values."""

    table: str
    changed: int = 0
    kept: int = 0  # empty, or under the newest key already
    unreadable: int = 0  # no key opens them; left as they are


ELSEWHERE: list[Callable[[], Rotated]] = []


def elsewhere(turn: Callable[[], Rotated]) -> Callable[[], Rotated]:
    """Let an app rotate what it encrypts outside a column of ours."""
    ELSEWHERE.append(turn)
    return turn


def encrypted_models() -> list[type[models.Model]]:
    """Models with an encrypted column of their own; the tables of histories are among them."""
    found = [m for m in apps.get_models(include_auto_created=True) if columns_of(m)]
    return sorted(found, key=lambda model: model._meta.db_table)


def columns_of(model: type[models.Model]) -> list[str]:
    if not model._meta.managed or model._meta.proxy:
        return []
    fields = model._meta.local_concrete_fields
    return [f.column for f in fields if isinstance(f, EncryptedTextField) and f.column]


def rotate_all() -> Iterator[Rotated]:
    """Rotate table by table; safe to break off, to repeat, and to run while people work."""
    for model in encrypted_models():
        yield rotate(model)
    for turn in ELSEWHERE:
        yield turn()


def rotate(model: type[models.Model]) -> Rotated:
    done = Rotated(model._meta.db_table)
    last: Any = None
    while True:
        with transaction.atomic():
            guarded = getattr(model, "written_once", False)
            with sql.lifted(done.table) if guarded else nullcontext():
                last = rotate_batch(model, last, done)
        if last is None:
            return done


def rotate_batch(model: type[models.Model], after: Any, done: Rotated) -> Any:
    """Rotate the rows whose key comes after this one; the last key, or None at the end."""
    quote = connection.ops.quote_name
    table, key = quote(done.table), quote(str(model._meta.pk.column))
    columns = [quote(column) for column in columns_of(model)]
    beyond, bound = ("", []) if after is None else (f"WHERE {key} > %s", [after])
    with connection.cursor() as cursor:
        # Names of our own tables and columns; every value is a parameter.
        cursor.execute(
            f"SELECT {key}, {', '.join(columns)} FROM {table} {beyond}"  # noqa: S608
            f" ORDER BY {key} LIMIT {BATCH}",
            bound,
        )
        rows = cursor.fetchall()
        for row_key, *values in rows:
            for column, old in zip(columns, values, strict=True):
                new = rotated(old, done)
                if new != old:
                    # Whoever wrote in the meantime wrote with the newest key; theirs stays.
                    cursor.execute(
                        f"UPDATE {table} SET {column} = %s"  # noqa: S608
                        f" WHERE {key} = %s AND {column} = %s",
                        [new, row_key, old],
                    )
    return rows[-1][0] if len(rows) == BATCH else None


def rotated(stored: str | None, done: Rotated) -> str | None:
    """The stored value under the newest key; counted in `done`."""
    if not stored or is_newest(stored):
        done.kept += 1
        return stored
    try:
        new = cipher().rotate(stored.encode()).decode()
    except InvalidToken:
        done.unreadable += 1
        return stored
    done.changed += 1
    return new


def is_newest(stored: str) -> bool:
    try:
        Fernet(settings.FIELD_KEYS[0]).decrypt(stored.encode())
    except InvalidToken:
        return False
    return True
