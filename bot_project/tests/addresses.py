"""The table of addresses and its cells: who asks for what, how, standing how to the row.

`docs/address-matrix.csv` is kept by hand from access.md; nothing here asks a rule. One line is
one address and what it answers to whoever is let in, as `GET=200 POST=302`; a method that no
line of the address names is 405. Then, for each person:

    y      let in                       o s c r h g   let in to rows to which they stand so
    x      403, a page of another role  h!            403: in sight, but not theirs to do
    -      404, whichever row it is     door          sent to sign in
    302    exactly this answer

A row that a person may not see is 404, like one that never was; each refusal is in the trail.
"""

import csv
import hashlib
import random
import re
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import URLPattern, get_resolver, resolve

from accounts.roles import Role
from audit.models import AuditEvent
from bot_project.tests.browsing import client_with, session_of
from bot_project.tests.crossroads import NOBODY, SIGNED_IN, Crossroads, Relation

TABLE = settings.BASE_DIR / "docs" / "address-matrix.csv"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
EVERYBODY = [*SIGNED_IN, NOBODY]
DOOR, REFUSED, HIDDEN, NO_SUCH_METHOD = "door", "403", "404", "405"
# Addresses of allauth that a line above theirs in `bot_project.urls` closes.
NEVER_REACHED = {
    "accounts/confirm-email/",
    "accounts/password/reset/key/done/",
    r"accounts/^confirm-email/(?P<key>[-:\w]+)/$",
    r"accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
    *(f"accounts/3rdparty/{rest}" for rest in ("", "login/cancelled/", "login/error/", "signup/")),
    *(f"accounts/social/{rest}" for rest in ("login/cancelled/", "login/error/")),
    *(f"accounts/social/{rest}" for rest in ("signup/", "connections/")),
}
NEW = uuid.UUID(int=99)  # a key under which nothing was begun yet
REFERENCE = re.compile(r"M-[0-9]{5}[A-Z]")
# Where an auditor meets files of all: that they exist, and who opened them, never what they say.
NAMES_FILES_OF_ALL = {
    (Role.AUDITOR, address)
    for address in ("/trail/", "/emergency/review/", "/mentees/{reference}/record/")
}
# Whoever walked there once gets the words back that came too late, under the same 404.
GIVES_BACK = {
    (address, relation)
    for address in ("/sessions/{mentorship}/closing/", "/sessions/{mentorship}/closing/add/")
    for relation in (Relation.WALKED, Relation.BARRED)
}
# What may change while a page is read: the trail, and the session of whoever reads.
WRITTEN_BY_READING = {
    "audit_auditevent",
    "audit_wording",
    "django_session",
    "usersessions_usersession",
}
CHANGES = re.compile(
    r'\s*(?:INSERT\s(?:OR \w+ )?INTO|UPDATE|DELETE\sFROM|REPLACE\sINTO|WITH)\s+"?(?P<table>\w+)',
    re.IGNORECASE,
)


class Line(NamedTuple):
    address: str
    answers: dict[str, str]  # method -> status for whoever is let in
    people: dict[str, str]

    @property
    def has_row(self) -> bool:
        return "{" in self.address.replace("{new}", "")


class Cell(NamedTuple):
    line: Line
    method: str
    person: str
    relation: Relation | None

    def __str__(self) -> str:
        standing = f" ({self.relation})" if self.relation else ""
        return f"{self.method} {self.line.address} by {self.person}{standing}"

    @property
    def has_bytes_of_a_404(self) -> bool:
        """Is its 404 the page that everybody gets of what never was?"""
        gives_back = (self.line.address, self.relation) in GIVES_BACK
        return self.method != "HEAD" and not (gives_back and self.person == Role.MENTOR)


class Due(NamedTuple):
    """What the table says of a cell."""

    status: str
    is_denial: bool = False


