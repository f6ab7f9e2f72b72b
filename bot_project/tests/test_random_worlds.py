"""The rule, the pages and the API against an oracle, in a few random worlds.

`make test-full` runs the same over hundreds of worlds (`long/test_random_worlds.py`).
"""

from collections import Counter

import pytest
from django.db.models import Q
from hypothesis import HealthCheck, Phase, given, settings

from bot_project.tests.random_worlds import Disagreement, differences, worlds

pytestmark = pytest.mark.django_db
FEW = settings(
    max_examples=5,
    derandomize=True,  # the same worlds each time: a change fails, chance does not
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@FEW
@given(worlds())
def agree(facts):
    if found := list(differences(facts, Counter())):
        raise Disagreement("\n".join(found))


class TestSightInRandomWorlds:
    def test_is_what_the_oracle_says_on_every_surface(self):
        agree()

    def test_is_found_to_differ_where_a_coach_stays_after_the_last_day(self, monkeypatch):
        monkeypatch.setattr("mentorships.rules.in_force", lambda on, of="": Q())
        with pytest.raises(Disagreement, match="shows what it must not"):
            agree()
