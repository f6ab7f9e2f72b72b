"""Release plans follow the days of a file, whoever changes them and wherever."""

from collections.abc import Collection

from accounts.models import User
from mentees.following import follows_custody
from release_plans import operations


@follows_custody
def plans_follow(mentees: Collection[int], *, by: User | None, reason: str, event: str) -> None:
    operations.follow_custody(mentees, by=by, reason=reason, event=event)
