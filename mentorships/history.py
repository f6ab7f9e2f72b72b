"""A note as it stands, how it came to stand so, and what was answered to it."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.text import capfirst

from accounts.models import User
from core.differences import Piece, differ, differences
from core.encryption import decrypt
from mentorships.models import Addendum, MentoringSession, NoteAnswer, SessionNarrative
from mentorships.models.narrative import Texts
from mentorships.permissions import SessionPermission


class Passage(NamedTuple):
    """One text of a note, with what an amendment changed in it."""

    label: str
    pieces: list[Piece]


@dataclass(frozen=True)
class Amendment:
    """One step in the history of a note."""

    addendum: Addendum
    passages: list[Passage]


@dataclass(frozen=True)
class AsAmended:
    """How a note reads now, and each amendment that led there, the newest first."""

    texts: Texts
    amendments: list[Amendment]
    first_written: list[tuple[str, str]]  # each text by its label


def as_amended(note: SessionNarrative, addenda: list[Addendum] | None = None) -> AsAmended:
    """The note with its history. Whoever may read the note may read it all; one query, or none
    with the `addenda` at hand."""
    if addenda is None:
        addenda = list(note.addenda.select_related("author"))
    versions = [note.texts, *(addendum.texts for addendum in addenda)]
    steps = zip(addenda, versions, versions[1:], strict=False)
    amendments = [Amendment(each, list(_passages(old, new))) for each, old, new in steps]
    first = [(_label(name), text) for name, text in note.texts._asdict().items() if text]
    return AsAmended(versions[-1], amendments[::-1], first)


def _passages(before: Texts, after: Texts) -> Iterator[Passage]:
    for name, old, new in zip(Texts._fields, before, after, strict=True):
        if differ(old, new):
            yield Passage(_label(name), differences(old, new))


def _label(name: str) -> str:
    described: Any = Addendum._meta.get_field(name)
    return capfirst(str(described.verbose_name))


@dataclass(frozen=True)
class Answered:
    """An answer of a coach, and what the author wrote back."""

    answer: NoteAnswer
    reply: NoteAnswer | None

    @property
    def waits(self) -> bool:
        return self.answer.kind == NoteAnswer.Kind.QUESTION and self.reply is None


def told_of(note: SessionNarrative | None, user: User) -> dict[str, Any]:
    """What the page of a session shows of its note: its history, and the answers as far as this
    reader may know them; one query."""
    if note is None:
        return {"as_amended": None, "answers": []}
    seen = NoteAnswer.objects.permitted(user, SessionPermission.VIEW_ANSWER)
    answers = _said(seen.filter(narrative=note), "answered_at", "kind", "question", "text")
    addenda = _said(note.addenda.all(), "added_at", "why", "reason", *Texts._fields)
    found = sorted(answers.union(addenda, all=True).order_by())
    given = [_answer(*row) for row in found if row[0] == NoteAnswer.__name__]
    amended = [_addendum(*row) for row in found if row[0] == Addendum.__name__]
    replies = {answer.question_id: answer for answer in given if answer.question_id}
    return {
        "as_amended": as_amended(note, amended),
        "answers": [
            Answered(answer, replies.get(answer.pk)) for answer in given if not answer.question_id
        ],
    }


MOST_COLUMNS = 2 + len(Texts._fields)


def _said(rows: QuerySet, at: str, *columns: str) -> QuerySet:
    """Who said what when, in columns alike. Text is cast: what is encrypted stays so."""
    told: list[Any] = [Cast(name, TextField()) for name in columns]
    told += [Value("", TextField())] * (MOST_COLUMNS - len(told))
    named = {f"column_{number}": column for number, column in enumerate(told)}
    kind = Value(rows.model.__name__, TextField())
    said = rows.order_by().annotate(model=kind, at=F(at), **named)
    return said.values_list("model", "pk", "author__name", "at", *named)


def _answer(
    _model: str, key: int, name: str, at: datetime.datetime, *told: str | None
) -> NoteAnswer:
    kind, question, text = told[:3]
    return NoteAnswer(
        pk=key,
        kind=kind or "",
        question_id=int(question) if question else None,
        text=_opened(text),
        author=User(name=name),
        answered_at=at,
    )


def _addendum(
    _model: str, key: int, name: str, at: datetime.datetime, *told: str | None
) -> Addendum:
    why, reason, *texts = (each or "" for each in told)
    opened = dict(zip(Texts._fields, map(_opened, texts), strict=True))
    return Addendum(
        pk=key,
        why=why,
        reason=_opened(reason),
        author=User(name=name),
        added_at=at,
        **opened,
    )


def _opened(stored: str | None) -> str:
    return decrypt(stored) if stored else ""


def is_unlocked(session: MentoringSession, answers: list[Answered]) -> bool:
    """As `MentoringSession.objects.unlocked()` has it, from what was read for a page."""
    return not answers and session.locks_at > timezone.now()
