"""Whom a reminder reaches, and whether there is still something to remind of."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from accounts import access
from accounts.roles import Role
from core.dates import today
from mentees.models import Enrolment
from notifications.models import Notice
from release_plans.ladder import Ladders, Rung
from release_plans.models import Audience, LadderRung, Milestone, ReminderStep, Responsible
from release_plans.permissions import PlanPermission

# Who is asked, one after the other, until somebody is there: nothing falls between two chairs.
UPWARDS = {
    Responsible.MENTOR: [Role.MENTOR, Role.COACH, Role.PROBATION_ADMIN],
    Responsible.MENTEE: [Role.MENTOR, Role.COACH, Role.PROBATION_ADMIN],
    Responsible.COACH: [Role.COACH, Role.PROBATION_ADMIN],
    Responsible.PROBATION_ADMIN: [Role.PROBATION_ADMIN],
    Responsible.CASEWORKER: [Role.CASEWORKER, Role.COACH, Role.PROBATION_ADMIN],
    Responsible.MUNICIPALITY: [Role.CASEWORKER, Role.COACH, Role.PROBATION_ADMIN],
}


def ladders() -> Ladders:
    """The steps as they stand now; one query."""
    found: dict[str, set[Rung]] = defaultdict(set)
    for category, days, audience in LadderRung.objects.values_list("category", "days", "audience"):
        found[category].add(Rung(days, audience))
    return found


def still_holds(step: ReminderStep) -> bool:
    """Is there still something to remind of? Asked when it is told, and again when it is mailed.

    `step` with its milestone, plan and enrolment.
    """
    milestone = step.milestone
    return (
        milestone.status in Milestone.OPEN
        and milestone.due_on == step.due_on
        and not milestone.is_taken
        and not milestone.is_on_hold(today())
        and milestone.plan.enrolment.status not in Enrolment.OVER
    )


def recipients(steps: Collection[ReminderStep]) -> dict[ReminderStep, set[int]]:
    """Whom each step reminds, by the rule as it is now; two questions for all of them."""
    milestones = list({step.milestone_id: step.milestone for step in steps}.values())
    does = _by_role(PlanPermission.COMPLETE, milestones)
    decides = _by_role(PlanPermission.CHANGE_MILESTONE, milestones)
    return {step: _nearest(step, does, decides) for step in steps}


def _by_role(
    permission: str, milestones: Collection[Milestone]
) -> dict[tuple[int, str], set[int]]:
    held: dict[tuple[int, str], set[int]] = defaultdict(set)
    for holder in access.holders(permission, milestones):
        held[holder.row, holder.capacity.partition(":")[0]].add(holder.person)
    return held


def _nearest(step: ReminderStep, does: Any, decides: Any) -> set[int]:
    key = step.milestone_id
    if step.audience == Audience.PROBATION_ADMIN:
        return decides[key, Role.PROBATION_ADMIN]
    if step.audience == Audience.COACH:
        return decides[key, Role.COACH] or decides[key, Role.PROBATION_ADMIN]
    own, *above = UPWARDS[Responsible(step.milestone.responsible)]
    asked = [does[key, own], *(decides[key, role] for role in above)]
    return next(filter(None, asked), set())


def kind_of(step: ReminderStep) -> str:
    if step.audience != Audience.RESPONSIBLE:
        return "milestone_passed_on"
    if step.days < 0:
        return "milestone_soon"
    return "milestone_late" if step.days else "milestone_today"


def occurrence_of(step: ReminderStep) -> str:
    return f"step {step.pk}"


def steps_of(notices: Iterable[Notice]) -> dict[int, ReminderStep]:
    """The step that each notice tells of, by the notice's key; one query."""
    keys = {notice.pk: int(notice.occurrence.removeprefix("step ")) for notice in notices}
    found = ReminderStep.objects.filter(pk__in=keys.values())
    by_key = found.select_related("milestone__item", "milestone__plan__enrolment").in_bulk()
    return {notice: by_key[step] for notice, step in keys.items() if step in by_key}


def still_to_be_told(notices: Iterable[Notice]) -> set[int]:
    """Those whose step still holds, for somebody whom the rule still names."""
    notices = list(notices)
    steps = steps_of(notices)
    people = recipients([step for step in steps.values() if still_holds(step)])
    told = {step.pk: recipients for step, recipients in people.items()}
    return {
        notice.pk
        for notice in notices
        if notice.pk in steps and notice.recipient_id in told.get(steps[notice.pk].pk, set())
    }
