"""Two versions of what was typed into one form."""

from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict

from mentorships.forms.sent import MOST_SAVES, number_sent, sent_of, typed_of
from mentorships.forms.words import in_words
from mentorships.models import Agreement, MentoringSession
from mentorships.operations import Report

NOT_SHOWN = {"rows"}


class Difference(NamedTuple):
    """What another version says in one field, in words."""

    label: str
    said: str


def differences(form: forms.Form, other: dict[str, Any]) -> list[Difference]:
    """Where another version says something else than stands in the form, in its order."""
    sent: Any = form.data
    typed = typed_of(sent)
    return [
        Difference(str(field.label), in_words(field, other.get(name)))
        for name, field in form.fields.items()
        if name not in NOT_SHOWN and (typed.get(name) or "") != (other.get(name) or "")
    ]


def with_lines_for(sent: QueryDict, other: dict[str, Any]) -> QueryDict:
    """What was sent, with as many lines for agreements as another version has."""
    both = sent.copy()
    rows = [number_sent(each, "rows", 0, MOST_SAVES) for each in (sent, sent_of(other))]
    both["rows"] = str(max(rows))
    return both


def says_the_same(report: Report, session: MentoringSession) -> bool:
    """Whether a report, sent once more, says what was recorded."""
    note = getattr(session, "narrative", None)
    agreed = {(promise.text, promise.who, promise.due_on) for promise in report.agreements}
    settled = {(each.pk, Agreement.Outcome.KEPT) for each in report.kept}
    settled |= {(each.pk, Agreement.Outcome.DROPPED) for each in report.dropped}
    return (
        all(getattr(session, name) == said for name, said in report.circumstances().items())
        and (note is not None) == report.says_something
        and (
            note is None
            or all(getattr(note, name) == said for name, said in report.note().items())
        )
        and agreed == set(session.agreements.values_list("text", "who", "due_on"))
        and settled == set(session.settled_agreements.values_list("pk", "outcome"))
    )
