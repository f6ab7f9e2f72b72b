"""Sessions of one person: they are seen, signed out, and die."""

import datetime
import re

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import operations
from accounts.lock import Seat, State
from accounts.tests.locking import (
    MINUTE,
    UNLOCK,
    proof,
    sign_in,
    state_of,
)
from audit.models import AuditEvent
from mentorships.models import SessionDraft

pytestmark = [pytest.mark.django_db, pytest.mark.second_factor]


@pytest.fixture
def clock(time_machine):
    """`clock(15 * MINUTE)` turns it forward."""
    time_machine.move_to(datetime.datetime(2026, 11, 20, 8, tzinfo=datetime.UTC), tick=False)
    return time_machine.shift


@pytest.fixture
def mentor(clock, as_user):
    return as_user("mentor")


class TestSigningOut:
    def test_clears_cache_and_storage_but_no_cookie_of_the_language(self, client, world):
        sign_in(client)
        assert "Clear-Site-Data" not in client.get("/caseload/")
        answer = client.post("/accounts/logout/")
        assert answer["Clear-Site-Data"] == '"cache", "storage"'
        client.post("/preferences/language/", {"language": "da", "next": "/"})
        assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "da"
        assert "Clear-Site-Data" not in client.get("/accounts/login/")

    def test_elsewhere_is_at_once(self, client, world):
        sign_in(client)
        other = Client()
        sign_in(other)
        assert other.get("/caseload/").status_code == 200
        page = client.get("/accounts/sessions/").content.decode()
        [row] = re.findall(r'name="session"\s+value="(\d+)"', page)
        client.post("/accounts/sessions/", {"session": row})
        assert state_of(other) == "out"
        assert state_of(client) == "open"
        line = AuditEvent.objects.get(kind="session.ended")
        assert line.details == {"count": 1}

    def test_elsewhere_reaches_no_session_of_others(self, client, world):
        sign_in(client)
        other = Client()
        sign_in(other, "mentor_b")
        page = other.get("/accounts/sessions/").content.decode()
        rows_of_others = apps.get_model("usersessions", "UserSession").objects
        row = rows_of_others.get(user=world.people["mentor_b"])
        client.post("/accounts/sessions/", {"session": row.pk})
        client.post("/accounts/sessions/", {"session": "others"})
        assert state_of(other) == "open"
        assert "this one" in page

    def test_elsewhere_ends_a_locked_session_too(self, client, world, clock):
        other = Client()
        sign_in(other)
        clock(16 * MINUTE)
        sign_in(client)
        assert "locked" in client.get("/accounts/sessions/").content.decode()
        client.post("/accounts/sessions/", {"session": "others"})
        other.post(UNLOCK, proof())
        assert state_of(other) == "out"

    def test_lists_sessions_in_as_many_queries_for_one_as_for_five(self, client, world):
        sign_in(client)
        client.get("/accounts/sessions/")
        with CaptureQueriesContext(connection) as one:
            client.get("/accounts/sessions/")
        for _each in range(4):
            sign_in(Client())
        with CaptureQueriesContext(connection) as five:
            client.get("/accounts/sessions/")
        assert len(one) == len(five) <= 12


@pytest.mark.parametrize(
    ("told", "named"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/126 Safari/537 Edg/126",
            "Edge on Windows",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Firefox/127.0", "Firefox on Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Safari/604", "Safari on iPhone"),
        ("<b>curl</b>", "<b>curl</b>"),
    ],
)
def test_a_browser_has_the_name_that_its_owner_gives_it(told, named):
    row = apps.get_model("usersessions", "UserSession")(user_agent=told)
    assert Seat(row, State.OPEN, is_current=False).browser == named


class TestASessionDies:
    @pytest.fixture
    def signed_in(self, world):
        client = Client()
        sign_in(client)
        assert state_of(client) == "open"
        return client

    def test_with_its_account_and_drafts_stay(self, signed_in, world):
        before = SessionDraft.objects.count()
        user = world.people["mentor"]
        operations.change_account(user, by=world.people["technical"], is_active=False)
        assert state_of(signed_in) == "out"
        assert SessionDraft.objects.count() == before
        operations.change_account(user, by=world.people["technical"], is_active=True)
        assert state_of(signed_in) == "out"  # it does not come to life again

    def test_when_somebody_only_says_so_in_the_database(self, signed_in, world):
        type(world.people["mentor"]).objects.filter(email="mentor@test.example").update(
            is_active=False
        )
        assert state_of(signed_in) == "out"

    def test_with_its_password(self, signed_in, world):
        user = world.people["mentor"]
        user.set_password("another passphrase")
        user.save(update_fields=["password"])
        assert state_of(signed_in) == "out"

    def test_under_a_new_key_at_sign_in(self, client, world):
        client.get("/accounts/login/")
        session = client.session
        session["planted"] = True
        session.save()
        planted = session.session_key
        client.cookies["session"] = planted
        sign_in(client)
        assert client.cookies["session"].value != planted
        assert not Session.objects.filter(pk=planted).exists()
