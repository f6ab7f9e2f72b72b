"""Sealing the trail."""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from audit import sealing
from audit.models import AuditEvent, Seal

BATCH = 5000  # lines under one seal


def seal_trail(*, by: None = None) -> int:
    """Seal every line that no seal covers yet; how many there were.

    Keys are given out before they are committed, so a lower key may become visible after a
    higher one was sealed. Each seal therefore names its lines, and a late one goes into the next
    batch, provided that it was recorded at most `SEAL_WAITS_FOR` before the last seal: a line
    with an older date was put into the past, is never sealed, and `verify_trail` names it.

    The head of a seal goes to the file after its commit; one that a crash kept back follows the
    next time. Where two seal at once the number makes one of them give way.
    """
    late = _late_lines()
    sealed = 0
    try:
        while count := _seal(late[:BATCH]):
            sealed += count
            late = late[BATCH:]
    except IntegrityError:  # somebody else has just sealed the same
        pass
    sealing.publish(Seal.objects.filter(number__gt=sealing.last_published()).iterator())
    return sealed


@transaction.atomic(durable=True)
def _seal(late: list[int]) -> int:
    """One more seal over these lines and those beyond the last; how many, 0 for none."""
    before = Seal.objects.last()
    end = before.last_event if before else 0
    found = [*sealing.lines(sealing.FORM, Q(pk__in=late))] if late else []
    found += sealing.lines(sealing.FORM, Q(pk__gt=end), BATCH)
    if not found:
        return 0
    seal = Seal(
        number=before.number + 1 if before else 1,
        form=sealing.FORM,
        rows=[[line.key, line.mark] for line in found],
        first_event=found[0].key,
        last_event=max(end, found[-1].key),
        count=len(found),
        previous=before.digest if before else "",
        sealed_at=timezone.now(),
    )
    seal.digest = sealing.digest_of(seal)
    seal.save()
    return seal.count


def _late_lines() -> list[int]:
    """Keys below the last seal that no seal names, of lines that are young enough to be late."""
    last = Seal.objects.last()
    if last is None:
        return []
    since = last.sealed_at - settings.SEAL_WAITS_FOR
    settled = Seal.objects.filter(sealed_at__lt=since).last()
    begin = settled.last_event if settled else 0
    unsettled = Seal.objects.filter(sealed_at__gte=since).values_list("rows", flat=True)
    sealed = {key for rows in unsettled.iterator() for key, _mark in rows}
    young = AuditEvent.objects.filter(
        pk__gt=begin, pk__lte=last.last_event, recorded_at__gte=since
    )
    return [key for key in young.order_by("pk").values_list("pk", flat=True) if key not in sealed]
