"""What people are told, in sentences that name nobody; each app states its own in `notices.py`."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise

KINDS: dict[str, str | Promise] = {}
Check = Callable[[Iterable[Any]], set[int]]
CHECKS: dict[str, Check] = {}


def notices(stated: Mapping[str, str | Promise]) -> None:
    """State the kinds of an app: `kind -> sentence`, without a name or a placeholder."""
    for kind, sentence in stated.items():
        if kind in KINDS:
            raise ImproperlyConfigured(f"The notice {kind} is stated twice.")
        KINDS[kind] = sentence


def holds_while(kind: str) -> Callable[[Check], Check]:
    """State which notices of a kind still hold when they are about to be mailed.

    The check gets the notices and returns the keys of those that hold. A kind without one tells
    of what has happened, which stays true.
    """

    def stated(check: Check) -> Check:
        KINDS[kind]
        CHECKS[kind] = check
        return check

    return stated
