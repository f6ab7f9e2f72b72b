"""Somebody else's identifiers: in addresses, queries, forms, actions on many rows and the API."""

import random

import pytest
from django.http import HttpResponse

from accounts.access import AccessQuerySet
from accounts.models import User
from audit import trail
from bot_project.tests.replay import RECORDED, Replay
from bot_project.tests.wandering import Asked

pytestmark = pytest.mark.django_db
SEED, OF_EACH = 20261121, 8


@pytest.fixture(scope="module")
def replay(crossroads) -> Replay:
    return Replay(crossroads)


class TestARequestOfSomebodyElse:
    def test_shows_and_changes_nothing(self, replay, tell):
        faults = []
        for name in RECORDED:
            recorded = replay.recorded(name, a_route=1)
            replay.counts["recorded"] += len(recorded)
            chosen = random.Random(SEED).sample(recorded, min(OF_EACH, len(recorded)))
            faults += replay.faults(chosen)
        assert not faults, f"{len(faults)}, of which\n" + "\n".join(faults[:100])
        tell(f"{replay.told()}; nothing shown, nothing written (SEED={SEED})")


class TestAFault:
    """What the replay is for: each kind of fault, planted once, is found."""

    @pytest.fixture
    def own(self, crossroads):
        return crossroads.keys["mentor", "o"]

    def found(self, replay, *asked):
        return list(replay.faults(asked))

    def test_in_nothing_is_not_found(self, replay, own):
        file = Asked("GET", f"/mentees/{own['reference']}/")
        assert not self.found(replay, file, Asked("POST", f"/reminders/{own['notice']}/open/"))

    def test_a_page_without_its_guard_is_found(self, replay, own, monkeypatch):
        monkeypatch.setattr(AccessQuerySet, "permitted", lambda rows, user, permission: rows)
        file = Asked("GET", f"/mentees/{own['reference']}/")
        assert f"GET {file.url} by far_mentor: 200" in self.found(replay, file)

    def test_a_refusal_that_writes_is_found(self, replay, own, monkeypatch):
        def written(request, target):
            User.objects.filter(pk=request.user.pk).update(phone="refused")

        monkeypatch.setattr(trail, "denied", written)
        asked = Asked("POST", f"/reminders/{own['notice']}/open/")
        faults = self.found(replay, asked)
        assert f"POST {asked.url} by far_mentor: writes ['accounts_user']" in faults

    def test_a_404_that_tells_more_is_found(self, replay, own, monkeypatch):
        monkeypatch.setattr(
            "core.errors_views.render",
            lambda request, *args, status, **rest: HttpResponse(request.path, status=status),
        )
        replay.unknown.clear()
        faults = self.found(replay, Asked("GET", f"/sessions/{own['session']}/"))
        replay.unknown.clear()
        assert any("404 in other bytes" in fault for fault in faults)
