"""Does the trail still say what it said when it was sealed?"""

import datetime
from collections.abc import Iterable
from heapq import merge
from itertools import groupby
from operator import attrgetter

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from audit import sealing
from audit.models import AuditEvent, Seal
from audit.sealing import Head


class Verification:
    """Walks all seals beside the file of heads, and under each seal its lines.

    Counts `seals`, `sealed` and `unsealed` lines and `faults`; `first` names the fault that lies
    furthest back, and is empty where the trail is sound.
    """

    def __init__(self) -> None:
        self.seals = self.sealed = self.unsealed = self.faults = 0
        self.first = ""
        self._lowest: float = float("inf")
        self._end: int | None = None  # the highest key that a seal has covered so far
        self._digest = ""
        self._strangers: dict[int, datetime.datetime] = {}  # between sealed lines, in no seal yet
        self._walk()

    def _walk(self) -> None:
        began, published = timezone.now(), sealing.last_published()
        # One that was made a moment ago may not have reached the file.
        young = began - datetime.timedelta(seconds=settings.SEAL_EVERY)
        # The file is opened first: what stands in it was committed before.
        heads: Iterable[Head | Seal] = sealing.heads()
        seals: Iterable[Head | Seal] = Seal.objects.order_by("number").iterator(chunk_size=10)
        both = merge(heads, seals, key=attrgetter("number"))
        last = None
        for number, found in groupby(both, key=attrgetter("number")):
            told: list[Head] = []
            seal = None
            for each in found:
                if isinstance(each, Head):
                    told.append(each)
                else:
                    seal = each
            if seal is None:
                self._fault(told[0].first, f"seal {number} is missing")
                continue
            if not told and (number <= published or seal.sealed_at < young):
                self._seal_fault(seal, "is not in the file of heads")
            if any(head.digest != seal.digest for head in told):
                self._seal_fault(seal, "is not the one in the file of heads")
            self._look_at(seal)
            last = seal
        self._look_at_strangers(last)
        beyond = Q(pk__gt=self._end) if self._end is not None else Q()
        self.unsealed += AuditEvent.objects.filter(beyond).count()

    def _look_at(self, seal: Seal) -> None:
        self.seals += 1
        if seal.previous != self._digest:
            self._seal_fault(seal, "does not follow the one before it")
        if seal.form in sealing.FORMS and seal.digest == sealing.digest_of(seal):
            self._compare_lines(seal)
        else:
            self._seal_fault(seal, "was changed")
        self._end, self._digest = seal.last_event, seal.digest

    def _compare_lines(self, seal: Seal) -> None:
        marks: dict[int, str] = dict(seal.rows)
        which = Q(pk__lte=seal.last_event)
        if self._end is not None:
            late = [key for key in marks if key <= self._end]
            which &= Q(pk__gt=self._end) | Q(pk__in=late)
            for key in late:
                self._strangers.pop(key, None)
        for line in sealing.lines(seal.form, which):
            mark = marks.pop(line.key, None)
            if mark is None:
                self._strangers[line.key] = line.recorded_at
                continue
            self.sealed += 1
            if mark != line.mark:
                self._fault(line.key, f"line {line.key} was changed")
        for key in marks:
            self._fault(key, f"line {key} is missing")

    def _look_at_strangers(self, last: Seal | None) -> None:
        """Each is late, and `seal_trail` will take it up, or it was put in."""
        for key, recorded_at in self._strangers.items():
            if last is not None and recorded_at >= last.sealed_at - settings.SEAL_WAITS_FOR:
                self.unsealed += 1
            else:
                self._fault(key, f"line {key} was put in afterwards")

    def _seal_fault(self, seal: Seal, told: str) -> None:
        named = f"seal {seal.number} (lines {seal.first_event} to {seal.last_event})"
        self._fault(seal.first_event, f"{named} {told}")

    def _fault(self, key: int, told: str) -> None:
        self.faults += 1
        if key < self._lowest:
            self._lowest, self.first = key, told
