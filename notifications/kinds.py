"""What people are told, in sentences that name nobody; each app states its own in `notices.py`."""

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise

KINDS: dict[str, str | Promise] = {}


def notices(stated: dict[str, str | Promise]) -> None:
    """State the kinds of an app: `kind -> sentence`, without a name or a placeholder."""
    for kind, sentence in stated.items():
        if kind in KINDS:
            raise ImproperlyConfigured(f"The notice {kind} is stated twice.")
        KINDS[kind] = sentence
