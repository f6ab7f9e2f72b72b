"""The goals of one file and how its mentee lives, as far as this reader may see them."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import CharField, Exists, Min, OuterRef, Q, Subquery, Value
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts import access
from accounts.models import User
from core.dates import today
from core.templatetags.house import day, days
from mentees.models import (
    Consent,
    Enrolment,
    Goal,
    GoalStep,
    KeyDate,
    Level,
    LivingCondition,
    Mentee,
    StatusChange,
)
from mentees.permissions import (
    CustodyPermission,
    EnrolmentPermission,
    GoalPermission,
)
from mentorships.models import GoalRating, MentoringSession
from mentorships.models.session import stands
from mentorships.permissions import SessionPermission

SHOWN_RATINGS = 6  # on the list, the newest of each goal
SHOWN_AT_ONCE = 8  # on its own page; the others are folded away


class Dot(NamedTuple):
    """One level of the track, and whether the goal stands there."""

    is_here: bool


@dataclass(frozen=True)
class Rated:
    """How far a goal was, once; the day and the way to the session for those who know of it."""

    level: int | None
    words: str
    on: datetime.date | None = None

    @property
    def track(self) -> list[Dot]:
        return [Dot(level == self.level) for level in Level]


def _not_discussed(run: list[Rated]) -> Rated:
    """Several sessions in one line, with the day of the newest."""
    return Rated(None, _("not discussed %(count)d times") % {"count": len(run)}, run[0].on)


@dataclass(frozen=True)
class GoalView:
    goal: Goal
    steps: list[GoalStep]
    ratings: list[Rated]  # the newest first

    @property
    def rated(self) -> list[Rated]:
        """The newest of those that say something, in the order of time."""
        said = [rating for rating in self.ratings if rating.level is not None]
        return said[:SHOWN_RATINGS][::-1]

    @property
    def told(self) -> list[Rated]:
        """The newest first; where it was not discussed again and again, that is told once."""
        runs = (list(run) for _level, run in groupby(self.ratings, key=self._run))
        return [run[0] if len(run) == 1 else _not_discussed(run) for run in runs]

    @property
    def newest(self) -> list[Rated]:
        return self.told[:SHOWN_AT_ONCE]

    @property
    def earlier(self) -> list[Rated]:
        return self.told[SHOWN_AT_ONCE:]

    @staticmethod
    def _run(rating: Rated) -> object:
        return None if rating.level is None else id(rating)

    @property
    def last(self) -> Rated | None:
        return self.rated[-1] if self.rated else None

    @property
    def start(self) -> Rated:
        return Rated(self.goal.baseline, str(Level(self.goal.baseline).label))

    @property
    def done(self) -> int:
        return sum(step.done_on is not None for step in self.steps)


@dataclass(frozen=True)
class Known:
    """That a goal or living conditions are there, for those who may not read them."""

    about: str
    state: str
    on: datetime.date


@dataclass(frozen=True)
class AtPoint:
    """How somebody lived at one point of the way, or that nobody has taken it down."""

    label: str
    kind: str  # a badge, and its word
    says: str
    taken: LivingCondition | None

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Each fact with its label; empty where it is not known."""
        labels = (str(capfirst(label)) for label in LivingCondition.labels())
        return list(zip(labels, self.taken.facts, strict=True)) if self.taken else []


@dataclass(frozen=True)
class Living:
    points: list[AtPoint]


@dataclass(frozen=True)
class Goals:
    """What the page shows."""

    may_set: bool
    may_read: bool  # anything of it
    open: list[GoalView] = field(default_factory=list)
    closed: list[GoalView] = field(default_factory=list)
    known: list[Known] = field(default_factory=list)
    living: Living | None = None
    is_shown_to_caseworker: bool | None = None  # None where consent is not this reader's to know
    first_due_on: datetime.date | None = None


class Way(NamedTuple):
    """What an enrolment tells about goals."""

    opened_on: datetime.date
    active_since: datetime.date | None
    is_agreed: bool
    released_on: datetime.date | None


