"""Everything that can happen to a release plan, whoever asks for it."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.trail import record
from core.dates import today
from core.errors import Refusal
from mentees.models import Enrolment
from release_plans import catalogue
from release_plans.models import Milestone, MilestoneTemplate, ReleasePlan, TemplateItem


class NotPlanned(Refusal):
    """This enrolment can have no such plan."""


class NotCompleted(Refusal):
    """This milestone cannot be completed, or not on that day."""


@transaction.atomic
def load_templates(*, by: User | None) -> list[MilestoneTemplate]:
    """Add what the catalogue has and the database lacks; a version that stands is left alone."""
    added = [
        _load(template)
        for template in catalogue.TEMPLATES
        if not MilestoneTemplate.objects.filter(
            code=template.code, version=template.version
        ).exists()
    ]
    if added:
        codes = ", ".join(f"{template.code} {template.version}" for template in added)
        record("templates.loaded", by=by, target=added, codes=codes)
    return added


def _load(template: catalogue.Template) -> MilestoneTemplate:
    loaded = MilestoneTemplate.objects.create(
        code=template.code, version=template.version, name=template.name, valid_from=today()
    )
    TemplateItem.objects.bulk_create(
        TemplateItem(
            template=loaded,
            code=item.code,
            category=item.category,
            titles=catalogue.TITLES[item.code],
            responsible=item.responsible,
            anchored_to=item.counted,
            offset_days=item.days,
            mandatory=item.mandatory,
        )
        for item in template.items
    )
    return loaded


@transaction.atomic
def make_plan(
    enrolment: Enrolment,
    *,
    by: User,
    on: datetime.date,
    template: MilestoneTemplate,
    anchor: datetime.date | None,
    court_deadline: datetime.date | None = None,
) -> ReleasePlan:
    """Make the plan with a milestone for every item of the template.

    `anchor` is the day of release that holds now, None where there is none yet; what hangs on an
    unknown day has no date. Raises NotPlanned where the enrolment is over or has its plan.
    """
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if enrolment.status in Enrolment.OVER:
        raise NotPlanned(_("This enrolment is over, so there is nothing to plan."))
    if ReleasePlan.objects.filter(enrolment=enrolment).exists():
        raise NotPlanned(_("This enrolment already has a release plan."))
    plan = ReleasePlan.objects.create(enrolment=enrolment, template=template, made_on=on)
    items = list(template.items.all())
    Milestone.objects.bulk_create(
        plan.milestones_from(items, anchor=anchor, court_deadline=court_deadline)
    )
    record("release_plan.made", by=by, target=enrolment.mentee, template=str(template))
    return plan


@transaction.atomic
def complete_milestone(milestone: Milestone, *, by: User, on: datetime.date) -> Milestone:
    """Take down that it is done, and by whom. Raises NotCompleted unless it is open and the day
    has come."""
    milestone = Milestone.objects.select_for_update().get(pk=milestone.pk)
    if milestone.status not in Milestone.OPEN:
        raise NotCompleted(
            _("This milestone cannot be completed: %(status)s.")
            % {"status": milestone.get_status_display()}
        )
    if on > today():
        raise NotCompleted({"on": _("That day has not come yet.")})
    milestone.status = Milestone.Status.DONE
    milestone.done_on = on
    milestone.done_by = by
    milestone.save(update_fields=["status", "done_on", "done_by"])
    record(
        "milestone.completed",
        by=by,
        target=milestone.plan.enrolment.mentee,
        milestone=milestone.item.code,
        on=on.isoformat(),
    )
    return milestone
