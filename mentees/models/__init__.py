"""The person whom a file is about, custody, enrolment, and who else may see the file."""

from mentees.models.custody import (
    Anchor,
    CustodyEpisode,
    CustodyEvent,
    KeyDate,
    Phase,
    Placement,
    phase_of,
    release_anchor,
)
from mentees.models.decisions import (
    Decision,
    EmergencyReview,
    MenteeExclusion,
    MenteeGrant,
    Withdrawal,
)
from mentees.models.enrolment import Consent, Enrolment, Programme, StatusChange
from mentees.models.erased import ErasedEnrolment, ErasedFile, ErasedSession
from mentees.models.goals import LEVEL_FIELDS, Goal, GoalStep, IllegalState, Level
from mentees.models.living import LivingCondition
from mentees.models.mentee import CaseworkerAssignment, Mentee, NameToken

__all__ = [
    "LEVEL_FIELDS",
    "Anchor",
    "CaseworkerAssignment",
    "Consent",
    "CustodyEpisode",
    "CustodyEvent",
    "Decision",
    "EmergencyReview",
    "Enrolment",
    "ErasedEnrolment",
    "ErasedFile",
    "ErasedSession",
    "Goal",
    "GoalStep",
    "IllegalState",
    "KeyDate",
    "Level",
    "LivingCondition",
    "Mentee",
    "MenteeExclusion",
    "MenteeGrant",
    "NameToken",
    "Phase",
    "Placement",
    "Programme",
    "StatusChange",
    "Withdrawal",
    "phase_of",
    "release_anchor",
]
