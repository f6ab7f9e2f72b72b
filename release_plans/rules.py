from accounts.access import rule
from accounts.roles import Role
from mentees.rules import administered, by_caseworker
from release_plans.models import Milestone, ReleasePlan
from release_plans.permissions import PlanPermission as P

for model, views, more in (
    (ReleasePlan, [P.VIEW], []),
    (Milestone, [P.VIEW_MILESTONE], [P.CHANGE_MILESTONE]),
):
    administered(model, [*views, *more])
    rule(model, to=Role.CASEWORKER, allows=[*views, *more])(by_caseworker(model))
