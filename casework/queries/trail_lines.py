"""The trail in sentences, newest first, by day, a page at a time.

Never a count of anything: a figure per employee must not come about, and nobody needs another.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import dateparse, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Role
from audit import trail
from audit.models import AuditEvent
from casework.queries.words import clock
from core.references import is_reference
from core.templatetags.house import day
from mentees.models import Mentee

PAGE = 50
RECORDS_IN_A_LINE = 5  # the page of the line has them all
PEOPLE_SHOWN = 50
CHUNK = 500  # lines of an export at once
ONE_DAY = datetime.timedelta(days=1)
SAME_ANSWER = datetime.timedelta(minutes=5)  # how far apart lines of one request can lie

FILES, ACCOUNTS = f"{Mentee._meta.label_lower}:", f"{User._meta.label_lower}:"
# Where an auditor begins: a few questions, each a filter of the whole.
VIEWS = {
    gettext_lazy("Everything"): "",
    gettext_lazy("Refusals"): AuditEvent.Act.DENIAL,
    gettext_lazy("Emergencies"): "emergency.opened",
    gettext_lazy("Disclosures"): AuditEvent.Act.DISCLOSE,
    gettext_lazy("Sign-ins"): AuditEvent.Act.SIGN_IN,
}
# What let somebody in, beside a role, a command and a page's own permission.
OTHER_CAPACITIES = {
    "approval": gettext_lazy("as one of two persons"),
    "clock": gettext_lazy("by the schedule"),
    "decision": gettext_lazy("by a decision"),
    "technical": gettext_lazy("as technical administrator"),
}
DETAILS = {
    "after": gettext_lazy("After"),
    "before": gettext_lazy("Before"),
    "category": gettext_lazy("Category"),
    "certainty": gettext_lazy("Certainty"),
    "claims": gettext_lazy("Claims in the file"),
    "code": gettext_lazy("Code"),
    "codes": gettext_lazy("Codes"),
    "count": gettext_lazy("How many"),
    "custody": gettext_lazy("Kind of custody"),
    "date": gettext_lazy("Which date"),
    "day": gettext_lazy("Day"),
    "decision": gettext_lazy("Number of the decision"),
    "event": gettext_lazy("What happened"),
    "factor": gettext_lazy("Kind of factor"),
    "fields": gettext_lazy("What was changed"),
    "lines": gettext_lazy("Lines in the file"),
    "mark": gettext_lazy("Mark of the words"),
    "milestone": gettext_lazy("Milestone"),
    "on": gettext_lazy("Day"),
    "purpose": gettext_lazy("Purpose"),
    "query": gettext_lazy("Filters"),
    "reason": gettext_lazy("Reason"),
    "role": gettext_lazy("Role"),
    "until": gettext_lazy("Until"),
    "value": gettext_lazy("New value"),
    "values": gettext_lazy("Values"),
    "way": gettext_lazy("In which way"),
}


@dataclass(frozen=True)
class TrailLine:
    """One line in words, for a reader who may know who it was."""

    at: datetime.datetime
    url: str
    actor: str
    actor_url: str  # what else this person did
    sentence: str
    capacity: str
    act: str


@dataclass(frozen=True)
class TrailDay:
    on: datetime.date
    url: str
    lines: list[TrailLine] = field(default_factory=list)


@dataclass(frozen=True)
class Chip:
    """One of the views, as the filter bar shows it."""

    label: str
    url: str
    is_current: bool
    number: None = None


@dataclass(frozen=True)
class TrailPage:
    url: str
    days: list[TrailDay]
    views: list[Chip]
    person: str  # whose acts alone are shown
    everybody: str  # the address without that person
    day_before: str  # where one day is shown: the addresses of its neighbours
    day_after: str
    earlier: str
    query: str  # the filters, as an address has them
    files: list[str]  # as the trail names them: what this page shows


@dataclass(frozen=True)
class WholeLine:
    """Everything that one line of the trail holds."""

    line: TrailLine
    records: list[tuple[str, str]]  # in words, and where else it is named
    details: list[tuple[str, str]]
    rules: list[str]
    request_id: str
    beside: list[TrailLine]  # other lines of the same answer
    files: list[str]
    reason: str  # for which an auditor read the words of a search
    words_url: str  # where those of this search are asked for


# --- a page ------------------------------------------------------------------------------------


def trail_page(asked: Mapping[str, Any]) -> TrailPage:
    """The page that the cleaned fields of `TrailForm` ask for, in at most four queries."""
    person = _person(asked)
    rows = list(_narrowed(asked, person).newest_first(asked.get("before"))[: PAGE + 1])
    shown = rows[:PAGE]
    people = _people(shown)
    days: dict[datetime.date, TrailDay] = {}
    for row in shown:
        on = timezone.localtime(row.recorded_at).date()
        a_day = days.setdefault(on, TrailDay(on, _address(asked, since=on, until=on, before=None)))
        a_day.lines.append(_line(row, people, asked))
    whole_day = asked.get("since") and asked.get("since") == asked.get("until")
    asked_for = [f"{FILES}{asked['reference']}"] if asked.get("reference") else []
    return TrailPage(
        url=address_of(asked),
        days=list(days.values()),
        views=[
            Chip(
                str(label),
                _address(asked, act=act, before=None),
                (asked.get("act") or "") == act,
            )
            for label, act in VIEWS.items()
        ],
        person=str(person) if person else "",
        everybody=_address(asked, person=None, before=None),
        day_before=_neighbour(asked, -ONE_DAY) if whole_day else "",
        day_after=_neighbour(asked, ONE_DAY) if whole_day else "",
        earlier=_address(asked, before=shown[-1].pk) if len(rows) > PAGE else "",
        query=_query(asked, before=None),
        files=_files(
            asked_for + [target for row in shown for target in row.targets[:RECORDS_IN_A_LINE]]
        ),
    )


def _person(asked: Mapping[str, Any]) -> User | None:
    return User.objects.filter(uuid=asked["person"]).first() if asked.get("person") else None


def _narrowed(asked: Mapping[str, Any], person: User | None) -> Any:
    rows = AuditEvent.objects.all()
    if kind := asked.get("act"):
        # The act of a kind goes along, since the index knows acts.
        narrowed = {"act": trail.EVENTS[kind].act, "kind": kind} if kind in trail.EVENTS else {}
        rows = rows.filter(**narrowed or {"act": kind})
    if asked.get("since"):
        rows = rows.filter(recorded_at__gte=_midnight(asked["since"]))
    if asked.get("until"):
        rows = rows.filter(recorded_at__lt=_midnight(asked["until"] + ONE_DAY))
    if asked.get("person"):
        rows = rows.filter(actor=str(person.pk)) if person else rows.none()
    if reference := asked.get("reference"):
        rows = rows.naming(f"{FILES}{reference}", f"reference:{reference}")
    return rows


def _midnight(on: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(on, datetime.time(), timezone.get_default_timezone())


def _neighbour(asked: Mapping[str, Any], step: datetime.timedelta) -> str:
    on = asked["since"] + step
    return _address(asked, since=on, until=on, before=None)


def _query(asked: Mapping[str, Any], **changes: Any) -> str:
    return urlencode({key: value for key, value in {**asked, **changes}.items() if value})


def address_of(asked: Mapping[str, Any]) -> str:
    """Where the newest lines are shown that these filters leave."""
    return _address(asked, before=None)


def _address(asked: Mapping[str, Any], **changes: Any) -> str:
    query, url = _query(asked, **changes), reverse("casework:trail")
    return f"{url}?{query}" if query else url


def _files(targets: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(target for target in targets if target.startswith(FILES)))


# --- a line in words -----------------------------------------------------------------------------


def _people(rows: Iterable[AuditEvent]) -> dict[str, User]:
    """Whoever acted in these lines or is named in one, as the trail names them; one query."""
    keys: set[str] = set()
    for row in rows:
        named = {target for target in row.targets if target.startswith(ACCOUNTS)}
        keys |= {row.actor} | {target.removeprefix(ACCOUNTS) for target in named}
    found = User.objects.filter(pk__in={key for key in keys if key.isdecimal()})
    return {f"{ACCOUNTS}{user.pk}": user for user in found}


def _line(row: AuditEvent, people: Mapping[str, User], asked: Mapping[str, Any]) -> TrailLine:
    actor = people.get(f"{ACCOUNTS}{row.actor}")
    names = {target: str(user) for target, user in people.items()}
    return TrailLine(
        at=timezone.localtime(row.recorded_at),
        url=reverse("casework:trail_line", args=[row.pk]),
        actor=str(actor) if actor else _without_account(row),
        actor_url=_address(asked, person=actor.uuid, before=None) if actor else "",
        sentence=trail.sentence(row, names, RECORDS_IN_A_LINE),
        capacity=capfirst(", ".join(_capacities(row)) or _without_capacity(row)),
        act=row.get_act_display(),
    )


def _without_account(row: AuditEvent) -> str:
    if row.actor:
        return _("An account that is no more")
    if row.capacity == "clock":
        return _("The schedule")
    if row.capacity.startswith("command:"):
        return _("Somebody at the server")
    return _("Somebody who was not signed in")


def _capacities(row: AuditEvent) -> list[str]:
    found = map(_in_words, row.capacity.split(", "))
    return list(dict.fromkeys(filter(None, found)))


def _in_words(capacity: str) -> str:
    """The role of the rule that let somebody in; a list or a page's own permission names none."""
    kind, _colon, rest = capacity.partition(": ")
    if kind in Role.values:
        return _("as %(role)s") % {"role": Role(kind).label}
    if kind == "command":
        return _("by the command %(name)s") % {"name": rest}
    return str(OTHER_CAPACITIES.get(kind) or (capacity and _("by their roles")))


