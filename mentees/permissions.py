from enum import StrEnum

from accounts.access import vocabulary


@vocabulary
class MenteePermission(StrEnum):
    VIEW = "mentees.view_mentee"
    ADD = "mentees.add_mentee"
    CHANGE = "mentees.change_mentee"
    SEE_READERS = "mentees.see_readers"  # who can see this file, and why
    SEE_READINGS = "mentees.see_readings"  # who has read it
    SEE_OWN_READINGS = "mentees.see_own_readings"
    OPEN_IN_EMERGENCY = "mentees.open_in_emergency"  # break-glass: for an hour, read-only
    REVIEW_EMERGENCY = "mentees.review_emergency"


@vocabulary
class CustodyPermission(StrEnum):
    """Where somebody is held, and the dates that the authorities gave."""

    VIEW_EPISODE = "mentees.view_custodyepisode"
    VIEW_PLACEMENT = "mentees.view_placement"
    VIEW_EVENT = "mentees.view_custodyevent"
    VIEW_KEY_DATE = "mentees.view_keydate"
    RECORD = "mentees.record_custody"  # on the mentee: dates, moves and events are appended


@vocabulary
class EnrolmentPermission(StrEnum):
    VIEW = "mentees.view_enrolment"
    ADD = "mentees.add_enrolment"
    MOVE = "mentees.move_enrolment"  # to the next status, with a reason
    VIEW_HISTORY = "mentees.view_statuschange"
    VIEW_CONSENT = "mentees.view_consent"
    RECORD_CONSENT = "mentees.record_consent"
    VIEW_CASEWORKER = "mentees.view_caseworkerassignment"


@vocabulary
class FileSection(StrEnum):
    """The parts in which a file can be shown to somebody by decision; read-only, on Mentee.

    Every model that belongs to a case stands in exactly one of them.
    """

    CORE = "mentees.read_core"
    CUSTODY = "mentees.read_custody"
    PLAN = "mentees.read_plan"
    GOALS = "mentees.read_goals"
    NOTES = "mentees.read_notes"
    NETWORK = "mentees.read_network"
    RESTRICTIONS = "mentees.read_restrictions"
    ELIGIBILITY = "mentees.read_eligibility"
