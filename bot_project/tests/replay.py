"""What one person asks, asked again by five who have nothing to do with that person's files."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from django.core.cache import cache
from django.db import transaction

from accounts.roles import Role
from bot_project.tests.addresses import (
    HIDDEN,
    NEW,
    REFERENCE,
    answer_of,
    cells,
    changes,
    differing,
    due,
    fingerprints,
    read_table,
)
from bot_project.tests.browsing import client_with, session_of
from bot_project.tests.crossroads import ROLES, Crossroads, Relation
from bot_project.tests.wandering import Asked, forms_of, text_of, wander

# They hold their roles in a third area, where no file of the recorded person lies. Whoever works
# for the whole scheme is not among them: what they may see of others the table of addresses says.
STRANGERS = [
    Role.MENTOR,
    Role.COACH,
    Role.PROBATION_ADMIN,
    Role.CASEWORKER,
    Role.AGENCY_PARTNER,
]
RECORDED = [*ROLES, "technical"]
# Milestone templates belong to no file and no area: every administrator reads the same.
EVERYBODYS = "/admin/release_plans/"
# Each mentor has these for themselves: a month of their own, a note of their own to be written.
OF_ONESELF = re.compile(r"/expenses/\d{4}-\d{1,2}/$|/reflections/write/$")
FAR = "c"


class Replay:
    """Each request in a world in which the one before has left no trace."""

    def __init__(self, world: Crossroads) -> None:
        self.world = world
        self.counts: Counter[str] = Counter()
        world._area(FAR)
        for role in STRANGERS:
            world.person(f"far_{role}", role, FAR)
        self.people = [*RECORDED, *(f"far_{role}" for role in STRANGERS)]
        self.sessions = {name: session_of(world.people[name]) for name in self.people}
        self.before = fingerprints()
        self.unknown: dict[tuple[str, Asked], bytes] = {}

    def recorded(self, name: str, *, a_route: int) -> list[Asked]:
        """The requests of this person that name a row: every address, link and form in reach."""
        own = {
            str(key) for relation in Relation for key in self.world.keys[name, relation].values()
        }
        found: dict[Asked, None] = {}
        starts = starts_of(self.world, name)
        for asked, response in wander(client_with(self.sessions[name]), starts, a_route=a_route):
            for each in (asked, *forms_of(asked, response)):
                if each.names_a_row or each.values & own:
                    found[each] = None
        return list(found)

    def faults(self, recorded: Iterable[Asked]) -> Iterator[str]:
        """Each of these requests by each stranger: what was shown or done, as a sentence."""
        for asked in recorded:
            for role in STRANGERS:
                self.counts["replayed"] += 1
                yield from self._faults(asked, f"far_{role}")

    def _faults(self, asked: Asked, name: str) -> Iterator[str]:
        cache.clear()  # nobody is slowed down, and no notice follows many refusals
        with transaction.atomic(), changes() as touched:
            response = asked.send(client_with(self.sessions[name]))
            changed = differing(self.before, fingerprints()) if touched else []
            transaction.set_rollback(True)
        self.counts[answer_of(response)] += 1
        told = f"{asked.method} {asked.url} by {name}:"
        is_own = OF_ONESELF.match(asked.url)
        of_files = asked.names_a_row and not (is_own or asked.url.startswith(EVERYBODYS))
        if of_files and response.status_code < 300:
            yield f"{told} {response.status_code}"
        if response.status_code >= 500:
            yield f"{told} {response.status_code}"
        if changed and not is_own:
            yield f"{told} writes {changed}"
        text = text_of(response)
        if shown := set(REFERENCE.findall(text)) - set(REFERENCE.findall(f"{asked}")):
            yield f"{told} shows {sorted(shown)}"
        if answer_of(response) == HIDDEN and response.content != self._unknown(asked, name):
            yield f"{told} 404 in other bytes than for what never was"

    def _unknown(self, asked: Asked, name: str) -> bytes:
        """The answer to the same request under keys that nothing ever had."""
        other = asked.of_nothing()
        if (name, other) not in self.unknown:
            with transaction.atomic():
                response = other.send(client_with(self.sessions[name]))
                transaction.set_rollback(True)
            self.unknown[name, other] = response.content
        return self.unknown[name, other]

    def told(self) -> str:
        return ", ".join(f"{number} {what}" for what, number in self.counts.most_common())


def starts_of(world: Crossroads, name: str) -> list[str]:
    """The addresses that the table opens to this person, with the rows that are in reach."""
    opened = ["/"]
    for cell in cells(read_table()):
        asks = (cell.method, cell.person) == ("GET", name)
        if asks and due(cell).status in {"200", "302"}:
            keys = world.keys[name, cell.relation] if cell.relation else {}
            opened.append(cell.line.address.format(new=NEW, **keys))
    return [address for address in opened if not address.startswith("/accounts/")]