def _without_capacity(row: AuditEvent) -> str:
    return _("as themselves") if row.actor and row.act != AuditEvent.Act.DENIAL else _("none")


# --- one line, whole -----------------------------------------------------------------------------


def whole_line(row: AuditEvent) -> WholeLine:
    """All that the line says, and what else was recorded of the same answer; two queries."""
    span = (row.recorded_at - SAME_ANSWER, row.recorded_at + SAME_ANSWER)
    same = AuditEvent.objects.filter(request_id=row.request_id, recorded_at__range=span)
    beside = list(same.exclude(pk=row.pk).newest_first()[:PAGE]) if row.request_id else []
    people = _people([row, *beside])
    names = {target: str(user) for target, user in people.items()}
    wording, is_search = getattr(row, "wording", None), row.kind == "searched.words"
    seen = [target for each in beside for target in each.targets[:RECORDS_IN_A_LINE]]
    return WholeLine(
        line=_line(row, people, {}),
        records=[(capfirst(trail.spoken(t, names)), _elsewhere(t, people)) for t in row.targets],
        details=[_detail(key, value) for key, value in row.details.items()],
        rules=[rule for rule in row.capacity.split(", ") if rule],
        request_id=row.request_id,
        beside=[_line(each, people, {}) for each in beside],
        files=_files([*row.targets, *seen]),
        reason=wording.text if wording and not is_search else "",
        words_url=reverse("casework:trail_words", args=[row.pk]) if wording and is_search else "",
    )


