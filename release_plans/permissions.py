from enum import StrEnum

from accounts.access import vocabulary


@vocabulary
class PlanPermission(StrEnum):
    VIEW = "release_plans.view_releaseplan"
    VIEW_MILESTONE = "release_plans.view_milestone"
    CHANGE_MILESTONE = "release_plans.change_milestone"
