"""Two people walking together: the mentorship, its sessions, what was said and agreed."""

from mentorships.models.agreement import Agreement
from mentorships.models.answers import Addendum, NoteAnswer
from mentorships.models.closing import ClosingAddendum, ClosingReport
from mentorships.models.concern import Concern
from mentorships.models.draft import SessionDraft
from mentorships.models.expense import ExpenseClaim, ExpenseLine, ExpenseRate
from mentorships.models.goals import GoalRating
from mentorships.models.handover import Handover
from mentorships.models.meeting import OverBecause, PlannedMeeting
from mentorships.models.mentorship import Mentorship
from mentorships.models.narrative import (
    NamedReader,
    NamedReaderWithdrawal,
    NarrativeGrant,
    SessionNarrative,
)
from mentorships.models.other_work import OtherWork
from mentorships.models.reflection import Reflection
from mentorships.models.session import MentoringSession, SessionParticipant
from mentorships.models.sheet import SessionSheet

__all__ = [
    "Addendum",
    "Agreement",
    "ClosingAddendum",
    "ClosingReport",
    "Concern",
    "ExpenseClaim",
    "ExpenseLine",
    "ExpenseRate",
    "GoalRating",
    "Handover",
    "MentoringSession",
    "Mentorship",
    "NamedReader",
    "NamedReaderWithdrawal",
    "NarrativeGrant",
    "NoteAnswer",
    "OtherWork",
    "OverBecause",
    "PlannedMeeting",
    "Reflection",
    "SessionDraft",
    "SessionNarrative",
    "SessionParticipant",
    "SessionSheet",
]
