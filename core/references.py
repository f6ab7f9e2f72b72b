"""References that stand outside for a key inside: `M-73052K`.

A neutral prefix, random digits, a check character. Never in sequence: numbers in sequence tell
how many were enrolled elsewhere. 23 letters over a prime modulus: a wrong digit and two digits
exchanged are always found. I, O and Q are left out, since they are misread.
"""

import re
import secrets
from collections.abc import Callable

from django.conf import settings

LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
FEWEST_DIGITS, MOST_DIGITS = 5, 9
TRIES_PER_LENGTH = 8  # then a digit more: short references are running out


def check_letter(digits: str) -> str:
    """The letter that belongs to these digits."""
    return LETTERS[int(digits) % len(LETTERS)]


def reference_of(digits: str) -> str:
    return f"{settings.REFERENCE_PREFIX}-{digits}{check_letter(digits)}"


def new_reference(
    taken: Callable[[str], bool], *, digit: Callable[[int], int] | None = None
) -> str:
    """A reference that is not `taken`; `digit(10)` draws one digit (a seed may be behind it)."""
    draw = digit or secrets.randbelow
    for length in range(FEWEST_DIGITS, MOST_DIGITS + 1):
        for _ in range(TRIES_PER_LENGTH):
            reference = reference_of("".join(str(draw(10)) for _ in range(length)))
            if not taken(reference):
                return reference
    raise RuntimeError("No free reference was found.")


def is_reference(text: str) -> bool:
    """Could this be one of ours? A mistyped one could not."""
    prefix = re.escape(settings.REFERENCE_PREFIX)
    match = re.fullmatch(
        rf"{prefix}-([0-9]{{{FEWEST_DIGITS},{MOST_DIGITS}}})([{LETTERS}])", text, re.ASCII
    )
    return match is not None and check_letter(match[1]) == match[2]
