"""A release plan: made from a template, and following the days that the authorities give."""

import datetime
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from audit.trail import record
from core.dates import today
from core.db import insert_many, update_many
from core.errors import Refusal
from mentees import operations as files
from mentees.models import CustodyEvent, Enrolment, KeyDate
from release_plans import planner, scheduling
from release_plans.models import (
    Category,
    Milestone,
    MilestoneDateChange,
    MilestoneTemplate,
    ReleasePlan,
    Responsible,
    Variant,
)
from release_plans.operations.milestones import add_milestone
from release_plans.permissions import PlanPermission
from release_plans.planner import Change
from release_plans.switching import Switch, switched

AT_ONCE = 4000  # plans
REASON_AT_MOST = 120  # characters: a key date keeps no longer cause


class NotPlanned(Refusal):
    """This enrolment can have no such plan."""


class NotMoved(Refusal):
    """This date cannot be moved like this."""


class NotSwitched(Refusal):
    """This plan cannot go on by that template."""


@transaction.atomic
def make_plan(
    enrolment: Enrolment,
    *,
    by: User,
    on: datetime.date,
    template: MilestoneTemplate,
) -> ReleasePlan:
    """Make the plan with a milestone for every item of the template, counted from the days that
    the authorities gave; what hangs on an unknown day has no date.

    Raises NotPlanned where the enrolment is over or has its plan, or the template is a draft.
    """
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if enrolment.status in Enrolment.OVER:
        raise NotPlanned(_("This enrolment is over, so there is nothing to plan."))
    if template.is_draft:
        raise NotPlanned({"template": _("This template is a draft, and not in force yet.")})
    if ReleasePlan.objects.filter(enrolment=enrolment).exists():
        raise NotPlanned(_("This enrolment already has a release plan."))
    plan = ReleasePlan(enrolment=enrolment, template=template, made_on=on)
    plan.save()
    days = scheduling.days_of([plan], on)[plan.pk]
    plan.follow(days)
    plan.save(update_fields=plan.counted_from(days))
    items = template.items.all()
    Milestone.objects.bulk_create(
        scheduling.milestones_of(plan, items, days, scheduling.calendar())
    )
    record("release_plan.made", by=by, target=enrolment.mentee, template=str(template.code))
    return plan


# --- dates -----------------------------------------------------------------------------------


@transaction.atomic
def move_date(
    plan: ReleasePlan,
    *,
    by: User,
    kind: KeyDate.Kind,
    value: datetime.date | None,
    certainty: KeyDate.Certainty,
    source: KeyDate.Source,
    reason: str,
) -> KeyDate:
    """Take down another date from an authority, with the reason; every plan of the file follows.
    `queries.preview` says beforehand what will move. Raises NotMoved, NotRecorded."""
    if not reason.strip():
        raise NotMoved({"reason": _("Say why the date moves.")})
    if len(reason.strip()) > REASON_AT_MOST:
        most = {"most": REASON_AT_MOST}
        raise NotMoved({"reason": _("Say it in %(most)d characters at most.") % most})
    return files.record_key_date(
        plan.enrolment.mentee,
        by=by,
        kind=kind,
        value=value,
        certainty=certainty,
        source=source,
        cause=reason.strip(),
    )


@transaction.atomic
def follow_dates(mentees: Collection[int], *, by: User | None, reason: str = "") -> int:
    """Count the plans of these mentees, by their keys, from the days that hold now; how many
    milestones stand otherwise than before.

    The same few statements for one plan or a thousand; a second time changes nothing.
    """
    return sum(
        _follow(_locked(ReleasePlan.objects.running().of_mentees(some)), by=by, reason=reason)
        for some in _in_turn(mentees)
    )


