"""What is done to accounts on the server itself."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.models import AuditEvent
from audit.trail import reference
from bot_project.tests.cast import PASSWORD

pytestmark = pytest.mark.django_db

NEW = "seven grey geese over the moor"
FIRST = {"email": "first@test.example", "name": "First"}


def recorded(command: str) -> list[tuple[str, list[str]]]:
    lines = AuditEvent.objects.filter(capacity=f"command: {command}").order_by("pk")
    return list(lines.values_list("kind", "targets"))


class TestCreateSuperuser:
    def test_is_in_the_trail(self, world, monkeypatch):
        monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", NEW)
        call_command("createsuperuser", interactive=False, stdout=StringIO(), **FIRST)
        user = User.objects.get(email="first@test.example")
        assert user.is_superuser
        named = [reference(user)]
        assert recorded("createsuperuser") == [
            ("account.opened", named),
            ("technical.given", named),
        ]

    def test_that_fails_makes_nobody_and_says_nothing(self, world):
        there = world.people["technical"].email
        with pytest.raises(CommandError):
            call_command("createsuperuser", interactive=False, email=there, name="Again")
        assert not recorded("createsuperuser")


class TestChangePassword:
    @pytest.fixture
    def typed(self, monkeypatch):
        """What the person at the keyboard types, each time they are asked."""
        answers: list[str] = []
        monkeypatch.setattr("getpass.getpass", lambda prompt: answers.pop(0))
        return answers

    def change(self, address: str) -> None:
        call_command("changepassword", address, stdout=StringIO(), stderr=StringIO())

    def test_ends_every_way_in_and_is_in_the_trail(self, client, world, typed):
        client.force_login(world.people["mentor"])
        assert client.get("/preferences/").status_code == 200
        typed += [NEW, NEW]
        self.change("Mentor@test.example")
        assert world.user("mentor").check_password(NEW)
        assert client.get("/preferences/").status_code == 302
        named = [reference(world.people["mentor"])]
        assert recorded("changepassword") == [("account.password_set", named)]

    def test_that_is_given_up_changes_nothing(self, client, world, typed):
        client.force_login(world.people["mentor"])
        typed += ["one", "another"] * 3
        with pytest.raises(CommandError):
            self.change("mentor@test.example")
        assert world.user("mentor").check_password(PASSWORD)
        assert client.get("/preferences/").status_code == 200
        assert not recorded("changepassword")

    def test_asks_whose(self):
        with pytest.raises(CommandError, match="Say whose"):
            call_command("changepassword")


class TestWhatOneChangesOneself:
    @pytest.fixture
    def signed_in(self, world) -> Client:
        client = Client()
        client.force_login(world.people["mentor"])
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        return client

    def kinds(self, world) -> list[str]:
        own = AuditEvent.objects.filter(actor=str(world.people["mentor"].pk), act="alter")
        return list(own.order_by("pk").values_list("kind", flat=True))

    def test_is_in_the_trail_when_it_is_the_password(self, world, signed_in):
        given = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
        signed_in.post(reverse("account_change_password"), given)
        assert world.user("mentor").check_password(NEW)
        assert self.kinds(world) == ["account.password_changed"]

    def test_is_in_the_trail_when_it_is_a_factor(
        self, world, signed_in, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            signed_in.post(reverse("mfa_generate_recovery_codes"))
        assert self.kinds(world) == ["factor.set_up"]
