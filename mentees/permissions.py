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
    SUM_UP_TRAIL = "mentees.sum_up_trail"  # how often the trail names files, never which
    OPEN_IN_EMERGENCY = "mentees.open_in_emergency"  # break-glass: for an hour, read-only
    REVIEW_EMERGENCY = "mentees.review_emergency"
    IS_THERE = "mentees.see_metadata"  # and since when, for the auditor; rows of the file too
    SHARE = "mentees.share_file"  # parts of it, for a time; and appoint a substitute
    EXCLUDE = "mentees.exclude_person"  # from the file, and let them in again
    ERASE = "mentees.erase_mentee"  # asked for by one, confirmed by another


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
class GoalPermission(StrEnum):
    """What a mentee wants to reach, how far it is, and how they live."""

    VIEW = "mentees.view_goal"
    VIEW_STEP = "mentees.view_goalstep"
    VIEW_LIVING = "mentees.view_livingcondition"
    CHANGE = "mentees.change_goal"  # reach it, drop it, tick its steps
    SET = "mentees.set_goals"  # on the mentee; living conditions too
    METADATA = "mentees.see_goal_metadata"  # that it is there, since when, its state; no word


@vocabulary
class FileSection(StrEnum):
    """The parts in which a file can be shown to somebody by decision; read-only, on Mentee.

    Every model that belongs to a case stands in exactly one of them.
    """

    CORE = "mentees.read_core"
    ENROLMENT = "mentees.read_enrolment"
    CUSTODY = "mentees.read_custody"
    PLAN = "mentees.read_plan"
    GOALS = "mentees.read_goals"
    NOTES = "mentees.read_notes"
    NETWORK = "mentees.read_network"
    RESTRICTIONS = "mentees.read_restrictions"
    ELIGIBILITY = "mentees.read_eligibility"


# What was said in confidence, why somebody is in the scheme, and what they consented to on the way
# are shared with nobody (access.md: an agency partner sees the status of their own referral).
SHAREABLE = set(FileSection) - {
    FileSection.ENROLMENT,
    FileSection.NOTES,
    FileSection.ELIGIBILITY,
}
