"""Who can see a file and why, from the live rule; who has read it, from the trail."""

import datetime
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import (
    DateField,
    DateTimeField,
    F,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import access
from accounts.models import RoleAssignment, User
from accounts.roles import Role
from audit import trail
from audit.models import AuditEvent
from casework.queries.words import capacity_in_words, clock
from core.dates import in_force, today
from core.templatetags.house import day
from mentees.models import CaseworkerAssignment, CustodyEpisode, Decision, Mentee
from mentees.permissions import CustodyPermission, MenteePermission
from mentors.models import CoachAssignment
from mentorships.models import MentoringSession, Mentorship, SessionNarrative
from mentorships.permissions import SessionPermission
from networks.models import ContactRestriction, NetworkPerson
from networks.permissions import NetworkPermission
from release_plans.models import ReleasePlan
from release_plans.permissions import PlanPermission

PAGE = 100  # lines of the trail, before those of one person and day are told as one
OPENED, LISTED = "consulted", "listed"

HELD = gettext_lazy("That sessions were held, and when")
# Each part of a file that somebody may see without seeing the next: what opens it. Two ways to
# the same part have one label.
PARTS: dict[str, tuple[Any, str, type[Any]]] = {
    "core": (gettext_lazy("The file"), MenteePermission.VIEW, Mentee),
    "notes": (gettext_lazy("Notes of sessions"), SessionPermission.VIEW_NOTE, SessionNarrative),
    "sessions": (HELD, SessionPermission.VIEW, MentoringSession),
    "metadata": (HELD, SessionPermission.METADATA, MentoringSession),
    "custody": (gettext_lazy("Custody and dates"), CustodyPermission.VIEW_EPISODE, CustodyEpisode),
    "plan": (gettext_lazy("Release plan"), PlanPermission.VIEW, ReleasePlan),
    "network": (gettext_lazy("Network"), NetworkPermission.VIEW, NetworkPerson),
    "restrictions": (
        gettext_lazy("Contact rules"),
        NetworkPermission.VIEW_RESTRICTION,
        ContactRestriction,
    ),
}


@dataclass
class Sight:
    """A person who can see something of a file; why, since when, until when if it was decided."""

    name: str
    why: list[str]


@dataclass(frozen=True)
class PartSight:
    """Who can see one part of the file."""

    label: str
    names: list[str]


@dataclass
class Reading:
    """What one person read on one day: the times of opening, and of seeing it in a list."""

    on: datetime.date
    name: str
    why: str = ""
    opened: list[str] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class FileAccess:
    people: list[Sight]
    parts: list[PartSight]
    whose: str  # "all", "own", or nothing where none are for this reader
    readings: list[Reading]
    earlier: str


def access_of(mentee: Mentee, user: User, *, before: int | None) -> FileAccess:
    """Both halves of the page, in five queries."""
    readers = access.readers(
        {
            part: (permission, model._base_manager.filter(**_of_file(model, mentee)))
            for part, (_label, permission, model) in PARTS.items()
        }
    )
    whose = _whose(mentee, user)
    readings, earlier = _readings(mentee, user, whose, before) if whose else ([], "")
    return FileAccess(_people(mentee, readers), _parts(readers), whose, readings, earlier)


def _of_file(model: type[Any], mentee: Mentee) -> dict[str, Any]:
    return {model.case or "pk": mentee.pk}


# --- who can see it ------------------------------------------------------------------------------


def _people(mentee: Mentee, readers: set[access.Reader]) -> list[Sight]:
    """Everyone who can open any part of the file, by name."""
    facts = _facts(mentee)
    found: dict[tuple[str, int], Sight] = {}
    for reader in sorted(readers, key=lambda r: (r.name, r.person, r.capacity)):
        sight = found.setdefault((reader.name, reader.person), Sight(reader.name, []))
        for reason in _why(reader, facts):
            if reason not in sight.why:
                sight.why.append(reason)
    return list(found.values())


def _why(reader: access.Reader, facts: dict[tuple[int, str], list[str]]) -> list[str]:
    """The rule in words and what is known of its fact: since a day, or until a moment."""
    role = reader.capacity.partition(":")[0]
    told = facts.get((reader.person, role), [])
    if role == "decision":
        return told or [capfirst(str(capacity_in_words(reader.capacity)))]
    words = capfirst(str(capacity_in_words(reader.capacity)))
    return [f"{words}, {told[0]}" if told else words]


def _facts(mentee: Mentee) -> dict[tuple[int, str], list[str]]:
    """Since when each capacity holds and until when each decision stands: one query."""
    walking = Mentorship.objects.running(today()).filter(enrolment__mentee=mentee)
    coaching = CoachAssignment.objects.filter(in_force(today()), mentor__mentorships__in=walking)
    answering = CaseworkerAssignment.objects.filter(in_force(today()), mentee=mentee)
    places = [p.within_id for p in (mentee.institution, mentee.home_municipality) if p]
    administering = RoleAssignment.objects.filter(
        in_force(today()), role=Role.PROBATION_ADMIN, organisation__in=places
    )
    standing = mentee.decisions.filter(withdrawal=None, expires_at__gt=timezone.now())
    arms = [
        _arm(standing, "decision", "person", until="expires_at", kind="kind", category="category"),
        _arm(walking, Role.MENTOR, "mentor__user", since="started_on"),
        _arm(coaching, Role.COACH, "coach__user", since="valid_from"),
        _arm(answering, Role.CASEWORKER, "caseworker", since="valid_from"),
        _arm(administering, Role.PROBATION_ADMIN, "user", since="valid_from"),
    ]
    facts: dict[tuple[int, str], list[str]] = {}
    for person, role, since, until, *kind in arms[0].union(*arms[1:]).order_by():
        facts.setdefault((person, role), []).append(_fact(since, until, *kind))
    return facts


def _arm(rows: QuerySet, role: str, person: str, **given: str) -> QuerySet:
    columns = {
        "since": Cast(Value(None), DateField()),
        "until": Cast(Value(None), DateTimeField()),
        "kind": Cast(Value(""), TextField()),
        "category": Cast(Value(""), TextField()),
        **{name: F(path) for name, path in given.items()},
    }
    named = {f"{name}_": column for name, column in columns.items()}
    role_ = Cast(Value(str(role)), TextField())
    rows = rows.order_by().annotate(person_=F(person), role_=role_, **named)
    return rows.values_list("person_", "role_", "since_", "until_", "kind_", "category_")


def _fact(
    since: datetime.date | None, until: datetime.datetime | None, kind: str, category: str
) -> str:
    if until is None:
        return _("since %(day)s") % {"day": day(since)} if since else ""
    ends = timezone.localtime(until)
    named = str(Decision.Kind(kind).label)
    if category:
        named = f"{named} ({Decision.Category(category).label})"
    words = {"kind": capfirst(named), "day": day(ends.date())}
    return _("%(kind)s, until %(day)s, %(time)s") % {**words, "time": clock(ends)}


def _parts(readers: set[access.Reader]) -> list[PartSight]:
    """The same, part by part: who sees the notes is asked most."""
    names: dict[str, set[str]] = {str(label): set() for label, *_opens in PARTS.values()}
    for reader in readers:
        names[str(PARTS[reader.part][0])].add(reader.name)
    return [PartSight(label, sorted(found)) for label, found in names.items()]


# --- who has read it -----------------------------------------------------------------------------


def _whose(mentee: Mentee, user: User) -> str:
    """Which readings of this file are for this reader: everyone's, their own, or none."""
    file = Mentee.objects.filter(pk=mentee.pk).order_by()
    everyones = file.permitted(user, MenteePermission.SEE_READINGS)
    own = file.permitted(user, MenteePermission.SEE_OWN_READINGS)
    found = everyones.values_list(Value("all")).union(own.values_list(Value("own")))
    return min((whose for (whose,) in found), default="")


def _readings(
    mentee: Mentee, user: User, whose: str, before: int | None
) -> tuple[list[Reading], str]:
    """A page of readings by person and day, newest first, and the address of what came before."""
    named = AuditEvent.objects.naming(trail.reference(mentee))
    rows = named.filter(kind__in=(OPENED, LISTED)).order_by("-pk")
    if whose == "own":
        rows = rows.filter(actor=str(user.pk))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    events = list(rows[: PAGE + 1])
    people = {str(each.pk): each for each in User.objects.filter(pk__in=_actors(events))}
    found: dict[tuple[datetime.date, str], Reading] = {}
    for event in events[:PAGE]:
        at = timezone.localtime(event.recorded_at)
        reading = found.setdefault(
            (at.date(), event.actor),
            Reading(at.date(), str(people.get(event.actor, ""))),
        )
        reading.why = reading.why or _capacities(event.capacity)
        times = reading.opened if event.kind == OPENED else reading.listed
        if clock(at) not in times:
            times.append(clock(at))
    earlier = urlencode({"before": events[PAGE - 1].pk}) if len(events) > PAGE else ""
    return list(found.values()), f"?{earlier}#readings" if earlier else ""


def _actors(events: list[AuditEvent]) -> set[str]:
    return {event.actor for event in events if event.actor}


def _capacities(capacity: str) -> str:
    """As mentor, by a decision: what let somebody in, without the name of the rule."""
    words = (each.partition(":")[0] for each in capacity.split(", "))
    told = [_("by a decision") if word == "decision" else _role(word) for word in words]
    return ", ".join(dict.fromkeys(filter(None, told)))


def _role(word: str) -> str:
    return str(Role(word).label) if word in Role.values else ""
