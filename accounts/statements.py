"""Queries that are composed once a day and asked often.

To compose a rule costs the ORM more than its answer costs the database. So a query is compiled
once, with places left open: who asks, about which rows, at what moment. To plan it costs
PostgreSQL more as well: so each connection has it prepared, under a name, and it is planned a few
times and then no more.
"""

import datetime
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import suppress
from functools import lru_cache, partial
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from django.core.exceptions import EmptyResultSet
from django.db import connection, connections, models
from django.db.models import BooleanField, Expression, F, Func
from django.db.models.query import get_related_populators

Sql = tuple[str, tuple[Any, ...]]  # with its parameters


class Place(Expression):
    """Stands in a query for what is known only when it is asked."""

    def __init__(self, name: str, output_field: models.Field) -> None:
        super().__init__(output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Sql:
        return "%s", (self,)


PERSON = Place("person", models.BigIntegerField())
ROWS = Place("rows", models.BigIntegerField())
PART = Place("part", models.CharField())
NOW = Place("now", models.DateTimeField())
YES = BooleanField()
# By connection, the names of what it has prepared; each holds a plan in the server's memory.
PREPARED: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()
PREPARED_AT_MOST = 200


def one_of(column: str, place: Place) -> Func:
    """A condition, for a place that will hold a list or a subquery in parentheses."""
    return Func(F(column), place, template="%(expressions)s", arg_joiner=" IN ", output_field=YES)


class Arm(NamedTuple):
    """The query that `compose` makes of a subject on a day."""

    compose: Callable[[Any, datetime.date], models.QuerySet]
    subject: Hashable
    on: datetime.date

    def filled(self, using: str, known: dict[str, Any]) -> Sql:
        """Its SQL, with each place filled by a value, by SQL or by a place again.

        Raises EmptyResultSet.
        """
        composed = _compiled(self, using)
        pieces, values = composed.sql.split("%s"), list[Any]()
        for number, param in enumerate(composed.params):
            here = _at(param, known, using) if isinstance(param, Place) else ("%s", (param,))
            pieces[number] += here[0]
            values += here[1]
        return "".join(pieces), tuple(values)


def _at(place: Place, known: dict[str, Any], using: str) -> Sql:
    filling = known[place.name]
    if isinstance(filling, tuple):
        return filling
    if isinstance(filling, Place):
        return "%s", (filling,)
    return "%s", (place.output_field.get_db_prep_value(filling, connections[using]),)


class Composed(NamedTuple):
    """Its SQL, with places among the parameters, and what becomes of the rows that it gives."""

    sql: str
    params: tuple[Any, ...]
    convert: Callable[[Iterable[Any]], Iterable[Any]]
    made: Callable[[Any], Any]  # what a row stands for: a model, or values


@lru_cache(maxsize=4096)
def _compiled(arm: Arm, using: str) -> Composed:
    rows = arm.compose(arm.subject, arm.on)
    query = (rows if rows.query.is_sliced else rows.order_by()).query
    compiler = query.get_compiler(using)
    sql, params = compiler.as_sql()
    converters = compiler.get_converters([column for column, *_ in compiler.select])
    convert = partial(compiler.apply_converters, converters=converters)
    return Composed(sql, params, convert, _maker(compiler, using))


def _maker(compiler: Any, using: str) -> Callable[[Any], Any]:
    """Makes of a row a model, with those that it joins, as a queryset would; values stay so."""
    if compiler.klass_info is None:
        return tuple
    model, columns = compiler.klass_info["model"], compiler.klass_info["select_fields"]
    names = [compiler.select[column][0].target.attname for column in columns]
    related = (compiler.klass_info, compiler.select, using)
    joined = get_related_populators(*related)  # type: ignore[call-arg]  # stubs of a later Django
    annotated = compiler.annotation_col_map or {}

    def made(row: Any) -> Any:
        found = model.from_db(using, names, [row[column] for column in columns])
        for each in joined:
            each.populate(row, found)
        for name, column in annotated.items():
            setattr(found, name, row[column])
        return found

    return made


forget = _compiled.cache_clear


def union(arms: Iterable[tuple[Arm, dict[str, Any]]], using: str) -> Sql:
    """All that these give, each with what fills its places. Raises EmptyResultSet."""
    statements: list[str] = []
    params: list[Any] = []
    for arm, known in arms:
        try:
            sql, values = arm.filled(using, known)
        except EmptyResultSet:
            continue
        statements.append(sql)
        params += values
    if not statements:
        raise EmptyResultSet
    return " UNION ALL ".join(statements), tuple(params)


def ask(
    arms: Iterable[tuple[Arm, dict[str, Any]]], *, of_many: bool = False
) -> list[tuple[Any, ...]]:
    """The rows that these give, in one query; any of them knows the kinds of all columns.

    What is asked `of_many` rows is planned each time: a plan for lists of any kind took twice as
    long for fifty files as one for that list; for one file a fiftieth.
    """
    asked = list(arms)
    try:
        statement = union(asked, connection.alias)
    except EmptyResultSet:
        return []
    composed = next(_composed(asked, connection.alias))
    return _rows(composed, *(statement if of_many else _planned(*statement)))


def first(arm: Arm, known: dict[str, Any]) -> Any:
    """The first row that this gives, as its model, or None."""
    try:
        statement = arm.filled(connection.alias, known)
    except EmptyResultSet:
        return None
    composed = _compiled(arm, connection.alias)
    return next(map(composed.made, _rows(composed, *_planned(*statement))), None)


def _rows(composed: Composed, sql: str, params: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [tuple(row) for row in composed.convert(cursor.fetchall())]


def _planned(sql: str, params: tuple[Any, ...]) -> Sql:
    """The same under the name by which this connection knows it, where it is PostgreSQL."""
    if connection.vendor != "postgresql":
        return sql, params
    connection.ensure_connection()
    names = PREPARED.setdefault(connection.connection, {})
    if sql not in names:
        if len(names) >= PREPARED_AT_MOST:
            return sql, params
        # Past Django's cursor: it is no question yet. The name outlives a transaction that fails.
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            head, *pieces = (piece.replace("%%", "%") for piece in sql.split("%s"))
            numbered = "".join(f"${number}{piece}" for number, piece in enumerate(pieces, 1))
            cursor.execute(f"PREPARE asked_{len(names)} AS {head}{numbered}")
        names[sql] = f"asked_{len(names)}"
    places = ", ".join(["%s"] * len(params))
    return f"EXECUTE {names[sql]}" + (f" ({places})" if places else ""), params


def _composed(arms: list[tuple[Arm, dict[str, Any]]], using: str) -> Iterator[Composed]:
    for arm, _known in arms:
        with suppress(EmptyResultSet):
            yield _compiled(arm, using)


class Among(Func):
    """A condition: the key is one of those that some arms give."""

    output_field = BooleanField()

    def __init__(self, key: Any, arms: tuple[Arm, ...], known: dict[str, Any]) -> None:
        super().__init__(key)
        self.arms, self.known = arms, known

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        key, params = compiler.compile(self.source_expressions[0])
        sql, values = union(((arm, self.known) for arm in self.arms), connection.alias)
        return f"{key} IN ({sql})", (*params, *values)
