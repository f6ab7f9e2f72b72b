"""The rule, the pages and the API against an oracle, in hundreds of random worlds.

`WORLDS` and `SEED` in the environment repeat a run; the seed of each run is printed.
"""

import os
import random
from collections import Counter
from collections.abc import Callable

import pytest
from django.db.models import F, Q
from hypothesis import HealthCheck, Phase, given, seed, settings

from accounts import access, decisions
from accounts.models import User
from accounts.reach_api import ReachViewSet
from bot_project.tests.random_worlds import Disagreement, composed_anew, differences, worlds
from casework.queries.caseload import caseload_of
from mentorships.models.mentorship import MentorshipQuerySet

pytestmark = [pytest.mark.long, pytest.mark.django_db]
WORLDS = int(os.environ.get("WORLDS", "300"))
SEED = int(os.environ.get("SEED") or random.randrange(2**32))
WORLDS_TO_FIND_A_FAULT = 500  # a search ends with the first


def search(most: int, counts: Counter[str], *phases: Phase) -> None:
    """Look at so many worlds. Raises Disagreement."""

    @seed(SEED)
    @settings(
        max_examples=most,
        database=None,
        deadline=None,
        print_blob=True,
        phases=[Phase.generate, *phases],
        suppress_health_check=list(HealthCheck),
    )
    @given(worlds())
    def look(facts):
        if found := list(differences(facts, counts)):
            raise Disagreement("\n".join(found))

    look()


def nobody(model):
    return model._base_manager.none().values(person=F("pk"), row=F("pk"))


def always(on, of=""):
    return Q()


# What is broken, and how: each is a mistake that somebody could make.
FAULTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "a coach stays after the last day": lambda patch: patch.setattr(
        "mentorships.rules.in_force", always
    ),
    "a caseworker stays after the last day": lambda patch: patch.setattr(
        "mentees.rules.in_force", always
    ),
    "a role stays after the last day": lambda patch: patch.setattr(
        "accounts.models.in_force", always
    ),
    "an ended mentorship opens the file": lambda patch: patch.setattr(
        MentorshipQuerySet, "running", lambda self, on: self.all()
    ),
    "a proposed mentorship opens the file": lambda patch: patch.setattr(
        MentorshipQuerySet, "running", lambda self, on: self.exclude(status="ended")
    ),
    "an exclusion is forgotten": lambda patch: patch.setattr(decisions, "excluded", nobody),
    "the caseload is somebody else's": lambda patch: patch.setattr(
        "casework.views.caseload.caseload_of",
        lambda user: caseload_of(User.objects.earliest("pk")),
    ),
    "the API forgets to ask": lambda patch: patch.setattr(
        ReachViewSet, "get_queryset", lambda self: self.model.objects.all()
    ),
    "the readers of a file are not told of its caseworker": lambda patch: patch.setattr(
        access,
        "RULES",
        [rule for rule in access.RULES if rule.role != "caseworker" or rule.over],
    ),
}


class TestSightInRandomWorlds:
    def test_is_what_the_oracle_says_on_every_surface(self, tell):
        counts: Counter[str] = Counter()
        search(WORLDS, counts, Phase.shrink)
        tell(f"seed {SEED}: " + ", ".join(f"{number} {what}" for what, number in counts.items()))
        assert counts["in sight"] > counts["questions"] / 50  # they are not empty worlds

    @pytest.mark.parametrize("fault", FAULTS)
    def test_is_found_to_differ_where(self, fault, monkeypatch, tell):
        FAULTS[fault](monkeypatch)
        counts: Counter[str] = Counter()
        with composed_anew(), pytest.raises(Disagreement):
            search(WORLDS_TO_FIND_A_FAULT, counts)
        tell(f"found after {counts['worlds']} worlds")
