"""What a seal is made of: the marks of lines, the digest of a batch, the file of heads.

Everything is HMAC-SHA256 under `TRAIL_KEY`, which the database does not know: whoever can only
write there can forge neither. Whoever has the key as well can make a whole new chain, but not
the one whose heads stand in the file and in the log.
"""

import datetime
import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import structlog
from django.conf import settings
from django.db.models import JSONField, Q, TextField
from django.db.models.functions import Cast

from audit.models import AuditEvent, Seal

log = structlog.get_logger("trail")

# The columns of a line that its mark covers, in the order in which they are written down. A
# column more is a form more: earlier seals keep the form under which they were made.
FORMS: dict[int, tuple[str, ...]] = {
    1: (
        "id",
        "kind",
        "act",
        "actor",
        "capacity",
        "targets",
        "details",
        "request_id",
        "recorded_at",
    )
}
FORM = 1
END_OF_FILE = 4096  # bytes, many lines of the file of heads


class Line(NamedTuple):
    key: int
    recorded_at: datetime.datetime
    mark: str


class Head(NamedTuple):
    number: int
    first: int
    digest: str


def lines(form: int, which: Q, limit: int | None = None) -> Iterator[Line]:
    """Lines of the trail with their marks, by key, as the database holds them now."""
    columns = FORMS[form]
    json_columns = {f.name for f in AuditEvent._meta.fields if isinstance(f, JSONField)}
    # As text: what was spoiled by hand shall be found, not break the reading.
    asked = [Cast(name, TextField()) if name in json_columns else name for name in columns]
    rows = AuditEvent.objects.filter(which).order_by("pk").values_list(*asked)[:limit]
    for row in rows.iterator(chunk_size=1000):
        values = dict(zip(columns, row, strict=True))
        for name in json_columns & values.keys():
            values[name] = _parsed(values[name])
        yield Line(values["id"], values["recorded_at"], _keyed("line", list(values.values()))[:32])


def digest_of(seal: Seal) -> str:
    """What the digest of this seal has to be."""
    return _keyed(
        "seal",
        [
            seal.number,
            seal.form,
            seal.rows,
            seal.first_event,
            seal.last_event,
            seal.count,
            seal.previous,
            seal.sealed_at,
        ],
    )


def digest_of_words(words: Iterable[str]) -> str:
    """How the trail tells that the same words were looked for, without telling the words."""
    return _keyed("words", sorted(words))[:16]


def _keyed(what: str, values: list[Any]) -> str:
    written = json.dumps([what, *values], sort_keys=True, separators=(",", ":"), default=_moment)
    return hmac.new(settings.TRAIL_KEY.encode(), written.encode(), hashlib.sha256).hexdigest()


def _moment(value: datetime.datetime) -> str:
    return value.astimezone(datetime.UTC).isoformat(timespec="microseconds")


def _parsed(text: str) -> Any:
    """JSON by its meaning: the two engines write the same value down differently."""
    try:
        return json.loads(text)
    except ValueError:
        return text


# --- the file of heads: one line of JSON for each seal, only ever appended to -------------------


def publish(seals: Iterable[Seal]) -> None:
    """Append the heads of these seals to the file, on the disk before this returns; log them."""
    for seal in seals:
        head = {
            "number": seal.number,
            "first": seal.first_event,
            "last": seal.last_event,
            "count": seal.count,
            "digest": seal.digest,
            "sealed_at": _moment(seal.sealed_at),
        }
        # A line of its own, even after one that a failing disk cut short.
        written = f"{'' if _ends_with_a_line() else chr(10)}{json.dumps(head)}\n"
        file = os.open(settings.TRAIL_HEADS, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, written.encode())
            os.fsync(file)
        finally:
            os.close(file)
        log.info("sealed", **head)


def last_published() -> int:
    """The number of the newest head in the file; 0 where there is none."""
    found = [head.number for head in map(_head, _end_of_file().splitlines()) if head]
    return found[-1] if found else 0


def heads() -> Iterator[Head]:
    """The heads that stand in the file at the first step, each once; what is no head is passed
    over, and is missed where its seal is verified."""
    if not settings.TRAIL_HEADS.exists():
        return
    before = None
    with settings.TRAIL_HEADS.open("rb") as file:
        left = os.fstat(file.fileno()).st_size
        for text in file:
            left -= len(text)
            if left < 0:  # added since
                return
            head = _head(text)
            if head and head != before:
                yield head
                before = head


def _head(text: bytes) -> Head | None:
    try:
        told = json.loads(text)
        return Head(int(told["number"]), int(told["first"]), str(told["digest"]))
    except (ValueError, KeyError, TypeError):
        return None


def _end_of_file() -> bytes:
    if not settings.TRAIL_HEADS.exists():
        return b""
    with settings.TRAIL_HEADS.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - END_OF_FILE))
        return file.read()


def _ends_with_a_line() -> bool:
    end = _end_of_file()
    return not end or end.endswith(b"\n")
