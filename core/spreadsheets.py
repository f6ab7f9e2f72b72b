"""Tables for a spreadsheet, as text that it cannot take for anything else."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any

# What a spreadsheet would run as a formula begins with one of these; the last four are the same
# signs as East Asian keyboards write them.
BEGIN_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BYTE_ORDER_MARK = "\ufeff"  # by which Excel knows UTF-8


def harmless(value: Any) -> str:
    """The text of a cell; an apostrophe stands before what could be run."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(BEGIN_A_FORMULA) else text


def lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """A row at a time, ready to be sent, however many there are."""
    buffer = StringIO()
    writer = csv.writer(buffer)
    buffer.write(BYTE_ORDER_MARK)
    for row in rows:
        writer.writerow([harmless(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
