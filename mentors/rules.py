"""Mentors and who supervises them; and, over the floor below, whose training they may see."""

import datetime

from django.db.models import F, Q
from django.db.models.lookups import Exact

from accounts.access import page, posted, rule
from accounts.roles import Role
from core.dates import in_force
from mentors.models import Absence, CoachAssignment, Mentor, MentorLoan
from mentors.permissions import MentorPermission as M
from training.models import Attendance, Certificate
from training.permissions import TrainingPermission as T

COVER = "coach__absences__cover__user"  # from an assignment to whoever covers for its coach


BORROWER = "loans__borrower__role_assignments"  # from a mentor to who administers the borrower


def lent(on: datetime.date, of: str = "") -> Q:
    """Mentors, at the path `of`, who are lent on a day to an area that somebody administers."""
    path = f"{of}__" if of else ""
    posting = f"{path}{BORROWER}"
    administers = in_force(on, posting) & Q(**{f"{posting}__role": Role.PROBATION_ADMIN})
    return in_force(on, f"{path}loans") & administers


def covered(on: datetime.date, of: str = "") -> Q:
    """Coach assignments, at the path `of`, whose coach is absent on a day. Whoever is away,
    nobody comes to supervise their own mentorships."""
    path = f"{of}__" if of else ""
    absences = f"{path}coach__absences"
    own = Exact(F(f"{path}mentor"), F(f"{absences}__cover"))
    return in_force(on, of) & in_force(on, absences) & ~Q(own)


page(M.OPEN_COVER, to=[Role.COACH])  # on which they record their own absence
posted(Mentor, to=Role.PROBATION_ADMIN, over="area", allows=[M.VIEW, M.ADD, M.CHANGE, M.LEND])
for area in ("area", "area__within"):
    posted(Mentor, to=Role.AUDITOR, over=area, allows=[M.IS_THERE])
posted(
    CoachAssignment,
    to=Role.PROBATION_ADMIN,
    over="mentor__area",
    allows=[M.VIEW_COACHING, M.ASSIGN_COACH],
)
posted(
    Absence,
    to=Role.PROBATION_ADMIN,
    over="coach__area",
    allows=[M.VIEW_ABSENCE, M.PLAN_ABSENCE, M.END_ABSENCE],
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


for area in ("mentor__area", "borrower"):
    posted(MentorLoan, to=Role.PROBATION_ADMIN, over=area, allows=[M.VIEW_LOAN, M.END_LOAN])


@rule(Mentor, to=Role.MENTOR, allows=[M.VIEW])
def own_record(on: datetime.date):
    return Mentor.objects.values(person=F("user"), row=F("pk"))


@rule(Mentor, to=Role.COACH, allows=[M.VIEW])
def mentors_they_coach(on: datetime.date):
    supervised = CoachAssignment.objects.in_force(on)
    return supervised.values(person=F("coach__user"), row=F("mentor"))


@rule(Mentor, to=Role.COACH, allows=[M.VIEW])
def mentors_they_cover(on: datetime.date):
    return CoachAssignment.objects.filter(covered(on)).values(person=F(COVER), row=F("mentor"))


@rule(Mentor, to=Role.PROBATION_ADMIN, allows=[M.VIEW])
def mentors_they_borrow(on: datetime.date):
    return Mentor.objects.filter(lent(on)).values(person=F(f"{BORROWER}__user"), row=F("pk"))


@rule(CoachAssignment, to=Role.MENTOR, allows=[M.VIEW_COACHING])
def own_coach(on: datetime.date):
    assigned = CoachAssignment.objects.in_force(on)
    return assigned.values(person=F("mentor__user"), row=F("pk"))


@rule(CoachAssignment, to=Role.COACH, allows=[M.VIEW_COACHING])
def own_assignments(on: datetime.date):
    assigned = CoachAssignment.objects.in_force(on)
    return assigned.values(person=F("coach__user"), row=F("pk"))


@rule(CoachAssignment, to=Role.COACH, allows=[M.VIEW_COACHING])
def assignments_they_cover(on: datetime.date):
    return CoachAssignment.objects.filter(covered(on)).values(person=F(COVER), row=F("pk"))


@rule(Absence, to=Role.COACH, allows=[M.VIEW_ABSENCE, M.END_ABSENCE])
def own_absences(on: datetime.date):
    return Absence.objects.values(person=F("coach__user"), row=F("pk"))


@rule(Absence, to=Role.COACH, allows=[M.VIEW_ABSENCE])
def absences_they_cover(on: datetime.date):
    return Absence.objects.values(person=F("cover__user"), row=F("pk"))


for model, holder, permission in (
    (Attendance, "attendee", T.VIEW_ATTENDANCE),
    (Certificate, "holder", T.VIEW_CERTIFICATE),
):
    mentor = f"{holder}__mentor"
    assigned = f"{mentor}__coach_assignments"

    for area in ("area", "area__within"):
        posted(model, to=Role.AUDITOR, over=f"{holder}__mentor__{area}", allows=[T.IS_THERE])

    @rule(model, to=Role.COACH, allows=[permission])
    def of_mentors_they_coach(on: datetime.date, model=model, assigned=assigned):
        rows = model.objects.filter(in_force(on, assigned))
        return rows.values(person=F(f"{assigned}__coach__user"), row=F("pk"))

    @rule(model, to=Role.COACH, allows=[permission])
    def of_mentors_they_cover(on: datetime.date, model=model, assigned=assigned):
        rows = model.objects.filter(covered(on, assigned))
        return rows.values(person=F(f"{assigned}__{COVER}"), row=F("pk"))

    @rule(model, to=Role.PROBATION_ADMIN, allows=[permission])
    def of_mentors_they_borrow(on: datetime.date, model=model, mentor=mentor):
        rows = model.objects.filter(lent(on, mentor))
        return rows.values(person=F(f"{mentor}__{BORROWER}__user"), row=F("pk"))
