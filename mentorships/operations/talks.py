"""A talk with several mentees of one mentor: a note of its own in each file.

domain.md sections 7 and 8: what is written of one person stands in no file of another. So only
the circumstances are shared, and each text is written in its own form.
"""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from audit.trail import record
from core.errors import Refusal
from mentorships.models import MentoringSession, Mentorship, SessionDraft, SessionNarrative
from mentorships.models.draft import talk_of


class NotShared(Refusal):
    """Somebody cannot have taken part; the message stands beside its field."""


def _begin_beside(session: MentoringSession, also: Collection[Mentorship], *, by: User) -> None:
    """A draft for each of the others: when, how, where and about what, and not a word of text;
    nor time and travel, which were spent once. Raises NotShared."""
    first = session.mentorship
    for part, mentorship in enumerate(also, 2):
        is_own = mentorship.mentor_id == first.mentor_id and mentorship.is_running
        if not is_own or mentorship.enrolment.mentee_id == first.enrolment.mentee_id:
            raise NotShared({"also": _("You do not walk with one of these any more.")})
        SessionDraft.objects.create(
            mentorship=mentorship,
            author=by,
            typed=_shared(session),
            sequence=1,
            talk=talk_of(session.uuid),
            part=part,
            parts=len(also) + 1,
        )
        record("draft.begun", by=by, target=mentorship.enrolment.mentee)


def _shared(session: MentoringSession) -> dict[str, Any]:
    """As the form would send it."""
    names = ("status", "minutes", "modality", "place", "purpose", "help_type")
    return {
        **{name: str(getattr(session, name)) for name in names},
        "held_on": session.held_on.isoformat(),
        "started_at": f"{session.started_at:%H:%M}" if session.started_at else "",
        "themes": list(session.themes),
        "mentee_present": "on",
        "tier": str(SessionNarrative.Tier.ORDINARY),
        "concern_raised": "no",
        "rows": "1",
    }
