"""The words of API tokens: made here, and found again by a digest under our key."""

import secrets
from typing import Any

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import ApiToken

MARK = "bot_"  # so that a token is known for one wherever it was left lying
BEGINNING = 12  # letters that are kept


def new_words() -> str:
    return MARK + secrets.token_urlsafe(32)


def digests_of(words: str) -> list[str]:
    """Under the key of today first; the older ones are still good for a while."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [
        salted_hmac("accounts.tokens", words, secret=key, algorithm="sha256").hexdigest()
        for key in keys
    ]


def token_of_words(words: str) -> Any:
    """The token with its role and owner, or None where it opens nothing (any more)."""
    if not words.startswith(MARK):
        return None
    found = ApiToken.objects.standing().filter(digest__in=digests_of(words))
    token = found.select_related("assignment__user").first()
    if token is None:
        return None
    return token if is_of_password(token.password_digest, token.assignment.user) else None


def is_of_password(digest: str, user: Any) -> bool:
    """Is this the digest of the password that the person has now?"""
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(digest, each) for each in hashes)