def _elsewhere(target: str, people: Mapping[str, User]) -> str:
    """Where else the trail names this record, if it can be asked for."""
    if target in people:
        return _address({}, person=people[target].uuid)
    reference = target.partition(":")[2]
    return _address({}, reference=reference) if is_reference(reference) else ""


def _detail(key: str, value: Any) -> tuple[str, str]:
    label = str(DETAILS.get(key) or capfirst(key.replace("_", " ")))
    if isinstance(value, list):
        return label, ", ".join(str(each).replace("_", " ") for each in value)
    return label, _spelled(value)


def _spelled(value: Any) -> str:
    """A day or a moment as people write it; anything else as it stands."""
    if not isinstance(value, str) or not value:
        return _("none") if value in ("", None) else str(value)
    try:
        on, moment = dateparse.parse_date(value), dateparse.parse_datetime(value)
    except ValueError:  # it only looks like one
        return value
    if on:
        return day(on)
    if moment is None or moment.tzinfo is None:
        return value
    local = timezone.localtime(moment)
    return f"{day(local.date())}, {clock(local)}"


# --- people, and the file ------------------------------------------------------------------------


def people_called(words: str) -> list[tuple[User, str]]:
    """Those whose name has all these words, each with the address of what they did."""
    found = User.objects.all()
    for word in words.split():
        found = found.filter(name__icontains=word)
    return [(u, _address({}, person=u.uuid)) for u in found.order_by("name", "pk")[:PEOPLE_SHOWN]]


@dataclass(frozen=True)
class TrailExport:
    """What a file will hold: known before its first byte, and the lines never change."""

    keys: list[int]
    files: list[str]
    query: str
    is_too_long: bool


def trail_export(asked: Mapping[str, Any]) -> TrailExport:
    rows = _narrowed(asked, _person(asked)).newest_first().values_list("pk", "targets")
    found = list(rows[: settings.TRAIL_EXPORT_AT_MOST + 1])
    return TrailExport(
        keys=[key for key, _targets in found],
        files=_files(target for _key, targets in found for target in targets),
        query=_query(asked, before=None),
        is_too_long=len(found) > settings.TRAIL_EXPORT_AT_MOST,
    )


def export_rows(export: TrailExport) -> Iterator[list[Any]]:
    """The table of the file, its head first."""
    yield [
        _("Line"),
        _("When"),
        _("Who"),
        _("What"),
        _("Capacity"),
        _("Act"),
        _("Records"),
        _("Details"),
        _("Request"),
    ]
    for begin in range(0, len(export.keys), CHUNK):
        keys = export.keys[begin : begin + CHUNK]
        rows = list(AuditEvent.objects.filter(pk__in=keys).newest_first())
        people = _people(rows)
        for row in rows:
            line = _line(row, people, {})
            details = "; ".join(": ".join(_detail(*pair)) for pair in row.details.items())
            yield [
                row.pk,
                line.at.isoformat(timespec="seconds"),
                line.actor,
                line.sentence,
                line.capacity,
                line.act,
                ", ".join(row.targets),
                details,
                row.request_id,
            ]
