"""Two ways into the trail: an operation records in its own transaction; a page notes what it
shows or denies, and the middleware writes the notes before the answer leaves.

What may be recorded is a closed list: each app names its events in `events.py`, with the act
that the law knows and a sentence for people.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter
from types import MappingProxyType
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import models, transaction
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.models import AuditEvent, Wording
from audit.sealing import digest_of_words
from core.encryption import words_of
from core.references import is_reference

Act = AuditEvent.Act


class Event(NamedTuple):
    act: str
    sentence: str | Promise  # a clause after the actor's name; may use %(records)s and details


EVENTS: dict[str, Event] = {}
PAGES: dict[str, str | Promise] = {}  # what is shown that is no row, in words
WORDS_AT_MOST = 200  # letters of a search that are kept
NOBODY: Mapping[str, str] = MappingProxyType({})


def events(named: dict[str, tuple[str, str | Promise]]) -> None:
    """State the events of an app: `kind -> (act, sentence)`."""
    for kind, (act, sentence) in named.items():
        if kind in EVENTS:
            raise ImproperlyConfigured(f"The event {kind} is stated twice.")
        EVENTS[kind] = Event(act, sentence)


def pages(named: dict[str, str | Promise]) -> None:
    """State what an app shows that is no row: `target -> words`."""
    PAGES.update(named)


events(
    {
        "consulted": (Act.CONSULT, gettext_lazy("read %(records)s")),
        "printed": (Act.CONSULT, gettext_lazy("printed %(records)s")),
        "disclosed": (Act.DISCLOSE, gettext_lazy("was shown %(records)s by a share")),
        "listed": (Act.CONSULT, gettext_lazy("saw a list with %(records)s")),
        "denied": (Act.DENIAL, gettext_lazy("was refused %(records)s")),
        "searched.reference": (Act.CONSULT, gettext_lazy("searched for %(records)s")),
        "searched.words": (Act.CONSULT, gettext_lazy("searched for words with the mark %(mark)s")),
        "searched.opened": (Act.CONSULT, gettext_lazy("read the words behind %(records)s")),
        "keys.rotated": (Act.ALTER, gettext_lazy("encrypted %(values)s values under a new key")),
    }
)


@dataclass(frozen=True)
class Note:
    kind: str
    target: str
    capacity: str = ""
    details: tuple[tuple[str, Any], ...] = field(default=())
    words: str = ""  # what somebody wrote, for the table beside the trail


@dataclass(frozen=True)
class Acting:
    """Which rule let the actor in, during which request. The guard sets it on the user."""

    capacity: str = ""
    request_id: str = ""


def reference(row: models.Model) -> str:
    """How the trail names a row: `mentees.mentee:M-73052E`, or the key where it has no other."""
    return f"{row._meta.label_lower}:{getattr(row, 'reference', row.pk)}"


def named_by(row: models.Model) -> list[str]:
    """The row, and the file at the end of its `case`: who has read a file is asked of the file.
    Load the way there with the rows."""
    way = getattr(row, "case", None)
    file = [attrgetter(way.replace("__", "."))(row)] if way else []
    return [reference(each) for each in (row, *file)]


@dataclass(frozen=True)
class ByHand:
    """Whoever runs a command on the server: no account, so the trail names the command."""

    command: str
    pk = ""

    @property
    def acting(self) -> Acting:
        return Acting(f"command: {self.command}")


def spoken(target: str, names: Mapping[str, str] = NOBODY) -> str:
    """A record in a sentence: its name if that is given, its reference, or what it is and its
    key; else as it was written."""
    if target in names:
        return names[target]
    if target in PAGES:
        return str(PAGES[target])
    label, colon, key = target.partition(":")
    if not colon and "." in target:  # a permission, where there is no record
        return _("a page of another role (%(permission)s)") % {"permission": target}
    if not key.isdigit():
        return key or label
    try:
        return f"{apps.get_model(label)._meta.verbose_name} {key}"
    except (LookupError, ValueError):  # a table that is no more
        return target


def sentence(
    event: AuditEvent, names: Mapping[str, str] = NOBODY, at_most: int | None = None
) -> str:
    """The event in words, without its actor; an event of a retired kind shows its code.

    `names` are those of records that this reader may see named; of more than `at_most` records
    the sentence says only how many more there are.
    """
    if event.kind not in EVENTS:
        return event.kind
    records = ", ".join(spoken(target, names) for target in event.targets[:at_most])
    if at_most and len(event.targets) > at_most:
        counted = {"records": records, "more": len(event.targets) - at_most}
        records = _("%(records)s and %(more)d more") % counted
    words = defaultdict(str, {**event.details, "records": records or "-"})
    return str(EVENTS[event.kind].sentence) % words


def kinds() -> dict[str, list[tuple[str, str]]]:
    """Each act with its kinds of events in words, where a record or a detail is left open."""
    blank: dict[str, str] = defaultdict(lambda: "…")
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for kind, event in EVENTS.items():
        found[event.act].append((kind, str(event.sentence) % blank))
    return {act: sorted(found[act], key=itemgetter(1)) for act in Act.values if act in found}


def record(
    kind: str, *, by: Any, target: models.Model | Iterable[models.Model], **details: Any
) -> AuditEvent:
    """Append what an operation did, inside the operation's transaction. `by=None` is the clock.

    A command that a person runs is `by=ByHand(its name)`. Details hold codes, dates and field
    names; never a name, never a word somebody wrote.
    Raises KeyError for an event that no app has stated.
    """
    acting = getattr(by, "acting", Acting("" if by else "clock"))
    rows = [target] if isinstance(target, models.Model) else list(target)
    return AuditEvent.objects.create(
        kind=kind,
        act=EVENTS[kind].act,
        actor=str(by.pk or "") if by else "",
        capacity=acting.capacity,
        request_id=acting.request_id,
        targets=[reference(row) for row in rows],
        details=details,
    )


def shown(
    request: HttpRequest,
    *rows: models.Model,
    capacity: str = "",
    discloses: bool = False,
    kind: str = "consulted",
    **details: Any,
) -> None:
    """Note a row that this answer shows by itself, with its file; `discloses` where it shows it to
    another service, whose reader is then the recipient. `kind` is "printed" where it goes on
    paper; of a disclosure the details say so."""
    if discloses and kind != "consulted":
        details["way"] = kind
    kind = "disclosed" if discloses else kind
    if discloses:
        details["recipient"] = request.user.pk
    given = tuple(details.items())
    named = [target for row in rows for target in named_by(row)]
    request.notes += [Note(kind, target, capacity, given) for target in named]


def listed(
    request: HttpRequest, rows: Iterable[models.Model | str], capacity: str = "list"
) -> None:
    """Note the rows of a list, with their files: one line of the trail for all of them."""
    named = [[row] if isinstance(row, str) else named_by(row) for row in rows]
    request.notes += [Note("listed", target, capacity) for each in named for target in each]


def noted(
    request: HttpRequest,
    kind: str,
    targets: Iterable[str],
    *,
    capacity: str,
    words: str = "",
    **details: Any,
) -> None:
    """Note an answer of another kind, which leaves its line even where it names no record.
    `words` that somebody wrote stand in it as their mark, and encrypted beside it."""
    if words:
        details["mark"] = mark_of(words)
    given = tuple(details.items())
    request.notes += [Note(kind, target, capacity, given, words) for target in [*targets] or [""]]


def mark_of(words: str) -> str:
    """The same words have the same mark, in whatever order and case."""
    return digest_of_words(words_of(words))


def are_of_their_line(wording: Wording) -> bool:
    """Are these the words that were marked? The seal covers the mark."""
    return wording.line.details.get("mark") == mark_of(wording.text)


def not_shown(request: HttpRequest) -> None:
    """Take back what was noted to be shown: the answer has become another."""
    request.notes = [note for note in request.notes if note.kind == "denied"]


def denied(request: HttpRequest, target: str) -> None:
    """Note a refusal, in the same words whether the row is hidden or was never there."""
    request.notes.append(Note("denied", "".join(c for c in target if c.isprintable())[:100]))


def searched(request: HttpRequest, typed: str) -> None:
    """Note what was looked for: a reference as it is, other words by their keyed mark.

    So a repeated search shows, and nobody reads a name in the trail; an auditor reads the words
    one by one, and says why.
    """
    if not typed.strip():
        return
    reference = "".join(typed.upper().split())
    if is_reference(reference):
        request.notes.append(Note("searched.reference", f"reference:{reference}"))
    else:
        noted(request, "searched.words", [], capacity="", words=typed[:WORDS_AT_MOST])


def shown_by(request: HttpRequest, kinds: Iterable[str]) -> set[str]:
    """The records that this answer shows so far, in one of these ways."""
    return {note.target for note in request.notes if note.kind in kinds}


@transaction.atomic(savepoint=False)
def write_notes(request: HttpRequest) -> None:
    """One line per kind, normally one per answer, in one INSERT; one more for words beside it."""
    lines: dict[str, list[Note]] = {}
    for note in request.notes:
        lines.setdefault(note.kind, []).append(note)
    if not lines:
        return
    written = AuditEvent.objects.bulk_create(
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
    words = {note.kind: note.words for note in request.notes if note.words}
    if words:
        Wording.objects.bulk_create(
            Wording(line=line, text=words[line.kind]) for line in written if line.kind in words
        )
