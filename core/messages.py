"""Every message of ours, read from the sources without gettext. For development: needs Babel."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib
from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation.template import templatize

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLURAL_FORMS = {
    "en": "nplurals=2; plural=(n != 1);",
    "da": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
}


class Message(NamedTuple):
    """What gettext looks up: a message, in a context, maybe with its plural."""

    context: str
    text: str
    plural: str


def python_files() -> Iterator[Path]:
    """Our modules, without tests and migrations."""
    for app in ("bot_project", *settings.OUR_APPS):
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            if not {"tests", "migrations"} & set(path.parts):
                yield path


def template_files() -> Iterator[Path]:
    for path in sorted((settings.BASE_DIR / "templates").rglob("*")):
        if path.suffix in {".html", ".txt"}:
            yield path


def messages_in(source: str) -> Iterator[Message]:
    """The marked strings of Python source."""
    found = extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS)
    for _line, message, _comments, context in found:
        text, plural = message if isinstance(message, tuple) else (message, "")
        yield Message(context or "", text, plural)


def calls_in(template: str) -> str:
    """The template as calls of gettext between blanked text, which no longer is indented code."""
    return "\n".join(line.strip() for line in templatize(template).splitlines())


def extracted() -> dict[Message, list[str]]:
    """Every message, and the files that hold it."""
    found: dict[Message, list[str]] = {}
    sources = [(path, path.read_text()) for path in python_files()]
    sources += [(path, calls_in(path.read_text())) for path in template_files()]
    for path, source in sources:
        name = path.relative_to(settings.BASE_DIR).as_posix()
        for message in messages_in(source):
            files = found.setdefault(message, [])
            if name not in files:
                files.append(name)
    for message in [m for m in found if m.plural]:
        # gettext knows one entry for a text, with its plural or without.
        found[message] += found.pop(message._replace(plural=""), [])
    return found


def catalogue_path(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def key_of(entry: polib.POEntry) -> Message:
    return Message(entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")


def updated(language: str, messages: dict[Message, list[str]]) -> polib.POFile:
    """The catalogue with exactly these messages and the translations that it had.

    Sorted, with the names of files but no line numbers or dates: only what changed differs.
    """
    path = catalogue_path(language)
    old = polib.pofile(str(path)) if path.exists() else []
    translations = {key_of(entry): entry for entry in old}
    catalogue = polib.POFile(wrapwidth=95)
    catalogue.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURAL_FORMS[language],
    }
    for message in sorted(messages):
        entry = polib.POEntry(msgid=message.text, msgctxt=message.context or None)
        if message.plural:
            entry.msgid_plural = message.plural
            entry.msgstr_plural = {0: "", 1: ""}
        if known := translations.get(message):
            entry.msgstr, entry.msgstr_plural = known.msgstr, known.msgstr_plural
            entry.tcomment = known.tcomment
            entry.flags = known.flags
        entry.occurrences = [(name, "") for name in messages[message]]
        catalogue.append(entry)
    return catalogue
