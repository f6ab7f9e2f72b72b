"""Milestones as the pages of a plan say them."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.access import can
from accounts.models import User
from core.dates import today
from core.templatetags.house import day, due_state
from release_plans.models import Category, Evidence, Milestone, Responsible
from release_plans.permissions import PlanPermission

Status = Milestone.Status
# How a milestone looks: the names of the badges.
DONE, LATE, SOON, AHEAD, OFF = "done", "late", "soon", "plan", "off"


@dataclass(frozen=True, order=False)
class Line:
    """One milestone; `says` where it is not simply due, or done, on a day."""

    milestone: Milestone
    state: str
    says: str = ""
    is_mine: bool = False

    def __lt__(self, other: "Line") -> bool:
        return (self.milestone.code, self.milestone.pk) < (
            other.milestone.code,
            other.milestone.pk,
        )

    @property
    def on(self) -> datetime.date | None:
        """The day on which it was done, else the one by which it is due."""
        return self.milestone.done_on or self.milestone.due_on

    @property
    def is_done(self) -> bool:
        return self.state == DONE

    @property
    def is_urgent(self) -> bool:
        return self.state in {LATE, SOON}

    @property
    def whose(self) -> str:
        return str(Responsible(self.milestone.responsible).label)

    @property
    def category(self) -> str:
        return str(Category(self.milestone.category).label)

    @property
    def evidence(self) -> str:
        """What shows that it is done, or would."""
        item = self.milestone.item
        kind = self.milestone.evidence_kind or (item.evidence if item else "")
        return str(Evidence(kind).label) if kind else ""

    @property
    def in_words(self) -> str:
        """For whoever hears the drawing."""
        said = [self.milestone.title, self.says or str(SPOKEN[self.state]())]
        return ", ".join([*said, day(self.on)] if self.on else said)


SPOKEN = {
    DONE: lambda: _("done"),
    LATE: lambda: _("late"),
    SOON: lambda: _("due soon"),
    AHEAD: lambda: _("to do"),
    OFF: lambda: pgettext("milestone", "set aside"),
}


def lines_of(milestones: Iterable[Milestone], user: User) -> list[Line]:
    """Each with what it is today, and whether it is this reader's to do; one query."""
    rows = list(milestones)
    own = can(user, PlanPermission.COMPLETE, [row for row in rows if row.is_waiting])
    return [_line(row, today(), is_mine=row.pk in own) for row in rows]


def _line(  # noqa: PLR0911 One line a state reads best.
    milestone: Milestone, on: datetime.date, *, is_mine: bool
) -> Line:
    if milestone.recheck_needed:
        return Line(milestone, SOON, _("to be confirmed again"), is_mine)
    if milestone.status == Status.DONE:
        return Line(milestone, DONE)
    if milestone.status not in Milestone.UNFINISHED:
        return Line(milestone, OFF, str(milestone.get_status_display()))
    if milestone.is_on_hold(on) and milestone.resume_on:
        return Line(
            milestone, OFF, _("rests until %(day)s") % {"day": day(milestone.resume_on)}, is_mine
        )
    if milestone.to_review:
        return Line(milestone, SOON, _("to be reviewed"), is_mine)
    if milestone.due_on is None:
        return Line(milestone, AHEAD, capfirst(_("no date yet")), is_mine)
    return Line(milestone, due_state(milestone.due_on), is_mine=is_mine)
