"""As many lives as fit into the time, each looked at after every step.

`LIVES_MINUTES` and `SEED` in the environment; the seed, the acts and the looks are printed.
"""

import os
import random
import time

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from bot_project.tests.lives import Life
from bot_project.tests.random_worlds import Disagreement, always, composed_anew
from mentorships.models.mentorship import begun

pytestmark = [pytest.mark.long, pytest.mark.django_db]
MINUTES = float(os.environ.get("LIVES_MINUTES", "60"))
LIVES_A_ROUND = 4
SEED = int(os.environ.get("SEED") or random.randrange(2**32))


def live(number: int, lives: int, *phases: Phase) -> None:
    """So many lives of fifty steps under one seed. Raises Disagreement."""
    kept = settings(
        max_examples=lives,
        stateful_step_count=50,
        database=None,
        deadline=None,
        print_blob=True,
        phases=[Phase.generate, *phases],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(number)(Life), settings=kept)


def test_after_every_step_everyone_sees_what_is_theirs(tell):
    Life.counts.clear()
    ends, rounds = time.monotonic() + MINUTES * 60, 0
    while time.monotonic() < ends:
        live(SEED + rounds, LIVES_A_ROUND, Phase.shrink)
        rounds += 1
    done = ", ".join(f"{number} {act}" for act, number in sorted(Life.counts.items()))
    tell(f"seed {SEED}: {rounds * LIVES_A_ROUND} lives: {done}")
    assert rounds


# What is broken, and how: each is a mistake that somebody could make.
FAULTS = {
    "the end": ("mentorships.rules.running", begun),
    "the loan": ("mentorships.models.mentorship.in_force", always),
}


@pytest.mark.parametrize("last_day", FAULTS)
def test_a_mentor_who_stays_is_found_after(last_day, monkeypatch, tell):
    monkeypatch.setattr(*FAULTS[last_day])
    Life.counts.clear()
    with composed_anew(), pytest.raises(Disagreement):
        live(SEED, 50)
    tell(f"found after {Life.counts['looks']} looks")
