"""Sign-in at the organisation's own provider: a real one on this machine, and its real answers."""

import subprocess
import sys
import time

import pytest
import requests
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts import lock, operations
from accounts.tests.identity_provider import CLIENT, FORGED, IdentityProvider
from audit.models import AuditEvent
from bot_project.tests.browsing import code_of_now
from bot_project.tests.cast import PASSWORD, SECRET

LOGIN, BEGIN, RETURN = reverse("account_login"), "/accounts/openid/", "/accounts/openid/return/"
NOT_KNOWN = "This sign-in opens no account here."
DID_NOT_WORK = "Signing in there did not work."


@pytest.fixture
def provider(settings):
    provider = IdentityProvider()
    settings.OIDC_ISSUER, settings.OIDC_NAME = provider.issuer, "Kriminalforsorgen"
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT.values()
    settings.PUBLIC_URL = "http://testserver"
    yield provider
    provider.close()


@pytest.fixture
def people(world, settings):
    """Without factors, whatever the suite demands."""
    Authenticator.objects.all().delete()
    settings.REQUIRE_SECOND_FACTOR = False
    return world.people


def go_there(client: Client, way_back="") -> str:
    """Press the button and sign in at the provider; the address to which that leads back."""
    there = client.post(BEGIN, {"next": way_back}).url
    back = requests.get(there, allow_redirects=False, timeout=5).headers["Location"]
    return back.removeprefix("http://testserver")


def come_back(client: Client, way_back=""):
    return client.get(go_there(client, way_back))


def is_in(client: Client) -> bool:
    return client.get("/preferences/").status_code == 200


def refusal(answer, client: Client) -> str:
    """What the sign-in page says to whoever was sent back to it."""
    assert answer.url == LOGIN
    assert not is_in(client)
    return client.get(LOGIN).content.decode()


@pytest.mark.django_db
class TestWithoutAProvider:
    def test_there_is_no_trace_of_it(self, client, people):
        assert BEGIN not in client.get(LOGIN).content.decode()
        assert client.post(BEGIN).status_code == 404
        for path in (BEGIN, RETURN):
            assert client.get(path).status_code == 404

    @pytest.mark.parametrize("way", ["3rdparty/", "3rdparty/signup/", "social/login/error/"])
    def test_or_with_one_the_ways_of_the_framework_lead_nowhere(self, client, provider, way):
        assert client.get(f"/accounts/{way}").status_code == 404


@pytest.mark.django_db
class TestSomebodyWithAnAccount:
    def test_is_let_in_goes_on_and_is_recorded(self, client, provider, people):
        assert f'action="{BEGIN}"' in client.get(LOGIN).content.decode()
        assert come_back(client, "/preferences/tokens/").url == "/preferences/tokens/"
        assert is_in(client)
        events = AuditEvent.objects.filter(actor=people["mentor"].pk)
        assert {"account.recognised", "signed_in"} <= {event.kind for event in events}
        client.post(reverse("account_logout"))
        assert not is_in(client)

    def test_leaves_here_only_the_key_by_which_the_provider_knows_them(
        self, client, provider, people
    ):
        provider.told = {"name": "A name", "picture": "https://id.example/face"}
        come_back(client)
        tied = SocialAccount.objects.get()
        assert (tied.user, tied.uid, tied.extra_data) == (people["mentor"], "u-1", {})
        kept = Session.objects.get(pk=client.session.session_key).get_decoded()
        assert "opens userinfo" not in str(kept)

    def test_keeps_the_password(self, client, provider, people):
        come_back(client)
        client.post(reverse("account_logout"))
        client.post(LOGIN, {"login": people["mentor"].email, "password": PASSWORD})
        assert is_in(client)

    def test_comes_in_who_was_invited_and_has_no_password(self, client, provider, people):
        operations.invite(by=None, email="new@test.example", name="New")
        provider.person |= {"sub": "u-2", "email": "New@Test.example"}
        come_back(client)
        assert is_in(client)

    def test_counts_as_having_signed_in_just_now(self, client, provider, people):
        come_back(client)
        assert client.get(reverse("door:address_change")).status_code == 200

    def test_is_led_to_no_other_house(self, client, provider, people):
        assert come_back(client, "https://elsewhere.example/").url == "/"

    def test_who_begins_anew_may_have_a_new_key_there(self, client, provider, people):
        come_back(client)
        operations.start_anew(
            people["mentor"], by=people["technical"], confirmed_by=people["admin_a"]
        )
        provider.person["sub"] = "u-new"
        come_back(client)
        assert is_in(client)


