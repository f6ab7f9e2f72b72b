"""The rule, the pages and the API against an oracle, in a few random worlds.

`make test-full` runs the same over hundreds of worlds (`long/test_random_worlds.py`).
"""

from collections import Counter

import pytest
from django.db.models import Q
from hypothesis import HealthCheck, Phase, given, settings

from accounts.roles import Role
from bot_project.tests.random_worlds import (
    MENTEES,
    PEOPLE,
    Coaching,
    Facts,
    Held,
    Person,
    Span,
    Subject,
    Walk,
    composed_anew,
    differences,
    worlds,
)

pytestmark = pytest.mark.django_db
FEW = settings(
    max_examples=4,
    derandomize=True,  # the same worlds each time: a change fails, chance does not
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
OPEN, OVER = Span(-400, None), Span(-400, -1)
COACHED_UNTIL_YESTERDAY = Facts(
    people=(Person(is_active=True, is_superuser=False),) * PEOPLE,
    held=(Held(0, Role.MENTOR, "a", OPEN), Held(1, Role.COACH, "a", OPEN)),
    subjects=(Subject("a", ""),) * MENTEES,
    walks=(Walk(mentor=0, mentee=0, is_primary=True, status="active", started=-400),),
    coachings=(Coaching(coach=1, mentor=0, span=OVER),),
    caseworkers=(),
    exclusions=(),
    shares=(),
)


class TestSightInRandomWorlds:
    @FEW
    @given(worlds())
    def test_is_what_the_oracle_says_on_every_surface(self, facts):
        assert not list(differences(facts, Counter()))

    def test_is_found_to_differ_where_a_coach_stays_after_the_last_day(self, monkeypatch):
        assert not list(differences(COACHED_UNTIL_YESTERDAY, Counter()))
        monkeypatch.setattr("mentorships.rules.in_force", lambda on, of="": Q())
        with composed_anew():
            found = list(differences(COACHED_UNTIL_YESTERDAY, Counter()))
        assert any(line.startswith("permitted(mentees.view_mentee) shows") for line in found)
        assert any(line.startswith("/mentees/<reference>/ shows") for line in found)
