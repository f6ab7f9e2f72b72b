"""All requests of everybody, each asked again with the same identifiers by five others."""

import pytest
from django.utils import timezone

from bot_project.tests.replay import RECORDED, Replay

pytestmark = [pytest.mark.long, pytest.mark.django_db]


def test_nothing_is_shown_or_changed(crossroads, tell, time_machine):
    time_machine.move_to(timezone.now(), tick=False)  # no session locks meanwhile
    replay = Replay(crossroads)
    recorded = {asked for name in RECORDED for asked in replay.recorded(name, a_route=20)}
    replay.counts["recorded"] = len(recorded)  # none of them twice
    faults = list(replay.faults(sorted(recorded)))
    tell(f"{replay.told()}; {len(faults)} faults")
    assert not faults, f"{len(faults)}, of which\n" + "\n".join(faults[:200])
    assert replay.counts["replayed"] >= 5000
