"""What needs somebody: one line of a worklist, and the order of the lines."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Work:
    """The reason in words and one action; `components/worklist.html` shows it."""

    title: str
    due_on: datetime.date
    kind: str = ""  # the badge: late, soon or now
    state: str = ""
    reference: str = ""
    why: str = ""
    action: str = ""
    url: str = ""
    is_sent: bool = False  # the action changes something, so it is a button and no link
    on: datetime.date | None = None  # shown instead of a badge


def by_urgency(items: Iterable[Work | None]) -> list[Work]:
    """What has waited longest comes first, then what comes soonest; None is nothing to do."""
    needed = [item for item in items if item is not None]
    return sorted(needed, key=lambda item: (item.due_on, item.reference, item.title))
