"""How often somebody may guess.

Counted in the database, before a guess is weighed: every process sees the same figure, two at
once are counted as two, and a cache that is away opens nothing. Whoever has used up a round
waits; the wait doubles from round to round up to a quarter of an hour, trying while it lasts
changes nothing, and twice the longest wait in peace forgets it all.
"""

import datetime
import hashlib
from typing import NamedTuple

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import ngettext

from core.errors import Refusal


class TooMany(Refusal):
    """This many tries are enough for now."""


class Limit(NamedTuple):
    """So many tries, then a wait that doubles with every round."""

    tries: int
    first_wait: datetime.timedelta
    longest_wait: datetime.timedelta

    def wait_after(self, count: int) -> datetime.timedelta | None:
        rounds, rest = divmod(count, self.tries)
        if rest or not rounds:
            return None
        return min(self.first_wait * 2 ** min(rounds - 1, 10), self.longest_wait)


class Tries(models.Model):
    """What one address, network or account has used up; named by a digest alone."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(default=timezone.now, db_index=True)
    shut_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.key[:8]


@transaction.atomic
def take(action: str, subject: str) -> None:
    """Count one try. Raises TooMany, and counts nothing, while the wait lasts."""
    limit, now = Limit(*settings.LIMITS[action]), timezone.now()
    tries = _locked(action, subject)
    if tries.shut_until and tries.shut_until > now:
        raise TooMany(_say(tries.shut_until - now))
    if now - tries.last_at >= 2 * limit.longest_wait:
        tries.count = 0
    tries.count += 1
    wait = limit.wait_after(tries.count)
    tries.last_at, tries.shut_until = now, now + wait if wait else None
    tries.save()


@transaction.atomic
def give_back(action: str, subject: str) -> None:
    """The try that was just counted was no guess; earlier ones stay."""
    tries = _locked(action, subject)
    tries.count, tries.shut_until = max(tries.count - 1, 0), None
    tries.save()


def forgive(action: str, subject: str) -> None:
    """Whoever is in has shown who they are."""
    Tries.objects.filter(pk=_key(action, subject)).delete()


def _locked(action: str, subject: str) -> Tries:
    """The row under its lock; made anew when somebody forgave it between the two statements."""
    key = _key(action, subject)
    tries = None
    while tries is None:
        Tries.objects.bulk_create([Tries(pk=key)], ignore_conflicts=True)
        tries = Tries.objects.select_for_update().filter(pk=key).first()
    return tries


def _key(action: str, subject: str) -> str:
    return hashlib.sha256(f"{action}:{subject.strip().lower()}".encode()).hexdigest()


def _say(wait: datetime.timedelta) -> str:
    minutes = -(-wait // datetime.timedelta(minutes=1))
    return ngettext(
        "Too many tries. Wait a minute, then try again.",
        "Too many tries. Wait %(minutes)s minutes, then try again.",
        minutes,
    ) % {"minutes": minutes}
