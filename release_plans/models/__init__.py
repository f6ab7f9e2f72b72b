from release_plans.models.gate import GatePlan, ReleasePack
from release_plans.models.holiday import Holiday
from release_plans.models.milestone import Milestone, MilestoneComment, MilestoneDateChange
from release_plans.models.plan import ReleasePlan
from release_plans.models.reminder import Audience, LadderRung, ReminderStep
from release_plans.models.template import (
    Category,
    Evidence,
    MilestoneTemplate,
    Responsible,
    TemplateItem,
    Variant,
    title_of,
)

__all__ = [
    "Audience",
    "Category",
    "Evidence",
    "GatePlan",
    "Holiday",
    "LadderRung",
    "Milestone",
    "MilestoneComment",
    "MilestoneDateChange",
    "MilestoneTemplate",
    "ReleasePack",
    "ReleasePlan",
    "ReminderStep",
    "Responsible",
    "TemplateItem",
    "Variant",
    "title_of",
]
