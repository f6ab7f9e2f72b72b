"""The plan for those whose reach follows from where the mentee is, and for the named caseworker;
mentors and coaches come in `mentorships.rules`. Whoever sees a plan sees all of it; what one may
do depends on whose move it is."""

import datetime

from django.db import models
from django.db.models import F

from accounts.access import page, rule
from accounts.roles import Role
from core.dates import in_force
from mentees.rules import administered, audited, by_caseworker
from release_plans.models import (
    GatePlan,
    Milestone,
    MilestoneComment,
    MilestoneDateChange,
    ReleasePack,
    ReleasePlan,
    ReminderStep,
    Responsible,
)
from release_plans.permissions import PlanPermission as P

VIEWS: dict[type[models.Model], list[str]] = {
    ReleasePlan: [P.VIEW],
    Milestone: [P.VIEW_MILESTONE],
    MilestoneDateChange: [P.VIEW_DATE_CHANGE],
    MilestoneComment: [P.VIEW_COMMENT],
    GatePlan: [P.VIEW_GATE],
    ReleasePack: [P.VIEW_PACK],
}
administered(ReminderStep, [P.VIEW_REMINDER])
ADMINISTRATOR_ALSO: dict[type[models.Model], list[str]] = {
    ReleasePlan: [P.CHANGE, P.ADD_OWN, P.PREPARE_GATE],
    Milestone: [P.COMPLETE, P.CHANGE_MILESTONE, P.WAIVE],
}
CASEWORKER_ALSO: dict[type[models.Model], list[str]] = {
    ReleasePlan: [P.ADD_OWN, P.PREPARE_GATE],
}
# Whose milestones each role completes: their own, and of those who cannot sign in.
OF_CASEWORKERS = (Responsible.CASEWORKER, Responsible.MUNICIPALITY)
OF_MENTORS = (Responsible.MENTOR, Responsible.MENTEE)

for model, views in VIEWS.items():
    administered(model, [*views, *ADMINISTRATOR_ALSO.get(model, [])])
    rule(model, to=Role.CASEWORKER, allows=[*views, *CASEWORKER_ALSO.get(model, [])])(
        by_caseworker(model)
    )
for model in (ReleasePlan, Milestone):
    audited(model, [P.IS_THERE])
page(P.EDIT_TEMPLATES, to=[Role.PROBATION_ADMIN])


@rule(Milestone, to=Role.CASEWORKER, allows=[P.COMPLETE])
def own_milestones_of_caseworkers(on: datetime.date):
    assigned = "plan__enrolment__mentee__caseworker_assignments"
    rows = Milestone.objects.filter(in_force(on, assigned), responsible__in=OF_CASEWORKERS)
    return rows.values(person=F(f"{assigned}__caseworker"), row=F("pk"))
