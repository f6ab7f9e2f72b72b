"""One release plan: its milestones in groups and along the weeks, the gate, and what moved."""

import datetime
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import allows
from accounts.models import User
from casework.queries.lanes import Drawing, drawing_of
from casework.queries.plan_lines import DONE, LATE, OFF, SOON, Line, lines_of
from casework.queries.words import clock
from core.dates import today
from core.templatetags.house import day, days
from mentees.permissions import CustodyPermission
from release_plans.models import (
    GatePlan,
    Milestone,
    MilestoneDateChange,
    ReleasePack,
    ReleasePlan,
    Variant,
)
from release_plans.models.gate import Sheet
from release_plans.permissions import PlanPermission
from release_plans.queries import Ready, gate_state, pack_state

SHOWN = ("open", "mine", "all")


@dataclass(frozen=True)
class Group:
    heading: str
    lines: list[Line]


class SheetLine(NamedTuple):
    """One thing of the gate plan or of the pack; `says` nothing while it is empty."""

    icon: str
    label: str
    says: str


@dataclass(frozen=True)
class PlanView:
    plan: ReleasePlan
    lead: str
    shown: str
    counts: dict[str, int]  # how many each of `SHOWN` has
    groups: list[Group]
    drawing: Drawing | None
    gate: GatePlan | None
    gate_state: Ready
    pack: ReleasePack | None
    pack_state: Ready
    is_remand: bool
    last_move: str
    may: set[str]  # which of "own", "gate" and "date" this reader may write

    @property
    def gate_lines(self) -> list[SheetLine]:
        return sheet_lines(self.gate or GatePlan(), GATE)

    @property
    def pack_lines(self) -> list[SheetLine]:
        return sheet_lines(self.pack or ReleasePack(), PACK)

    @property
    def gate_badge(self) -> tuple[str, str]:
        return _badge(self.gate or GatePlan(), self.gate_state)

    @property
    def pack_badge(self) -> tuple[str, str]:
        if self.pack and not self.pack.missing and self.pack_state == Ready.RED:
            return LATE, _("not looked at for this deadline")
        return _badge(self.pack or ReleasePack(), self.pack_state)


# What stands on each sheet, with its drawing; several fields make one line.
GATE: list[tuple[str, tuple[str, ...]]] = [
    ("people", ("who_meets",)),
    ("door", ("where", "meets_at")),
    ("swap", ("plan_b",)),
    ("bed", ("bed",)),
    ("clock", ("first_hours",)),
    ("calendar", ("first_appointment", "second_appointment", "third_appointment")),
    ("phone", ("phone",)),
]
PACK: list[tuple[str, tuple[str, ...]]] = [
    ("bed", ("bed",)),
    ("key", ("cash",)),
    ("phone", ("phone_numbers",)),
    ("plus", ("medicines",)),
    ("people", ("mentor_phone",)),
]


def sheet_lines(sheet: Sheet, drawn: list[tuple[str, tuple[str, ...]]]) -> list[SheetLine]:
    """A sheet as it is shown and printed."""
    found = []
    for icon, names in drawn:
        said = [getattr(sheet, name) for name in names]
        words = [clock(each) if isinstance(each, datetime.time) else each for each in said if each]
        field: Any = sheet._meta.get_field(names[0])
        found.append(SheetLine(icon, capfirst(str(field.verbose_name)), "\n".join(words)))
    return found


def _badge(sheet: Sheet, state: Ready) -> tuple[str, str]:
    missing, wanted = len(sheet.missing), len(sheet.ESSENTIAL)
    if not missing:
        return DONE, _("ready")
    said = _("%(missing)d of %(wanted)d still empty") % {"missing": missing, "wanted": wanted}
    return (LATE if state == Ready.RED else SOON), said


