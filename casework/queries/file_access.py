"""Who can see a file and why, from the live rule; who has read it, from the trail."""

import datetime
import json
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import (
    BigIntegerField,
    DateField,
    DateTimeField,
    F,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import access
from accounts.models import RoleAssignment, User
from accounts.roles import Role
from audit import trail
from audit.models import AuditEvent
from casework.queries.sharing import SHARING
from casework.queries.words import (
    BY_DECISION,
    WITHOUT_A_WALK,
    capacity_in_full,
    clock,
    sections_in_words,
)
from core.dates import in_force, today
from core.encryption import decrypt
from core.templatetags.house import day, last_day
from mentees.models import (
    CaseworkerAssignment,
    CustodyEpisode,
    Decision,
    Goal,
    Mentee,
    MenteeExclusion,
)
from mentees.permissions import CustodyPermission, GoalPermission, MenteePermission
from mentors.models import Absence, CoachAssignment
from mentorships.models import MentoringSession, Mentorship, NamedReader, SessionNarrative
from mentorships.permissions import MentorshipPermission, SessionPermission
from networks.models import ContactRestriction, NetworkPerson
from networks.permissions import NetworkPermission
from release_plans.models import ReleasePlan
from release_plans.permissions import PlanPermission

PAGE = 100  # lines of the trail, before those of one person and day are told as one
OPENED, LISTED = {"consulted", "disclosed", "printed"}, "listed"

# A decision in words.
KINDS: dict[str, Any] = {
    **{kind.value: kind.label for kind in Decision.Kind},
    "named_reader": gettext_lazy("named reader of a note"),
}
HELD = gettext_lazy("Which sessions were held")
# Each part of a file that somebody may see without seeing the next: what opens it. Two ways to
# the same part have one label.
PARTS: dict[str, tuple[Any, str, type[Any]]] = {
    "core": (gettext_lazy("Front page"), MenteePermission.VIEW, Mentee),
    "notes": (gettext_lazy("Notes of sessions"), SessionPermission.VIEW_NOTE, SessionNarrative),
    "sessions": (HELD, SessionPermission.VIEW, MentoringSession),
    "metadata": (HELD, SessionPermission.METADATA, MentoringSession),
    "custody": (gettext_lazy("Custody and dates"), CustodyPermission.VIEW_EPISODE, CustodyEpisode),
    "plan": (gettext_lazy("Release plan"), PlanPermission.VIEW, ReleasePlan),
    "goals": (gettext_lazy("Goals and living conditions"), GoalPermission.VIEW, Goal),
    "network": (gettext_lazy("Network"), NetworkPermission.VIEW, NetworkPerson),
    "restrictions": (
        gettext_lazy("Contact rules"),
        NetworkPermission.VIEW_RESTRICTION,
        ContactRestriction,
    ),
    "proposal": (
        gettext_lazy("What a proposal says: reference, area, language and wishes"),
        MentorshipPermission.SEE_PROPOSAL,
        Mentorship,
    ),
    "record": (
        gettext_lazy("That the file exists, since when, and who has read it"),
        MenteePermission.IS_THERE,
        Mentee,
    ),
}


class Ground(NamedTuple):
    """A fact or a decision on which somebody's sight rests, or that keeps somebody out."""

    person: int
    role: str  # or "decision", or "excluded"
    since: datetime.date | None
    until: datetime.datetime | None
    kind: str
    category: str
    key: int | None
    name: str
    text: str  # the reason, still encrypted
    sections: str


@dataclass
class Sight:
    """A person who can see something of a file; why, since when or until when, and which parts."""

    name: str
    why: list[str]
    parts: list[str]


@dataclass(frozen=True)
class PartSight:
    """Who can see one part of the file."""

    label: str
    names: list[str]


@dataclass(frozen=True)
class Opened:
    """What somebody opened to somebody, for those who may end it."""

    name: str
    what: str
    parts: list[str]
    reason: str
    end_url: str  # empty where it ends by itself, or in its own place


@dataclass(frozen=True)
class KeptOut:
    """Somebody who must not see the file; the rest only for those who may lift it."""

    name: str
    why: str = ""
    reason: str = ""
    lift_url: str = ""


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
    opened: list[Opened]
    kept_out: list[KeptOut]
    may: set[str]  # which of "share" and "exclude" this reader may do
    whose: str  # "all", "own", or nothing where no readings are for this reader
    readings: list[Reading]
    earlier: str

    @property
    def has_decisions(self) -> bool:
        """Whether anything beside the rules stands here, or is this reader's to decide."""
        return bool(self.kept_out or self.may & {"share", "exclude"})


def access_of(mentee: Mentee, user: User, *, before: int | None) -> FileAccess:
    """Both halves of the page, in five queries."""
    may = _may(mentee, user)
    grounds = _grounds(mentee)
    readers = access.readers(
        {
            part: (permission, model._base_manager.filter(**_of_file(model, mentee)))
            for part, (_label, permission, model) in PARTS.items()
        }
    )
    whose = min({"all", "own"} & may, default="")
    readings, earlier = _readings(mentee, user, whose, before) if whose else ([], "")
    return FileAccess(
        people=_people(readers, grounds),
        parts=_parts(readers),
        opened=_opened(mentee, grounds) if "share" in may else [],
        kept_out=_kept_out(mentee, grounds, with_reason="exclude" in may),
        may=may,
        whose=whose,
        readings=readings,
        earlier=earlier,
    )


def _of_file(model: type[Any], mentee: Mentee) -> dict[str, Any]:
    return {model.case or "pk": mentee.pk}


# --- who can see it ------------------------------------------------------------------------------


def _people(readers: set[access.Reader], grounds: list[Ground]) -> list[Sight]:
    """Everyone who can open any part of the file, by name."""
    found: dict[tuple[str, int], Sight] = {}
    told: dict[tuple[int, str], list[Ground]] = {}
    for ground in grounds:
        told.setdefault((ground.person, ground.role), []).append(ground)
    for reader in sorted(readers, key=lambda r: (r.name, r.person, r.capacity)):
        sight = found.setdefault((reader.name, reader.person), Sight(reader.name, [], []))
        role = reader.capacity.partition(":")[0]
        if reader.capacity.endswith("_they_cover"):
            role = COVER
        elif reader.capacity.endswith(WITHOUT_A_WALK):
            role = OTHERWISE
        for reason in _why(reader.capacity, told.get((reader.person, role), [])):
            if reason not in sight.why:
                sight.why.append(reason)
        sight.parts.append(reader.part)
    for sight in found.values():
        labels = [str(label) for part, (label, *_opens) in PARTS.items() if part in sight.parts]
        sight.parts = list(dict.fromkeys(labels))
    return list(found.values())


def _why(capacity: str, grounds: list[Ground]) -> list[str]:
    """The rule in words and what is known of its fact: since a day, or until a moment."""
    if capacity.startswith("decision:"):
        return [_until(ground) for ground in grounds] or [capfirst(str(BY_DECISION))]
    since = next((ground.since for ground in grounds if ground.since), None)
    words = capacity_in_full(capacity)
    return [_("%(why)s, since %(day)s") % {"why": words, "day": day(since)} if since else words]


def _until(ground: Ground) -> str:
    """Share, until Fri 4 Dec, 24:00."""
    named = str(KINDS[ground.kind])
    if ground.category:
        named = f"{named} ({Decision.Category(ground.category).label})"
    if ground.until is None:
        return capfirst(named)
    if ground.kind == Decision.Kind.BREAK_GLASS:
        ends = timezone.localtime(ground.until)
        words = {"kind": capfirst(named), "day": day(ends.date()), "time": clock(ends)}
        return _("%(kind)s, until %(day)s, %(time)s") % words
    words = {"kind": capfirst(named), "day": day(last_day(ground.until))}
    return _("%(kind)s, until %(day)s") % words


def _opened(mentee: Mentee, grounds: list[Ground]) -> list[Opened]:
    return [
        Opened(
            name=ground.name,
            what=_until(ground),
            parts=sections_in_words(json.loads(ground.sections)),
            reason=decrypt(ground.text),
            end_url=reverse("casework:share_withdraw", args=[mentee.reference, ground.key]),
        )
        for ground in grounds
        if ground.role == "decision" and ground.kind in SHARING
    ]


def _kept_out(mentee: Mentee, grounds: list[Ground], *, with_reason: bool) -> list[KeptOut]:
    barred = [ground for ground in grounds if ground.role == "excluded"]
    if not with_reason:
        return [KeptOut(ground.name) for ground in barred]
    return [
        KeptOut(
            ground.name,
            why=capfirst(str(MenteeExclusion.Category(ground.category).label)),
            reason=decrypt(ground.text),
            lift_url=reverse("casework:exclusion_lift", args=[mentee.reference, ground.key]),
        )
        for ground in barred
    ]


def _grounds(mentee: Mentee) -> list[Ground]:
    """Since when each capacity holds, until when each decision stands, who is kept out: one
    query."""
    walking = Mentorship.objects.running(today()).filter(enrolment__mentee=mentee)
    coaching = CoachAssignment.objects.filter(in_force(today()), mentor__mentorships__in=walking)
    away = Absence.objects.filter(
        in_force(today()), coach__coaching__mentor__mentorships__in=walking
    )
    answering = CaseworkerAssignment.objects.filter(in_force(today()), mentee=mentee)
    places = [p.within_id for p in (mentee.institution, mentee.home_municipality) if p]
    administering = RoleAssignment.objects.filter(
        in_force(today()), role=Role.PROBATION_ADMIN, organisation__in=places
    )
    stands = {"withdrawal": None, "expires_at__gt": timezone.now()}
    given = {"until": "expires_at", "kind": "kind", "key": "pk", "name": "person__name"}
    named = NamedReader.objects.filter(**stands, **{f"narrative__{SessionNarrative.case}": mentee})
    barred = mentee.exclusions.filter(in_force(today()))
    arms = [
        _arm(
            mentee.decisions.filter(**stands), "decision", "person",
            category="category", text="reason", sections="sections", **given,
        ),
        _arm(named, "decision", "person", text="reason", **given),
        _arm(
            barred, "excluded", "person",
            since="valid_from", category="category", key="pk", name="person__name", text="reason",
        ),
        _arm(walking, Role.MENTOR, "mentor__user", since="started_on"),
        _arm(coaching, Role.COACH, "coach__user", since="valid_from"),
        _arm(away, COVER, "cover__user", since="valid_from"),
        _arm(answering, Role.CASEWORKER, "caseworker", since="valid_from"),
        _arm(administering, Role.PROBATION_ADMIN, "user", since="valid_from"),
    ]  # fmt: skip
    found = [Ground(*row) for row in arms[0].union(*arms[1:]).order_by()]
    return sorted(found, key=lambda ground: (ground.name, ground.key or 0))


COVER = "cover"  # a ground by which a coach stands in for another
OTHERWISE = "otherwise"  # a mentor without a running mentorship: today's facts have no day for it
BLANK: dict[str, Any] = {
    "since": Cast(Value(None), DateField()),
    "until": Cast(Value(None), DateTimeField()),
    "kind": Value("", TextField()),
    "category": Value("", TextField()),
    "key": Cast(Value(None), BigIntegerField()),
    "name": Value("", TextField()),
    "text": Value("", TextField()),
    "sections": Value("", TextField()),
}
TEXT = ("kind", "category", "name", "text", "sections")


def _arm(rows: QuerySet, role: str, person: str, **given: str) -> QuerySet:
    """The same columns from every model. Text is cast, so that what is encrypted stays so."""
    columns = {f"{name}_": _column(name, of) for name, of in {**BLANK, **given}.items()}
    rows = rows.order_by().annotate(
        person_=F(person), role_=Cast(Value(str(role)), TextField()), **columns
    )
    return rows.values_list("person_", "role_", *columns)


def _column(name: str, of: Any) -> Any:
    if name in TEXT:
        return Cast(of, TextField())
    return F(of) if isinstance(of, str) else of


def _parts(readers: set[access.Reader]) -> list[PartSight]:
    """The same, part by part: who sees the notes is asked most."""
    names: dict[str, set[str]] = {str(label): set() for label, *_opens in PARTS.values()}
    for reader in readers:
        names[str(PARTS[reader.part][0])].add(reader.name)
    return [PartSight(label, sorted(found)) for label, found in names.items()]


# --- who has read it -----------------------------------------------------------------------------


def _may(mentee: Mentee, user: User) -> set[str]:
    """What this reader may do here, and whose readings are for them: one query."""
    file = Mentee.objects.filter(pk=mentee.pk).order_by()
    arms = [
        file.permitted(user, permission).values_list(Value(word))
        for word, permission in (
            ("all", MenteePermission.SEE_READINGS),
            ("own", MenteePermission.SEE_OWN_READINGS),
            ("share", MenteePermission.SHARE),
            ("exclude", MenteePermission.EXCLUDE),
        )
    ]
    return {word for (word,) in arms[0].union(*arms[1:]).order_by()}


def _readings(
    mentee: Mentee, user: User, whose: str, before: int | None
) -> tuple[list[Reading], str]:
    """A page of readings by person and day, newest first, and the address of what came before."""
    named = AuditEvent.objects.naming(trail.reference(mentee))
    rows = named.filter(kind__in=(*OPENED, LISTED)).order_by("-pk")
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
        reading.why = reading.why or capacities(event.capacity)
        note_time(reading, event)
    earlier = urlencode({"before": events[PAGE - 1].pk}) if len(events) > PAGE else ""
    return list(found.values()), f"?{earlier}#readings" if earlier else ""


def note_time(reading: Reading, event: AuditEvent) -> None:
    """Add the minute of this line to what one person read on that day."""
    times = reading.opened if event.kind in OPENED else reading.listed
    minute = clock(timezone.localtime(event.recorded_at))
    if minute not in times:
        times.append(minute)


def _actors(events: list[AuditEvent]) -> set[str]:
    return {event.actor for event in events if event.actor}


def capacities(capacity: str) -> str:
    """As mentor, by a decision: what let somebody in, without the name of the rule."""
    words = (each.partition(":")[0] for each in capacity.split(", "))
    told = [_("by a decision") if word == "decision" else _role(word) for word in words]
    return ", ".join(dict.fromkeys(filter(None, told)))


def _role(word: str) -> str:
    return str(Role(word).label) if word in Role.values else ""
