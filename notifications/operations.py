"""Messages promise, the dispatcher delivers."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.trail import record
from notifications.kinds import KINDS
from notifications.models import Beat, Notice

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

    The application itself is the one channel so far, and it shows a notice from the moment of
    the act; a channel that sends outside begins here, from rows that this call has claimed.
    """
    moment = now or timezone.now()
    taken = 0
    while True:
        with transaction.atomic():
            due = Notice.objects.due(moment).order_by("due_at", "pk")
            claimed = due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:CHUNK]
            keys = list(claimed)
            # The condition again: where rows are not locked, another may have been quicker.
            taken += Notice.objects.filter(pk__in=keys, dispatched_at=None).update(
                dispatched_at=moment
            )
        if len(keys) < CHUNK:
            break
    Beat.objects.update_or_create(name="dispatch", defaults={"ran_at": moment})
    return taken


def last_beat_at() -> datetime.datetime | None:
    """When the schedule last ran, for `/readyz`."""
    return Beat.objects.filter(name="dispatch").values_list("ran_at", flat=True).first()
