"""Mentors and who supervises them; and, over the floor below, whose training they may see."""

import datetime

from django.db.models import F

from accounts.access import posted, rule
from accounts.roles import Role
from core.dates import in_force
from mentors.models import CoachAssignment, Mentor
from mentors.permissions import MentorPermission as M
from training.models import Attendance, Certificate
from training.permissions import TrainingPermission as T

posted(Mentor, to=Role.PROBATION_ADMIN, over="area", allows=[M.VIEW, M.ADD, M.CHANGE])
posted(
    CoachAssignment,
    to=Role.PROBATION_ADMIN,
    over="mentor__area",
    allows=[M.VIEW_COACHING, M.ASSIGN_COACH],
)
posted(
    Attendance,
    to=Role.PROBATION_ADMIN,
    over="attendee__mentor__area",
    allows=[T.VIEW_ATTENDANCE],
)
posted(
    Certificate,
    to=Role.PROBATION_ADMIN,
    over="holder__mentor__area",
    allows=[T.VIEW_CERTIFICATE],
)


@rule(Mentor, to=Role.MENTOR, allows=[M.VIEW])
def own_record(on: datetime.date):
    return Mentor.objects.values(person=F("user"), row=F("pk"))


@rule(Mentor, to=Role.COACH, allows=[M.VIEW])
def mentors_they_coach(on: datetime.date):
    supervised = CoachAssignment.objects.in_force(on)
    return supervised.values(person=F("coach__user"), row=F("mentor"))


@rule(CoachAssignment, to=Role.MENTOR, allows=[M.VIEW_COACHING])
def own_coach(on: datetime.date):
    assigned = CoachAssignment.objects.in_force(on)
    return assigned.values(person=F("mentor__user"), row=F("pk"))


@rule(CoachAssignment, to=Role.COACH, allows=[M.VIEW_COACHING])
def own_assignments(on: datetime.date):
    assigned = CoachAssignment.objects.in_force(on)
    return assigned.values(person=F("coach__user"), row=F("pk"))


@rule(Attendance, to=Role.COACH, allows=[T.VIEW_ATTENDANCE])
def attendance_of_mentors_they_coach(on: datetime.date):
    there = Attendance.objects.filter(in_force(on, "attendee__mentor__coach_assignments"))
    coach = F("attendee__mentor__coach_assignments__coach__user")
    return there.values(person=coach, row=F("pk"))


@rule(Certificate, to=Role.COACH, allows=[T.VIEW_CERTIFICATE])
def certificates_of_mentors_they_coach(on: datetime.date):
    given = Certificate.objects.filter(in_force(on, "holder__mentor__coach_assignments"))
    coach = F("holder__mentor__coach_assignments__coach__user")
    return given.values(person=coach, row=F("pk"))
