"""Lives of twenty steps, each looked at after every step.

`make test-full` runs as many as fit into its time (`long/test_lives.py`).
"""

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from bot_project.tests.lives import Life

SEED = 2  # the same lives each time: a change fails, chance does not
RUNS, STEPS = 40, 20
FORTY = settings(
    max_examples=RUNS,
    stateful_step_count=STEPS,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
ACTS = [
    *("propose", "trial", "active", "paused", "end", "hand over", "supervise", "cover"),
    *("come back", "give a role", "end a role", "account", "caseworker", "admit", "transfer"),
    *("share", "withdraw", "emergency", "exclude", "lift", "name a reader", "time passes"),
    *("lend", "begin on loan", "end a loan", "enrol", "move an enrolment"),
]


@pytest.mark.django_db
def test_after_every_step_everyone_sees_what_is_theirs(tell):
    Life.counts.clear()
    run_state_machine_as_test(seed(SEED)(Life), settings=FORTY)
    acts = ", ".join(f"{n} {act}" for act, n in sorted(Life.counts.items()))
    tell(f"seed {SEED}: {Life.counts['runs']} runs of at most {STEPS} steps: {acts}")
    assert Life.counts["runs"] >= RUNS
    assert Life.counts["looks"] > RUNS * STEPS / 3
    done = [act for act in ACTS if Life.counts[act]]  # not only tried
    assert len(done) > len(ACTS) * 3 / 4, set(ACTS) - set(done)