@pytest.mark.django_db
class TestNobodyElse:
    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"person": {"sub": "x", "email": "nobody@test.example"}}, NOT_KNOWN),
            ({"person": {"sub": "x", "email": "inactive@test.example"}}, NOT_KNOWN),
            ({"person": {"email_verified": False}}, NOT_KNOWN),
            ({"person": {"email_verified": "true"}}, NOT_KNOWN),
            ({"person": {"email": ""}}, NOT_KNOWN),
            ({"person": {"email": ["mentor@test.example"]}}, NOT_KNOWN),
            ({"told": {"sub": "of another"}}, DID_NOT_WORK),
            ({"claims": {"nonce": "of another question"}}, DID_NOT_WORK),
            ({"claims": {"nonce": ""}}, DID_NOT_WORK),
            ({"claims": {"exp": 1}}, DID_NOT_WORK),
            ({"claims": {"exp": ""}}, DID_NOT_WORK),
            ({"claims": {"auth_time": int(time.time()) - 3600}}, DID_NOT_WORK),
            ({"claims": {"auth_time": ""}}, DID_NOT_WORK),
            ({"claims": {"iss": "https://another.example"}}, DID_NOT_WORK),
            ({"claims": {"aud": "another client"}}, DID_NOT_WORK),
            ({"key": FORGED}, DID_NOT_WORK),
            ({"key": None}, DID_NOT_WORK),
            ({"error": "server_error"}, DID_NOT_WORK),
        ],
    )
    def test_is_let_in(self, client, provider, people, change, says):
        for name, value in change.items():
            was = getattr(provider, name)
            setattr(provider, name, was | value if isinstance(was, dict) else value)
        assert says in refusal(come_back(client), client)
        assert not SocialAccount.objects.exists()
        assert AuditEvent.objects.filter(kind="sign_in_failed").count() == 1

    def test_is_let_in_under_the_address_of_somebody_before_them(self, client, provider, people):
        come_back(client)
        client.post(reverse("account_logout"))
        provider.person["sub"] = "u-2"
        assert NOT_KNOWN in refusal(come_back(client), client)

    def test_is_let_in_under_a_key_that_is_tied_to_another(self, client, provider, people):
        come_back(client)
        client.post(reverse("account_logout"))
        provider.person["email"] = "coach@test.example"
        assert NOT_KNOWN in refusal(come_back(client), client)

    @pytest.mark.parametrize("kind", ["forged", "of another browser", "used", "old", "none"])
    def test_is_let_in_by_an_answer_that_was_not_asked_for(
        self, client, provider, people, kind, time_machine
    ):
        back = go_there(client)
        if kind == "forged":
            back = back.replace("state=", "state=x")
        elif kind == "of another browser":
            client = Client()
        elif kind == "used":
            client.get(back)
            client.post(reverse("account_logout"))
        elif kind == "old":
            time_machine.move_to(time.time() + 3600)
        else:
            back = RETURN
        assert DID_NOT_WORK in refusal(client.get(back), client)

    def test_is_reproached_for_turning_back(self, client, provider, people):
        provider.error = "access_denied"
        assert DID_NOT_WORK not in refusal(come_back(client), client)

    def test_is_led_to_a_provider_that_is_away(self, client, provider, people):
        provider.close()
        assert DID_NOT_WORK in refusal(client.post(BEGIN), client)


