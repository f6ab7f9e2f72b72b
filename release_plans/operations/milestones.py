"""What happens to one milestone."""

import datetime
from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.trail import record
from core.dates import today
from core.errors import Refusal
from mentees.models import Enrolment
from release_plans import planner, scheduling
from release_plans.models import (
    Evidence,
    Milestone,
    MilestoneComment,
    MilestoneDateChange,
    ReleasePlan,
    Responsible,
)
from release_plans.planner import Standing
from release_plans.scheduling import line_of, standing_of

Cause = MilestoneDateChange.Cause


class NotCompleted(Refusal):
    """This milestone cannot be completed like this."""


class NotChanged(Refusal):
    """This milestone cannot be changed like this."""


@transaction.atomic
def add_milestone(
    plan: ReleasePlan,
    *,
    by: User | None,
    title: str,
    category: str,
    responsible: str,
    due_on: datetime.date,
) -> Milestone:
    """Add one that no template has, due on a day that stays. Raises NotChanged."""
    plan = ReleasePlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if plan.enrolment.status in Enrolment.OVER:
        raise NotChanged(_("This enrolment is over, so its plan stays as it is."))
    if not title.strip():
        raise NotChanged({"title": _("Say what there is to do.")})
    if not plan.made_on <= due_on <= today() + settings.DATES_WITHIN:
        raise NotChanged({"due_on": _("This is before the plan was made, or generations away.")})
    milestone = Milestone(
        plan=plan,
        own_title=title.strip(),
        category=category,
        responsible=responsible,
        due_on=due_on,
        scheduled_on=today(),
        date_locked=True,
    )
    milestone.full_clean()
    milestone.save()
    _record("milestone.added", milestone, by=by)
    return milestone


@transaction.atomic
def begin_milestone(milestone: Milestone, *, by: User) -> Milestone:
    """Take down that somebody works on it: `by`, who takes it with that."""
    milestone = _locked(milestone)
    if milestone.status == Milestone.Status.UNSCHEDULED:
        raise NotChanged(_("It has no date yet. It can be completed before it has one."))
    milestone.move_to(Milestone.Status.IN_PROGRESS)
    _take(milestone, by)
    milestone.save(update_fields=["status", "taken_by", "taken_for"])
    _record("milestone.begun", milestone, by=by)
    return milestone


@transaction.atomic
def acknowledge_milestone(milestone: Milestone, *, by: User) -> Milestone:
    """Take down that `by` sees to it: reminders stop until it has another date."""
    milestone = _locked(milestone)
    if not milestone.is_waiting or milestone.due_on is None:
        raise NotChanged(_("There is nothing to see to: it has no date, or it is settled."))
    _take(milestone, by)
    milestone.save(update_fields=["taken_by", "taken_for"])
    _record("milestone.taken", milestone, by=by)
    return milestone


@transaction.atomic
def tick_milestone(milestone: Milestone, *, by: User, things: Collection[str]) -> Milestone:
    """Tick these things of its checklist, by their codes, and no others."""
    milestone = _locked(milestone)
    known = [thing.code for thing in milestone.checklist]
    if not set(things) <= set(known):
        raise NotChanged({"things": _("This is not on the checklist.")})
    if not milestone.is_waiting:
        raise NotChanged(_stands(milestone))
    milestone.ticked = [code for code in known if code in set(things)]
    milestone.save(update_fields=["ticked"])
    _record("milestone.ticked", milestone, by=by)
    return milestone


@transaction.atomic
def comment_on_milestone(milestone: Milestone, *, by: User, text: str) -> MilestoneComment:
    """Add a remark for all who see the plan; it stays as it was written."""
    if not text.strip():
        raise NotChanged({"text": _("Write something.")})
    milestone = _locked(milestone)
    comment = MilestoneComment.objects.create(milestone=milestone, text=text.strip(), author=by)
    _record("milestone.commented", milestone, by=by)
    return comment


@transaction.atomic
def hold_milestone(
    milestone: Milestone, *, by: User, until: datetime.date, reason: str
) -> Milestone:
    """Let it rest until a day, with the reason; its date stays. Raises NotChanged."""
    milestone = _locked(milestone)
    if not milestone.is_waiting:
        raise NotChanged(_stands(milestone))
    _set_aside(milestone, reason, until)
    _keep(milestone, "status", by=by, kind="milestone.held", until=until.isoformat())
    return milestone


