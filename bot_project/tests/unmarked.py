"""Finds what people read and nobody marked for translation: a reader of its own, without gettext.

It shares no code with the extraction, and so finds what was never marked at all.
"""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from django.template.base import Lexer, TokenType

BLOCKS_OF_ATTRIBUTES = {"body_class", "bodyclass", "coltype", "theme"}
READ_ALOUD = {"alt", "aria-label", "aria-description", "content", "label", "placeholder", "title"}
LETTERS = re.compile(r"[^\W\d_]{2,}")
# `{% include "x.html" with title="Words" %}` and `{{ name|default:"Words" }}`, but not _("Words").
UNMARKED_ARGUMENT = re.compile(r"""(?<!_\()(?:=|:)(["'])([A-Z][^"'/]*|[^"'/]+ [^"'/]+)\1""")
SPOKEN_ARGUMENTS = {
    "description",
    "empty_label",
    "help_text",
    "label",
    "short_description",
    "verbose_name",
    "verbose_name_plural",
    "violation_error_message",
}
SPOKEN_CALLS = {"Refusal", "ValidationError", "success", "warning", "error", "info"}
SPOKEN_CLASSES = {"TextChoices", "IntegerChoices"}
SENTENCE_IN_SCRIPT = re.compile(r"""(["'`])([A-ZÆØÅ][a-zæøå]+(?: [^"'`]+)?)\1""")


class TextOfPage(HTMLParser):
    """Collects what a browser shows or reads aloud."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in {"script", "style"}
        self.seen += [value for name, value in attrs if value and name in READ_ALOUD]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen += [value for name, value in attrs if value and name in READ_ALOUD]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.seen.append(data)


def in_template(source: str) -> Iterator[str]:
    """Literal text that a reader of the page meets, outside `translate` and `blocktranslate`."""
    page, marked, attributes = [], "", False
    for token in Lexer(source).tokenize():
        word = token.contents.split()[0] if token.contents.split() else ""
        if token.token_type == TokenType.BLOCK and not marked:
            if word in {"block", "endblock"}:
                attributes = word == "block" and token.split_contents()[1] in BLOCKS_OF_ATTRIBUTES
            elif word in {"blocktranslate", "blocktrans", "comment"}:
                marked = f"end{word}"
            elif word not in {"translate", "trans", "if", "elif", "url", "load"}:
                yield from (found[1] for found in UNMARKED_ARGUMENT.findall(token.contents))
        elif token.token_type == TokenType.BLOCK:
            marked = "" if word == marked else marked
        elif token.token_type == TokenType.VAR and not marked:
            yield from (
                found[1]
                for found in UNMARKED_ARGUMENT.findall(token.contents)
                if "|date:" not in token.contents
            )
        elif token.token_type == TokenType.TEXT and not marked and not attributes:
            page.append(token.contents)
    reader = TextOfPage()
    reader.feed("".join(page))
    reader.close()
    yield from (text.strip() for text in reader.seen if LETTERS.search(text))


def in_python(source: str) -> Iterator[str]:
    """Bare strings where only a marked one makes sense: labels, refusals, choices."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            spoken = [k.value for k in node.keywords if k.arg in SPOKEN_ARGUMENTS]
            if name in SPOKEN_CALLS and "log" not in ast.unparse(node.func):
                spoken += node.args
            yield from filter(None, map(words_of, spoken))
        elif isinstance(node, ast.ClassDef):
            bases = {getattr(base, "attr", getattr(base, "id", "")) for base in node.bases}
            for line in node.body:
                spoken_of_class = isinstance(line, ast.Assign) and (
                    {getattr(t, "id", "") for t in line.targets} & SPOKEN_ARGUMENTS
                )
                if spoken_of_class:
                    yield from filter(None, [words_of(line.value)])
                elif bases & SPOKEN_CLASSES and isinstance(line, ast.Assign):
                    value = line.value
                    label = value.elts[-1] if isinstance(value, ast.Tuple) else value
                    yield from filter(None, [words_of(label)])


def words_of(node: ast.expr) -> str:
    """The literal text of an expression, if it is nothing but that."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value if LETTERS.search(node.value) else ""
    if isinstance(node, ast.JoinedStr):
        return ast.unparse(node)
    return ""


def in_script(source: str) -> Iterator[str]:
    """Strings in JavaScript that look like words for people: those come by data attributes."""
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", source, flags=re.DOTALL)
    for found in SENTENCE_IN_SCRIPT.finditer(code):
        yield found[2]
