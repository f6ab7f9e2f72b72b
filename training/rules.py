"""Training: the organiser's whole field, and one's own record for whoever trains; no case data."""

import datetime

from django.db.models import F

from accounts.access import posted, rule
from accounts.roles import Role
from training.models import Attendance, Certificate, TrainingProgramme
from training.permissions import TrainingPermission as T

posted(
    TrainingProgramme,
    to=Role.TRAINING_ORGANISER,
    over="organisation",
    allows=[T.VIEW_PROGRAMME, T.CHANGE_PROGRAMME],
)
posted(
    Attendance,
    to=Role.TRAINING_ORGANISER,
    over="course_day__run__programme__organisation",
    allows=[T.VIEW_ATTENDANCE, T.REGISTER],
)
posted(
    Certificate,
    to=Role.TRAINING_ORGANISER,
    over="programme__organisation",
    allows=[T.VIEW_CERTIFICATE, T.CERTIFY],
)


def own_attendance(on: datetime.date):
    return Attendance.objects.values(person=F("attendee"), row=F("pk"))


def own_certificates(on: datetime.date):
    return Certificate.objects.values(person=F("holder"), row=F("pk"))


for role in (Role.MENTOR, Role.COACH, Role.AGENCY_PARTNER):
    rule(Attendance, to=role, allows=[T.VIEW_ATTENDANCE])(own_attendance)
    rule(Certificate, to=role, allows=[T.VIEW_CERTIFICATE])(own_certificates)
