"""Who else may read one note."""

import datetime

from django.db import transaction
from django.urls import reverse

from accounts import decisions
from accounts.models import User
from mentorships.models import (
    NamedReader,
    SessionNarrative,
)
from mentorships.permissions import SessionPermission
from notifications.operations import promise


@transaction.atomic
def name_reader(
    note: SessionNarrative,
    *,
    by: User,
    person: User,
    until: datetime.datetime,
    reason: str,
) -> NamedReader:
    """Let somebody read one note, whatever its tier; the reader is told. Raises NotGranted."""
    decision = decisions.grant(
        person,
        [SessionPermission.VIEW_NOTE],
        note,
        kind="named_reader",
        by=by,
        until=until,
        reason=reason,
        event="reader.named",
    )
    promise(
        [person.pk],
        "note_opened",
        by=by,
        link=reverse("mentorships:note_detail", args=[note.session.uuid]),
        occurrence=f"named reader {decision.pk}",
    )
    return decision


@transaction.atomic
def dismiss_reader(decision: NamedReader, *, by: User, reason: str) -> None:
    """Close a note again to somebody who was named. Raises NotGranted."""
    decisions.withdraw(decision, decision.narrative, by=by, reason=reason)