def _follow(plans: list[ReleasePlan], *, by: User | None, reason: str) -> int:
    if not plans:
        return 0
    days = scheduling.days_of(plans, today())
    known, lines = scheduling.calendar(), scheduling.lines_of(days)
    changes = [c for plan in plans for c in planner.changes(lines[plan.pk], days[plan.pk], known)]
    moved = [plan for plan in plans if plan.days(today()) != days[plan.pk]]
    if not (changes or moved):
        return 0
    _do_again([c.key for c in changes if c.is_due_again])
    update_many(Milestone, {change.key: change.after._asdict() for change in changes})
    _tell(changes, by=by, reason=reason)
    update_many(ReleasePlan, {plan.pk: plan.counted_from(days[plan.pk]) for plan in moved})
    _record("release_plan.followed", plans, by=by, milestones=len(changes))
    return len(changes)


@transaction.atomic
def follow_custody(
    mentees: Collection[int], *, by: User | None, reason: str = "", event: str = ""
) -> None:
    """What plans do when custody or a date changed: after a judgment the remand's milestones make
    way for the sentence's; after a transfer what hangs on the institution is asked for again; and
    everything is counted anew."""
    if event == CustodyEvent.Kind.JUDGMENT:
        _leave_remand(mentees, by=by)
    if event == CustodyEvent.Kind.TRANSFER:
        _arrive(mentees, by=by)
    follow_dates(mentees, by=by, reason=reason)


def _leave_remand(mentees: Collection[int], *, by: User | None) -> None:
    running = ReleasePlan.objects.running().of_mentees(mentees)
    plans = _locked(running.filter(template__code=Variant.REMAND))
    ordinary = MilestoneTemplate.objects.in_force(today()).filter(code=Variant.SENTENCE).first()
    if plans and ordinary:
        _go_on_by(ordinary, plans, by=by, reason="")


# domain.md section 5, transfers: what, whose move.
ON_ARRIVAL = [
    (
        gettext_lazy("Caseworker named at the new institution"),
        Category.PLAN,
        Responsible.PROBATION_ADMIN,
    ),
    (
        gettext_lazy("Mentor approved at the new institution"),
        Category.SAFETY,
        Responsible.PROBATION_ADMIN,
    ),
    (
        gettext_lazy("Visit permits checked at the new institution"),
        Category.FAMILY,
        Responsible.CASEWORKER,
    ),
    (
        gettext_lazy("Dates confirmed after the transfer"),
        Category.LEGAL,
        Responsible.CASEWORKER,
    ),
]


def _arrive(mentees: Collection[int], *, by: User | None) -> None:
    """Add what the new institution has to settle, in the words of whoever records the move; what
    still waits from an earlier move waits once."""
    for plan in ReleasePlan.objects.running().of_mentees(mentees):
        waiting = {each.own_title for each in plan.milestones.open().filter(item=None)}
        for title, category, responsible in ON_ARRIVAL:
            if str(title) not in waiting:
                add_milestone(
                    plan,
                    by=by,
                    title=str(title),
                    category=category,
                    responsible=responsible,
                    due_on=today() + settings.TRANSFER_FOLLOWED_UP,
                )


def _locked(plans: Any) -> list[ReleasePlan]:
    return list(plans.select_for_update(of=("self",)).select_related("enrolment__mentee"))


def _record(kind: str, plans: Sequence[ReleasePlan], *, by: User | None, **details: Any) -> None:
    mentees = {plan.enrolment.mentee_id: plan.enrolment.mentee for plan in plans}
    record(kind, by=by, target=mentees.values(), **details)


def _do_again(milestones: Collection[int]) -> None:
    """What was done for one court deadline is due again before the next."""
    if milestones:
        Milestone.objects.filter(pk__in=milestones).update(
            status=Milestone.Status.PLANNED,
            **dict.fromkeys(("done_on", "done_by", "evidence"), None),
            evidence_kind="",
            ticked=[],
        )


