"""The person whom a file is about, custody, enrolment, and who else may see the file."""

from mentees.models.custody import CustodyEpisode, CustodyEvent, KeyDate, Placement
from mentees.models.decisions import Decision, MenteeExclusion, MenteeGrant, Withdrawal
from mentees.models.enrolment import Consent, Enrolment, Programme, StatusChange
from mentees.models.mentee import CaseworkerAssignment, Mentee, NameToken

__all__ = [
    "CaseworkerAssignment",
    "Consent",
    "CustodyEpisode",
    "CustodyEvent",
    "Decision",
    "Enrolment",
    "KeyDate",
    "Mentee",
    "MenteeExclusion",
    "MenteeGrant",
    "NameToken",
    "Placement",
    "Programme",
    "StatusChange",
    "Withdrawal",
]
