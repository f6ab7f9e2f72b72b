from enum import StrEnum

from accounts.access import vocabulary


@vocabulary
class MentorshipPermission(StrEnum):
    VIEW = "mentorships.view_mentorship"
    ADD = "mentorships.add_mentorship"
    CHANGE = "mentorships.change_mentorship"
    LOG_SESSION = "mentorships.log_session"


@vocabulary
class SessionPermission(StrEnum):
    VIEW = "mentorships.view_mentoringsession"
    METADATA = "mentorships.see_session_metadata"  # that it was, when, how long, its status
    CHANGE = "mentorships.change_mentoringsession"
    VIEW_NOTE = "mentorships.view_sessionnarrative"
    VIEW_PARTICIPANT = "mentorships.view_sessionparticipant"
    VIEW_AGREEMENT = "mentorships.view_agreement"
    VIEW_DRAFT = "mentorships.view_sessiondraft"
