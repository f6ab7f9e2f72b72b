"""What waits for a mentor in one query: drafts, agreements, sheets, what ended lately."""

import datetime
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, DateField, DateTimeField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast

from accounts.models import User
from core.encryption import decrypt
from mentorships.models import Agreement, Mentorship, SessionDraft, SessionSheet
from mentorships.permissions import MentorshipPermission, SessionPermission

BLANK: dict[str, Any] = {
    "key": Value("", TextField()),
    "on": Cast(Value(None), DateField()),
    "at": Cast(Value(None), DateTimeField()),
    "who": Value("", TextField()),
    "text": Value("", TextField()),
}


@dataclass
class Waiting:
    drafts: list[SessionDraft] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    sheets: list[SessionSheet] = field(default_factory=list)  # printed, and not entered yet
    ended_on: list[datetime.date] = field(default_factory=list)  # of what one may look back on


def waiting_for(user: User, mentorships: Iterable[int]) -> Waiting:
    """Rows that hold no more than the caseload shows, of these mentorships."""
    arms = _arms(user, list(mentorships))
    found = Waiting()
    for kind, mentorship, key, on, at, who, text in arms[0].union(*arms[1:], all=True).order_by():
        if kind == "Agreement":
            row = Agreement(pk=int(key), mentorship_id=mentorship, who=who, due_on=on)
            row.text = decrypt(text)
            found.agreements.append(row)
        elif kind == "SessionDraft":
            typed = json.loads(decrypt(text)) if text else {}
            draft = SessionDraft(uuid=uuid.UUID(key), mentorship_id=mentorship, saved_at=at)
            draft.typed = typed
            found.drafts.append(draft)
        elif kind == "SessionSheet":
            found.sheets.append(
                SessionSheet(
                    uuid=uuid.UUID(key), mentorship_id=mentorship, number=text, printed_at=at
                )
            )
        else:
            found.ended_on.append(on)
    found.drafts.sort(key=lambda draft: draft.saved_at, reverse=True)
    found.agreements.sort(key=lambda each: (each.due_on or datetime.date.max, each.pk))
    found.sheets.sort(key=lambda sheet: sheet.printed_at)
    found.ended_on.sort()
    return found


def _arms(user: User, mentorships: list[int]) -> list[QuerySet]:
    drafts = SessionDraft.objects.permitted(user, SessionPermission.VIEW_DRAFT).of(user)
    agreements = Agreement.objects.permitted(user, SessionPermission.VIEW_AGREEMENT).open()
    sheets = SessionSheet.objects.permitted(user, SessionPermission.VIEW_SHEET).to_enter()
    ended = Mentorship.objects.permitted(user, MentorshipPermission.LOOK_BACK)
    return [
        _columns(
            agreements.filter(mentorship__in=mentorships),
            key="pk", on="due_on", who="who", text="text",
        ),
        _columns(
            drafts.filter(mentorship__in=mentorships), key="pk", at="saved_at", text="typed"
        ),
        _columns(
            sheets.filter(mentorship__in=mentorships),
            key="uuid", at="printed_at", text="number",
        ),
        _columns(ended, mentorship="pk", on="ended_on"),
    ]  # fmt: skip


def _columns(rows: QuerySet, *, mentorship: str = "mentorship", **columns: str) -> QuerySet:
    """The same columns of every model. Text is cast, so that what is encrypted stays so."""
    given = {
        f"waiting_{name}": (
            blank
            if name not in columns
            else F(columns[name])
            if name in ("on", "at")
            else Cast(columns[name], TextField())
        )
        for name, blank in BLANK.items()
    }
    kind = Value(rows.model.__name__, CharField())
    return (
        rows.order_by()
        .annotate(waiting_kind=kind, **given)
        .values_list("waiting_kind", mentorship, *given)
    )
