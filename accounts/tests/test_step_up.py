"""What weighs most asks again who is there, and loses nothing that was typed."""

import datetime
import re
from html import unescape

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from bot_project.tests.browsing import code_of_now
from bot_project.tests.cast import PASSWORD
from core.references import reference_of
from mentees.models import Decision

pytestmark = pytest.mark.django_db
URL = "/emergency/"
REASON = 'He said: "I will not <live>."\n\nTwice.'


@pytest.fixture
def sent(world):
    reference = reference_of("70000")
    type(world.files["a"]).objects.filter(pk=world.files["a"].pk).update(reference=reference)
    return {"reference": reference, "category": "life", "reason": REASON}


@pytest.fixture
def late(world, time_machine):
    """An administrator who gave the password six minutes ago."""
    client = Client()
    client.force_login(world.people["admin_a"])
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    time_machine.move_to(timezone.now() + datetime.timedelta(minutes=6), tick=False)
    return client


def carried(page) -> dict[str, str]:
    """The hidden fields of a page, as a browser sends them on."""
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.content.decode())
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def opened() -> bool:
    return Decision.objects.filter(kind="break_glass").exists()


class TestComingToSuchAPage:
    def test_right_after_signing_in_asks_nothing(self, world, client, settings):
        client.post(
            reverse("account_login"),
            {"login": world.people["admin_a"].email, "password": PASSWORD},
        )
        if settings.REQUIRE_SECOND_FACTOR:
            client.post(reverse("mfa_authenticate"), {"code": code_of_now()})
        assert client.get(URL).status_code == 200

    def test_later_leads_to_the_door_and_back(self, late):
        answer = late.get(URL)
        assert answer.url == f"{reverse('account_reauthenticate')}?next=%2Femergency%2F"
        back = late.post(answer.url, {"password": PASSWORD, "next": URL})
        assert back.url == URL
        assert late.get(URL).status_code == 200


class TestSendingAFormTooLate:
    def test_asks_does_nothing_and_keeps_every_word(self, late, sent):
        page = late.post(URL, sent)
        assert page.status_code == 403
        assert not opened()
        assert carried(page) == sent

    def test_goes_on_with_the_password(self, late, sent):
        typed = carried(late.post(URL, sent))
        answer = late.post(URL, {**typed, "again-password": PASSWORD})
        assert answer.status_code == 302
        assert Decision.objects.get(kind="break_glass").reason == REASON
        assert late.get(URL).status_code == 200  # for the minutes that follow, too

    @pytest.mark.parametrize("password", ["", "not the passphrase at all"])
    def test_with_a_wrong_password_asks_again_and_keeps_every_word(self, late, sent, password):
        page = late.post(URL, {**sent, "again-password": password})
        assert page.status_code == 403
        assert carried(page) == sent
        assert not opened()

    def test_with_somebody_elses_password_opens_nothing(self, world, late, sent):
        world.people["admin_b"].set_password("another passphrase of another person")
        world.people["admin_b"].save()
        late.post(URL, {**sent, "again-password": "another passphrase of another person"})
        assert not opened()

    def test_goes_on_with_a_code_where_there_is_no_password(self, world, late, sent):
        user = world.people["admin_a"]
        code = RecoveryCodes.activate(user).get_unused_codes()[0]
        user.set_unusable_password()
        user.save()
        late.force_login(user)
        page = late.post(URL, sent)
        assert 'name="again-code"' in page.content.decode()
        assert not opened()
        assert late.post(URL, {**carried(page), "again-code": code}).status_code == 302
        assert opened()

    def test_without_password_or_code_says_to_sign_in_anew(self, world, late, sent, settings):
        settings.REQUIRE_SECOND_FACTOR = False
        user = world.people["admin_a"]
        user.authenticator_set.all().delete()
        user.set_unusable_password()
        user.save()
        late.force_login(user)
        for page in (late.get(URL), late.post(URL, sent)):
            assert page.status_code == 403
            assert reverse("account_logout") in page.content.decode()
        assert not opened()

    def test_stores_nothing_that_was_typed(self, late, sent):
        late.post(URL, sent)
        assert REASON not in str(dict(late.session))

    def test_is_asked_only_where_the_page_is_ones_own(self, world, late, sent):
        late.force_login(world.people["mentor"])
        assert b"again-" not in late.post(URL, sent).content


class TestSigningInAgain:
    """Who took the key of a session before holds nothing afterwards."""

    @pytest.fixture
    def late(self, late, world):
        UserSession.objects.create(
            user=world.people["admin_a"], session_key=late.session.session_key, ip="127.0.0.1"
        )
        return late

    def taken(self, client) -> Client:
        """Somebody else with the same key."""
        thief = Client()
        thief.cookies["session"] = client.cookies["session"].value
        assert thief.get(reverse("accounts:account_detail")).status_code == 200
        return thief

    def by_password(self, client) -> None:
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": URL})

    def by_code(self, client) -> None:
        person = User.objects.get(email="admin_a@test.example")
        code = RecoveryCodes.activate(person).get_unused_codes()[0]
        client.post(reverse("mfa_reauthenticate"), {"code": code, "next": URL})

    def on_the_spot(self, client) -> None:
        client.post(URL, {"again-password": PASSWORD})

    @pytest.mark.parametrize("way", ["by_password", "by_code", "on_the_spot"])
    def test_goes_on_under_a_new_key(self, late, way):
        thief, old = self.taken(late), late.session.session_key
        getattr(self, way)(late)
        assert late.get(URL).status_code == 200
        assert is_out(thief)
        assert not Session.objects.filter(pk=old).exists()
        assert UserSession.objects.get().session_key == late.session.session_key

    def test_with_a_wrong_password_does_not(self, late):
        """The negative control."""
        thief = self.taken(late)
        late.post(URL, {"again-password": "not the passphrase at all"})
        assert not is_out(thief)


def is_out(client) -> bool:
    return client.get(reverse("accounts:account_detail")).status_code == 302
