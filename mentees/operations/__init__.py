"""Everything that can happen to a mentee's file, whoever asks for it."""

from mentees.operations.custody import admit, record_event, record_key_date, release, transfer
from mentees.operations.decisions import (
    OPENED_TO,
    NotExcluded,
    appoint_substitute,
    exclude_person,
    lift_exclusion,
    share_file,
    withdraw_decision,
)
from mentees.operations.emergency import (
    NotInReach,
    NotReviewed,
    open_in_emergency,
    review_emergency,
)
from mentees.operations.enrolment import (
    change_programme,
    move_enrolment,
    open_programme,
    record_consent,
    refer,
    withdraw_consent,
)
from mentees.operations.goals import (
    ChangedMeanwhile,
    NotChanged,
    add_step,
    change_goal,
    close_goal,
    reopen_goal,
    set_goal,
    tick_step,
    untick_step,
)
from mentees.operations.living import record_living_conditions
from mentees.operations.person import (
    NotRecorded,
    assign_caseworker,
    change_mentee,
    register_mentee,
)

__all__ = [
    "OPENED_TO",
    "ChangedMeanwhile",
    "NotChanged",
    "NotExcluded",
    "NotInReach",
    "NotRecorded",
    "NotReviewed",
    "add_step",
    "admit",
    "appoint_substitute",
    "assign_caseworker",
    "change_goal",
    "change_mentee",
    "change_programme",
    "close_goal",
    "exclude_person",
    "lift_exclusion",
    "move_enrolment",
    "open_in_emergency",
    "open_programme",
    "record_consent",
    "record_event",
    "record_key_date",
    "record_living_conditions",
    "refer",
    "register_mentee",
    "release",
    "reopen_goal",
    "review_emergency",
    "set_goal",
    "share_file",
    "tick_step",
    "transfer",
    "untick_step",
    "withdraw_consent",
    "withdraw_decision",
]
