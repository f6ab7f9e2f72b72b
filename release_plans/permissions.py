from enum import StrEnum

from accounts.access import vocabulary


@vocabulary
class PlanPermission(StrEnum):
    IS_THERE = "release_plans.see_metadata"  # and since when, for the auditor
    VIEW = "release_plans.view_releaseplan"
    CHANGE = "release_plans.change_releaseplan"  # its template
    ADD_OWN = "release_plans.add_own_milestone"
    PREPARE_GATE = "release_plans.prepare_gate"  # and the pack for an unplanned release
    VIEW_MILESTONE = "release_plans.view_milestone"
    COMPLETE = "release_plans.complete_milestone"  # begin, take, tick, comment on, complete it
    CHANGE_MILESTONE = "release_plans.change_milestone"  # its date, whose it is, hold, exempt
    WAIVE = "release_plans.waive_milestone"
    VIEW_REMINDER = "release_plans.view_reminderstep"  # what was sent, to how many
    VIEW_DATE_CHANGE = "release_plans.view_milestonedatechange"
    VIEW_COMMENT = "release_plans.view_milestonecomment"
    VIEW_GATE = "release_plans.view_gateplan"
    VIEW_PACK = "release_plans.view_releasepack"
    EDIT_TEMPLATES = "release_plans.edit_templates"  # the office, for all its plans