def _tell(changes: Sequence[Change], *, by: User | None, reason: str) -> None:
    """Take down each date that moved, and why: one row for each milestone."""
    now = timezone.now()
    insert_many(
        [
            MilestoneDateChange(
                milestone_id=change.key,
                old_on=change.old_on,
                new_on=change.new_on,
                cause=change.cause,
                reason=reason or None,
                changed_by=by,
                changed_at=now,
            )
            for change in changes
            if change.is_told
        ]
    )


def _in_turn(keys: Iterable[int]) -> Iterator[list[int]]:
    """So many at once that memory stays flat, and so few times that it stays quick."""
    keys = sorted(keys)
    for first in range(0, len(keys), AT_ONCE):
        yield keys[first : first + AT_ONCE]


# --- templates -------------------------------------------------------------------------------


@transaction.atomic
def switch_template(
    plan: ReleasePlan, *, by: User | None, template: MilestoneTemplate, reason: str
) -> ReleasePlan:
    """Go on by another template: what is done or set aside stays, what both have goes on, what
    the new one has not is cancelled. Raises NotSwitched."""
    if not reason.strip():
        raise NotSwitched({"reason": _("Say why.")})
    if template.is_draft:
        raise NotSwitched({"template": _("This template is a draft, and not in force yet.")})
    plans = _locked(ReleasePlan.objects.running().filter(pk=plan.pk))
    if not plans:
        raise NotSwitched(_("This enrolment is over, so its plan stays as it is."))
    if plans[0].template_id == template.pk:
        raise NotSwitched({"template": _("The plan is made from this template already.")})
    _go_on_by(template, plans, by=by, reason=reason.strip())
    plan.refresh_from_db()
    return plan


@transaction.atomic
def adopt_version(template: MilestoneTemplate, *, by: User) -> int:
    """Let every running plan within reach, of an earlier version of the same variant, go on by
    this one; how many. The same few statements for one plan or thousands.

    Whoever writes templates for all has a say over the plans of their own area alone. Raises
    NotSwitched for a draft.
    """
    if template.is_draft:
        raise NotSwitched(_("This template is a draft, and not in force yet."))
    own = ReleasePlan.objects.permitted(by, PlanPermission.CHANGE)
    earlier = own.running().filter(
        template__code=template.code, template__version__lt=template.version
    )
    adopted = 0
    while plans := _locked(earlier.order_by("pk")[:AT_ONCE]):
        _go_on_by(template, plans, by=by, reason="")
        adopted += len(plans)
        if len(plans) < AT_ONCE:
            break
    return adopted


def _go_on_by(
    template: MilestoneTemplate, plans: list[ReleasePlan], *, by: User | None, reason: str
) -> None:
    keys, known = [plan.pk for plan in plans], scheduling.calendar()
    days = {plan.pk: plan.days(today()) for plan in plans}
    switch = Switch.between({plan.template_id for plan in plans}, template)
    rows = scheduling.rows_of(keys, switch.touched)
    changes = [
        change
        for row in rows
        for change in switched(row, switch.new.get(row.code), days[row.plan], known)
    ]
    after = {change.key: change.after for change in changes}
    same = Case(*(When(item=old, then=Value(new)) for old, new in switch.same.items()))
    Milestone.objects.filter(plan__in=keys, item__in=switch.same).update(item=same)
    update_many(
        Milestone,
        {
            row.key: {
                **after.get(row.key, row.standing)._asdict(),
                **switch.fields_of(row),
            }
            for row in rows
        },
    )
    there = {(row.plan, row.code) for row in rows}
    insert_many(
        [
            milestone
            for plan in plans
            for milestone in scheduling.milestones_of(
                plan,
                [item for item in switch.added if (plan.pk, item.code) not in there],
                days[plan.pk],
                known,
            )
        ]
    )
    _tell(changes, by=by, reason=reason)
    ReleasePlan.objects.filter(pk__in=keys).update(template=template)
    _record("release_plan.switched", plans, by=by, template=f"{template.code} {template.version}")
