"""Who is reminded of a due date, and when: domain.md 6.1, rule 8, over plain values.

A ladder has rungs: so many days after the due date (before it: negative), somebody is reminded.
"""

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import NamedTuple

DAY = datetime.timedelta(days=1)
# What should have been sent longer ago than this is not sent any more.
CATCH_UP = 14 * DAY
ANY_OTHER = ""  # the ladder of all categories that have none of their own


class Rung(NamedTuple):
    days: int
    audience: str


class Window(NamedTuple):
    """Which due dates, both inclusive, put a milestone of this category on this rung."""

    category: str
    days: int
    audience: str
    first: datetime.date
    last: datetime.date


Ladders = Mapping[str, Collection[Rung]]


def windows(ladders: Ladders, categories: Iterable[str], on: datetime.date) -> list[Window]:
    """Where everything stands on a day.

    For one audience a due date stands on one rung, the highest that it has reached: after days
    without a sweep somebody hears once, not once for each rung that was missed.
    """
    return [
        Window(category, days, audience, first, last)
        for category in categories
        for audience, rungs in _by_audience(ladders.get(category) or ladders.get(ANY_OTHER, ()))
        for days, first, last in _spans(rungs, on)
        if first <= last
    ]


def _by_audience(rungs: Collection[Rung]) -> Iterator[tuple[str, list[int]]]:
    for audience in sorted({rung.audience for rung in rungs}):
        yield audience, sorted(rung.days for rung in rungs if rung.audience == audience)


def _spans(
    rungs: list[int], on: datetime.date
) -> Iterator[tuple[int, datetime.date, datetime.date]]:
    for days, after in zip_longest(rungs, rungs[1:]):
        first = on - days * DAY - CATCH_UP + DAY
        if after is not None:
            first = max(first, on - after * DAY + DAY)
        yield days, first, on - days * DAY
