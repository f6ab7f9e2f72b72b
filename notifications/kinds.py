"""What people are told, in sentences that name nobody; each app states its own in `notices.py`."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise

KINDS: dict[str, str | Promise] = {}
Check = Callable[[Iterable[Any]], set[int]]
CHECKS: dict[str, Check] = {}
URGENT: set[str] = set()


def notices(stated: Mapping[str, str | Promise], *, urgent: Collection[str] = ()) -> None:
    """State the kinds of an app: `kind -> sentence`, without a name or a placeholder.

    Of an `urgent` kind the mail goes out at once, in quiet hours too: somebody may be in danger.
    """
    for kind, sentence in stated.items():
        if kind in KINDS:
            raise ImproperlyConfigured(f"The notice {kind} is stated twice.")
        KINDS[kind] = sentence
    if unknown := set(urgent) - set(stated):
        raise ImproperlyConfigured(f"These urgent notices are not stated: {sorted(unknown)}.")
    URGENT.update(urgent)


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
