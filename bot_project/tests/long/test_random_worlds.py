"""The rule and every surface against an oracle, in hundreds of random worlds.

`WORLDS` and `SEED` in the environment repeat a run; the seed of each run is printed.
"""

import os
import random
from collections import Counter
from collections.abc import Callable, Iterable

import pytest
from django.db.models import F
from hypothesis import HealthCheck, Phase, given, seed, settings

from accounts import access, decisions
from accounts.models import User
from accounts.reach_api import ReachViewSet
from bot_project.tests.facts import worlds
from bot_project.tests.random_worlds import Disagreement, always, composed_anew
from bot_project.tests.surfaces import SURFACES, differences, told
from casework.queries.caseload import caseload_of
from mentorships.models.mentorship import begun, proposed, running

pytestmark = [pytest.mark.long, pytest.mark.django_db]
WORLDS = int(os.environ.get("WORLDS", "200"))
SEED = int(os.environ.get("SEED") or random.randrange(2**32))
WORLDS_TO_FIND_A_FAULT = 500  # a search ends with the first
TO_FIND_A_FAULT = ["/mentees/{}/", "/caseload/", "/api/v1/mentees/"]  # beside the rule


def search(
    most: int, counts: Counter[str], *phases: Phase, surfaces: Iterable[str] = SURFACES
) -> None:
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
        if found := list(differences(facts, counts, surfaces)):
            raise Disagreement("\n".join(found))

    look()


def nobody(model, on):
    return model._base_manager.filter(pk__lt=0).values(person=F("pk"), row=F("pk"))


def running_or_proposed(on, of=""):
    return running(on, of) | proposed(on, of)


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
        "mentorships.rules.running", begun
    ),
    "a proposed mentorship opens the file": lambda patch: patch.setattr(
        "mentorships.rules.running", running_or_proposed
    ),
    "a loan that is over opens the file": lambda patch: patch.setattr(
        "mentorships.models.mentorship.in_force", always
    ),
    "a borrowed mentor stays in sight": lambda patch: patch.setattr(
        "mentors.rules.in_force", always
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
        tell(f"seed {SEED}: {told(counts)}")
        assert counts["in sight"] > counts["questions"] / 50  # they are not empty worlds
        assert counts["mentorships on loan"] > counts["worlds"] / 10

    @pytest.mark.parametrize("fault", FAULTS)
    def test_is_found_to_differ_where(self, fault, monkeypatch, tell):
        FAULTS[fault](monkeypatch)
        counts: Counter[str] = Counter()
        with composed_anew(), pytest.raises(Disagreement):
            search(WORLDS_TO_FIND_A_FAULT, counts, surfaces=TO_FIND_A_FAULT)
        tell(f"found after {counts['worlds']} worlds")