def goals_of(mentee: Mentee, user: User) -> Goals:
    """Goals and living conditions; at most seven queries."""
    may_set = access.allows(user, GoalPermission.SET, mentee)
    way = _way(mentee, user)
    own = Goal.objects.permitted(user, GoalPermission.VIEW).filter(mentee=mentee)
    views = _views(list(own), user)
    knows = access.reaches(user, Goal, GoalPermission.METADATA) and not views
    standing = [view for view in views if view.goal.state == Goal.State.OPEN]
    closed = [view for view in views if view.goal.state != Goal.State.OPEN]
    closed.sort(key=lambda view: (view.goal.closed_on, view.goal.pk), reverse=True)
    living = _living(mentee, user, way)
    may_read = may_set or bool(views) or any(point.taken for point in living.points)
    due = way.active_since + settings.FIRST_GOAL_WITHIN if way and way.active_since else None
    return Goals(
        may_set=may_set,
        may_read=may_read,
        open=standing,
        closed=closed,
        known=_known(mentee, user) if knows else [],
        living=living if may_read else None,
        is_shown_to_caseworker=way.is_agreed if way and may_set else None,
        first_due_on=due if may_set and not views else None,
    )


def goal_view(goal: Goal, user: User) -> GoalView:
    """One goal with its steps and ratings."""
    return _views([goal], user)[0]


def _views(goals: list[Goal], user: User) -> list[GoalView]:
    """Each goal with its steps and ratings: two queries for all of them."""
    if not goals:
        return []
    steps, ratings = defaultdict(list), defaultdict(list)
    for step in GoalStep.objects.permitted(user, GoalPermission.VIEW_STEP).filter(goal__in=goals):
        steps[step.goal_id].append(step)
    seen = MentoringSession.objects.permitted(user, SessionPermission.METADATA)
    found = GoalRating.objects.permitted(user, SessionPermission.VIEW_RATING)
    for rating in (
        found.current()
        .filter(stands("session"), goal__in=goals)
        .annotate(held_on=Subquery(seen.filter(pk=OuterRef("session")).values("held_on")))
    ):
        words = rating.get_level_display() if rating.level is not None else _("not discussed")
        ratings[rating.goal_id].append(Rated(rating.level, str(words), rating.held_on))
    return [GoalView(goal, steps[goal.pk], ratings[goal.pk]) for goal in goals]


def _way(mentee: Mentee, user: User) -> Way | None:
    """Of the newest enrolment: its beginning, whether a caseworker sees goals, the release."""
    agreed = Consent.objects.filter(
        Q(expires_on=None) | Q(expires_on__gte=today()),
        enrolment__mentee=mentee,
        purpose=Consent.Purpose.SHOW_GOALS,
        given_on__lte=today(),
        withdrawn_on=None,
    )
    began = StatusChange.objects.filter(
        enrolment=OuterRef("pk"),
        enrolment__status__in=Enrolment.UNDER_WAY,
        to_status=Enrolment.Status.ACTIVE,
    )
    first = began.order_by().values("enrolment").annotate(first=Min("changed_on"))
    dates = KeyDate.objects.permitted(user, CustodyPermission.VIEW_KEY_DATE).newest()
    release = dates.filter(mentee=OuterRef("mentee"), kind=KeyDate.Kind.ACTUAL_RELEASE)
    rows = Enrolment.objects.permitted(user, EnrolmentPermission.VIEW).filter(mentee=mentee)
    row = rows.values_list(
        "opened_on",
        Subquery(first.values("first")),
        Exists(agreed),
        Subquery(release.order_by().values("value")[:1]),
    ).first()
    return Way(*row) if row else None


