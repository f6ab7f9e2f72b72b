"""What the two databases need to be told differently."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models, transaction


@contextmanager
def reading_only() -> Iterator[None]:
    """Until the block ends the database refuses every write.

    SQLite refuses `atomic()` here as well (it begins by asking for the write lock), so code
    that reads opens no transaction.
    """
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
            yield
    else:
        connection.ensure_connection()
        # Past Django's cursor: it refuses to speak in a broken transaction, and the connection
        # would stay read-only for the requests that follow.
        connection.connection.execute("PRAGMA query_only=ON")
        try:
            yield
        finally:
            if connection.connection is not None:
                connection.connection.execute("PRAGMA query_only=OFF")


def insert_many(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model in one statement, however many; their keys are not read back.

    `bulk_create` needs a statement for some forty rows on SQLite.
    """
    if not rows:
        return
    fields = [f for f in rows[0]._meta.concrete_fields if not f.primary_key]
    columns = ", ".join(_named(f) for f in fields)
    values = [{f.column: _stored(f, getattr(row, f.attname)) for f in fields} for row in rows]
    into = connection.ops.quote_name(rows[0]._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {into} ({columns}) SELECT {columns} FROM {_given(fields)}",  # noqa: S608
            [json.dumps(values, default=str)],
        )


def update_many(model: type[models.Model], changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Set fields of many rows, each to values of its own, in one statement; the fields are those
    of the first. `bulk_update` takes twenty times as long."""
    if not changes:
        return
    opts = model._meta
    names = set(next(iter(changes.values())))
    fields = [field for field in opts.concrete_fields if field.name in names]
    pk = opts.pk
    values = [
        {pk.column: key, **{f.column: _stored(f, row[f.name]) for f in fields}}
        for key, row in changes.items()
    ]
    table = connection.ops.quote_name(opts.db_table)
    sets = ", ".join(f"{_named(f)} = given.{_named(f)}" for f in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {sets} FROM {_given([pk, *fields])} "  # noqa: S608
            f"WHERE {table}.{_named(pk)} = given.{_named(pk)}",
            [json.dumps(values, default=str)],
        )


def _named(field: models.Field) -> str:
    return connection.ops.quote_name(str(field.column))


def _stored(field: models.Field, value: Any) -> Any:
    if isinstance(field, models.JSONField):
        return value
    return field.get_db_prep_save(value, connection)


def _given(fields: Sequence[models.Field]) -> str:
    """One parameter, a list in JSON, as a table named `given`."""
    if connection.vendor == "postgresql":
        typed = ", ".join(f"{_named(f)} {f.rel_db_type(connection)}" for f in fields)
        return f"jsonb_to_recordset(%s::jsonb) AS given({typed})"
    taken = ", ".join(f"json_extract(value, '$.{f.column}') AS {_named(f)}" for f in fields)
    return f"(SELECT {taken} FROM json_each(%s)) AS given"  # noqa: S608