def plan_view(plan: ReleasePlan, user: User, *, shown: str) -> PlanView:
    """All of it, for somebody who may see the plan. With template and enrolment loaded."""
    rows = Milestone.objects.permitted(user, PlanPermission.VIEW_MILESTONE).filter(plan=plan)
    lines = lines_of(rows.select_related("item").order_by("due_on", "item__code", "pk"), user)
    picked = {
        "open": [line for line in lines if line.milestone.is_waiting],
        "mine": [line for line in lines if line.is_mine],
        "all": lines,
    }
    shown = shown if shown in picked else "open"
    is_remand = plan.template.code == Variant.REMAND
    may = {
        "own": allows(user, PlanPermission.ADD_OWN, plan),
        "gate": allows(user, PlanPermission.PREPARE_GATE, plan),
        "date": allows(user, CustodyPermission.RECORD, plan.enrolment.mentee),
    }
    release, gate = plan.release_on, plan.gate_plans.first()
    pack = plan.packs.first() if is_remand else None
    return PlanView(
        plan=plan,
        lead=_lead(plan, lines),
        shown=shown,
        counts={name: len(some) for name, some in picked.items()},
        groups=_groups(picked[shown]),
        drawing=drawing_of(lines, release=release, on=today()) if release else None,
        gate=gate,
        gate_state=gate_state(plan, gate, today()),
        pack=pack,
        pack_state=pack_state(plan, pack, today()),
        is_remand=is_remand,
        last_move=_last_move(plan, user),
        may={word for word, allowed in may.items() if allowed},
    )


def _lead(plan: ReleasePlan, lines: list[Line]) -> str:
    """When the release is, or why no day is known; how far the plan is."""
    counted = [line for line in lines if line.state != OFF]
    done = sum(line.state == DONE for line in counted)
    late = sum(line.state == LATE for line in counted)
    said = [_when(plan), _("%(done)d of %(all)d done") % {"done": done, "all": len(counted)}]
    if late:
        said[-1] += ", " + ngettext("%(late)d late", "%(late)d late", late) % {"late": late}
    return ". ".join(said) + "."


def _when(plan: ReleasePlan) -> str:
    if plan.release_on is None:
        if plan.court_deadline:
            named = {"day": day(plan.court_deadline), "far": days(plan.court_deadline)}
            return _("No release is known. The court decides by %(day)s, %(far)s") % named
        return _("No release is known")
    named = {"day": day(plan.release_on), "far": days(plan.release_on)}
    if plan.is_released:
        return _("Released on %(day)s, %(far)s") % named
    return _("Release on %(day)s, %(far)s") % named


def _groups(lines: list[Line]) -> list[Group]:
    """What waits for somebody first, then what comes before the release and after it; what is
    settled last."""
    found: dict[str, list[Line]] = {
        _("Late and due soon"): [],
        _("Before release"): [],
        _("After release"): [],
        _("Without a date"): [],
        _("Resting"): [],
        _("Done"): [],
        _("Set aside"): [],
    }
    urgent, before, after, undated, resting, done, aside = found.values()
    for line in lines:
        milestone = line.milestone
        if line.state == DONE:
            done.append(line)
        elif line.state == OFF:
            (resting if milestone.is_waiting else aside).append(line)
        elif line.state in {LATE, SOON}:
            urgent.append(line)
        elif milestone.due_on is None:
            undated.append(line)
        else:
            is_after = milestone.item is not None and milestone.item.after_release
            (after if is_after else before).append(line)
    return [Group(heading, some) for heading, some in found.items() if some]


def _last_move(plan: ReleasePlan, user: User) -> str:
    """What the last date that moved did to the plan, in one sentence."""
    seen = MilestoneDateChange.objects.permitted(user, PlanPermission.VIEW_DATE_CHANGE)
    told = seen.filter(milestone__plan=plan)
    last = told.order_by("-changed_at", "-pk").values("changed_at", "cause").first()
    if last is None:
        return ""
    count = told.filter(**last).count()
    cause = MilestoneDateChange.Cause(last["cause"]).label
    words = ngettext(
        "On %(day)s %(count)d milestone got another date: %(cause)s.",
        "On %(day)s %(count)d milestones got another date: %(cause)s.",
        count,
    )
    return words % {"day": day(last["changed_at"].date()), "count": count, "cause": cause}
