from enum import StrEnum

from accounts.access import vocabulary


@vocabulary
class TrainingPermission(StrEnum):
    VIEW_PROGRAMME = "training.view_trainingprogramme"
    CHANGE_PROGRAMME = "training.change_trainingprogramme"
    IS_THERE = "training.see_metadata"  # when, and how it ended, for the auditor
    VIEW_ATTENDANCE = "training.view_attendance"
    REGISTER = "training.add_attendance"
    VIEW_CERTIFICATE = "training.view_certificate"
    CERTIFY = "training.add_certificate"
