"""What a page sends, and what a draft keeps of it."""

import re
from typing import Any

from django.http import QueryDict

from mentorships.operations import Sent

MOST_SAVES = 2**31 - 1
PAGE_MARK = 36  # characters


def number_sent(sent: QueryDict, name: str, least: int, most: int) -> int:
    """A number that the page counts itself, within its bounds; what is none is the least."""
    typed = sent.get(name, "")
    number = int(typed) if re.fullmatch("[0-9]{1,10}", typed) else least
    return min(max(number, least), most)


def draft_sent(sent: QueryDict) -> Sent:
    """What a page sent, with the marks by which it is told from other pages.

    Its number is 0 where no script counts the saves.
    """
    return Sent(
        typed_of(sent),
        sequence=number_sent(sent, "sequence", 0, MOST_SAVES),
        page=sent.get("page", "")[:PAGE_MARK],
        based_on=number_sent(sent, "based_on", 0, MOST_SAVES),
    )


# What a draft does not keep: the marks of the page and which button was pressed.
NOT_TYPED = {"csrfmiddlewaretoken", "action", "mentee", "checked", "sequence", "page", "based_on"}


def typed_of(sent: QueryDict) -> dict[str, Any]:
    """What was typed, for a draft: a text for each field, a list where several were chosen."""
    several = {"themes", "people", "mentors", "others", "kept", "dropped", "also"}
    return {
        name: sent.getlist(name) if name in several else sent[name]
        for name in sent
        if name not in NOT_TYPED
    }


def sent_of(typed: dict[str, Any]) -> QueryDict:
    """The reverse of `typed_of`."""
    sent = QueryDict(mutable=True)
    for name, value in typed.items():
        sent.setlist(name, value if isinstance(value, list) else [str(value)])
    return sent
