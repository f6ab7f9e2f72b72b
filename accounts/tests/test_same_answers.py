"""Whether somebody has an account is told to nobody: the same bytes, and the same work."""

import re

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import operations
from bot_project.tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN, RESET = reverse("account_login"), reverse("account_reset_password")


class CountingHasher(MD5PasswordHasher):
    """Says how often a password was hashed: that is what takes the time."""

    times = 0

    def encode(self, *args, **kwargs):
        type(self).times += 1
        return super().encode(*args, **kwargs)


@pytest.fixture
def addresses(world, settings):
    """One of each sort of address, in one second: a page says until when it may be kept."""
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    operations.invite(by=None, email="invited@test.example", name="Invited")
    with time_machine.travel(timezone.now(), tick=False):
        yield {
            "known": "mentor@test.example",
            "inactive": "inactive@test.example",
            "without a password": "invited@test.example",
            "unknown": "nobody@test.example",
        }


def said(answer, address) -> str:
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    headers = {k: v for k, v in answer.items() if k not in {"X-Request-Id", "Content-Length"}}
    return f"{answer.status_code} {headers} {page}".replace(address, "ADDRESS")


def done(url, typed):
    """What was said, how often a password was hashed, and what was asked of the database."""
    CountingHasher.times = 0
    with CaptureQueriesContext(connection) as queries:
        answer = Client().post(url, typed)
    words = [q["sql"].split(None, 3)[:3] for q in queries]
    return answer, CountingHasher.times, [" ".join(w) for w in words if "SAVEPOINT" not in w]


class TestSigningIn:
    def test_says_the_same_of_every_address_and_hashes_once(self, addresses):
        answers = {}
        for sort, address in addresses.items():
            answer, hashed, _asked = done(LOGIN, {"login": address, "password": "wrong"})
            assert hashed == 1, sort
            answers[sort] = said(answer, address)
        assert len(set(answers.values())) == 1

    def test_says_of_a_closed_account_with_the_right_password_what_it_says_of_a_wrong_one(
        self, addresses
    ):
        closed = addresses["inactive"]
        right, hashed, _ = done(LOGIN, {"login": closed, "password": PASSWORD})
        wrong, _, _ = done(LOGIN, {"login": closed, "password": "wrong"})
        assert hashed == 1
        assert said(right, closed) == said(wrong, closed)

    def test_that_hashes_nothing_for_strangers_would_be_found(self, addresses, monkeypatch):
        backend = "allauth.account.auth_backends.AuthenticationBackend._mitigate_timing_attack"
        monkeypatch.setattr(backend, lambda *args: None)
        unknown = {"login": addresses["unknown"], "password": "wrong"}
        assert done(LOGIN, unknown)[1] == 0


class TestANewPassword:
    def test_is_answered_alike_and_costs_the_same_work(self, addresses):
        outcomes = set()
        for address in addresses.values():
            answer, hashed, asked = done(RESET, {"email": address})
            outcomes.add((said(answer, address), hashed, tuple(asked)))
        assert len(outcomes) == 1
