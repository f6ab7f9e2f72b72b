from enum import StrEnum

from accounts.access import vocabulary


@vocabulary
class MentorshipPermission(StrEnum):
    IS_THERE = "mentorships.see_metadata"  # and since when, for the auditor
    VIEW = "mentorships.view_mentorship"
    ADD = "mentorships.add_mentorship"
    CHANGE = "mentorships.change_mentorship"
    LOG_SESSION = "mentorships.log_session"
    SEE_PROPOSAL = "mentorships.see_proposal"  # reference, area, language and wishes, no file
    LOOK_BACK = "mentorships.look_back"  # that it ended, what oneself wrote, and to finish it
    VIEW_CLOSING = "mentorships.view_closingreport"
    HAND_OVER = "mentorships.hand_over"
    VIEW_HANDOVER = "mentorships.view_handover"
    RAISE_CONCERN = "mentorships.raise_concern"


@vocabulary
class SessionPermission(StrEnum):
    VIEW = "mentorships.view_mentoringsession"
    METADATA = "mentorships.see_session_metadata"  # that it was, when, how long, its status
    CHANGE = "mentorships.change_mentoringsession"
    VOID = "mentorships.void_session"
    VIEW_NOTE = "mentorships.view_sessionnarrative"
    NAME_READERS = "mentorships.name_readers"  # of a note
    ANSWER_NOTE = "mentorships.answer_note"
    VIEW_ANSWER = "mentorships.view_noteanswer"
    VIEW_PARTICIPANT = "mentorships.view_sessionparticipant"
    VIEW_AGREEMENT = "mentorships.view_agreement"
    VIEW_MEETING = "mentorships.view_plannedmeeting"
    MEETING_METADATA = "mentorships.see_meeting_metadata"  # that one is planned, and when
    CHANGE_MEETING = "mentorships.change_plannedmeeting"
    VIEW_RATING = "mentorships.view_goalrating"  # how far a goal was, in a session
    VIEW_OTHER_WORK = "mentorships.view_otherwork"
    VIEW_DRAFT = "mentorships.view_sessiondraft"
    VIEW_SHEET = "mentorships.view_sessionsheet"


@vocabulary
class ConcernPermission(StrEnum):
    VIEW = "mentorships.view_concern"
    TAKE_UP = "mentorships.take_up_concern"
    OPEN_LIST = "mentorships.open_concerns"
    IS_THERE = "mentorships.see_concern_metadata"  # that one was raised and when, never its words


@vocabulary
class ReflectionPermission(StrEnum):
    VIEW = "mentorships.view_reflection"
    CHANGE = "mentorships.change_reflection"  # and share it, and take it back
    WRITE = "mentorships.write_reflection"
    OPEN_LIST = "mentorships.open_reflections"


@vocabulary
class ExpensePermission(StrEnum):
    VIEW = "mentorships.view_expenseclaim"
    VIEW_LINE = "mentorships.view_expenseline"
    DECIDE = "mentorships.decide_expenseclaim"
    CLAIM = "mentorships.claim_expenses"
    OPEN_LIST = "mentorships.open_expenses"
    EXPORT = "mentorships.export_expenses"
    SET_RATES = "mentorships.set_expense_rates"
