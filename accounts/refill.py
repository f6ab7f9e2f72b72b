"""Puts what was typed back into a form of a finished page, whichever view rendered it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.utils.html import escape

Attrs = list[tuple[str, str | None]]
# What no hand writes, or what no page may be given back.
UNTYPED = {"hidden", "submit", "button", "image", "reset", "password", "file"}
CHOSEN = {"checkbox", "radio"}


def refill(
    html: str, path: str, action: str, typed: dict[str, list[str]]
) -> tuple[tuple[str, str] | None, dict[str, list[str]]]:
    """The page in two halves, cut just inside the form, and what found no field in it.

    `path` is the page's own address, `action` where the form is sent. No page without that form.
    """
    survey = _Survey(path, action)
    survey.feed(html)
    survey.close()
    if not survey.forms:
        return None, typed
    best = max(survey.forms, key=lambda form: form.likeness(typed))
    writer = _Writer(best.number, typed)
    writer.feed(html)
    writer.close()
    left = {
        name: values
        for name, values in writer.left.items()
        if name not in best.untyped and any(value.strip() for value in values)
    }
    return ("".join(writer.parts[: writer.cut]), "".join(writer.parts[writer.cut :])), left


@dataclass
class _Form:
    number: int
    names: set[str] = field(default_factory=set)
    untyped: set[str] = field(default_factory=set)
    hidden: set[tuple[str, str]] = field(default_factory=set)

    def likeness(self, typed: dict[str, list[str]]) -> tuple[int, int]:
        """Of several forms that go to one address: the one for the same row, with those fields."""
        sent = {(name, value) for name, values in typed.items() for value in values}
        return len(self.hidden & sent), len(self.names & typed.keys())


class _Survey(HTMLParser):
    """Finds the forms of a page that are posted to one address."""

    def __init__(self, path: str, action: str) -> None:
        super().__init__()
        self.path, self.action = path, action
        self.forms: list[_Form] = []
        self.count = 0
        self.form: _Form | None = None

    def handle_starttag(self, tag: str, attrs: Attrs) -> None:
        given = dict(attrs)
        if tag == "form":
            self.count += 1
            to = urlsplit(urljoin(self.path, given.get("action") or "")).path
            if (given.get("method") or "").lower() == "post" and to == self.action:
                self.form = _Form(self.count)
                self.forms.append(self.form)
        elif self.form is not None and (name := given.get("name")):
            self.form.names.add(name)
            if tag == "button" or given.get("type") in UNTYPED:
                self.form.untyped.add(name)
                self.form.hidden.add((name, given.get("value") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None


class _Writer(HTMLParser):
    """Copies a page letter by letter, except for the fields of one form."""

    def __init__(self, number: int, typed: dict[str, list[str]]) -> None:
        super().__init__(convert_charrefs=False)
        self.number = number
        self.left = {name: list(values) for name, values in typed.items()}
        self.parts: list[str] = []
        self.cut = 0
        self.count = 0
        self.is_inside = self.is_replaced = self.is_searched = False
        self.select: str | None = None

    def handle_starttag(self, tag: str, attrs: Attrs) -> None:
        given = dict(attrs)
        text = self.get_starttag_text() or ""
        if tag == "form":
            self.count += 1
            self.is_inside = self.count == self.number
            self.parts.append(text)
            if self.is_inside:
                self.cut = len(self.parts)
            return
        name = given.get("name") or ""
        if not self.is_inside:
            pass
        elif tag == "input":
            text = self._input(text, name, attrs)
        elif tag == "select":
            self.select = name if name in self.left else None
            self.is_searched = any(key.startswith("data-ajax") for key in given)
        elif tag == "option" and self.select is not None:
            value = given.get("value") or ""
            text = self._tag(tag, attrs, "selected", self._take(self.select, value))
        elif tag == "textarea" and self.left.get(name):
            text += "\n" + escape(self.left[name].pop(0))
            self.is_replaced = True
        self.parts.append(text)

    handle_startendtag = handle_starttag

    def _input(self, text: str, name: str, attrs: Attrs) -> str:
        given = dict(attrs)
        kind = (given.get("type") or "text").lower()
        if kind in UNTYPED or not name:
            return text
        if kind in CHOSEN:
            return self._tag(
                "input", attrs, "checked", self._take(name, given.get("value") or "on")
            )
        if not self.left.get(name):
            return text
        others = [pair for pair in attrs if pair[0] != "value"]
        return self._tag("input", [*others, ("value", self.left[name].pop(0))])

    def _take(self, name: str, value: str) -> bool:
        """Whether this choice was made; each is made once."""
        chosen = value in self.left.get(name, [])
        if chosen:
            self.left[name].remove(value)
        return chosen

    @staticmethod
    def _tag(tag: str, attrs: Attrs, flag: str = "", is_on: bool = False) -> str:
        kept = [pair for pair in attrs if pair[0] != flag]
        words = [key if value is None else f'{key}="{escape(value)}"' for key, value in kept]
        return f"<{' '.join([tag, *words, *([flag] if is_on else [])])}>"

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.is_replaced = False
        elif tag == "select":
            if self.select is not None and self.is_searched:
                self._add_options(self.select)
            self.select = None
        elif tag == "form":
            self.is_inside = False
        self._copy(f"</{tag}>")

    def _add_options(self, name: str) -> None:
        """A list that is searched while typing comes without the choices that were made."""
        for value in self.left.pop(name):
            key = escape(value)
            self.parts.append(f'<option value="{key}" selected>{key}</option>')

    def _copy(self, text: str) -> None:
        if not self.is_replaced:
            self.parts.append(text)

    def handle_data(self, data: str) -> None:
        self._copy(data)

    def handle_entityref(self, name: str) -> None:
        self._copy(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._copy(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self._copy(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self._copy(f"<!{decl}>")
