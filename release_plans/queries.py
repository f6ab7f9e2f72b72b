"""What pages ask of release plans: what a date would move, and what is wanting at the gate."""

import datetime
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings

from mentees.models import CustodyEpisode, Enrolment, KeyDate
from release_plans import planner, scheduling
from release_plans.models import (
    GatePlan,
    Milestone,
    MilestoneDateChange,
    ReleasePack,
    ReleasePlan,
    Variant,
)


@dataclass(frozen=True)
class Moved:
    """A milestone whose date another key date would change: both dates, and why."""

    milestone: Milestone
    old_on: datetime.date | None
    new_on: datetime.date | None
    cause: MilestoneDateChange.Cause
    compressed: bool


def preview(
    plan: ReleasePlan, *, kind: KeyDate.Kind, value: datetime.date | None, on: datetime.date
) -> list[Moved]:
    """What `operations.move_date` would move, by the same planner; nothing is written."""
    days = scheduling.days_of([plan], on, supposing={kind: value})[plan.pk]
    lines = scheduling.lines_of([plan.pk])[plan.pk]
    changes = [c for c in planner.changes(lines, days, scheduling.calendar()) if c.is_told]
    rows = Milestone.objects.select_related("item").in_bulk([c.key for c in changes])
    return [
        Moved(
            rows[change.key],
            change.old_on,
            change.new_on,
            MilestoneDateChange.Cause(change.cause),
            change.after.compressed,
        )
        for change in changes
    ]


class Ready(StrEnum):
    """How far something is that has to be ready by a day."""

    READY = "ready"
    OPEN = "open"  # and there is time
    RED = "red"


def gate_state(plan: ReleasePlan, gate: GatePlan | None, on: datetime.date) -> Ready:
    """Of a plan and its latest gate plan: red while something essential is empty within two weeks
    of the release, or after it."""
    if gate is not None and not gate.missing:
        return Ready.READY
    soon = plan.release_on is not None and plan.release_on <= on + settings.GATE_PLAN_READY
    return Ready.RED if soon and not plan.is_released else Ready.OPEN


def pack_state(plan: ReleasePlan, pack: ReleasePack | None, on: datetime.date) -> Ready:
    """Of a plan and its latest pack: red when it was not looked at for the court deadline that is
    next, or that has passed."""
    if plan.template.code != Variant.REMAND:
        return Ready.OPEN
    if pack is None or pack.missing or pack.court_deadline != plan.court_deadline:
        return Ready.RED
    passed = plan.court_deadline is not None and plan.court_deadline < on
    return Ready.RED if passed else Ready.READY


def fitting_variant(enrolment: Enrolment, on: datetime.date) -> Variant:
    """Which template fits the days that are known: by the time that is left, not by the name of
    the sentence (domain.md section 5)."""
    plan = ReleasePlan(enrolment=enrolment)
    days = scheduling.days_of([plan], on)[plan.pk]
    running = enrolment.mentee.custody_episodes.filter(ended_on=None)
    if set(running.values_list("kind", flat=True)) == {CustodyEpisode.Kind.REMAND}:
        return Variant.REMAND
    if days.is_released:
        return Variant.ON_PAROLE
    if days.release is not None and days.release < on + settings.SHORT_STAY:
        return Variant.SHORT
    return Variant.SENTENCE
