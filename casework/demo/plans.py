"""Release plans: what is done, what is due, what nobody has done."""

import datetime

from django.conf import settings

from accounts.models import User
from casework.demo import people
from casework.demo.cases import Status, Way
from casework.demo.files import File
from casework.demo.plan_stages import stage
from casework.demo.scheme import Reference, Scheme
from release_plans import scheduling
from release_plans.models import (
    Evidence,
    Milestone,
    ReleasePlan,
    Responsible,
    TemplateItem,
    Variant,
)
from release_plans.planner import Days

SLIPPED, NOT_NEEDED, BEGUN = 18, 6, 30  # of a hundred
RECENTLY, SOON = datetime.timedelta(days=20), datetime.timedelta(days=21)
NEVER_SLIP = {"R01", "R02"}  # the first contacts after release, as the sessions show
S = Milestone.Status
SHOWN: dict[str, tuple[str, str]] = {
    Evidence.DOCUMENT: ("In the action plan, page 3", "Sent and received, copy in the file"),
    Evidence.CHECKLIST: ("Gone through together", "All there"),
    Evidence.MEETING: ("Minutes are with the caseworker", "We met, as agreed"),
    Evidence.APPOINTMENT: ("Confirmed by phone", "The letter came"),
    Evidence.DECISION: ("The decision has come", "Decided, and explained"),
    Evidence.CONFIRMATION: ("Confirmed by the office", "They wrote that it is in order"),
    Evidence.CONSENT: ("Signed", "Agreed, in writing"),
    Evidence.STATUS: ("It goes well, by their own account", "As I heard on the phone"),
}


def make_plan(scheme: Scheme, file: File, reference: Reference) -> None:
    """The plan of a file that has come so far: early on remand, else when the work began."""
    remand = file.case.way is Way.REMAND
    begun = file.reached.get(Status.WAITING if remand else Status.ACTIVE)
    if begun is None:
        return
    made_on = file.opened if remand else begun + datetime.timedelta(days=3)
    items = reference.items[_variant(file, made_on)]
    plan = scheme.add(
        ReleasePlan(enrolment=file.enrolment, template=items[0].template, made_on=made_on)
    )
    days = Days(file.anchor, False, file.opened, file.deadline, made_on)
    released = file.case.way is Way.RELEASED
    plan.follow(days._replace(is_released=released))
    milestones = scheduling.milestones_of(plan, items, days, reference.calendar)
    for item, milestone in zip(items, milestones, strict=True):
        if milestone.due_on:
            _live(scheme, file, item, milestone, milestone.due_on)
        is_late = milestone.status in Milestone.OPEN and not item.after_release
        milestone.to_review = released and is_late
        scheme.add(milestone)
    stage(scheme, file, plan, milestones)


def _variant(file: File, made_on: datetime.date) -> Variant:
    if file.anchor is None:
        return Variant.REMAND
    is_short = file.anchor < made_on + settings.SHORT_STAY
    return Variant.SHORT if is_short and not file.case.overdue else Variant.SENTENCE


def _live(
    scheme: Scheme, file: File, item: TemplateItem, milestone: Milestone, due: datetime.date
) -> None:
    """Give the milestone the state in which it would be today."""
    code = item.code
    scripted = bool(file.case.overdue) or code in NEVER_SLIP
    if file.enrolment.closed_on and due > file.enrolment.closed_on:
        milestone.status = S.CANCELLED
    elif code in file.case.overdue:
        return
    elif due >= scheme.day:
        if due <= scheme.day + SOON and scheme.chance(BEGUN):
            milestone.status = S.IN_PROGRESS
    elif not item.mandatory and scheme.chance(NOT_NEEDED):
        milestone.status = S.NOT_APPLICABLE
        milestone.reason = "This is in order already."
    elif scripted or due < scheme.day - RECENTLY or not scheme.chance(SLIPPED):
        done_on = min(scheme.later(due, -8, 2), scheme.ago(1))
        milestone.status = S.DONE
        milestone.done_on = max(milestone.plan.made_on, done_on)
        milestone.done_by = _responsible(scheme, file, milestone, milestone.done_on)
        milestone.evidence_kind = item.evidence
        milestone.evidence = scheme.one_of(SHOWN[item.evidence])
        milestone.ticked = [thing.code for thing in milestone.checklist]


def _responsible(scheme: Scheme, file: File, milestone: Milestone, on: datetime.date) -> User:
    """Who would have ticked it; for those who cannot sign in, the caseworker."""
    mentor = file.case.mentor
    if milestone.responsible == Responsible.PROBATION_ADMIN:
        return file.administrator(scheme)
    if mentor and milestone.responsible in {Responsible.MENTOR, Responsible.COACH}:
        coach = people.PEOPLE[mentor].coach or mentor
        return scheme.users[coach if milestone.responsible == Responsible.COACH else mentor]
    return file.caseworker(scheme, on)