@pytest.mark.django_db
class TestTheSecondFactor:
    def test_is_asked_for_as_after_a_password(self, client, provider, people):
        TOTP.activate(people["mentor"], SECRET)
        assert come_back(client).url == reverse("mfa_authenticate")
        assert not is_in(client)
        client.post(reverse("mfa_authenticate"), {"code": code_of_now()})
        assert is_in(client)

    def test_is_to_be_set_up_where_it_is_demanded(self, client, provider, people, settings):
        settings.REQUIRE_SECOND_FACTOR = True
        come_back(client)
        assert client.get("/").url == reverse("mfa_index")

    def test_is_not_asked_for_twice_where_the_provider_asks(
        self, client, provider, people, settings
    ):
        settings.REQUIRE_SECOND_FACTOR = settings.OIDC_HAS_SECOND_FACTOR = True
        TOTP.activate(people["mentor"], SECRET)
        come_back(client)
        assert client.get("/").url == reverse("casework:caseload")

    def test_of_the_provider_is_not_shown_by_a_password(self, client, provider, people, settings):
        settings.REQUIRE_SECOND_FACTOR = settings.OIDC_HAS_SECOND_FACTOR = True
        client.post(LOGIN, {"login": people["mentor"].email, "password": PASSWORD})
        assert client.get("/").url == reverse("mfa_index")

    def test_of_the_provider_ends_with_the_session(
        self, client, provider, people, settings, time_machine
    ):
        settings.REQUIRE_SECOND_FACTOR = settings.OIDC_HAS_SECOND_FACTOR = True
        come_back(client)
        assert client.get("/").url == reverse("casework:caseload")
        time_machine.move_to(time.time() + settings.SESSION_LASTS.total_seconds() + 1)
        client.post(reverse("unlock"), {"password": PASSWORD})
        assert lock.BY_PROVIDER not in client.session
        assert client.get("/").url == reverse("mfa_index")


class TestTheEnvironment:
    def ask(self, **environment):
        code = "from bot_project.test_settings import *; print(CONTENT_SECURITY_POLICY)"
        keys = dict.fromkeys(("SECRET_KEY", "FIELD_KEYS", "NAME_TOKEN_KEY", "TRAIL_KEY"), "k")
        return subprocess.run(
            [sys.executable, "-c", code],
            cwd=configured.BASE_DIR,
            env=keys | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def test_opens_the_policy_to_the_provider_alone(self, tmp_path):
        said = self.ask(VAR_DIR=str(tmp_path), OIDC_ISSUER="https://id.example/realm/")
        assert "'form-action': [\"'self'\", 'https://id.example']" in said.stdout, said.stderr

    def test_opens_the_policy_to_nobody_by_default(self, tmp_path):
        assert "'form-action': [\"'self'\"]" in self.ask(VAR_DIR=str(tmp_path)).stdout

    def test_takes_no_provider_that_anybody_could_pretend_to_be(self, tmp_path):
        said = self.ask(VAR_DIR=str(tmp_path), OIDC_ISSUER="http://id.example")
        assert "has to begin with https" in said.stderr


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
class TestInABrowser:
    def test_the_button_leads_there_and_back(
        self, page, live_server, world, provider, settings, assert_accessible
    ):
        Authenticator.objects.all().delete()
        settings.REQUIRE_SECOND_FACTOR = False
        settings.PUBLIC_URL = live_server.url
        policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        allowed = {**policy, "form-action": [*policy["form-action"], provider.issuer]}
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": allowed}
        page.goto(f"{live_server.url}{LOGIN}?next=/preferences/")
        assert_accessible(page)
        page.get_by_role("button", name="Sign in with Kriminalforsorgen").click()
        page.wait_for_url("**/preferences/")
        assert "mentor@test.example" in page.content()
