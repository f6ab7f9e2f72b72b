"""What a letter opens, for whom, how often and how long; and that it tells nobody anything."""

import datetime
import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import operations
from accounts.letters import Letter
from accounts.models import User
from accounts.operations import NotGiven
from accounts.tasks import send_letters
from audit.models import AuditEvent
from bot_project.tests.cast import PASSWORD, SECRET

pytestmark = pytest.mark.django_db

LINK = reverse("door:link")
LOGIN = reverse("account_login")
NEW = "seven grey geese over the moor"
ADDRESS = "ny@test.example"


def without_token(answer) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


def chosen(**more):
    return {"password1": NEW, "password2": NEW, **more}


def link_in_mail() -> str:
    """The address in the last mail, as a path."""
    return re.search(r"^https?://[^/]+(/\S+)$", mail.outbox[-1].body, re.MULTILINE)[1]


def invited(world) -> str:
    operations.invite(by=world.people["technical"], email=ADDRESS, name="Ny Mentor")
    send_letters()
    return link_in_mail()


def asked_for_password(client, address) -> None:
    client.post(reverse("account_reset_password"), {"email": address})
    send_letters()


def sign_in(client, address, password):
    return client.post(LOGIN, {"login": address, "password": password})


class TestAnInvitation:
    def test_lets_somebody_choose_a_passphrase_and_a_language_and_come_in(self, client, world):
        link = invited(world)
        page = client.get(link, follow=True)
        assert page.redirect_chain == [(LINK, 302)]  # without the token
        assert ADDRESS in page.content.decode()

        answer = client.post(LINK, chosen(language="da"))

        assert answer.url == "/"
        user = User.objects.get(email=ADDRESS)
        assert user.check_password(NEW)
        assert user.language == "da"
        assert client.get("/preferences/").status_code in {200, 302}
        assert AuditEvent.objects.filter(kind="account.password_chosen").count() == 1

    def test_leads_to_the_second_factor_where_one_is_demanded(self, client, world, settings):
        settings.REQUIRE_SECOND_FACTOR = True
        client.get(invited(world))
        page = client.post(LINK, chosen(language="en"), follow=True)
        assert page.redirect_chain[-1] == (reverse("mfa_index"), 302)
        # The passphrase was given a moment ago; nobody asks for it again.
        assert client.get(reverse("mfa_activate_totp")).status_code == 200

    def test_opens_once(self, client, world):
        link = invited(world)
        client.get(link)
        client.post(LINK, chosen(language="en"))
        thief = Client()
        assert thief.get(link, follow=True).status_code == 410
        assert thief.post(LINK, chosen(language="en")).status_code == 410

    def test_is_not_used_up_by_a_program_that_reads_mail(self, client, world):
        link = invited(world)
        Client().get(link, follow=True)
        Client().head(link, follow=True)
        assert client.get(link, follow=True).status_code == 200

    def test_opens_for_a_day(self, client, world):
        link = invited(world)
        client.get(link)
        letter = Letter.objects.get()
        assert letter.expires_at - letter.sent_at <= datetime.timedelta(hours=24)
        Letter.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
        assert client.post(LINK, chosen(language="en")).status_code == 410
        assert "opens nothing" in client.get(link, follow=True).content.decode()

    def test_opens_nothing_once_another_was_sent_or_it_was_withdrawn(self, client, world):
        technical, first = world.people["technical"], invited(world)
        user = User.objects.get(email=ADDRESS)
        operations.invite_again(user, by=technical)
        send_letters()
        second = link_in_mail()
        assert client.get(first, follow=True).status_code == 410
        assert client.get(second, follow=True).status_code == 200
        operations.withdraw_invitation(user, by=technical)
        assert client.get(second, follow=True).status_code == 410

    def test_is_refused_to_whoever_is_in(self, world):
        for act in (operations.invite_again, operations.withdraw_invitation):
            with pytest.raises(NotGiven, match="chosen a password already"):
                act(world.people["mentor"], by=world.people["technical"])

    def test_keeps_what_was_chosen_wrongly_in_words(self, client, world):
        client.get(invited(world))
        for wrong in ({"password1": "short", "password2": "short"}, {"password2": "another one"}):
            page = client.post(LINK, chosen(language="fr", **wrong)).content.decode()
            assert "invalid-feedback" in page
            assert '<option value="fr" selected>' in page
            assert 'value="short"' not in page
        assert not User.objects.get(email=ADDRESS).has_usable_password()

    def test_signs_out_whoever_sat_there_before(self, client, world):
        link = invited(world)
        client.force_login(world.people["mentor"])
        client.get(link)
        client.post(LINK, chosen(language="en"))
        assert "Ny Mentor" in client.get("/preferences/", follow=True).content.decode()

    def test_is_for_nobody_whose_account_was_closed(self, client, world):
        link = invited(world)
        user = User.objects.get(email=ADDRESS)
        operations.change_account(user, by=world.people["technical"], is_active=False)
        assert client.get(link, follow=True).status_code == 410