def read_table() -> list[Line]:
    with TABLE.open(newline="") as file:
        lines = list(csv.DictReader(file))
    return [
        Line(
            line.pop("address"),
            dict(answer.split("=") for answer in line.pop("answers").split()),
            line,
        )
        for line in lines
    ]


def routes(resolver: Any = None, prefix: str = "") -> Iterator[str]:
    """Every route of the URLconf."""
    for found in (resolver or get_resolver()).url_patterns:
        route = prefix + str(found.pattern)
        if isinstance(found, URLPattern):
            yield route
        else:
            yield from routes(found, route)


def without_a_line(table: Iterable[Line], keys: dict[str, Any]) -> set[str]:
    """Routes to which no address of the table leads, whatever row of these stands in it."""
    filled = (line.address.partition("?")[0].format(new=NEW, **keys) for line in table)
    known = {resolve(path).route.replace("^", "") for path in filled}
    return {route for route in routes() if route.replace("^", "") not in known} - NEVER_REACHED


def cells(table: Iterable[Line]) -> list[Cell]:
    """Every cell: what no line of an address names is asked too, and is 405."""
    table = list(table)
    named = {(line.address, method) for line in table for method in line.answers}
    found = []
    for line in table:
        first = next(each for each in table if each.address == line.address)
        for method in METHODS:
            head_of_get = method == "HEAD" and "HEAD" not in line.answers
            is_here = method in line.answers or (head_of_get and "GET" in line.answers)
            is_nowhere = (
                line is first
                and not {
                    (line.address, method),
                    (line.address, "GET" if method == "HEAD" else method),
                }
                & named
            )
            if is_here or is_nowhere:
                found += _cells_of(line, method)
    return found


def _cells_of(line: Line, method: str) -> Iterator[Cell]:
    for person in EVERYBODY:
        standing: list[Relation | None] = list(Relation) if line.has_row else [None]
        if line.has_row and person == NOBODY:
            standing = [Relation.AREA]
        for relation in standing:
            yield Cell(line, method, person, relation)


def sample(every: list[Cell], size: int, seed: int) -> list[Cell]:
    """Some cells, always the same for a seed: of each person at each address at least one."""
    shuffled = list(every)
    random.Random(seed).shuffle(shuffled)
    firsts = {(cell.line.address, cell.person): cell for cell in reversed(shuffled)}
    chosen = list(firsts.values())
    rest = (cell for cell in shuffled if firsts[cell.line.address, cell.person] is not cell)
    return [*chosen, *islice(rest, size - len(chosen))]


def due(cell: Cell) -> Due:  # noqa: PLR0911 One line a word of the table reads best.
    """What the table says: the first of these that holds."""
    says, named = cell.line.people[cell.person], cell.line.answers
    answer = named.get(cell.method) or (cell.method == "HEAD" and named.get("GET"))
    if says == DOOR:
        return Due(DOOR)
    if not answer:
        return Due(NO_SUCH_METHOD)
    if says.isdigit():
        return Due(says)
    if says == "x":
        return Due(REFUSED, is_denial=True)
    if answer == NO_SUCH_METHOD:
        return Due(NO_SUCH_METHOD)
    if cell.relation is None and says == "y":
        return Due(answer)
    for letter in says.split():
        if letter[0] == cell.relation or (letter[0] == "y" and cell.relation != Relation.NEVER):
            return Due(REFUSED, is_denial=True) if letter.endswith("!") else Due(answer)
    return Due(HIDDEN, is_denial=True)


