"""How many faults in the access module and in the rules the tests of access find.

`MUTANTS` and `SEED` in the environment repeat a run; survivors are named.
"""

import os
import random

import pytest

from bot_project.tests.mutants import MODULES, Nursery, plant

pytestmark = pytest.mark.long
MUTANTS = int(os.environ.get("MUTANTS", "80"))
SEED = int(os.environ.get("SEED") or random.randrange(2**32))
CAUGHT_AT_LEAST = 0.95


def test_planted_faults_are_caught(tmp_path, tell):
    nursery = Nursery(tmp_path)
    assert nursery.survives(None), (
        nursery.said
    )  # the tree without a fault passes: else all would seem caught
    every = [mutant for module in MODULES for mutant in plant(module)]
    planted = random.Random(SEED).sample(every, min(MUTANTS, len(every)))
    survivors = [mutant for mutant in planted if nursery.survives(mutant)]
    tell(f"seed {SEED}: {len(planted)} of {len(every)} mutants, {len(survivors)} survived")
    for mutant in survivors:
        tell(f"survived: {mutant}")
    assert nursery.survives(None), (
        nursery.said
    )  # and still passes: no mutant has spoilt it for the next
    assert len(planted) >= min(60, len(every))
    assert len(survivors) <= (1 - CAUGHT_AT_LEAST) * len(planted)
