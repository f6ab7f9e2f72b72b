"""Whether a page that found a fault still holds all that was typed, as a browser reads it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

CHOSEN = {"radio", "checkbox"}
SENT_BY = {"submit", "button", "hidden"}  # no hand fills those in


@dataclass
class Shown:
    """One form of a page: what its fields would send, and what its choices offer."""

    sends: dict[str, list[str]] = field(default_factory=dict)
    offers: dict[str, set[str]] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        return self.sends.keys() | self.offers.keys()


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Shown] = []
        self.select, self.area = "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Shown())
        if not self.forms:
            return
        name = given.get("name", "")
        if tag == "select":
            self.select = name
        elif tag == "textarea":
            self.area = name
            self.forms[-1].sends[name] = [""]
        elif tag == "option":
            self._choose(self.select, given.get("value", ""), chosen="selected" in given)
        elif tag == "input" and name and given.get("type") not in SENT_BY:
            value = given.get("value", "on" if given.get("type") in CHOSEN else "")
            if given.get("type") in CHOSEN:
                self._choose(name, value, chosen="checked" in given)
            else:
                self.forms[-1].sends[name] = [value]

    def _choose(self, name: str, value: str, *, chosen: bool) -> None:
        form = self.forms[-1]
        form.offers.setdefault(name, set()).add(value)
        if chosen:
            form.sends.setdefault(name, []).append(value)

    def handle_data(self, data: str) -> None:
        if self.area:
            self.forms[-1].sends[self.area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""


def lost(sent: Mapping[str, Any], page: str) -> dict[str, tuple[list[str], list[str]]]:
    """What was typed, with what the page has in its place, wherever the two differ.

    Of a choice that is not on offer nothing can be shown. What was not sent must not be filled.
    """
    shown = max(_Reader(page).forms, key=lambda form: len(form.names & sent.keys()))
    typed = {name: _texts(value) for name, value in sent.items()}
    found = {}
    for name in shown.names:
        wanted = typed.get(name, [])
        if name in shown.offers:
            wanted = [each for each in wanted if each in shown.offers[name]]
        now = [_plain(each) for each in shown.sends.get(name, [])]
        if sorted(filter(None, now)) != sorted(filter(None, map(_plain, wanted))):
            found[name] = (wanted, now)
    gone = {name: value for name, value in typed.items() if name not in shown.names}
    return found | {name: (value, []) for name, value in gone.items() if any(value)}


def _texts(value: Any) -> list[str]:
    several = isinstance(value, Iterable) and not isinstance(value, str)
    return [str(each) for each in value] if several else [str(value)]


def _plain(text: str) -> str:
    """As a browser sends it: a line end is a line end, and the first in a box does not count."""
    return text.replace("\r\n", "\n").removeprefix("\n")
