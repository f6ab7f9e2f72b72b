"""Two versions of one form: what stands, and what somebody typed who had not seen it."""

from collections.abc import Iterator
from typing import NamedTuple

from django import forms
from django.http import QueryDict

from core.differences import Piece, differ, differences
from mentorships.forms.words import in_words
from mentorships.models.narrative import Texts

NOT_COMPARED = {"version", "sequence", "rows"}


class Difference(NamedTuple):
    """One field, as it stands and as it was typed, in words."""

    label: str
    stands: str
    typed: str


class TwoTexts(NamedTuple):
    """A text as it was typed and as it stands, and in which words they differ, if in any."""

    field: forms.BoundField
    stands: str
    pieces: list[Piece]


def beside(form: forms.Form) -> list[Difference]:
    """What differs besides the texts, of a form whose initial values are what stands."""
    names = [name for name in form.changed_data if name not in {*NOT_COMPARED, *Texts._fields}]
    return [
        Difference(
            str(form.fields[name].label),
            in_words(form.fields[name], form[name].initial),
            in_words(form.fields[name], form[name].data),
        )
        for name in names
    ]


def texts_beside(form: forms.Form) -> list[TwoTexts]:
    """Each text with what stands in its place, and the words in which the two differ."""
    return [_two_texts(form[name]) for name in Texts._fields]


def _two_texts(field: forms.BoundField) -> TwoTexts:
    stands, typed = str(field.initial or ""), str(field.data or "")
    return TwoTexts(field, stands, differences(stands, typed) if differ(stands, typed) else [])


def sent_along(sent: QueryDict) -> Iterator[tuple[str, str]]:
    """What else was typed, to be sent again from the page that shows both."""
    gone = {*Texts._fields, "csrfmiddlewaretoken", "action", "version"}
    for name in sent:
        if name not in gone:
            yield from ((name, value) for value in sent.getlist(name))
