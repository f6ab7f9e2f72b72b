"""The app, the passkey and the card: each opens after the password, and a code opens once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.db import connection
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from bot_project.tests.browsing import code_of_now
from bot_project.tests.cast import PASSWORD, SECRET

LOGIN, CODE = reverse("account_login"), reverse("mfa_authenticate")
RIGHT = {"login": "mentor@test.example", "password": PASSWORD}


def card_of(user) -> list[str]:
    return RecoveryCodes.activate(user).get_unused_codes()


def with_password(client=None) -> Client:
    client = client or Client()
    client.post(LOGIN, RIGHT)
    return client


def is_in(client) -> bool:
    return client.get("/preferences/").status_code == 200


@pytest.mark.django_db
class TestACard:
    @pytest.fixture
    def signed_in(self, client, world, settings):
        """Somebody without a second factor, who gave the password a moment ago."""
        Authenticator.objects.all().delete()
        settings.REQUIRE_SECOND_FACTOR = True
        client.post(LOGIN, RIGHT)
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        return client

    def test_is_made_by_the_person_shown_once_and_then_opens_everything(self, signed_in):
        assert signed_in.get("/", follow=True).redirect_chain == [(reverse("mfa_index"), 302)]
        page = signed_in.post(reverse("mfa_generate_recovery_codes"), follow=True).content.decode()
        codes = Authenticator.objects.get().wrap().get_unused_codes()
        assert len(set(codes)) == 40
        assert all(f"{code[:4]} {code[4:]}" in page for code in codes)
        again = signed_in.get(reverse("mfa_view_recovery_codes")).content.decode()
        assert "40 codes are left" in again
        assert not any(code[:4] + " " + code[4:] in again for code in codes)
        assert signed_in.get("/", follow=True).redirect_chain[-1][0] != reverse("mfa_index")

    def test_tells_nothing_of_the_scheme_where_it_is_printed(self, signed_in, settings):
        page = signed_in.post(reverse("mfa_generate_recovery_codes"), follow=True).content.decode()
        card = page[page.index('class="code-card"') : page.index("</section>")].lower()
        for word in ("mentor", "prison", "probation", settings.PRODUCT_NAME.lower()):
            assert word not in card

    def test_is_asked_for_at_the_door_and_each_code_opens_once(self, world):
        Authenticator.objects.all().delete()
        first, second, *_ = card_of(world.people["mentor"])
        client = with_password()
        assert not is_in(client)
        client.post(CODE, {"code": f"{first[:4]} {first[4:]}"})  # as it is printed
        assert is_in(client)
        thief = with_password()
        assert "Incorrect" in thief.post(CODE, {"code": first}).content.decode()
        assert not is_in(thief)
        thief.post(CODE, {"code": second})
        assert is_in(thief)

    def test_is_void_when_a_new_one_is_made(self, signed_in, world):
        old = card_of(world.people["mentor"])
        signed_in.post(reverse("mfa_generate_recovery_codes"))
        assert not set(old) & set(Authenticator.objects.get().wrap().get_unused_codes())
        client = with_password()
        client.post(CODE, {"code": old[0]})
        assert not is_in(client)

    def test_says_at_sign_in_when_it_runs_out(self, world):
        Authenticator.objects.all().delete()
        codes = card_of(world.people["mentor"])
        card = Authenticator.objects.get()
        for left, said in ((6, False), (5, True)):
            card.data["used_mask"] = 2 ** (40 - left - 1) - 1
            card.save()
            client = with_password()
            page = client.post(CODE, {"code": codes[-1 - left]}, follow=True).content.decode()
            assert ("codes are left on your card" in page) == said

    def test_is_nobodys_second_factor_before_the_password(self, client, world):
        code = card_of(world.people["mentor"])[0]
        assert client.post(CODE, {"code": code}).url == LOGIN
        assert not is_in(client)


@pytest.mark.django_db
class TestACodeThatOpensNothing:
    """Is in the trail under the person whose password was given, at the door and inside."""

    def refusals(self) -> list[str]:
        lines = AuditEvent.objects.filter(kind="factor.refused")
        return list(lines.values_list("actor", flat=True))

    @pytest.fixture
    def mentor(self, world):
        Authenticator.objects.all().delete()
        return world.people["mentor"]

    @pytest.mark.parametrize("why", ["wrong", "used"])
    def test_at_the_door(self, mentor, why):
        right, *_ = card_of(mentor)
        with_password().post(CODE, {"code": right})
        assert not self.refusals()  # the control
        thief = with_password()
        thief.post(CODE, {"code": right if why == "used" else "00000000"})
        assert self.refusals() == [str(mentor.pk)]
        assert not is_in(thief)

    def test_inside(self, mentor):
        card_of(mentor)
        client = Client()
        client.force_login(mentor)
        client.post(reverse("mfa_reauthenticate"), {"code": "00000000"})
        assert self.refusals() == [str(mentor.pk)]
        assert not client.session.get("account_authentication_methods")  # nothing was shown

    @pytest.mark.parametrize("credential", ['{"id": "x", "rawId": "x"}', "[1]"])
    def test_by_a_passkey_that_is_none(self, mentor, credential):
        card_of(mentor)
        thief = with_password()
        thief.post(CODE, {"credential": credential})
        assert self.refusals() == [str(mentor.pk)]
        assert not is_in(thief)
        Client().post(reverse("mfa_login_webauthn"), {"credential": credential})
        assert AuditEvent.objects.get(kind="sign_in_failed").actor == ""

    def test_is_not_weighed_and_not_recorded_beyond_the_limit(self, mentor):
        card_of(mentor)
        client = with_password()
        for _time in range(6):
            client.post(CODE, {"code": "00000000"})
        assert len(self.refusals()) == 5


class TestOneCodeSentTwiceAtOnce:
    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("kind", ["card", "app"])
    def test_opens_once(self, world, kind):
        mentor = world.people["mentor"]
        Authenticator.objects.all().delete()
        code = None
        if kind == "card":
            code = card_of(mentor)[0]
        else:
            TOTP.activate(mentor, SECRET)
        clients = [with_password() for _ in range(4)]
        code = code or code_of_now()

        def give(client):
            try:
                client.post(CODE, {"code": code})
                return is_in(client)
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(give, clients)) == 1


@pytest.mark.django_db
class TestAPasskey:
    def test_is_named_neutrally_on_the_device(self, rf, settings):
        settings.PRODUCT_NAME, settings.NEUTRAL_NAME = "Back on Track", "BOT"
        with context.request_context(rf.get("/")):
            assert get_adapter().get_public_key_credential_rp_entity()["name"] == "BOT"

    def test_leaves_the_pages_usable_without_script(self, client, world):
        page = client.get(LOGIN).content.decode()
        form = page[page.index("data-passkey=") :]
        assert "hidden" in form[: form.index(">")]


AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
class TestAPasskeyInABrowser:
    @pytest.fixture
    def page(self, new_context, world):
        """Signed in by password, on a computer that knows passkeys."""
        Authenticator.objects.all().delete()
        page = new_context().new_page()
        device = page.context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        self.give_password(page)
        return page

    def give_password(self, page):
        page.goto(LOGIN)
        page.get_by_label("Work e-mail").fill("mentor@test.example")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda url: "/login/" not in url)

    def add(self, page, alone):
        page.goto(reverse("mfa_add_webauthn"))
        if page.get_by_role("button", name="Confirm").count():
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Confirm").click()
        if alone:
            page.get_by_label("Opens by itself").check()
        page.get_by_role("button", name="Add a passkey").click()
        page.wait_for_url(f"**{reverse('mfa_view_recovery_codes')}")

    def sign_out(self, page):
        page.goto(reverse("account_logout"))
        page.get_by_role("main").get_by_role("button", name="Sign out").click()
        page.wait_for_url(lambda url: "logout" not in url)

    def test_opens_after_the_password(self, page, assert_accessible):
        self.add(page, alone=False)
        assert_accessible(page)
        self.sign_out(page)
        self.give_password(page)
        assert page.url.endswith(CODE)
        assert_accessible(page)
        page.get_by_role("button", name="Use your passkey").click()
        page.wait_for_url(lambda url: "/accounts/" not in url)

    def test_opens_by_itself_where_it_asks_for_a_pin_or_a_finger(self, page, assert_accessible):
        self.add(page, alone=True)
        page.goto(reverse("mfa_list_webauthn"))
        assert_accessible(page)
        assert "by itself" in page.content()
        self.sign_out(page)
        page.goto(LOGIN)
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url(lambda url: "/accounts/" not in url)
        assert page.goto("/preferences/").status == 200

    def test_that_is_not_there_is_said_in_words(self, page, complaints):
        self.sign_out(page)
        page.goto(LOGIN)
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.get_by_text("That did not work").wait_for()
        complaints.clear()
