"""Messages promise, the dispatcher delivers."""

import datetime
import secrets
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.tokens import digests_of
from audit.trail import record
from notifications.kinds import KINDS, URGENT
from notifications.mails import hold_after_silence, owe_mails
from notifications.models import Beat, CalendarKey, Notice

CHUNK = 200


def promise(
    recipients: Iterable[int], kind: str, *, by: Any, link: str, occurrence: str
) -> list[Notice]:
    """Write a notice to each recipient (keys of users) in the transaction of the act.

    The act's own line stands in the trail already. Nobody is told of what they did themselves,
    and nobody twice of one occurrence. Raises KeyError for a kind that no app has stated.
    """
    KINDS[kind]
    wanted = sorted(set(recipients) - {by.pk if by else None})
    return Notice.objects.bulk_create(
        [Notice(recipient_id=key, kind=kind, link=link, occurrence=occurrence) for key in wanted],
        ignore_conflicts=True,
    )


def promise_all(notices: Iterable[Notice], *, by: None) -> None:
    """Many promises of the clock in one statement, in the transaction of what they tell of.

    Raises KeyError for a kind that no app has stated.
    """
    promised = list(notices)
    for kind in {notice.kind for notice in promised}:
        KINDS[kind]
    Notice.objects.bulk_create(promised, ignore_conflicts=True)


@transaction.atomic
def mark_read(recipient: Any, *, by: Any, keys: Iterable[int] | None = None) -> int:
    """Put a person's notices aside, all or some; how many there were."""
    unread = Notice.objects.filter(recipient=recipient).unread()
    if keys is not None:
        unread = unread.filter(pk__in=list(keys))
    count = unread.update(read_at=timezone.now())
    if count:
        record("notices.read", by=by, target=[], count=count)
    return count


def dispatch(*, by: None = None, now: datetime.datetime | None = None) -> int:
    """Take up what is due, a chunk at a time, and stamp the beat; safe to run twice at once.

    The application shows a notice from the moment of the act. Here its recipient is owed a mail
    that says so, in the transaction that takes the notice up: neither is there without the other.
    """
    moment = now or timezone.now()
    taken = 0
    while True:
        with transaction.atomic():
            due = Notice.objects.due(moment).order_by("due_at", "pk")
            claimed = due.select_for_update(skip_locked=True).values_list(
                "pk", "recipient", "kind"
            )
            rows = list(claimed[:CHUNK])
            # The condition again: where rows are not locked, another may have been quicker.
            taken += Notice.objects.filter(
                pk__in=[key for key, _recipient, _kind in rows], dispatched_at=None
            ).update(dispatched_at=moment)
            hurried = {recipient for _key, recipient, kind in rows if kind in URGENT}
            owe_mails({recipient for _key, recipient, _kind in rows}, moment, hurried=hurried)
        if len(rows) < CHUNK:
            break
    hold_after_silence(last_beat_at(), moment)
    Beat.objects.update_or_create(name="dispatch", defaults={"ran_at": moment})
    return taken


def last_beat_at() -> datetime.datetime | None:
    """When the schedule last ran, for `/readyz`."""
    return Beat.objects.filter(name="dispatch").values_list("ran_at", flat=True).first()


@transaction.atomic
def make_calendar_key(*, by: Any) -> str:
    """A new address for one's own calendar: its words, shown this once. The one before closes."""
    close_calendar(by=by)
    words = secrets.token_urlsafe(32)
    key = CalendarKey.objects.create(
        person=by, digest=digests_of(words)[0], password_digest=by.get_session_auth_hash()
    )
    record("calendar_key.made", by=by, target=key)
    return words


@transaction.atomic
def close_calendar(*, by: Any) -> None:
    """Whoever has the address of this person's calendar finds nothing there any more."""
    for key in CalendarKey.objects.select_for_update().filter(person=by, revoked_at=None):
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
        record("calendar_key.revoked", by=by, target=key)
