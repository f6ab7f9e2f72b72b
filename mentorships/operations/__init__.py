"""Everything that can happen in a mentorship, whoever asks for it."""

from mentorships.operations.answers import NotAnswered, answer_note, reply_to_question
from mentorships.operations.changes import (
    Locked,
    NotAmended,
    Stale,
    amend_note,
    change_session,
)
from mentorships.operations.closing import (
    NotClosed,
    Settled,
    add_to_closing_report,
    finish_closing_report,
    let_closing_reports_lapse,
    save_closing_report,
)
from mentorships.operations.concerns import (
    NotRaised,
    TakenUpBefore,
    raise_concern,
    take_up_concern,
)
from mentorships.operations.drafts import (
    AlreadyFinished,
    NotYours,
    Sent,
    TwoVersions,
    discard_draft,
    let_drafts_lapse,
    save_draft,
)
from mentorships.operations.expenses import (
    NotClaimed,
    NotDecided,
    approve_expenses,
    send_back_expenses,
    set_expense_rate,
    submit_expenses,
)
from mentorships.operations.meetings import (
    Appointment,
    NotPlanned,
    call_off_meeting,
    move_meeting,
    plan_meeting,
    transfer,
    withdraw_consent,
)
from mentorships.operations.mentorship import (
    NotHandedOver,
    NotProposed,
    end_mentorship,
    hand_over,
    move_mentorship,
    propose_mentorship,
)
from mentorships.operations.other_work import log_other_work
from mentorships.operations.readers import dismiss_reader, name_reader
from mentorships.operations.reflections import (
    ChangedSince,
    NotWritten,
    change_reflection,
    share_reflection,
    take_back_reflection,
    write_reflection,
)
from mentorships.operations.sessions import (
    NotLogged,
    Promise,
    Rating,
    Report,
    TimeAndTravel,
    log_session,
)
from mentorships.operations.sheets import (
    NotPrinted,
    NotSetAside,
    print_sheet,
    set_sheet_aside,
)
from mentorships.operations.talks import NotShared
from mentorships.operations.voiding import NotVoided, restore_session, void_session

__all__ = [
    "AlreadyFinished",
    "Appointment",
    "ChangedSince",
    "Locked",
    "NotAmended",
    "NotAnswered",
    "NotClaimed",
    "NotClosed",
    "NotDecided",
    "NotHandedOver",
    "NotLogged",
    "NotPlanned",
    "NotPrinted",
    "NotProposed",
    "NotRaised",
    "NotSetAside",
    "NotShared",
    "NotVoided",
    "NotWritten",
    "NotYours",
    "Promise",
    "Rating",
    "Report",
    "Sent",
    "Settled",
    "Stale",
    "TakenUpBefore",
    "TimeAndTravel",
    "TwoVersions",
    "add_to_closing_report",
    "amend_note",
    "answer_note",
    "approve_expenses",
    "call_off_meeting",
    "change_reflection",
    "change_session",
    "discard_draft",
    "dismiss_reader",
    "end_mentorship",
    "finish_closing_report",
    "hand_over",
    "let_closing_reports_lapse",
    "let_drafts_lapse",
    "log_other_work",
    "log_session",
    "move_meeting",
    "move_mentorship",
    "name_reader",
    "plan_meeting",
    "print_sheet",
    "propose_mentorship",
    "raise_concern",
    "reply_to_question",
    "restore_session",
    "save_closing_report",
    "save_draft",
    "send_back_expenses",
    "set_expense_rate",
    "set_sheet_aside",
    "share_reflection",
    "submit_expenses",
    "take_back_reflection",
    "take_up_concern",
    "transfer",
    "void_session",
    "withdraw_consent",
    "write_reflection",
]
