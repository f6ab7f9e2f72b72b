"""What has happened to the plans: dates that moved, holds, remarks, gate plans and packs."""

import datetime

from accounts.models import User
from casework.demo.cases import Way
from casework.demo.files import File
from casework.demo.scheme import Scheme
from release_plans.models import (
    Category,
    GatePlan,
    Milestone,
    MilestoneComment,
    MilestoneDateChange,
    ReleasePack,
    ReleasePlan,
    Responsible,
)

S = Milestone.Status
WEEK = datetime.timedelta(weeks=1)
GATE_FROM = datetime.timedelta(days=60)  # before release
EVERY = 3  # of so many plans one has each of these
MEETING_PLACE = "At the gate, by the parking"
OWN = "Fetch the guitar from the shop"


def stage(scheme: Scheme, file: File, plan: ReleasePlan, milestones: list[Milestone]) -> None:
    """Give a plan that goes on its past, so that each stage is somewhere to be seen."""
    if file.enrolment.closed_on:
        return
    number = len(scheme.rows[ReleasePlan])
    by = _mentor(scheme, file)
    waiting = [
        m for m in milestones if m.status in Milestone.OPEN and m.due_on and not m.to_review
    ]
    if file.case.way is Way.REFUSED:
        _moved_with_the_refusal(scheme, file, milestones)
    if file.case.way is Way.REMAND:
        _pack(scheme, file, plan, by, is_fresh=bool(number % EVERY))
    elif file.anchor is not None and scheme.day <= file.anchor <= scheme.day + GATE_FROM:
        _gate(scheme, plan, by, is_whole=bool(number % 2))
    ahead = [m for m in waiting if m.due_on and m.due_on >= scheme.day]
    if number % EVERY == 0 and ahead:
        _held(scheme, ahead[0])
    elif number % EVERY == 1 and ahead:
        _taken(scheme, file, ahead[0], by)
    elif file.anchor is not None and file.anchor > scheme.day:
        _own(scheme, plan, file.anchor - WEEK)


def _mentor(scheme: Scheme, file: File) -> User:
    mentor = file.case.mentor
    return scheme.users[mentor] if mentor else file.caseworker(scheme, scheme.day)


def _moved_with_the_refusal(scheme: Scheme, file: File, milestones: list[Milestone]) -> None:
    """Two thirds had been the anchor; the evidence of then is too old by now."""
    if file.anchor is None:
        return
    moved = (file.anchor - file.admitted) / 3
    refused = file.anchor - moved - 4 * WEEK
    for milestone in milestones:
        item = milestone.item
        if item is None or item.anchored_to != item.AnchoredTo.RELEASE or not milestone.due_on:
            continue
        cause = MilestoneDateChange.Cause.RELEASE_MOVED
        if item.valid_for_weeks and milestone.status in Milestone.OPEN:
            cause = MilestoneDateChange.Cause.CONFIRM_AGAIN
            milestone.status, milestone.recheck_needed = S.DONE, True
            milestone.done_on = max(milestone.plan.made_on, refused - 2 * WEEK)
            milestone.done_by = file.caseworker(scheme, milestone.done_on)
            milestone.evidence_kind = item.evidence
            milestone.evidence = "The letter came"
        elif milestone.status not in Milestone.OPEN:
            continue
        scheme.add(
            MilestoneDateChange(
                milestone=milestone,
                old_on=milestone.due_on - moved,
                new_on=milestone.due_on,
                cause=cause,
                reason="Parole refused",
                changed_by=file.administrator(scheme),
                changed_at=scheme.moment(refused, 11),
            )
        )


def _held(scheme: Scheme, milestone: Milestone) -> None:
    milestone.reason = "The office is moving and takes nothing in until then"
    milestone.resume_on = scheme.on(12)


def _taken(scheme: Scheme, file: File, milestone: Milestone, mentor: User) -> None:
    ours = milestone.responsible in {Responsible.MENTOR, Responsible.MENTEE}
    by = mentor if ours else file.caseworker(scheme, scheme.day)
    milestone.taken_by, milestone.taken_for = by, milestone.due_on
    scheme.add(
        MilestoneComment(
            milestone=milestone,
            text="I have phoned; they will call back this week.",
            author=by,
            written_at=scheme.moment(scheme.ago(2), 15),
        )
    )


def _own(scheme: Scheme, plan: ReleasePlan, due: datetime.date) -> None:
    scheme.add(
        Milestone(
            plan=plan,
            own_title=OWN,
            category=Category.PAPERS,
            responsible=Responsible.MENTOR,
            due_on=due,
            scheduled_on=scheme.ago(9),
            date_locked=True,
        )
    )


def _gate(scheme: Scheme, plan: ReleasePlan, by: User, *, is_whole: bool) -> None:
    sheet = GatePlan(
        plan=plan,
        version=1,
        who_meets="The mentor and a brother",
        where=MEETING_PLACE,
        written_by=by,
        written_at=scheme.moment(scheme.ago(6), 16),
    )
    if is_whole:
        sheet.meets_at = datetime.time(9)
        sheet.plan_b = "The mentor alone, by train"
        sheet.bed = "A room at the brother's, agreed until the move"
        sheet.first_hours = "Bank and phone the first day, the municipality the second"
        sheet.first_appointment = "Supervision, the day after, 10 o'clock"
        sheet.second_appointment = "Job centre, the third day"
        sheet.third_appointment = "Doctor, the second week"
        sheet.phone = "The brother's number is on the card"
    scheme.add(sheet)


def _pack(scheme: Scheme, file: File, plan: ReleasePlan, by: User, *, is_fresh: bool) -> None:
    """Looked at for the deadline that is next, or last for the one before."""
    if file.deadline is None:
        return
    before = file.deadline - 4 * WEEK
    day = max(plan.made_on, before - WEEK)
    if is_fresh:
        day = max(plan.made_on, scheme.ago(3))
    scheme.add(
        ReleasePack(
            plan=plan,
            version=1,
            court_deadline=file.deadline if is_fresh else before,
            bed="At the mother's; she knows",
            cash="The municipality's duty office, open until 15",
            phone_numbers="On the card in the wallet",
            medicines="None",
            mentor_phone="On the card in the wallet",
            written_by=by,
            written_at=scheme.moment(day, 14),
        )
    )
