"""From one template to another: which milestones go on, which come and which go."""

from collections.abc import Collection
from typing import Any, NamedTuple

from release_plans import planner
from release_plans.models import Milestone, MilestoneTemplate, TemplateItem
from release_plans.planner import Calendar, Change, Days
from release_plans.scheduling import Row, line_of

Status = Milestone.Status
# What a milestone takes from its item.
SAID = (
    *("anchored_to", "offset_days", "after_release", "valid_for_weeks"),
    *("responsible", "category"),
)


class Switch(NamedTuple):
    """`same` are items that say the same in both, old key to new; `touched` the codes that one of
    them lacks, or says otherwise; `added` what a plan may have to get."""

    new: dict[str, TemplateItem]
    same: dict[int, int]
    touched: set[str]
    added: list[TemplateItem]

    @classmethod
    def between(cls, old: Collection[int], template: MilestoneTemplate) -> "Switch":
        items = TemplateItem.objects.filter(template__in={*old, template.pk})
        new = {item.code: item for item in items if item.template_id == template.pk}
        before = [item for item in items if item.template_id != template.pk]
        same = {item.pk: new[item.code].pk for item in before if _same(item, new.get(item.code))}
        known = {(item.template_id, item.code) for item in before}
        added = [i for i in new.values() if any((each, i.code) not in known for each in old)]
        touched = {i.code for i in added} | {i.code for i in before if i.pk not in same}
        return cls(new, same, touched, added)

    def fields_of(self, row: Row) -> dict[str, Any]:
        """What the milestone is from now on; whoever it was handed to keeps it."""
        item = self.new.get(row.code)
        if item is None:
            return {"item": row.item, "responsible": row.responsible, "category": row.category}
        handed_over = row.responsible != row.usually
        responsible = row.responsible if handed_over else item.responsible
        return {"item": item.pk, "responsible": responsible, "category": item.category}


def _same(item: TemplateItem, other: TemplateItem | None) -> bool:
    return other is not None and all(getattr(item, f) == getattr(other, f) for f in SAID)


def switched(row: Row, item: TemplateItem | None, days: Days, calendar: Calendar) -> list[Change]:
    """How the milestone stands by the item of the new template; without one it is cancelled."""
    now = row.standing
    if item is None:
        if now.status not in planner.UNFINISHED:
            return []
        after = now._replace(status=Status.CANCELLED, to_review=False)
        return [Change(row.key, now, after, "template")]
    begins = now._replace(status=Status.UNSCHEDULED) if now.status == Status.CANCELLED else now
    line = line_of(row.key, item, begins, date_locked=row.date_locked)
    found = planner.changes([line], days, calendar)
    return [change._replace(before=now, cause="template") for change in found]
