"""Whoever has a copy of the database, and no key, makes no codes of anybody's."""

from importlib import import_module

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from bot_project.tests.browsing import code_of_now
from bot_project.tests.cast import SECRET
from core.encryption import Undecipherable

pytestmark = pytest.mark.django_db
OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))
encrypted = import_module("accounts.migrations.0008_encrypt_factors")


@pytest.fixture
def factors(settings, request):
    """An app and a card of one person, set up under the old key."""
    settings.FIELD_KEYS = [OLD]
    mentor = request.getfixturevalue("world").people["mentor"]
    Authenticator.objects.all().delete()
    return TOTP.activate(mentor, SECRET), RecoveryCodes.activate(mentor)


def stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        return " ".join(str(data) for (data,) in cursor.fetchall())


def app_and_card() -> tuple[TOTP, RecoveryCodes]:
    kinds = Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES
    return tuple(Authenticator.objects.get(type=kind).wrap() for kind in kinds)


class TestTheTable:
    def test_shows_neither_key_nor_seed(self, factors):
        _app, card = factors
        assert SECRET not in stored()
        assert card.instance.data["seed"] in stored()
        with pytest.raises(ValueError, match="fromhex"):
            bytes.fromhex(card.instance.data["seed"])  # as allauth would have left it

    def test_opens_to_the_key(self, factors):
        app, card = app_and_card()
        assert app.validate_code(code_of_now())
        assert card.validate_code(card.get_unused_codes()[0])

    def test_opens_to_no_other_key(self, factors, settings):
        settings.FIELD_KEYS = [NEW]
        for factor, code in zip(app_and_card(), (code_of_now(), "12345678"), strict=True):
            with pytest.raises(Undecipherable):
                factor.validate_code(code)


class TestNewKeys:
    def test_make_the_old_one_superfluous_and_keep_the_codes(self, factors, settings):
        codes = factors[1].get_unused_codes()
        factors[1].validate_code(codes[0])
        settings.FIELD_KEYS = [NEW, OLD]
        call_command("rotate_keys")
        settings.FIELD_KEYS = [NEW]
        app, card = app_and_card()
        assert app.validate_code(code_of_now())
        assert card.get_unused_codes() == codes[1:]

    def test_change_nothing_the_second_time(self, factors, settings, capsys):
        settings.FIELD_KEYS = [NEW, OLD]
        for expected in ("2 rotated, 0", "0 rotated, 2"):
            call_command("rotate_keys")
            assert f"mfa_authenticator: {expected}" in capsys.readouterr().out


class TestWhatWasStoredInClear:
    def test_is_encrypted_where_it_stands_and_still_opens(self, factors):
        codes = factors[1].get_unused_codes()
        encrypted.backwards(apps, None)
        assert SECRET in stored()

        encrypted.forwards(apps, None)

        assert SECRET not in stored()
        app, card = app_and_card()
        assert app.validate_code(code_of_now())
        assert card.get_unused_codes() == codes
