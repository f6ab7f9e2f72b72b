from enum import StrEnum

from accounts.access import vocabulary


@vocabulary
class MentorPermission(StrEnum):
    VIEW = "mentors.view_mentor"
    ADD = "mentors.add_mentor"
    CHANGE = "mentors.change_mentor"
    VIEW_COACHING = "mentors.view_coachassignment"
    ASSIGN_COACH = "mentors.add_coachassignment"
