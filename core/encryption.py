"""Text that is encrypted in the database: names, contact data, everything said in confidence.

Fernet (AES-128-CBC with HMAC-SHA256) under `FIELD_KEYS`, newest first: the first encrypts, all
decrypt. A value that no key opens raises; it is never shown, and never saved over.
"""

import functools
import hashlib
import hmac
import json
import re
import unicodedata
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models.lookups import IsNull


class Undecipherable(Exception):
    """A stored value is not one that any of the `FIELD_KEYS` wrote."""


@functools.cache
def _cipher_of(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured("FIELD_KEYS is empty: run `python manage.py setup`.")
    return MultiFernet([Fernet(key) for key in keys])


def cipher() -> MultiFernet:
    """The cipher under the keys of today; the list is read anew, so that keys can be turned."""
    return _cipher_of(tuple(settings.FIELD_KEYS))


def encrypt(text: str) -> str:
    """The text as it is stored."""
    return cipher().encrypt(text.encode()).decode()


def decrypt(stored: str) -> str:
    """The text as it was written. Raises Undecipherable."""
    try:
        return cipher().decrypt(stored.encode()).decode()
    except InvalidToken:
        # Without the cause: its traceback would carry the stored value into a log.
        raise Undecipherable("A value cannot be read with any of FIELD_KEYS.") from None


class EncryptedTextField(models.TextField):
    """Text in Python, a Fernet token in the database; empty text stays empty, or null if it may.

    It can be asked whether it is null, nothing else: equal texts have different tokens.
    """

    def get_prep_value(self, value: Any) -> str | None:
        text = super().get_prep_value(value)
        if not text:
            return None if self.null else text
        return encrypt(text)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return decrypt(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        return IsNull if lookup_name == "isnull" else None

    def get_transform(self, lookup_name: str) -> None:
        return None


class EncryptedJSONField(EncryptedTextField):
    """What JSON can hold, encrypted; `{}` where nothing was written."""

    # What django-stubs is told about the attribute.
    _pyi_private_set_type: dict[str, Any]  # type: ignore[assignment]
    _pyi_private_get_type: dict[str, Any]  # type: ignore[assignment]

    def get_prep_value(self, value: Any) -> str | None:
        return super().get_prep_value(json.dumps(value, ensure_ascii=False))

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        return json.loads(decrypt(value)) if value else {}

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        return json.dumps(self.value_from_object(obj), ensure_ascii=False)


WORD = re.compile(r"[^\W_]+")
# Letters that no decomposition takes apart, as a keyboard without them writes them.
PLAIN = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)


def words_of(*texts: str) -> set[str]:
    """Words by which a person can be found: folded, without accents, two letters or more.

    `Åse-Marie Østergaard` is found by "ase", "åse", "ostergaard".
    """
    folded = unicodedata.normalize("NFKD", " ".join(texts)).casefold().translate(PLAIN)
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    return {word for word in WORD.findall(plain) if len(word) > 1}


def token_of(word: str) -> str:
    """A keyed digest of one word: equal words meet; without the key the table tells nothing."""
    if not settings.NAME_TOKEN_KEY:
        raise ImproperlyConfigured("NAME_TOKEN_KEY is empty: run `python manage.py setup`.")
    key = settings.NAME_TOKEN_KEY.encode()
    return hmac.new(key, word.encode(), hashlib.sha256).hexdigest()[:32]
