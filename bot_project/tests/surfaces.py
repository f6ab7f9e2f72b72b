"""Every surface on which a row can show, beside the rule and the oracle.

`differences` puts all side by side.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

import time_machine
from django.db import transaction

from accounts import access
from accounts.models import User
from bot_project.tests import (
    surfaces_of_office,
    surfaces_of_pages,
    surfaces_of_plans,
    surfaces_of_work,
)
from bot_project.tests.asking import Crowd, Reader
from bot_project.tests.facts import NOON, PEOPLE, WORKING, Facts
from bot_project.tests.oracle import Seen
from bot_project.tests.random_worlds import ROWS, Built
from bot_project.tests.wanted import wanted

SURFACES = {
    **surfaces_of_pages.SURFACES,
    **surfaces_of_work.SURFACES,
    **surfaces_of_plans.SURFACES,
    **surfaces_of_office.SURFACES,
}


def differences(
    facts: Facts, counts: Counter[str], surfaces: Iterable[str] = SURFACES
) -> Iterator[str]:
    """Each disagreement of the rule or a surface with the oracle, as a sentence.

    Builds the world and throws it away again; `counts` takes how much was asked, and how much of
    it was in sight.
    """
    expected = wanted(facts)
    with time_machine.travel(NOON, tick=False), transaction.atomic():
        built = Built(facts)
        asked, readers = _asked_of_rows(built), list(Crowd(built).readers())
        strange = [
            fault for name in surfaces for fault in faults_of(readers, expected, name, counts)
        ]
        transaction.set_rollback(True)
    counts["worlds"] += 1
    counts["mentorships on loan"] += sum(walk.loan is not None for walk in facts.walks)
    for name, (key, pairs) in asked.items():
        rows = built.number[ROWS[key][0]] if key in ROWS else facts.subjects
        counts["questions"] += PEOPLE * len(rows)
        counts["in sight"] += len(expected[key])
        if too_much := pairs - expected[key]:
            yield f"{name} shows what it must not: {sorted(too_much)}"
        if too_little := expected[key] - pairs:
            yield f"{name} hides what it must show: {sorted(too_little)}"
    yield from strange


def told(counts: Counter[str]) -> str:
    """How much was asked, and how much of it was in sight."""
    asked = ", ".join(f"{number} {what}" for what, number in counts.items())
    return f"{asked}, of {len(SURFACES)} surfaces"


def faults_of(
    readers: Iterable[Reader], expected: Seen, name: str, counts: Counter[str] | None = None
) -> Iterator[str]:
    """To whom a surface shows too much or too little. It leaves no trace in the world."""
    counts = Counter() if counts is None else counts
    key, ask = SURFACES[name]
    for reader in readers:
        right = {row for person, row in expected[key] if person == reader.person}
        with transaction.atomic():
            shown = ask(reader)
            transaction.set_rollback(True)
        counts["answers"] += 1
        counts["answers that show something"] += bool(right)
        if shown != (len(right) if isinstance(shown, int) else right):
            yield f"{name} shows {reader.person} {shown} instead of {right}"


def _asked_of_rows(built: Built) -> dict[str, tuple[str, set[tuple[int, int]]]]:
    found: dict[str, tuple[str, set[tuple[int, int]]]] = {}
    for key, (model, permission) in ROWS.items():
        number, rows = built.number[model], list(model.objects.order_by("pk"))
        many, each, one = set(), set(), set()
        for person in range(PEOPLE):
            user = built.user(person)
            keys = model.objects.permitted(user, permission).values_list("pk", flat=True)
            many |= {(person, number[pk]) for pk in keys}
            each |= {(person, number[pk]) for pk in access.can(user, permission, rows)}
            if key in {"mentee", "note"}:
                one |= {(person, number[row.pk]) for row in rows if user.has_perm(permission, row)}
        holders = access.holders(permission, rows)
        held = {(built.number[User].get(h.person, -1), number[h.row]) for h in holders}
        found |= {
            f"permitted({permission})": (key, many),
            f"can({permission})": (key, each),
            f"holders({permission})": (key, held),
        }
        if key in {"mentee", "note"}:
            found[f"has_perm({permission})"] = (key, one)
        if key == "mentee":
            for role in (*WORKING, "decision"):
                found[f"holders as {role}"] = (
                    f"as {role}",
                    {
                        (built.number[User].get(h.person, -1), number[h.row])
                        for h in holders
                        if h.capacity.partition(":")[0] == role
                    },
                )
    return found
