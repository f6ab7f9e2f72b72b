"""From rows to the planner's values and back: what the days of a file ask of its plan."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Q

from mentees.models import CustodyEpisode, CustodyEvent, KeyDate
from mentees.models.custody import ANCHORS, release_anchor
from release_plans import planner
from release_plans.models import Holiday, Milestone, ReleasePlan, TemplateItem
from release_plans.planner import Calendar, Days, Line, Standing

Kind = KeyDate.Kind
# On remand nobody knows the end, unless a release is decided.
ON_REMAND = {Kind.DECIDED_RELEASE, Kind.ACTUAL_RELEASE}
COLUMNS = (
    *("pk", "plan_id", "item__anchored_to", "item__offset_days", "item__after_release"),
    *("item__valid_for_weeks", "date_locked", *Standing._fields),
)
MAY_CHANGE = Q(status__in=planner.UNFINISHED) | Q(status=planner.DONE) & (
    Q(item__valid_for_weeks__isnull=False)
    | Q(item__anchored_to=TemplateItem.AnchoredTo.COURT_DEADLINE)
)


def calendar() -> Calendar:
    """The holidays of the scheme's country; one query."""
    known = Holiday.objects.filter(country=settings.HOLIDAY_COUNTRY)
    return Calendar(known.values_list("day", flat=True))


def days_of(
    plans: Collection[ReleasePlan],
    on: datetime.date,
    supposing: Mapping[str, datetime.date | None] | None = None,
) -> dict[int, Days]:
    """The days that each plan hangs on, by its key; three queries. `plans` with their enrolments.

    With `supposing`, as if these key dates, by kind, stood so.
    """
    mentees = {plan.enrolment.mentee_id for plan in plans}
    dates: dict[int, dict[str, KeyDate]] = defaultdict(dict)
    kinds = [*ANCHORS, Kind.COURT_DEADLINE]
    for date in KeyDate.objects.newest().filter(mentee__in=mentees, kind__in=kinds):
        dates[date.mentee_id][date.kind] = date
    refused = _refused(mentees)
    held = defaultdict(list)
    for episode in CustodyEpisode.objects.filter(mentee__in=mentees, ended_on=None):
        held[episode.mentee_id].append(episode)
    supposed = {kind: KeyDate(kind=kind, value=day) for kind, day in (supposing or {}).items()}
    return {
        plan.pk: _days(
            plan,
            {**dates[plan.enrolment.mentee_id], **supposed},
            held[plan.enrolment.mentee_id],
            plan.enrolment.mentee_id in refused,
            on,
        )
        for plan in plans
    }


def _refused(mentees: Collection[int]) -> set[int]:
    """To whom parole was refused last."""
    kinds = CustodyEvent.Kind
    decided = CustodyEvent.objects.filter(
        mentee__in=mentees, kind__in=[kinds.PAROLE_GRANTED, kinds.PAROLE_REFUSED]
    )
    last = dict(decided.order_by("happened_on", "pk").values_list("mentee", "kind"))
    return {mentee for mentee, kind in last.items() if kind == kinds.PAROLE_REFUSED}


def _days(
    plan: ReleasePlan,
    dates: Mapping[str, KeyDate],
    held: list[CustodyEpisode],
    parole_refused: bool,
    on: datetime.date,
) -> Days:
    on_remand = bool(held) and all(e.kind == CustodyEpisode.Kind.REMAND for e in held)
    anchor = release_anchor(
        [date for kind, date in dates.items() if not on_remand or kind in ON_REMAND],
        parole_refused=parole_refused,
        held_since=max((episode.started_on for episode in held), default=None),
    )
    court = dates.get(Kind.COURT_DEADLINE)
    return Days(
        release=anchor.value if anchor else None,
        is_released=anchor is not None and anchor.kind == Kind.ACTUAL_RELEASE,
        enrolment=plan.enrolment.opened_on,
        court_deadline=court.value if court else None,
        today=on,
    )


def milestones_of(
    plan: ReleasePlan, items: Iterable[TemplateItem], days: Days, known: Calendar
) -> list[Milestone]:
    """New milestones of a plan, not saved, each with its date or without one."""
    items = list(items)
    made = [
        Milestone(
            plan=plan,
            item=item,
            category=item.category,
            responsible=item.responsible,
            status=Milestone.Status.UNSCHEDULED,
        )
        for item in items
    ]
    undated = Standing(planner.UNSCHEDULED, None)
    lines = [line_of(number, item, undated) for number, item in enumerate(items)]
    for change in planner.changes(lines, days, known):
        for field, value in change.after._asdict().items():
            setattr(made[change.key], field, value)
    return made


def line_of(
    key: int, item: TemplateItem, standing: Standing, *, date_locked: bool = False
) -> Line:
    return Line(
        key,
        item.anchored_to,
        item.offset_days,
        item.after_release,
        item.valid_for_weeks,
        date_locked,
        standing,
    )


def standing_of(milestone: Milestone) -> Standing:
    return Standing(*(getattr(milestone, field) for field in Standing._fields))


def lines_of(plans: Iterable[int], **where: Any) -> dict[int, list[Line]]:
    """What a recalculation may change, by plan; one query."""
    rows = Milestone.objects.filter(MAY_CHANGE, plan__in=plans, **where).order_by("pk")
    found: dict[int, list[Line]] = defaultdict(list)
    for pk, plan, anchored_to, offset, after, weeks, locked, *stands in rows.values_list(*COLUMNS):
        rule = (anchored_to or planner.OWN, offset or 0, bool(after), weeks, locked)
        found[plan].append(Line(pk, *rule, Standing(*stands)))
    return found


class Row(NamedTuple):
    """A milestone of a template in some plan; `usually` is whose it is by the template."""

    key: int
    plan: int
    code: str
    item: int
    responsible: str
    usually: str
    category: str
    date_locked: bool
    standing: Standing


def rows_of(plans: Collection[int], codes: Collection[str]) -> list[Row]:
    """The milestones of these plans with these codes, however they stand; one query."""
    rows = Milestone.objects.filter(plan__in=plans, item__code__in=codes).order_by("pk")
    found = []
    for pk, plan, code, item, responsible, usually, category, locked, *stands in rows.values_list(
        *("pk", "plan_id", "item__code", "item", "responsible", "item__responsible"),
        *("category", "date_locked", *Standing._fields),
    ):
        row = Row(pk, plan, code, item, responsible, usually, category, locked, Standing(*stands))
        found.append(row)
    return found
