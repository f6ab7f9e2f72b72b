"""Markup in plain strings, where a template would take long. Whatever is filled in is escaped.

As Django's `format_html`, which takes longer to find out what is lazy than to write it.
"""

import html
import re
from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString

SPECIAL = re.compile("[&<>\"']")  # seldom there, and sooner found than replaced


def escaped(said: Any) -> SafeString:
    """What is safe already stays as it is."""
    text = str(said) if isinstance(said, Promise) else said
    if hasattr(text, "__html__"):
        return SafeString(text.__html__())
    text = str(text)
    return SafeString(html.escape(text) if SPECIAL.search(text) else text)


def filled(pattern: str, *said: Any) -> SafeString:
    return SafeString(pattern.format(*map(escaped, said)))


def joined(pattern: str, rows: Iterable[Iterable[Any]]) -> SafeString:
    return SafeString("".join(pattern.format(*map(escaped, row)) for row in rows))


def run(pieces: Iterable[Any]) -> SafeString:
    """One behind the other."""
    return SafeString("".join(map(escaped, pieces)))
