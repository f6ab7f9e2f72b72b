"""What a mentee wants to reach, and the steps on the way."""

import datetime
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.trail import record
from core.changes import apply
from core.dates import today
from core.errors import Refusal
from mentees.models import Goal, GoalStep, Mentee


class NotChanged(Refusal):
    """A goal or a step may not be changed like this."""


class ChangedMeanwhile(NotChanged):
    """Somebody else changed the goal since it was read."""


@transaction.atomic
def set_goal(
    mentee: Mentee, *, by: User, steps: Iterable[str] = (), **particulars: object
) -> Goal:
    """Take down a goal with its first steps; `particulars` are the fields of `Goal`."""
    goal = Goal(mentee=mentee, **particulars)
    goal.full_clean()
    goal._history_user = by
    goal.save()
    GoalStep.objects.bulk_create(GoalStep(goal=goal, text=text) for text in steps)
    record("goal.set", by=by, target=mentee, goal=goal.pk, about=str(goal.domain))
    return goal


@transaction.atomic
def change_goal(goal: Goal, *, by: User, version: int, **changes: object) -> Goal:
    """Word an open goal anew; the earlier words stay in the history.

    `version` is the one that was read. Raises ChangedMeanwhile where another stands by now.
    """
    goal = Goal.objects.select_for_update().get(pk=goal.pk)
    if goal.version != version:
        raise ChangedMeanwhile(
            _("This goal was changed meanwhile. Both are below: send yours again, or mend it.")
        )
    _check_is_open(goal)
    changed = apply(goal, changes)
    if changed:
        _keep(goal, changed, by=by)
        record("goal.changed", by=by, target=goal.mentee, goal=goal.pk, fields=changed)
    return goal


@transaction.atomic
def close_goal(
    goal: Goal, *, by: User, state: str, on: datetime.date, drop_reason: str = ""
) -> Goal:
    """Take down that it was reached, or dropped and why."""
    goal = Goal.objects.select_for_update().get(pk=goal.pk)
    goal.move_to(state)
    if on > today():
        raise NotChanged({"on": _("That day has not come yet.")})
    if on < goal.set_on:
        raise NotChanged({"on": _("This is before the goal was set.")})
    dropped = state == Goal.State.DROPPED
    if dropped and not drop_reason.strip():
        raise NotChanged({"drop_reason": _("Say why it is dropped.")})
    goal.closed_on = on
    goal.drop_reason = drop_reason.strip() if dropped else None
    _keep(goal, ["state", "closed_on", "drop_reason"], by=by)
    record("goal.closed", by=by, target=goal.mentee, goal=goal.pk, state=str(state))
    return goal


@transaction.atomic
def reopen_goal(goal: Goal, *, by: User) -> Goal:
    """Take a goal up again that was reached or dropped; that it was stays in the history."""
    goal = Goal.objects.select_for_update().get(pk=goal.pk)
    goal.move_to(Goal.State.OPEN)
    goal.closed_on = goal.drop_reason = None
    _keep(goal, ["state", "closed_on", "drop_reason"], by=by)
    record("goal.reopened", by=by, target=goal.mentee, goal=goal.pk)
    return goal


@transaction.atomic
def add_step(goal: Goal, *, by: User, text: str) -> GoalStep:
    """One more thing to do on the way to an open goal."""
    goal = Goal.objects.select_for_update().get(pk=goal.pk)
    _check_is_open(goal)
    if goal.steps.count() >= settings.STEPS_AT_MOST:
        raise NotChanged({"text": _("This goal has many steps already. Make another goal.")})
    step = GoalStep(goal=goal, text=text)
    step.full_clean()
    step.save()
    record("goal_step.added", by=by, target=goal.mentee, goal=goal.pk)
    return step


@transaction.atomic
def tick_step(step: GoalStep, *, by: User, on: datetime.date) -> GoalStep:
    """Take down that a step is done; done already, it stays as it is."""
    step = _locked(step)
    if step.done_on is None:
        step.done_on, step.done_by = on, by
        step.save(update_fields=["done_on", "done_by"])
        record("goal_step.ticked", by=by, target=step.goal.mentee, goal=step.goal.pk)
    return step


@transaction.atomic
def untick_step(step: GoalStep, *, by: User) -> GoalStep:
    """Take the tick back: it was a mistake."""
    step = _locked(step)
    if step.done_on is not None:
        step.done_on = step.done_by = None
        step.save(update_fields=["done_on", "done_by"])
        record("goal_step.unticked", by=by, target=step.goal.mentee, goal=step.goal.pk)
    return step


def _locked(step: GoalStep) -> GoalStep:
    goal = Goal.objects.select_for_update().get(pk=step.goal_id)
    _check_is_open(goal)
    return GoalStep.objects.select_related("goal__mentee").get(pk=step.pk)


def _check_is_open(goal: Goal) -> None:
    if goal.state != Goal.State.OPEN:
        raise NotChanged(
            _("This goal is %(state)s already.") % {"state": goal.get_state_display()}
        )


def _keep(goal: Goal, changed: list[str], *, by: User) -> None:
    goal.version += 1
    goal.full_clean()
    goal._history_user = by
    goal.save(update_fields=[*changed, "version"])
