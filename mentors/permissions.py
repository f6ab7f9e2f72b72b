from enum import StrEnum

from accounts.access import vocabulary


@vocabulary
class MentorPermission(StrEnum):
    IS_THERE = "mentors.see_metadata"  # and its status, for the auditor
    VIEW = "mentors.view_mentor"
    ADD = "mentors.add_mentor"
    CHANGE = "mentors.change_mentor"
    LEND = "mentors.lend_mentor"
    VIEW_COACHING = "mentors.view_coachassignment"
    ASSIGN_COACH = "mentors.add_coachassignment"
    VIEW_ABSENCE = "mentors.view_absence"
    PLAN_ABSENCE = "mentors.add_absence"
    END_ABSENCE = "mentors.change_absence"
    VIEW_LOAN = "mentors.view_mentorloan"
    END_LOAN = "mentors.change_mentorloan"
    OPEN_COVER = "mentors.open_cover"
