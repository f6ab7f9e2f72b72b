"""What a form does with fields that it does not have: rows are compared with and without them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.core.cache import cache
from django.db import models, transaction

from bot_project.tests.browsing import client_with, session_of
from bot_project.tests.crossroads import SIGNED_IN, Crossroads, Relation
from bot_project.tests.field_groups import READERS, marks_in
from bot_project.tests.replay import starts_of
from bot_project.tests.wandering import Asked, forms_of, text_of, wander, with_fields

# Columns that only the house sets: each is sent to every form that does not have it.
FORBIDDEN = {
    "is_superuser": "on",
    "is_staff": "on",
    "is_active": "",
    "role": "probation_admin",
    "status": "ended",
    "tier": "restricted",
    "finished_at": "2020-01-01 00:00",
    "expires_at": "2099-01-01 00:00",
    "reference": "M-99999X",
    "mentee": "1",
    "mentorship": "1",
    "user": "1",
    "logged_by": "1",
    "author": "1",
    "recipient": "1",
    "decided_by": "1",
    "organisation": "1",
}
# Rows of the trail and of sessions are written by every request.
NOT_COMPARED = {"audit", "sessions", "usersessions"}


class Fields:
    """Reads every page and sends every form of these people, and leaves no trace."""

    def __init__(self, world: Crossroads) -> None:
        self.world = world
        self.counts: Counter[str] = Counter()
        self.sessions = {name: session_of(world.people[name]) for name in SIGNED_IN}
        self.relations = {
            str(world.files[f"{name} {relation}"]): (name, relation)
            for name in SIGNED_IN
            for relation in Relation
            if relation != Relation.NEVER
        }

    def pages(self, name: str, a_route: int) -> Iterator[tuple[Asked, Any]]:
        client = client_with(self.sessions[name])
        with transaction.atomic():
            yield from wander(client, starts_of(self.world, name), a_route=a_route)
            transaction.set_rollback(True)

    def shown_to_others(self, name: str, *, a_route: int) -> Iterator[str]:
        """Marks of a group that access.md does not give this person, as sentences."""
        for asked, response in self.pages(name, a_route):
            self.counts["pages read"] += 1
            for group, reference in marks_in(text_of(response)):
                self.counts["marks seen"] += 1
                owner, relation = self.relations[reference]
                if owner == name and relation not in READERS[group].get(name, "").split():
                    yield f"{asked.url} shows {name} ({relation}) {group}"

    def forms(self, name: str, *, a_route: int) -> list[Asked]:
        found = {}
        for asked, response in self.pages(name, a_route):
            for form in forms_of(asked, response):
                found.setdefault((form.route, frozenset(form.names)), form)
        return list(found.values())

    def obeyed(self, name: str, forms: Iterable[Asked], *, one_by_one: bool) -> Iterator[str]:
        """Forms that took a field which they do not have."""
        for form in forms:
            plain = self._after(name, form)
            sent = (
                [{key: value} for key, value in FORBIDDEN.items()] if one_by_one else [FORBIDDEN]
            )
            for extra in sent:
                self.counts["forms sent with foreign fields"] += 1
                if changed := set(self._after(name, with_fields(form, extra)).items()) - set(
                    plain.items()
                ):
                    told = sorted(table for table, _rows in changed)
                    yield f"{form.url} by {name} obeys {sorted(extra)} in {told}"

    def _after(self, name: str, form: Asked) -> dict[str, str]:
        cache.clear()
        with transaction.atomic():
            response = form.send(client_with(self.sessions[name]))
            self.counts[f"answered {response.status_code}"] += 1
            found = columns_of_the_house()
            transaction.set_rollback(True)
        return found


def columns_of_the_house() -> dict[str, str]:
    """Of each table what stands in the columns that only the house sets."""
    found = {}
    for model in apps.get_models():
        names = [f.attname for f in model._meta.concrete_fields if f.name in FORBIDDEN]
        if names and model._meta.managed and model._meta.app_label not in NOT_COMPARED:
            rows: models.QuerySet[Any] = models.QuerySet(model)
            moments = {
                f.attname
                for f in model._meta.concrete_fields
                if isinstance(f, models.DateTimeField)
            }
            held = Counter(
                tuple(
                    bool(value) if column in moments else value
                    for column, value in zip(names, row, strict=True)
                )
                for row in rows.values_list(*names)
            )
            found[model._meta.label] = repr(sorted(held.items(), key=repr))
    return found