@transaction.atomic
def exempt_milestone(
    milestone: Milestone, *, by: User, reason: str, until: datetime.date | None = None
) -> Milestone:
    """Take down that it does not apply here, until a day or for good. Raises NotChanged."""
    milestone = _locked(milestone)
    milestone.move_to(Milestone.Status.NOT_APPLICABLE)
    _set_aside(milestone, reason, until)
    _keep(milestone, "status", by=by, kind="milestone.exempted")
    return milestone


@transaction.atomic
def waive_milestone(milestone: Milestone, *, by: User, reason: str) -> Milestone:
    """Let it go, with the reason: for a coach or an administrator. Raises NotChanged."""
    milestone = _locked(milestone)
    milestone.move_to(Milestone.Status.WAIVED)
    _set_aside(milestone, reason, None)
    _keep(milestone, "status", by=by, kind="milestone.waived")
    return milestone


@transaction.atomic
def resume_milestone(milestone: Milestone, *, by: User) -> Milestone:
    """Take up again what is on hold, does not apply or was waived, with the date that its rule
    gives it now."""
    milestone = _locked(milestone)
    held = milestone.resume_on is not None and milestone.is_waiting
    if not held:
        milestone.move_to(Milestone.Status.UNSCHEDULED)
    milestone.reason = milestone.resume_on = None
    _count_anew(milestone, by=by)
    milestone.save()
    _record("milestone.resumed", milestone, by=by)
    return milestone


@transaction.atomic
def hand_over_milestone(milestone: Milestone, *, by: User, to: str) -> Milestone:
    """Make it the move of another role; whoever had taken it is free of it. Raises NotChanged."""
    milestone = _locked(milestone)
    if not milestone.is_waiting:
        raise NotChanged(_stands(milestone))
    if to not in Responsible.values or to == milestone.responsible:
        raise NotChanged({"to": _("Choose another role.")})
    milestone.responsible = to
    milestone.taken_by = milestone.taken_for = None
    milestone.save(update_fields=["responsible", "taken_by", "taken_for"])
    _record("milestone.handed_over", milestone, by=by, to=to)
    return milestone


@transaction.atomic
def fix_date(milestone: Milestone, *, by: User, on: datetime.date, reason: str) -> Milestone:
    """Give it a date of its own, which stays when the release moves. Raises NotChanged."""
    milestone = _locked(milestone)
    if not milestone.is_waiting:
        raise NotChanged(_stands(milestone))
    if not reason.strip():
        raise NotChanged({"reason": _("Say why.")})
    if not milestone.plan.made_on <= on <= today() + settings.DATES_WITHIN:
        raise NotChanged({"on": _("This is before the plan was made, or generations away.")})
    before = standing_of(milestone)
    if milestone.status == Milestone.Status.UNSCHEDULED:
        milestone.status = Milestone.Status.PLANNED
    milestone.due_on, milestone.date_locked, milestone.compressed = on, True, False
    milestone.scheduled_on = milestone.scheduled_on or today()
    milestone.save()
    _tell(milestone, before, by=by, cause=Cause.BY_HAND, reason=reason.strip())
    _record("milestone.date_fixed", milestone, by=by, on=on.isoformat())
    return milestone


@transaction.atomic
def free_date(milestone: Milestone, *, by: User) -> Milestone:
    """Let its date follow the release again. Raises NotChanged."""
    milestone = _locked(milestone)
    if not (milestone.is_waiting and milestone.date_locked and milestone.item):
        raise NotChanged(_("Its date is not fixed, or it hangs on no other day."))
    milestone.date_locked = False
    _count_anew(milestone, by=by)
    milestone.save()
    _record("milestone.date_freed", milestone, by=by)
    return milestone


@transaction.atomic
def carry_over_milestone(milestone: Milestone, *, by: User) -> Milestone:
    """What was to be ready before the release is still wanted: a week after it. Rule 6."""
    milestone = _to_review(milestone)
    release = milestone.plan.release_on
    if release is None:
        raise NotChanged(_("No release is known."))
    before = standing_of(milestone)
    milestone.status = Milestone.Status.PLANNED
    milestone.due_on = release + planner.CARRIED_OVER * planner.DAY
    milestone.date_locked, milestone.to_review = True, False
    milestone.scheduled_on = milestone.scheduled_on or today()
    milestone.save()
    _tell(milestone, before, by=by, cause=Cause.CARRIED_OVER)
    _record("milestone.carried_over", milestone, by=by)
    return milestone


@transaction.atomic
def overtake_milestone(milestone: Milestone, *, by: User, reason: str) -> Milestone:
    """What was to be ready before the release has no sense any more, and why. Rule 6."""
    milestone = _to_review(milestone)
    milestone.move_to(Milestone.Status.OVERTAKEN)
    milestone.to_review = False
    _set_aside(milestone, reason, None)
    _keep(milestone, "status", "to_review", by=by, kind="milestone.overtaken")
    return milestone