class Sweep:
    """Asks cell by cell, each in a world in which the one before has left no trace."""

    def __init__(self, world: Crossroads) -> None:
        self.world = world
        self.counts: Counter[str] = Counter()
        self.sessions = {NOBODY: ""}
        self.in_sight = {name: world.in_sight(name) for name in SIGNED_IN}
        self.hidden: dict[tuple[str, bool], bytes] = {}  # the bytes of a 404, by person and API
        for name in SIGNED_IN:
            self.sessions[name] = session_of(world.people[name])
        self.before = fingerprints()

    def address(self, cell: Cell) -> str:
        keys = {}
        if cell.relation is not None:
            person = SIGNED_IN[0] if cell.person == NOBODY else cell.person
            keys = self.world.keys[person, cell.relation]
        return cell.line.address.format(new=NEW, **keys)

    def send(self, cell: Cell, **options: Any) -> HttpResponse:
        form = "application/x-www-form-urlencoded" if cell.method == "POST" else ""
        client = client_with(self.sessions[cell.person], **options)
        return client.generic(cell.method, self.address(cell), content_type=form)

    def faults(self, asked: Iterable[Cell]) -> Iterator[str]:
        """Each difference between the table and the house, as a sentence."""
        for cell in asked:
            self.counts["cells"] += 1
            with transaction.atomic():
                denials = AuditEvent.objects.filter(act="denial")
                before = denials.count()
                response = self.send(cell)
                recorded = denials.count() - before
                transaction.set_rollback(True)
            for fault in self._faults(cell, response, recorded):
                yield f"{cell}: {fault}"

    def _faults(self, cell: Cell, response: HttpResponse, recorded: int) -> Iterator[str]:
        wanted, found = due(cell), answer_of(response)
        self.counts[found] += 1
        if found != wanted.status:
            yield f"{found} instead of {wanted.status}"
        elif wanted.is_denial and not recorded:
            yield f"{found} without a line in the trail"
        elif found == HIDDEN and wanted.is_denial and cell.has_bytes_of_a_404:
            kind = (cell.person, cell.line.address.startswith("/api/"))
            body = self.hidden.setdefault(kind, response.content)
            if response.content != body:
                yield "404 in other bytes than elsewhere"
        if cell.person != NOBODY and (cell.person, cell.line.address) not in NAMES_FILES_OF_ALL:
            shown = set(REFERENCE.findall(response.getvalue().decode(errors="replace")))
            if strange := shown - self.in_sight[cell.person]:
                yield f"shows {sorted(strange)}"

    def writes_of_reading(self, asked: Iterable[Cell]) -> Iterator[str]:
        """Tables in which asking to read has changed a row."""
        for cell in asked:
            with transaction.atomic(), changes() as touched:
                self.send(cell)
                if touched and (changed := differing(self.before, fingerprints())):
                    yield f"{cell} writes {changed}"
                transaction.set_rollback(True)
            self.counts["read, and nothing written"] += 1

    def answers_without_a_token(self, asked: Iterable[Cell]) -> Iterator[str]:
        """What is answered to a form without its token, other than a refusal; what it writes."""
        for cell in asked:
            with transaction.atomic(), changes() as touched:
                found = answer_of(self.send(cell, enforce_csrf_checks=True))
                if found != REFUSED:
                    yield f"{cell} without a token: {found}"
                if touched and (changed := differing(self.before, fingerprints())):
                    yield f"{cell} without a token writes {changed}"
                transaction.set_rollback(True)
            self.counts["refused without a token"] += 1

    def told(self) -> str:
        """How much was asked, and what came."""
        return ", ".join(f"{number} {what}" for what, number in self.counts.most_common())


def answer_of(response: HttpResponse) -> str:
    if response.status_code == 302 and "/login/?next=" in response.url:
        return DOOR
    return str(response.status_code)


def fingerprints() -> dict[str, str]:
    """What each table holds, as a digest: all rows, all columns."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            if model._meta.managed and table not in WRITTEN_BY_READING:
                cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
                found[table] = hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()
    return found


def differing(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return sorted(table for table in before if before[table] != after[table])


@contextmanager
def changes() -> Iterator[set[str]]:
    """The tables into which the block writes, apart from what reading writes as well."""
    touched: set[str] = set()

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = CHANGES.match(sql)
        if found and found["table"] not in WRITTEN_BY_READING:
            touched.add(found["table"])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield touched
