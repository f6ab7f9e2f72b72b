"""The web process is killed three hundred times while fifty people type.

`KILLS` and `TYPISTS` in the environment change a run.
"""

import os
import time

import pytest

from bot_project.tests.kills import HASTY, assert_nothing_lost, lost, typing_while_killed

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
KILLS = int(os.environ.get("KILLS", "300"))
TYPISTS = int(os.environ.get("TYPISTS", "50"))


class TestKillingTheWebProcess:
    def test_loses_nothing_that_was_saved_and_doubles_nothing(self, world, tmp_path, tell):
        with typing_while_killed(world, tmp_path, kills=KILLS, typists=TYPISTS) as typists:
            tell(assert_nothing_lost(typists, KILLS))

    def test_is_seen_to_lose_text_where_the_answer_goes_before_the_commit(
        self, world, tmp_path, tell
    ):
        hasty = typing_while_killed(world, tmp_path, kills=3, typists=4, application=HASTY)
        with hasty as typists:
            time.sleep(2)  # what is still on its way is written, so that only the kills count
            missing = lost(typists)
        tell(f"answering first: {len(missing)} texts lost in 3 kills")
        assert missing
