"""What happened in a file, newest first: narrowed as somebody asks, by month, a page at a time."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.utils import formats
from django.utils.translation import gettext_lazy

from accounts import access
from accounts.models import User
from casework.queries.file_facts import Fact, facts_of
from casework.queries.plan import milestones_of
from casework.queries.timeline_entry import Entry
from casework.queries.timeline_facts import fact_entries, made_entries, plan_entries
from casework.queries.timeline_sessions import session_entries, sessions_of
from core.encryption import words_of
from mentees.models import Mentee
from mentees.permissions import FileSection
from mentorships.permissions import SessionPermission
from release_plans.models import Milestone

PAGE = 30  # entries; a day is never cut in two
MOST_A_DAY = 10  # sessions of one mentee; more than anybody has held
PARTS = {
    "sessions": gettext_lazy("Sessions"),
    "work": gettext_lazy("Other work"),
    "agreements": gettext_lazy("Agreements"),
    "plan": gettext_lazy("Plan"),
    "dates": gettext_lazy("Dates"),
    "custody": gettext_lazy("Custody"),
    "goals": gettext_lazy("Goals"),
    "network": gettext_lazy("Network"),
    "enrolment": gettext_lazy("Enrolment"),
    "mentors": gettext_lazy("Mentors"),
    "concerns": gettext_lazy("Concerns"),
}


@dataclass(frozen=True)
class Asked:
    """What narrows the timeline: one of `PARTS`, a period, words; and where the page began."""

    show: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None
    before: datetime.date | None = None
    search: str = ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.show or self.since or self.until or self.search)

    @property
    def period(self) -> Q:
        """The same of sessions in the database."""
        bounds = {
            "held_on__gte": self.since,
            "held_on__lte": self.until,
            "held_on__lt": self.before,
        }
        return Q(**{bound: on for bound, on in bounds.items() if on is not None})

    def leaves(self, entry: Entry) -> bool:
        return (
            self.show in ("", entry.part)
            and (self.since is None or entry.on >= self.since)
            and (self.until is None or entry.on <= self.until)
            and (self.before is None or entry.on < self.before)
            and (not self.search or entry.has(words_of(self.search)))
        )

    def query(self, **changes: Any) -> str:
        """The same in an address, but for what was typed to be searched."""
        narrowed = {"show": self.show, "since": self.since, "until": self.until}
        return urlencode({key: value for key, value in {**narrowed, **changes}.items() if value})


EVERYTHING = Asked()


@dataclass(frozen=True)
class View:
    label: str
    show: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Month:
    label: str
    entries: list[Entry]


@dataclass(frozen=True)
class Timeline:
    months: list[Month]
    views: list[View]
    asked: Asked
    count: int  # of all pages
    earlier: datetime.date | None = None  # the day where this page ends, if there is more
    earlier_url: str = ""


def timeline_of(
    mentee: Mentee, user: User, facts: list[Fact], milestones: list[Milestone], asked: Asked
) -> Timeline:
    """A page of what was asked for, in two queries beside those of `facts` and `milestones`."""
    told = [*plan_entries(milestones), *fact_entries(facts)]
    at_most = None if asked.search else PAGE + MOST_A_DAY
    chosen = _chosen(mentee, user, facts, told, asked, at_most)
    months, last = page_of(chosen)
    earlier = asked.query(before=last) if last else ""
    return Timeline(
        months,
        _views(mentee, user, told, asked),
        asked,
        count=len(chosen),
        earlier=last,
        earlier_url=f"?{earlier}#timeline" if earlier else "",
    )


def whole_timeline(mentee: Mentee, user: User, asked: Asked) -> Timeline:
    """All that was asked for on one page, to be printed; in four queries."""
    facts = facts_of(mentee, user)
    milestones = milestones_of(user, plan__enrolment__mentee=mentee)
    told = [*plan_entries(milestones), *fact_entries(facts)]
    chosen = _chosen(mentee, user, facts, told, asked, None)
    months, _last = page_of(chosen, size=len(chosen))
    return Timeline(months, _views(mentee, user, told, asked), asked, count=len(chosen))


def page_of(
    entries: Iterable[Entry], *, size: int = PAGE
) -> tuple[list[Month], datetime.date | None]:
    """The newest `size` entries by month, with the rest of the last day; and that day if more."""
    ordered = sorted(entries, key=lambda entry: entry.on, reverse=True)
    last = ordered[size - 1].on if len(ordered) > size else None
    shown = [entry for entry in ordered if last is None or entry.on >= last]
    months = [
        Month(formats.date_format(first, "YEAR_MONTH_FORMAT").capitalize(), list(group))
        for first, group in groupby(shown, key=lambda entry: entry.on.replace(day=1))
    ]
    return months, last if len(shown) < len(ordered) else None


def _chosen(
    mentee: Mentee,
    user: User,
    facts: list[Fact],
    told: list[Entry],
    asked: Asked,
    at_most: int | None,
) -> list[Entry]:
    entries = list(told)
    if asked.show in ("", "sessions"):
        sessions = sessions_of(mentee, user, asked.period, at_most=at_most)
        entries = [*session_entries(sessions, mentee, facts), *told]
    elif asked.show == "agreements":  # among everything, the session says what was agreed
        entries += made_entries(facts)
    return [entry for entry in entries if asked.leaves(entry)]


def _views(mentee: Mentee, user: User, told: list[Entry], asked: Asked) -> list[View]:
    """One for each part of which this reader sees something."""
    parts = {entry.part for entry in told} | ({"sessions"} if _may_know_sessions(user) else set())
    address, labels = mentee.get_absolute_url(), {"": gettext_lazy("Everything"), **PARTS}
    return [
        View(str(label), part, _to(address, asked.query(show=part)), part == asked.show)
        for part, label in labels.items()
        if not part or part in parts
    ]


def _to(address: str, query: str) -> str:
    return f"{address}?{query}" if query else address


def _may_know_sessions(user: User) -> bool:
    """By any role or decision; a filter that finds nothing is no harm, one too many no help."""
    return FileSection.NOTES in user.standing.sections or any(
        access.allows(user, p) for p in (SessionPermission.VIEW, SessionPermission.METADATA)
    )
