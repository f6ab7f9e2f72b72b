"""One milestone, as its page shows it."""

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.access import allows
from accounts.models import User
from casework.queries.plan_lines import Line, lines_of
from core.dates import today
from core.templatetags.house import day
from release_plans.models import Milestone, MilestoneComment, MilestoneDateChange
from release_plans.permissions import PlanPermission as P

Status = Milestone.Status


@dataclass(frozen=True)
class MilestoneView:
    line: Line
    facts: list[tuple[str, str]]
    open_acts: list[str]  # in the words of their addresses
    comments: list[MilestoneComment]
    changes: list[MilestoneDateChange]

    @property
    def milestone(self) -> Milestone:
        return self.line.milestone


def milestone_view(milestone: Milestone, user: User) -> MilestoneView:
    """With item, plan and people loaded; five queries and those of the rule."""
    [line] = lines_of([milestone], user)
    comments = milestone.comments.permitted(user, P.VIEW_COMMENT).select_related("author")
    changes = milestone.date_changes.permitted(user, P.VIEW_DATE_CHANGE)
    return MilestoneView(
        line=line,
        facts=_facts(line),
        open_acts=_open_acts(milestone, user),
        comments=list(comments),
        changes=list(changes.select_related("changed_by")),
    )


def _facts(line: Line) -> list[tuple[str, str]]:
    milestone = line.milestone
    said = {
        _("Whose move"): capfirst(line.whose),
        _("Category"): capfirst(line.category),
        _("Evidence"): capfirst(line.evidence),
        _("What shows it"): milestone.evidence or "",
        _("Why"): milestone.reason or "",
    }
    if milestone.is_taken and milestone.is_waiting:
        said[_("Taken by")] = milestone.taken_by.name if milestone.taken_by else ""
    if milestone.done_by and milestone.done_on:
        told = {"name": milestone.done_by.name, "day": day(milestone.done_on)}
        said[_("Done by")] = _("%(name)s, %(day)s") % told
    if milestone.date_locked and milestone.is_waiting:
        said[_("Date")] = _("Fixed: it stays where it is when the release moves.")
    elif milestone.compressed and milestone.is_waiting:
        said[_("Date")] = _("There is less time than usual.")
    return [(label, words) for label, words in said.items() if words]


def _open_acts(milestone: Milestone, user: User) -> list[str]:
    """What this reader may do, of what has a sense as it stands."""
    found: list[str] = []
    waits, is_unfinished = milestone.is_waiting, milestone.status in Milestone.UNFINISHED
    if allows(user, P.COMPLETE, milestone):
        found += ["done"] if waits else []
        found += ["tick"] if waits and milestone.checklist else []
        found += ["begin"] if milestone.status == Status.PLANNED else []
        dated = milestone.due_on is not None
        found += ["take"] if waits and dated and not milestone.is_taken else []
        found += ["comment"]
    if allows(user, P.CHANGE_MILESTONE, milestone):
        rests = milestone.resume_on is not None or milestone.is_on_hold(today())
        aside = milestone.status in {Status.NOT_APPLICABLE, Status.WAIVED, Status.CANCELLED}
        found += ["carry-over", "overtake"] if milestone.to_review else []
        found += ["resume"] if (waits and rests) or aside else []
        found += ["hold"] if waits and not rests else []
        found += ["fix-date", "hand-over"] if waits else []
        found += ["free-date"] if waits and milestone.date_locked and milestone.item else []
        found += ["exempt"] if is_unfinished else []
    if is_unfinished and allows(user, P.WAIVE, milestone):
        found.append("waive")
    return found
