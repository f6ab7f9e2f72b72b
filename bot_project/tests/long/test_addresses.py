"""The whole table of addresses: every method, everybody, every relation (`test_addresses.py`)."""

import pytest
from django.utils import timezone

from bot_project.tests.addresses import EVERYBODY, Sweep, cells, read_table
from bot_project.tests.crossroads import Relation

pytestmark = [pytest.mark.long, pytest.mark.django_db]
AT_LEAST = 20_000


def test_every_cell_answers_as_the_table_says(crossroads, tell, time_machine):
    time_machine.move_to(timezone.now(), tick=False)  # else the sessions lock before the end
    sweep, every = Sweep(crossroads), cells(read_table())
    faults = list(sweep.faults(every))
    met = f"{len(EVERYBODY)} people, {len(Relation)} relations"
    tell(f"{sweep.told()}: {met}, {len(faults)} mismatches")
    assert not faults, f"{len(faults)}, of which\n" + "\n".join(faults[:200])
    assert sweep.counts["cells"] >= AT_LEAST