def _known(mentee: Mentee, user: User) -> list[Known]:
    """Of each goal what it is about, of living conditions at which point: one query."""
    goals = Goal.objects.permitted(user, GoalPermission.METADATA).filter(mentee=mentee)
    lives = LivingCondition.objects.permitted(user, GoalPermission.METADATA).filter(mentee=mentee)
    lives = lives.order_by().annotate(no_state=Value("", CharField()))
    found = goals.order_by().values_list("domain", "state", "set_on")
    found = found.union(lives.values_list("point", "no_state", "as_of"), all=True)
    return [
        Known(
            str(capfirst(Goal.Domain(code).label if state else LivingCondition.Point(code).label)),
            str(Goal.State(state).label if state else _("living conditions")),
            on,
        )
        for code, state, on in sorted(found, key=itemgetter(2))
    ]


# --- how the mentee lives ------------------------------------------------------------------------


def _living(mentee: Mentee, user: User, way: Way | None) -> Living:
    taken: dict[str, LivingCondition] = {}
    rows = LivingCondition.objects.permitted(user, GoalPermission.VIEW_LIVING)
    for row in rows.filter(mentee=mentee):  # the newest first
        taken.setdefault(row.point, row)
    due = _points_due(way)
    points = LivingCondition.Point
    return Living([_at_point(point, due.get(point), taken.get(point)) for point in points])


def _points_due(way: Way | None) -> dict[LivingCondition.Point, datetime.date]:
    """On which day each point falls, where this reader knows the day from which it counts."""
    due = {LivingCondition.Point.START: way.opened_on} if way else {}
    if way and way.released_on:
        for point, weeks in LivingCondition.WEEKS_AFTER_RELEASE.items():
            due[point] = way.released_on + datetime.timedelta(weeks=weeks)
    return due


def _at_point(
    point: LivingCondition.Point, due: datetime.date | None, taken: LivingCondition | None
) -> AtPoint:
    label = str(capfirst(point.label))
    if taken is not None:
        return AtPoint(label, "done", day(taken.as_of), taken)
    if due is not None and due <= today():
        return AtPoint(label, "late", _("missing since %(day)s") % {"day": day(due)}, None)
    if due is not None:
        return AtPoint(label, "plan", f"{day(due)}, {days(due)}", None)
    return AtPoint(label, "off", _("not taken down"), None)


# --- how one goal came to be what it is ----------------------------------------------------------


class Version(NamedTuple):
    """One change of a goal: when, by whom, and what it was in words."""

    on: datetime.date
    name: str
    says: str
    was: list[tuple[str, str]]  # label and earlier text


KEPT = ("words", "domain", "target_on", "much_less", "less", "expected", "more", "much_more")


def versions_of(goal: Goal) -> list[Version]:
    """Every change, the newest first; one query."""
    rows: list[Any] = list(goal.history.select_related("history_user").order_by("history_id"))
    told = []
    for before, row in zip([None, *rows], rows, strict=False):
        name = row.history_user.name if row.history_user else ""
        on = timezone.localdate(row.history_date) if before else row.set_on
        told.append(Version(on, name, _said(before, row), _was(before, row)))
    return told[::-1]


def _said(before: Any, row: Any) -> str:
    if before is None:
        return _("Set")
    if before.state == row.state:
        return _("Changed")
    if row.state == Goal.State.OPEN:
        return _("Taken up again")
    return str(capfirst(Goal.State(row.state).label))


def _was(before: Any, row: Any) -> list[tuple[str, str]]:
    """What stood there before, field by field; and why a goal was dropped that is open again."""
    if before is None:
        return []
    names = [name for name in KEPT if getattr(before, name) != getattr(row, name)]
    lines = [(_label(name), _text(before, name)) for name in names]
    if row.drop_reason and row.drop_reason != before.drop_reason:
        lines.append((_label("drop_reason"), row.drop_reason))
    return lines


def _label(name: str) -> str:
    described: Any = Goal._meta.get_field(name)
    return str(capfirst(described.verbose_name))


def _text(row: Any, name: str) -> str:
    value = getattr(row, name)
    if name == "domain":
        return str(Goal.Domain(value).label)
    return day(value) if isinstance(value, datetime.date) else str(value or "–")