class TestALinkThatOpensNothing:
    """A denial, which names the letter where there was one; nothing else has happened."""

    def denied(self) -> list[str]:
        events = AuditEvent.objects.filter(kind="denied").order_by("pk")
        return [target for event in events for target in event.targets]

    def test_because_it_was_forged(self, client, world):
        before = User.objects.order_by("pk").values_list("pk", "password")
        client.get(reverse("door:link_open", args=["forged"]))
        for ask in (client.get, client.post):
            assert ask(LINK, chosen(language="en")).status_code == 410
        assert self.denied() == ["accounts.letter:"] * 2
        assert list(before) == list(before.all())

    @pytest.mark.parametrize("over", ["used_at", "withdrawn_at", "expires_at"])
    def test_because_it_is_over(self, client, world, over):
        link = invited(world)
        client.get(link, follow=True)
        assert not self.denied()  # the control: it still opens
        Letter.objects.update(**{over: timezone.now() - datetime.timedelta(seconds=1)})
        assert client.post(LINK, chosen(language="en")).status_code == 410
        assert self.denied() == [f"accounts.letter:{Letter.objects.get().pk}"]
        assert not User.objects.get(email=ADDRESS).has_usable_password()


class TestALetter:
    def test_holds_no_token_in_the_database_only_its_digest(self, client, world):
        link = invited(world)
        token = link.rstrip("/").rsplit("/", 1)[1]
        client.get(link)
        letter = Letter.objects.get()
        assert len(letter.token_digest) == 64
        assert token not in str(Letter.objects.values()) + str(dict(client.session))

    def test_names_nobody_and_tells_nothing(self, world):
        mentor = world.people["mentor"]
        for language in ("", "da", "fr"):
            User.objects.filter(pk=mentor.pk).update(language=language)
            for kind in Letter.Kind:
                Letter.objects.create(kind=kind, user=mentor, address=mentor.email)
        assert send_letters() == len(mail.outbox) == 12
        for sent in mail.outbox:
            assert sent.to == [mentor.email]
            said = f"{sent.subject} {sent.body}".lower()
            for word in ("mentor", "prison", "probation", settings.PRODUCT_NAME.lower()):
                assert word not in said
        links = [m for m in mail.outbox if "/accounts/link/" in m.body]
        assert len(links) == 3 * len(settings.LINKS_OPEN_FOR)

    def test_leads_where_the_settings_say_whatever_a_request_said(self, client, world):
        client.post(
            reverse("account_reset_password"),
            {"email": "mentor@test.example"},
            headers={"host": "127.0.0.1"},
        )
        send_letters()
        assert f"{settings.PUBLIC_URL}/accounts/link/" in mail.outbox[-1].body

    def test_goes_out_once(self, world):
        invited(world)
        assert send_letters() == 0
        assert len(mail.outbox) == 1

    def test_that_the_post_office_refused_goes_out_later(self, world, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens
        operations.invite(by=None, email=ADDRESS, name="Ny")
        assert send_letters() == 0
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        assert send_letters() == 0  # not yet again
        Letter.objects.update(tried_at=timezone.now() - settings.MAIL_RETRIED_AFTER)
        assert send_letters() == 1


class TestANewPassword:
    def test_is_chosen_by_a_link_and_ends_every_session(self, client, world):
        at_work = Client()
        sign_in(at_work, "mentor@test.example", PASSWORD)
        asked_for_password(client, "Mentor@Test.example")
        client.get(link_in_mail())

        assert client.post(LINK, chosen()).url == LOGIN

        assert world.user("mentor").check_password(NEW)
        assert at_work.get("/preferences/").status_code == 302
        assert client.get("/preferences/").status_code == 302  # nobody is signed in by a link

    def test_leaves_the_second_factor(self, client, world):
        TOTP.activate(world.people["mentor"], SECRET)
        asked_for_password(client, "mentor@test.example")
        client.get(link_in_mail())
        client.post(LINK, chosen())
        answer = sign_in(client, "mentor@test.example", NEW)
        assert answer.url == reverse("mfa_authenticate")

    def test_makes_every_other_link_void(self, client, world):
        asked_for_password(client, "mentor@test.example")
        first = link_in_mail()
        asked_for_password(client, "mentor@test.example")
        client.get(link_in_mail())
        client.post(LINK, chosen())
        assert client.get(first, follow=True).status_code == 410

    def test_is_not_for_whoever_was_never_in_or_may_not_come_in(self, client, world):
        invited(world)
        for address in (ADDRESS, "inactive@test.example", "nobody@test.example"):
            asked_for_password(client, address)
        assert len(mail.outbox) == 1  # the invitation
        assert not Letter.objects.filter(user=None).exists()


class TestANewAddress:
    @pytest.fixture
    def mentor(self, client, world):
        sign_in(client, "mentor@test.example", PASSWORD)
        if settings.REQUIRE_SECOND_FACTOR:
            client.force_login(world.people["mentor"])
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        return client

    def ask(self, client, address):
        return client.post(reverse("door:address_change"), {"address": address})

    def test_counts_when_it_is_confirmed_and_the_old_one_is_told(self, mentor, world):
        user = world.people["mentor"]
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        self.ask(mentor, "New@Test.example")
        assert world.user("mentor").email == "mentor@test.example"
        send_letters()
        assert mail.outbox[-1].to == ["new@test.example"]

        elsewhere = Client()
        elsewhere.get(link_in_mail())
        elsewhere.post(LINK)
        send_letters()

        assert mail.outbox[-1].to == ["mentor@test.example"]
        assert not sign_in(Client(), "mentor@test.example", PASSWORD).has_header("Location")
        assert sign_in(Client(), "new@test.example", PASSWORD).has_header("Location")

    def test_asks_for_the_password_first(self, client, world):
        client.force_login(world.people["mentor"])
        answer = self.ask(client, "new@test.example")
        assert answer.status_code == 403
        assert 'value="new@test.example"' in answer.content.decode()  # waits for the password
        assert not Letter.objects.exists()

    def test_of_somebody_else_is_answered_like_a_free_one(self, mentor, world):
        free = self.ask(mentor, "new@test.example")
        taken = self.ask(mentor, "coach@test.example")
        assert without_token(taken).replace("coach@", "new@") == without_token(free)
        send_letters()
        assert not any(m.to == ["coach@test.example"] for m in mail.outbox)

    def test_that_somebody_got_meanwhile_is_refused(self, mentor, world):
        self.ask(mentor, "new@test.example")
        send_letters()
        mentor.get(link_in_mail())
        world.person("new")
        page = mentor.post(LINK, follow=True).content.decode()
        assert "Somebody already signs in with this address." in page
        assert world.user("mentor").email == "mentor@test.example"

    def test_that_one_has_already_is_refused_in_words(self, mentor, world):
        assert "your address already" in self.ask(mentor, "Mentor@test.example").content.decode()


class TestClosingAnAccount:
    def test_ends_sessions_and_links_at_the_next_request(self, client, world):
        mentor = world.people["mentor"]
        sign_in(client, mentor.email, PASSWORD)
        if settings.REQUIRE_SECOND_FACTOR:
            client.force_login(mentor)
        assert client.get("/preferences/").status_code == 200
        role = world.user("mentor").role_assignments.first()
        token, _words = operations.make_token(role, by=mentor, purpose="figures", days=1)
        elsewhere = Client()
        asked_for_password(elsewhere, mentor.email)
        elsewhere.get(link_in_mail())

        operations.change_account(mentor, by=world.people["technical"], is_active=False)

        assert client.get("/preferences/").status_code == 302
        assert elsewhere.post(LINK, chosen()).status_code == 410
        token.refresh_from_db()
        assert token.revoked_at
        # Nor does any of it come back with the person.
        operations.change_account(mentor, by=world.people["technical"], is_active=True)
        assert client.get("/preferences/").status_code == 302
        assert elsewhere.post(LINK, chosen()).status_code == 410
