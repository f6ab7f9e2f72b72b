"""Two ways into the trail: an operation records in its own transaction; a page notes what it
shows or denies, and the middleware writes the notes before the answer leaves.

What may be recorded is a closed list: each app names its events in `events.py`, with the act
that the law knows and a sentence for people.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.models import AuditEvent
from audit.sealing import digest_of_words
from core.encryption import words_of
from core.references import is_reference

Act = AuditEvent.Act


class Event(NamedTuple):
    act: str
    sentence: str | Promise  # a clause after the actor's name; may use %(records)s and details


EVENTS: dict[str, Event] = {}


def events(named: dict[str, tuple[str, str | Promise]]) -> None:
    """State the events of an app: `kind -> (act, sentence)`."""
    for kind, (act, sentence) in named.items():
        if kind in EVENTS:
            raise ImproperlyConfigured(f"The event {kind} is stated twice.")
        EVENTS[kind] = Event(act, sentence)


events(
    {
        "consulted": (Act.CONSULT, _("read %(records)s")),
        "listed": (Act.CONSULT, _("saw a list with %(records)s")),
        "denied": (Act.DENIAL, _("was refused %(records)s")),
        "searched.reference": (Act.CONSULT, _("searched for %(records)s")),
        "searched.words": (Act.CONSULT, _("searched for words with the mark %(mark)s")),
        "keys.rotated": (Act.ALTER, _("encrypted %(values)s values under a new key")),
    }
)


@dataclass(frozen=True)
class Note:
    kind: str
    target: str
    capacity: str = ""
    details: tuple[tuple[str, Any], ...] = field(default=())


@dataclass(frozen=True)
class Acting:
    """Which rule let the actor in, during which request. The guard sets it on the user."""

    capacity: str = ""
    request_id: str = ""


def reference(row: models.Model) -> str:
    """How the trail names a row: `mentees.mentee:M-73052E`, or the key where it has no other."""
    return f"{row._meta.label_lower}:{getattr(row, 'reference', row.pk)}"


def _spoken(target: str) -> str:
    """A record in a sentence: its reference, or what it is and its key; else as it was written."""
    label, _colon, key = target.partition(":")
    if not key.isdigit():
        return key or label
    try:
        return f"{apps.get_model(label)._meta.verbose_name} {key}"
    except (LookupError, ValueError):  # a table that is no more
        return target


def sentence(event: AuditEvent) -> str:
    """The event in words, without its actor; an event of a retired kind shows its code."""
    if event.kind not in EVENTS:
        return event.kind
    records = ", ".join(map(_spoken, event.targets))
    words = defaultdict(str, {**event.details, "records": records or "-"})
    return str(EVENTS[event.kind].sentence) % words


def record(
    kind: str, *, by: Any, target: models.Model | Iterable[models.Model], **details: Any
) -> AuditEvent:
    """Append what an operation did, inside the operation's transaction. `by=None` is the clock.

    Details hold codes, dates and field names; never a name, never a word somebody wrote.
    Raises KeyError for an event that no app has stated.
    """
    acting = getattr(by, "acting", Acting("" if by else "clock"))
    rows = [target] if isinstance(target, models.Model) else list(target)
    return AuditEvent.objects.create(
        kind=kind,
        act=EVENTS[kind].act,
        actor=str(by.pk) if by else "",
        capacity=acting.capacity,
        request_id=acting.request_id,
        targets=[reference(row) for row in rows],
        details=details,
    )


def shown(request: HttpRequest, *rows: models.Model, capacity: str = "", **details: Any) -> None:
    """Note a file, a print or an export that this answer shows."""
    noted = tuple(details.items())
    request.notes += [Note("consulted", reference(row), capacity, noted) for row in rows]


def listed(
    request: HttpRequest, rows: Iterable[models.Model | str], capacity: str = "list"
) -> None:
    """Note the rows of a list: one line of the trail for all of them."""
    named = [row if isinstance(row, str) else reference(row) for row in rows]
    request.notes += [Note("listed", each, capacity) for each in named]


def denied(request: HttpRequest, target: str) -> None:
    """Note a refusal, in the same words whether the row is hidden or was never there."""
    request.notes.append(Note("denied", "".join(c for c in target if c.isprintable())[:100]))


def searched(request: HttpRequest, typed: str) -> None:
    """Note what was looked for: a reference as it is, other words by their keyed digest alone.

    The same words have the same mark, in whatever order and case: so a repeated search shows,
    and who is told the words can find them, but nobody reads a name in the trail.
    """
    if not typed.strip():
        return
    reference = "".join(typed.upper().split())
    if is_reference(reference):
        request.notes.append(Note("searched.reference", f"reference:{reference}"))
    else:
        mark = digest_of_words(words_of(typed))
        request.notes.append(Note("searched.words", "", details=(("mark", mark),)))


def write_notes(request: HttpRequest) -> None:
    """One line per kind, normally one per answer, in one INSERT."""
    lines: dict[str, list[Note]] = {}
    for note in request.notes:
        lines.setdefault(note.kind, []).append(note)
    if not lines:
        return
    AuditEvent.objects.bulk_create(
        AuditEvent(
            kind=kind,
            act=EVENTS[kind].act,
            actor=str(request.user.pk or ""),
            capacity=", ".join(sorted({n.capacity for n in notes if n.capacity})),
            targets=list(dict.fromkeys(n.target for n in notes if n.target)),
            details={key: value for n in notes for key, value in n.details},
            request_id=request.id,
        )
        for kind, notes in lines.items()
    )
