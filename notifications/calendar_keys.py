"""The secret in the address of a private calendar, found again by its digest."""

from accounts.tokens import digests_of, is_of_password
from notifications.models import CalendarKey


def key_of_words(words: str) -> CalendarKey | None:
    """The key with its person, or None where it opens nothing (any more)."""
    standing = CalendarKey.objects.standing().filter(digest__in=digests_of(words))
    key = standing.select_related("person").first()
    return key if key and is_of_password(key.password_digest, key.person) else None
