"""Two people walking together: the mentorship, its sessions, what was said and agreed."""

from mentorships.models.mentorship import Mentorship
from mentorships.models.session import (
    Agreement,
    MentoringSession,
    SessionDraft,
    SessionNarrative,
    SessionParticipant,
)

__all__ = [
    "Agreement",
    "MentoringSession",
    "Mentorship",
    "SessionDraft",
    "SessionNarrative",
    "SessionParticipant",
]
