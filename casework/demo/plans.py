"""Release plans: what is done, what is due, what nobody has done."""

import datetime

from accounts.models import User
from casework.demo import people
from casework.demo.cases import Status, Way
from casework.demo.files import File
from casework.demo.scheme import Reference, Scheme
from release_plans.catalogue import REMAND, SENTENCE
from release_plans.models import Milestone, ReleasePlan, Responsible

LATE_START = 14  # days: what was due before the plan was made is due so long after
SLIPPED, NOT_NEEDED, BEGUN = 18, 6, 30  # of a hundred
RECENTLY, SOON = datetime.timedelta(days=20), datetime.timedelta(days=21)
NEVER_SLIP = {"R01", "R02"}  # the first contacts after release, as the sessions show
S = Milestone.Status


def make_plan(scheme: Scheme, file: File, reference: Reference) -> None:
    """The plan of a file that has come so far: early on remand, else when the work began."""
    remand = file.case.way is Way.REMAND
    begun = file.reached.get(Status.WAITING if remand else Status.ACTIVE)
    if begun is None:
        return
    made_on = file.opened if remand else begun + datetime.timedelta(days=3)
    template = (REMAND if remand else SENTENCE).code
    items = reference.items[template]
    plan = scheme.add(
        ReleasePlan(enrolment=file.enrolment, template=items[0].template, made_on=made_on)
    )
    for milestone in plan.milestones_from(items, anchor=file.anchor, court_deadline=file.deadline):
        if file.anchor and milestone.due_on and milestone.due_on < made_on:
            milestone.due_on = made_on + datetime.timedelta(days=LATE_START)
        if milestone.due_on:
            _live(scheme, file, milestone, milestone.due_on)
        scheme.add(milestone)


def _live(scheme: Scheme, file: File, milestone: Milestone, due: datetime.date) -> None:
    """Give the milestone the state in which it would be today."""
    code = milestone.item.code
    scripted = bool(file.case.overdue) or code in NEVER_SLIP
    if file.enrolment.closed_on and due > file.enrolment.closed_on:
        milestone.status = S.CANCELLED
    elif code in file.case.overdue:
        return
    elif due >= scheme.day:
        if due <= scheme.day + SOON and scheme.chance(BEGUN):
            milestone.status = S.IN_PROGRESS
    elif not milestone.item.mandatory and scheme.chance(NOT_NEEDED):
        milestone.status = S.NOT_APPLICABLE
    elif scripted or due < scheme.day - RECENTLY or not scheme.chance(SLIPPED):
        done_on = min(scheme.later(due, -8, 2), scheme.ago(1))
        milestone.status = S.DONE
        milestone.done_on = max(milestone.plan.made_on, done_on)
        milestone.done_by = _responsible(scheme, file, milestone, milestone.done_on)


def _responsible(scheme: Scheme, file: File, milestone: Milestone, on: datetime.date) -> User:
    """Who would have ticked it; for those who cannot sign in, the caseworker."""
    mentor = file.case.mentor
    if milestone.responsible == Responsible.PROBATION_ADMIN:
        return file.administrator(scheme)
    if mentor and milestone.responsible in {Responsible.MENTOR, Responsible.COACH}:
        coach = people.PEOPLE[mentor].coach or mentor
        return scheme.users[coach if milestone.responsible == Responsible.COACH else mentor]
    return file.caseworker(scheme, on)
