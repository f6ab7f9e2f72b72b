"""What follows from custody and its dates on the floors above, told in the same transaction.

An operation here says that the days of some files may have changed; an app above states in its
`followers.py` what it then does (docs/adr/0011).
"""

from collections.abc import Collection
from typing import Protocol

from accounts.models import User


class Follower(Protocol):
    def __call__(
        self, mentees: Collection[int], *, by: User | None, reason: str, event: str
    ) -> None: ...


FOLLOWERS: list[Follower] = []


def follows_custody(follower: Follower) -> Follower:
    FOLLOWERS.append(follower)
    return follower


def days_changed(
    mentees: Collection[int], *, by: User | None, reason: str = "", event: str = ""
) -> None:
    """Tell every follower; an import that moves a thousand dates tells them once. `event` is the
    kind of the custody event, where that is what happened."""
    for follower in FOLLOWERS:
        follower(mentees, by=by, reason=reason, event=event)
