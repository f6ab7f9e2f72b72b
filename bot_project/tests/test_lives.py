"""Lives of twenty steps, each looked at after every step.

`make test-full` runs as many as fit into its time (`long/test_lives.py`).
"""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from bot_project.tests.lives import Life

FORTY = settings(
    max_examples=40,
    stateful_step_count=20,
    derandomize=True,  # the same lives each time: a change fails, chance does not
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
ACTS = [
    *("propose", "trial", "active", "paused", "end", "hand over", "supervise", "cover"),
    *("come back", "give a role", "end a role", "account", "caseworker", "admit", "transfer"),
    *("share", "withdraw", "emergency", "exclude", "lift", "name a reader", "time passes"),
    *("lend", "begin on loan", "end a loan"),
]


@pytest.mark.django_db
def test_after_every_step_everyone_sees_what_is_theirs(tell):
    Life.counts.clear()
    run_state_machine_as_test(Life, settings=FORTY)
    tell("lives: " + ", ".join(f"{n} {act}" for act, n in sorted(Life.counts.items())))
    assert Life.counts["looks"] > 40 * 20 / 3
    done = [act for act in ACTS if Life.counts[act]]  # not only tried
    assert len(done) > len(ACTS) * 3 / 4, set(ACTS) - set(done)
