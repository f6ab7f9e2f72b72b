import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models
from django.test.utils import isolate_apps

from core.encryption import (
    EncryptedJSONField,
    EncryptedTextField,
    Undecipherable,
    decrypt,
    encrypt,
    token_of,
    words_of,
)

OLD, NEW, WRONG = (Fernet.generate_key().decode() for _ in range(3))


class TestEncryptedText:
    @pytest.mark.parametrize("text", ["Åse", "سلام", "👩‍👧 mother", "a" * 100_000, "line\nline"])
    def test_comes_back_as_it_was(self, text):
        assert decrypt(encrypt(text)) == text

    def test_never_looks_the_same_twice(self):
        assert encrypt("Åse") != encrypt("Åse")

    def test_is_read_with_an_old_key(self, settings):
        settings.FIELD_KEYS = [OLD]
        stored = encrypt("Åse")
        settings.FIELD_KEYS = [NEW, OLD]
        assert decrypt(stored) == "Åse"

    def test_is_written_with_the_newest_key(self, settings):
        settings.FIELD_KEYS = [NEW, OLD]
        stored = encrypt("Åse")
        settings.FIELD_KEYS = [NEW]
        assert decrypt(stored) == "Åse"

    @pytest.mark.parametrize("stored", ["Åse", "gAAAAAB", ""])
    def test_that_is_no_token_raises(self, stored):
        with pytest.raises(Undecipherable):
            decrypt(stored)

    def test_under_a_wrong_key_raises_and_tells_nothing(self, settings):
        settings.FIELD_KEYS = [OLD]
        stored = encrypt("Åse")
        settings.FIELD_KEYS = [WRONG]
        with pytest.raises(Undecipherable) as raised:
            decrypt(stored)
        assert stored not in str(raised.value)
        assert raised.value.__suppress_context__

    def test_needs_a_key(self, settings):
        settings.FIELD_KEYS = []
        with pytest.raises(ImproperlyConfigured, match=r"manage\.py setup"):
            encrypt("Åse")


class TestTheField:
    def test_keeps_empty_text_empty_and_null_null(self):
        assert EncryptedTextField().get_prep_value("") == ""
        assert EncryptedTextField(null=True).get_prep_value("") is None
        assert EncryptedTextField(null=True).from_db_value(None, None, None) is None

    def test_can_be_asked_for_null_and_nothing_else(self):
        with isolate_apps("core"):

            class Letter(models.Model):  # noqa: DJ008 Nobody prints it.
                text = EncryptedTextField(null=True)

                class Meta:
                    app_label = "core"

            assert "IS NULL" in str(Letter._default_manager.filter(text__isnull=True).query)
            for lookup in ("text", "text__icontains", "text__gt", "text__in"):
                with pytest.raises(FieldError):
                    str(Letter._default_manager.filter(**{lookup: "a"}).query)

    def test_holds_what_json_holds(self):
        field, typed = EncryptedJSONField(), {"facts": "Åse", "themes": ["family"]}
        stored = field.get_prep_value(typed)
        assert "family" not in stored
        assert field.from_db_value(stored, None, None) == typed
        assert field.from_db_value("", None, None) == {}


class TestWordsByWhichPeopleAreFound:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("Åse-Marie", {"ase", "marie"}),
            ("JØRGEN  ø", {"jorgen"}),
            ("O'Neil", {"neil"}),
            ("محمد", {"محمد"}),
            ("", set()),
        ],
    )
    def test_are_folded(self, text, words):
        assert words_of(text) == words

    def test_are_stored_as_keyed_digests(self, settings):
        settings.NAME_TOKEN_KEY = "one"
        first = token_of("ase")
        assert first == token_of("ase") != token_of("marie")
        settings.NAME_TOKEN_KEY = "another"
        assert token_of("ase") != first

    def test_need_a_key(self, settings):
        settings.NAME_TOKEN_KEY = ""
        with pytest.raises(ImproperlyConfigured, match=r"manage\.py setup"):
            token_of("ase")
