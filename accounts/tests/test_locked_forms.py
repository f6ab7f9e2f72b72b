"""Any other form that comes from a locked session: it is kept, and nothing is done."""

import datetime
import re
import uuid

import pytest
from django.db import connection
from django.test import Client

from accounts.models import UnsentForm
from accounts.tasks import forget_what_lapsed
from accounts.tests.locking import (
    ALARM,
    HERE,
    HOUR,
    MINUTE,
    NOTE,
    REASON,
    UNLOCK,
    is_lock,
    next_of,
    proof,
    rows,
    sign_in,
    value_of,
)
from bot_project.tests.cast import PASSWORD
from mentees.models import Decision, Mentee

pytestmark = [pytest.mark.django_db, pytest.mark.second_factor]


@pytest.fixture
def clock(time_machine):
    """`clock(15 * MINUTE)` turns it forward."""
    time_machine.move_to(datetime.datetime(2026, 11, 20, 8, tzinfo=datetime.UTC), tick=False)
    return time_machine.shift


@pytest.fixture
def mentor(clock, as_user):
    return as_user("mentor")


class TestAnyOtherForm:
    @pytest.fixture
    def world(self, world):
        files = Mentee.objects.filter(pk=world.files["a"].pk)
        files.update(reference=ALARM["reference"])
        return world

    @pytest.fixture
    def admin(self, clock, world):
        client = Client()
        client.force_login(world.people["admin_a"])
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        return client

    def locked_out(self, client, clock, **sent):
        clock(16 * MINUTE)
        answer = client.post("/emergency/", ALARM | sent, HTTP_REFERER=f"{HERE}/emergency/")
        assert is_lock(answer)
        return next_of(answer)

    def test_gets_its_text_back(self, admin, clock):
        way_back = self.locked_out(admin, clock)
        assert not Decision.objects.filter(kind="break_glass").exists()
        page = admin.get(admin.post(UNLOCK, proof(next=way_back)).url).content.decode()
        assert "Here is what you typed" in page
        assert value_of(page, "reason").replace("&#x27;", "'") == REASON
        assert f'value="{ALARM["reference"]}"' in page
        assert re.search(r'<option value="life" selected', page) or re.search(
            r'value="life"[^>]*checked', page
        )

    def test_is_forgotten_once_it_was_sent(self, admin, clock):
        way_back = self.locked_out(admin, clock)
        admin.post(UNLOCK, proof(next=way_back))
        kept = str(UnsentForm.objects.get().pk)
        assert f'name="kept" value="{kept}"' in admin.get(way_back).content.decode()
        assert admin.post("/emergency/", {"kept": kept}).status_code == 200  # refused: stays
        assert UnsentForm.objects.exists()
        assert admin.post("/emergency/", ALARM | {"kept": kept}).status_code == 302
        assert not UnsentForm.objects.exists()

    def test_keeps_no_secret_and_is_unreadable_in_the_database(self, admin, clock):
        secrets = {"new_password": "hunter2", "again-code": "123456", "csrfmiddlewaretoken": "x"}
        self.locked_out(admin, clock, **secrets)
        kept = UnsentForm.objects.get()
        assert set(kept.typed) == set(ALARM)
        with connection.cursor() as cursor:
            cursor.execute("SELECT typed FROM accounts_unsentform")
            assert REASON not in cursor.fetchone()[0]

    def test_of_signing_in_is_never_kept(self, admin, clock):
        clock(16 * MINUTE)
        admin.post("/accounts/password/change/", {"oldpassword": PASSWORD, "note": "x"})
        assert not UnsentForm.objects.exists()

    def test_of_somebody_else_is_not_shown(self, admin, clock, world):
        way_back = self.locked_out(admin, clock)
        other = Client()
        other.force_login(world.people["auditor"])
        other.post("/accounts/reauthenticate/", {"password": PASSWORD})
        assert REASON not in other.get(way_back).content.decode()

    @pytest.mark.parametrize("key", ["", "x", "'; DROP", "6f1c1f0e-0000-4000-8000-000000000000"])
    def test_with_a_strange_key_is_an_ordinary_page(self, admin, key):
        assert admin.get("/emergency/", {"kept": key}).status_code == 200

    def test_lapses_after_a_week(self, admin, clock):
        way_back = self.locked_out(admin, clock)
        forget_what_lapsed()
        assert UnsentForm.objects.exists()
        clock(7 * 24 * HOUR)
        sign_in(admin, "admin_a")
        assert REASON not in admin.get(way_back, follow=True).content.decode()
        forget_what_lapsed()
        assert not UnsentForm.objects.exists()

    def test_with_a_bad_token_is_shown_again_with_its_text(self, world):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(world.people["admin_a"])
        page = strict.get("/accounts/reauthenticate/").content.decode()
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        strict.post(
            "/accounts/reauthenticate/", {"password": PASSWORD, "csrfmiddlewaretoken": token}
        )
        before = rows()
        answer = strict.post("/emergency/", ALARM, HTTP_REFERER=f"{HERE}/emergency/")
        shown = answer.content.decode()
        assert answer.status_code == 403
        assert value_of(shown, "reason") == REASON
        assert "please send again" in shown
        assert rows() == before
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', shown)[1]
        sent = strict.post("/emergency/", ALARM | {"csrfmiddlewaretoken": token})
        assert sent.status_code == 302

    def test_of_the_office_gets_its_text_back(self, clock, world):
        client = Client()
        client.force_login(world.people["technical"])
        address = f"/admin/accounts/user/{world.people['stranger'].pk}/change/"
        assert client.get(address).status_code == 200
        clock(16 * MINUTE)
        sent = {"name": "A new <name>", "email": "new@test.example", "phone": "12"}
        answer = client.post(address, sent, HTTP_REFERER=f"{HERE}{address}")
        client.post(UNLOCK, proof())
        page = client.get(next_of(answer)).content.decode()
        assert 'value="A new &lt;name&gt;"' in page
        assert 'value="new@test.example"' in page
        assert "stranger@test.example" not in page


def test_a_text_survives_the_trip_through_the_lock_to_the_letter(mentor, clock):
    words = "Emoji 🙂\n\n</textarea><b>&amp; \"quotes\" 'and' {{ more }}"
    clock(16 * MINUTE)
    sent = NOTE | {"mentee": "M-b", "facts": words}
    mentor.post(f"/sessions/log/{uuid.uuid4()}/", sent)
    assert UnsentForm.objects.get().typed["facts"] == [words]
