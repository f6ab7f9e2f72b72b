"""Views and triggers: SQL that migrations cannot hold.

Altering a table under a view fails, and SQLite drops a table's triggers without a word when it
rebuilds the table. So everything here is dropped before migrations run and created after them.
Views are files, `<app>/sql/<name>.sql`, with `<name>.sqlite.sql` where SQLite needs other words.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import TransactionManagementError

GUARDS = Path(__file__).parent / "guards"  # templates of the triggers, one file an engine


def view_files(vendor: str) -> Iterator[tuple[str, Path]]:
    """(name of the view, its file for this engine), from the lowest floor up."""
    for app in settings.OUR_APPS:
        folder = Path(apps.get_app_config(app).path) / "sql"
        for path in sorted(folder.glob("*.sql")):
            name, _, engine = path.name.removesuffix(".sql").partition(".")
            if engine:
                continue
            special = folder / f"{name}.{vendor}.sql"
            yield name, special if special.exists() else path


def functions() -> list[str]:
    """What PostgreSQL does for a role that may not: `<app>/sql/<name>.function.sql`."""
    folders = [Path(apps.get_app_config(app).path) / "sql" for app in settings.OUR_APPS]
    return [p.read_text() for folder in folders for p in sorted(folder.glob("*.function.sql"))]


def append_only_tables() -> list[str]:
    """Tables of `core.append_only` models, in the order of their names."""
    return sorted(m._meta.db_table for m in apps.get_models() if getattr(m, "written_once", False))


def guards_of(table: str, vendor: str) -> list[tuple[str, str]]:
    """(name of the trigger, statement that creates it) for one table that is written once."""
    if vendor == "postgresql":
        return [
            (f"{table}_written_once", _guard("row.postgresql.sql", table)),
            (f"{table}_never_emptied", _guard("truncate.postgresql.sql", table)),
        ]
    return [
        (f"{table}_never_updated", _guard("update.sqlite.sql", table)),
        (f"{table}_never_deleted", _guard("delete.sqlite.sql", table)),
    ]


def _guard(file: str, table: str) -> str:
    return (GUARDS / file).read_text().replace("{table}", table)


def drop(sender: Any = None, using: str = "default", **kwargs: Any) -> None:
    """Take views and triggers down; what is not there is passed over."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for name, _path in reversed(list(view_files(connection.vendor))):
            cursor.execute(f'DROP VIEW IF EXISTS "{name}"')
        for table in append_only_tables():
            for name, _statement in guards_of(table, connection.vendor):
                if connection.vendor != "postgresql":
                    cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
                elif table in tables:
                    cursor.execute(f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"')


def create(sender: Any = None, using: str = "default", **kwargs: Any) -> None:
    """Put them up, where the tables they speak of exist (not half-way through the migrations)."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    ours = {m._meta.db_table for m in apps.get_models() if m._meta.managed}
    if not ours <= tables:
        return
    drop(using=using)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute((GUARDS / "function.postgresql.sql").read_text())
            for statement in functions():
                cursor.execute(statement)
        for table in append_only_tables():
            for _name, statement in guards_of(table, connection.vendor):
                cursor.execute(statement)
        for name, path in view_files(connection.vendor):
            # Constant SQL of ours; a percent sign in it is no parameter.
            cursor.execute(f'CREATE VIEW "{name}" AS {path.read_text()}'.replace("%", "%%"), [])


@contextmanager
def lifted(table: str, using: str = "default") -> Iterator[None]:
    """Let this transaction change rows of a table that is written once, and nobody else.

    The guards go and come back inside the transaction, so a crash between leaves them standing.
    It has two honest uses: the same text under another key, which changes no fact; and, where the
    database has no roles, an erasure (`erase`).
    """
    connection = connections[using]
    if not connection.in_atomic_block:
        raise TransactionManagementError("Guards are lifted only inside a transaction.")
    guards = guards_of(table, connection.vendor)
    on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name, _statement in guards:
            cursor.execute(f'DROP TRIGGER "{name}"{on}')
        yield
        for _name, statement in guards:
            cursor.execute(statement)


def erase(table: str, keys: Iterable[int], approval: int) -> None:
    """Delete rows that are written once, as an approval says that two persons have confirmed.

    PostgreSQL asks for the approval itself, and does it for a role that may not delete. SQLite
    has no roles: whoever can write to the file could do anything.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT erase_rows(%s::regclass, %s, %s)", [table, [*keys], approval])
            return
        with lifted(table):
            # A table of ours; the keys are parameters.
            rows = [(key,) for key in keys]
            cursor.executemany(f'DELETE FROM "{table}" WHERE id = %s', rows)  # noqa: S608


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of views and triggers that should stand and do not, for `/readyz` and the start."""
    wanted = {name for name, _path in view_files(connection.vendor)}
    for table in append_only_tables():
        wanted |= {name for name, _statement in guards_of(table, connection.vendor)}
    if connection.vendor == "postgresql":
        found = (
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
            " UNION ALL SELECT viewname FROM pg_views"
            " WHERE schemaname = ANY (current_schemas(false))"
        )
    else:
        found = "SELECT name FROM sqlite_master WHERE type IN ('view', 'trigger')"
    with connection.cursor() as cursor:
        cursor.execute(found)
        return sorted(wanted - {name for (name,) in cursor.fetchall()})
