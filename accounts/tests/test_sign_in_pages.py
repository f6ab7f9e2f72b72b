"""Each page of signing in renders in our style; the harness refuses a variable it is not given."""

from urllib.parse import urlencode

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from bot_project.tests.cast import PASSWORD

OUTSIDE = [
    "account_login",
    "account_signup",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "door:link",
]
INSIDE = [
    "account_logout",
    "account_change_password",
    "mfa_index",
    "session_list",
    "door:address_change",
]


@pytest.fixture
def signed_in(client, world):
    """Somebody who has given the password twice, so that nothing asks for it again."""
    client.post(reverse("account_login"), {"login": "mentor@test.example", "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def shows(client, name: str) -> str:
    answer = client.get(reverse(name))
    assert answer.status_code == (410 if name == "door:link" else 200), answer
    page = answer.content.decode()
    assert "css/theme.css" in page
    return page


class TestAPageOutside:
    @pytest.mark.parametrize("name", OUTSIDE)
    def test_stands_at_the_door(self, client, db, name):
        assert 'class="door"' in shows(client, name)

    def test_refuses_a_wrong_password_in_words_and_keeps_the_address(self, client, world):
        wrong = {"login": "mentor@test.example", "password": "not this one"}
        page = client.post(reverse("account_login"), wrong).content.decode()
        assert "notice-late" in page
        assert 'value="mentor@test.example"' in page
        assert "not this one" not in page

    def test_has_no_link_that_the_framework_made(self, client, db):
        assert client.get("/accounts/password/reset/key/1-used/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("is_typed", [True, False], ids=["in the form", "in the address"])
class TestAWayBack:
    """Where signing in, signing out and signing in again lead afterwards."""

    SENT = (
        ("account_login", {"login": "mentor@test.example", "password": PASSWORD}),
        ("account_reauthenticate", {"password": PASSWORD}),
        ("account_logout", {}),
    )

    @pytest.fixture(params=SENT, ids=[name for name, _sent in SENT])
    def leads_to(self, request, client, world, is_typed):
        Authenticator.objects.all().delete()
        name, given = request.param
        if name != "account_login":
            client.force_login(world.people["mentor"])

        def sent(way: str) -> str:
            asked = {"next": way}
            query = "" if is_typed else f"?{urlencode(asked)}"
            answer = client.post(reverse(name) + query, given | (asked if is_typed else {}))
            assert answer.status_code == 302
            return answer.url

        return sent

    @pytest.mark.parametrize(
        "elsewhere",
        [
            "https://evil.example/",
            "//evil.example/",
            "///evil.example/",
            "/\\evil.example/",
            "https:evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            " https://evil.example/",
            "http://testserver@evil.example/",
        ],
    )
    def test_is_never_somebody_elses(self, leads_to, elsewhere):
        assert leads_to(elsewhere) in {"/", reverse("account_login")}

    def test_is_a_page_of_ours(self, leads_to):
        """The control."""
        assert leads_to("/preferences/") == "/preferences/"


class TestAPageInside:
    @pytest.mark.parametrize("name", INSIDE)
    def test_stands_in_the_frame(self, signed_in, name):
        assert 'class="app-shell"' in shows(signed_in, name)

    def test_shows_the_picture_and_the_key_for_the_second_factor(self, signed_in):
        page = shows(signed_in, "mfa_activate_totp")
        assert 'src="data:image/svg+xml' in page

    @pytest.mark.parametrize(
        "name",
        [
            "mfa_index",
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes",
        ],
    )
    def test_knows_a_second_factor_that_is_set_up(self, signed_in, world, name):
        TOTP.activate(world.people["mentor"], generate_totp_secret())
        RecoveryCodes.activate(world.people["mentor"])
        shows(signed_in, name)


class TestTheSecondFactor:
    def test_is_asked_for_after_the_password(self, client, world):
        TOTP.activate(world.people["mentor"], generate_totp_secret())
        right = {"login": "mentor@test.example", "password": PASSWORD}
        page = client.post(reverse("account_login"), right, follow=True).content.decode()
        assert "Your second factor" in page
        assert 'class="door"' in page

    def test_can_prove_that_it_is_still_oneself(self, client, world):
        TOTP.activate(world.people["mentor"], generate_totp_secret())
        client.force_login(world.people["mentor"])
        page = client.get(reverse("mfa_deactivate_totp"), follow=True).content.decode()
        assert "Is it still you?" in page