@transaction.atomic
def complete_milestone(
    milestone: Milestone,
    *,
    by: User,
    on: datetime.date,
    evidence_kind: str = "",
    evidence: str = "",
) -> Milestone:
    """Take down that it is done, by whom, and what shows it; or, of what is done already, that it
    was confirmed again. Raises NotCompleted."""
    milestone = _locked(milestone)
    _check_evidence(milestone, evidence_kind, evidence)
    _check_day(milestone, on)
    _check_ticked(milestone)
    if milestone.status == Milestone.Status.DONE and not milestone.recheck_needed:
        raise NotCompleted(_("This milestone is done already."))
    milestone.move_to(Milestone.Status.DONE)
    milestone.done_on, milestone.done_by = on, by
    milestone.evidence_kind, milestone.evidence = evidence_kind, evidence.strip() or None
    milestone.recheck_needed = milestone.to_review = False
    milestone.reason = milestone.resume_on = None
    milestone.save()
    _record("milestone.completed", milestone, by=by, on=on.isoformat())
    return milestone


def _check_evidence(milestone: Milestone, kind: str, words: str) -> None:
    if kind not in Evidence.values:
        raise NotCompleted({"evidence_kind": _("Say what shows that it is done.")})
    wanted = milestone.item is None or milestone.item.evidence_required
    if wanted and not words.strip():
        raise NotCompleted({"evidence": _("Describe it: a reference, a day, who said so.")})


def _check_day(milestone: Milestone, on: datetime.date) -> None:
    if on > today():
        raise NotCompleted({"on": _("That day has not come yet.")})
    if on < milestone.plan.enrolment.opened_on:
        raise NotCompleted({"on": _("This is before the enrolment began.")})


def _check_ticked(milestone: Milestone) -> None:
    left = [thing for thing in milestone.checklist if not thing.is_ticked]
    if left:
        raise NotCompleted(
            _("Not ticked yet: %(things)s.") % {"things": ", ".join(t.title for t in left)}
        )


def _to_review(milestone: Milestone) -> Milestone:
    milestone = _locked(milestone)
    if not milestone.to_review:
        raise NotChanged(_("There is nothing to review."))
    return milestone


def _take(milestone: Milestone, by: User) -> None:
    milestone.taken_by, milestone.taken_for = by, milestone.due_on


def _set_aside(milestone: Milestone, reason: str, until: datetime.date | None) -> None:
    if not reason.strip():
        raise NotChanged({"reason": _("Say why.")})
    if until is not None and not today() < until <= today() + settings.DATES_WITHIN:
        raise NotChanged({"until": _("Choose a day that is still to come.")})
    milestone.reason, milestone.resume_on = reason.strip(), until


def _keep(milestone: Milestone, *fields: str, by: User, kind: str, **details: str) -> None:
    milestone.save(update_fields=[*fields, "reason", "resume_on"])
    _record(kind, milestone, by=by, **details)


def _count_anew(milestone: Milestone, *, by: User) -> None:
    """In memory, from the days that hold for its plan; own ones keep their date."""
    before = standing_of(milestone)
    if milestone.item is None:
        milestone.status = Milestone.Status.PLANNED
        return
    line = line_of(milestone.pk, milestone.item, before, date_locked=milestone.date_locked)
    days = milestone.plan.days(today())
    for change in planner.changes([line], days, scheduling.calendar()):
        for field, value in change.after._asdict().items():
            setattr(milestone, field, value)
        _tell(milestone, before, by=by, cause=change.cause)


def _tell(
    milestone: Milestone, before: Standing, *, by: User, cause: str, reason: str = ""
) -> None:
    MilestoneDateChange.objects.create(
        milestone=milestone,
        old_on=before.holds,
        new_on=standing_of(milestone).holds,
        cause=cause,
        reason=reason or None,
        changed_by=by,
    )


def _stands(milestone: Milestone) -> str:
    return _("This milestone stands as: %(status)s.") % {"status": milestone.get_status_display()}


def _locked(milestone: Milestone) -> Milestone:
    rows = Milestone.objects.select_for_update(of=("self",))
    return rows.select_related("item", "plan__enrolment__mentee").get(pk=milestone.pk)


def _record(kind: str, milestone: Milestone, *, by: User | None, **details: str) -> None:
    named = milestone.code or str(milestone.category)
    record(kind, by=by, target=milestone.plan.enrolment.mentee, milestone=named, **details)
