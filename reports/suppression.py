"""What may be shown of small numbers: domain.md section 14.

Fewer than `k` is shown as "fewer than k", zero too: that nobody is, tells of everybody. Where a
total stands beside its parts, more parts are hidden until nothing can be worked out by
subtraction: two parts at least, which together are `k` or more, and neither all as small nor all
as large as they can be. Where that cannot be had the total is hidden too.
"""

from dataclasses import dataclass

from django.utils import formats


@dataclass(frozen=True)
class Cell:
    """A figure as it is shown: the number, "<5", or a dash where it protects another."""

    value: int | None
    is_small: bool = False
    limit: int = 0

    def __str__(self) -> str:
        if self.value is not None:
            return formats.number_format(self.value, force_grouping=True)
        return f"<{self.limit}" if self.is_small else "–"


@dataclass(frozen=True)
class Table:
    cells: list[Cell]
    total: Cell


def protected(counts: list[int], k: int) -> Table:
    """The parts of a total, with what is small and what would betray it hidden."""
    total = sum(counts)
    small = {index for index, count in enumerate(counts) if count < k}
    hidden = set(small)
    while hidden and _betrays(counts, hidden, small, k):
        shown = sorted(set(range(len(counts))) - hidden, key=lambda index: (counts[index], index))
        if not shown:
            break
        hidden.add(shown[0])
    cells = [
        Cell(None if index in hidden else count, is_small=index in small, limit=k)
        for index, count in enumerate(counts)
    ]
    if hidden and _betrays(counts, hidden, small, k):
        return Table(cells, Cell(None, is_small=total < k, limit=k))
    return Table(cells, Cell(total))


def _betrays(counts: list[int], hidden: set[int], small: set[int], k: int) -> bool:
    """Could somebody who subtracts what is shown from the total learn a hidden part?

    They know besides that what is small is below `k`, and that a dash stands for `k` or more.
    """
    together = sum(counts[index] for index in hidden)
    at_least = k * len(hidden - small)
    at_most = len(hidden) * (k - 1) if hidden <= small else None
    return len(hidden) == 1 or together < k or together in {at_least, at_most}


def alone(value: int, people: int, k: int) -> Cell:
    """A figure without a total beside it: hidden where fewer than `k` people stand behind it."""
    if people < k:
        return Cell(None, is_small=value < k, limit=k)
    return Cell(value)
