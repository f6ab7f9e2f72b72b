"""A scheme over weeks: what it begins with, how everyone is asked what they see, and the clock.

What people do in it stands in `lives_of_files` and `lives`.
"""

import datetime
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    multiple,
    rule,
)

from accounts import access
from accounts.models import User
from accounts.roles import Role
from bot_project.tests.facts import NOON, PEOPLE, Facts, later, worlds
from bot_project.tests.oracle import oracle, roles_of
from bot_project.tests.random_worlds import ROWS, Built, Disagreement
from mentees.models import Decision, MenteeExclusion
from mentors.models import Absence

places = st.sampled_from("ab")
some = st.integers(0, 99)  # the so-and-so-manieth of what there is
filed: Bundle[int] = Bundle("filed")  # the numbers of the mentees


class Scheme(RuleBasedStateMachine):
    """One scheme over weeks. `counts` says how often each act was done, and how often refused."""

    counts: Counter[str] = Counter()

    @initialize(target=filed, facts=worlds())
    def begins(self, facts: Facts) -> MultipleResults[int]:
        self.undo = ExitStack()
        self.clock = self.undo.enter_context(time_machine.travel(NOON, tick=False))
        self.undo.enter_context(transaction.atomic())
        self.undo.callback(transaction.set_rollback, True)
        self.facts, self.built = facts, Built(facts)
        self.decisions: list[Decision | None] = list(Decision.objects.order_by("pk"))
        self.exclusions: dict[int, MenteeExclusion] = {}  # by number of the fact
        self.absences: dict[int, Absence] = {}
        self.is_stirred = True
        self.clerk = self.built.decider
        self.counts["runs"] += 1
        self.looks()
        return multiple(*range(len(facts.subjects)))

    def teardown(self) -> None:
        if hasattr(self, "undo"):
            self.undo.close()

    # --- the means ---------------------------------------------------------------------------

    def does(self, act: str, operation: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """What the operation gives, or False where it refuses: then nothing has changed."""
        self.is_stirred = True
        try:
            with transaction.atomic():
                done = operation(*args, **kwargs)
        except ValidationError:  # a refusal is one
            self.counts[f"{act}, refused"] += 1
            return False
        self.counts[act] += 1
        return True if done is None else done

    def changes(self, **facts: tuple[Any, ...]) -> None:
        self.facts = replace(self.facts, **facts)

    def turned(self, kind: str, number: int, **changed: Any) -> None:
        """The same fact, changed."""
        rows = list(getattr(self.facts, kind))
        rows[number] = replace(rows[number], **changed)
        self.changes(**{kind: tuple(rows)})

    def one_of(self, kind: str, number: int) -> tuple[int, Any] | None:
        rows = getattr(self.facts, kind)
        return (number % len(rows), rows[number % len(rows)]) if rows else None

    def holding(self, person: int, *roles: Role) -> int:
        """The so-and-so-manieth who holds one of these roles; this person where nobody does."""
        able = [
            each
            for each in range(PEOPLE)
            if any(role in roles for role, _place in roles_of(self.facts, each))
        ]
        return able[person % len(able)] if able else person

    def calls_off(self, number: int) -> None:
        """Of a mentorship, the meeting that is still to come."""
        if self.facts.walks[number].meets > 0:
            self.turned("walks", number, is_off=True)

    def looks(self) -> None:
        """Everyone, at every kind of row, one by one and all at once; after whatever was tried."""
        if not self.is_stirred:
            return
        self.is_stirred = False
        expected = oracle(self.facts)
        everybody = {person: self.built.user(person) for person in range(PEOPLE)}
        named = self.built.number[User]
        self.counts["looks"] += 1
        for key, (model, permission) in ROWS.items():
            number, rows = self.built.number[model], list(model.objects.order_by("pk"))
            seen = {
                (person, number[pk])
                for person, user in everybody.items()
                for pk in model.objects.permitted(user, permission).values_list("pk", flat=True)
            }
            held = {
                (named[h.person], number[h.row])
                for h in access.holders(permission, rows)
                if h.person in named
            }
            for surface, pairs in (("permitted", seen), ("holders", held)):
                if pairs != expected[key]:
                    raise Disagreement(
                        f"{surface}({permission}) shows too much: {sorted(pairs - expected[key])},"
                        f" too little: {sorted(expected[key] - pairs)}"
                    )

    # --- what happens ------------------------------------------------------------------------

    @rule(days=st.sampled_from([0, 1, 15, 31]))
    def time_passes(self, days: int) -> None:
        passed = datetime.timedelta(days=days) or datetime.timedelta(hours=2)
        self.clock.shift(passed)
        self.facts = later(self.facts, passed / datetime.timedelta(days=1))
        self.counts["time passes"] += 1
        self.is_stirred = True
        self.looks()
