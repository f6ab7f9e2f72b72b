"""Worlds nobody thought of, and an oracle that says from access.md who sees what in them.

Facts are plain values, days counted from today. The oracle walks over them in loops; it shares
no code with `accounts.access` and never asks the database. `differences` puts its answer beside
that of every surface: queryset, one row, many rows, holders, pages and API.
"""

import datetime
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import time_machine
from django.db import transaction
from django.test import Client
from hypothesis import strategies as st

from accounts import access
from accounts.models import RoleAssignment, User
from accounts.roles import Role
from core.references import reference_of
from mentees import operations
from mentees.models import (
    CaseworkerAssignment,
    Enrolment,
    Mentee,
    MenteeExclusion,
    Programme,
)
from mentees.permissions import FileSection, MenteePermission
from mentors.models import CoachAssignment, Mentor
from mentorships.models import MentoringSession, Mentorship, SessionDraft, SessionNarrative
from mentorships.permissions import MentorshipPermission, SessionPermission
from organisations.models import Organisation

PEOPLE, MENTEES = 6, 3
NOON = datetime.datetime(2026, 11, 19, 12, tzinfo=datetime.UTC)
TODAY = NOON.date()

# --- Facts --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Span:
    """From one day to another, both inclusive; 0 is today, no last day is open."""

    first: int
    last: int | None

    @property
    def holds(self) -> bool:
        return self.first <= 0 and (self.last is None or self.last >= 0)


@dataclass(frozen=True)
class Person:
    is_active: bool
    is_superuser: bool


@dataclass(frozen=True)
class Held:
    person: int
    role: Role
    place: str
    span: Span


@dataclass(frozen=True)
class Subject:
    """A mentee: in a prison of this area, at home in a municipality of that one."""

    prison: str
    home: str


@dataclass(frozen=True)
class Walk:
    mentor: int
    mentee: int
    is_primary: bool
    status: str
    started: int

    @property
    def runs(self) -> bool:
        return self.status in {"trial", "active", "paused"} and self.started <= 0


@dataclass(frozen=True)
class Coaching:
    coach: int
    mentor: int
    span: Span


@dataclass(frozen=True)
class OfFile:
    """A caseworker of a mentee, or somebody who must not see the file."""

    person: int
    mentee: int
    span: Span


@dataclass(frozen=True)
class Share:
    person: int
    mentee: int
    sections: frozenset[str]
    ends: int
    is_withdrawn: bool

    @property
    def stands(self) -> bool:
        return self.ends > 0 and not self.is_withdrawn


@dataclass(frozen=True)
class Facts:
    people: tuple[Person, ...]
    held: tuple[Held, ...]
    subjects: tuple[Subject, ...]
    walks: tuple[Walk, ...]
    coachings: tuple[Coaching, ...]
    caseworkers: tuple[OfFile, ...]
    exclusions: tuple[OfFile, ...]
    shares: tuple[Share, ...]


SPANS = st.sampled_from(
    [
        *[Span(-400, None)] * 3,  # most of what one looks at is in force
        *[Span(-400, -1)] * 2,  # and what is over is what a rule forgets
        Span(-400, 0),
        Span(0, None),
        Span(1, None),
        Span(-30, 30),
    ]
)
people = st.integers(0, PEOPLE - 1)
mentees = st.integers(0, MENTEES - 1)
WORKING = [Role.MENTOR, Role.COACH, Role.PROBATION_ADMIN, Role.CASEWORKER]


def _once(rows: list[Any], *keys: Any) -> tuple[Any, ...]:
    """The rows that the constraints of the tables let stand, the first of each key.

    A key function gives None where its constraint does not speak of the row.
    """
    seen: set[Any] = set()
    kept = []
    for row in rows:
        own = {(number, key(row)) for number, key in enumerate(keys) if key(row) is not None}
        if not own & seen:
            seen |= own
            kept.append(row)
    return tuple(kept)


@st.composite
def worlds(draw: Any) -> Facts:
    def several(strategy: Any, most: int) -> Any:
        return draw(st.lists(strategy, min_size=most // 2, max_size=most))

    roles = st.sampled_from([*WORKING * 3, *Role])
    # An administrator is posted in an area; the other roles may be held anywhere.
    held = st.builds(Held, people, roles, st.sampled_from("ab"), SPANS)
    subjects = st.sampled_from([("a", ""), ("b", ""), ("", "a"), ("", "b"), ("a", "b")])
    walk = st.builds(
        Walk,
        people,
        mentees,
        st.booleans(),
        st.sampled_from(["active", "active", "trial", "paused", "proposed", "ended"]),
        st.sampled_from([-400, -400, 0, 1]),
    )
    coaching = st.builds(Coaching, people, people, SPANS)
    of_file = st.builds(OfFile, people, mentees, SPANS)
    sections = st.frozensets(
        st.sampled_from([FileSection.CORE, FileSection.PLAN, FileSection.NETWORK]), min_size=1
    )
    share = st.builds(Share, people, mentees, sections, st.sampled_from([-1, 5]), st.booleans())
    return Facts(
        people=tuple(
            draw(st.builds(Person, st.sampled_from([True] * 6 + [False]), st.booleans()))
            for _ in range(PEOPLE)
        ),
        held=_once(
            several(held, 16),
            lambda h: (h.person, h.role, h.place) if h.span.last is None else None,
        ),
        subjects=tuple(Subject(*draw(subjects)) for _ in range(MENTEES)),
        walks=_once(
            several(walk, 9),
            lambda w: (
                w.mentee if w.is_primary and w.status in {"trial", "active", "paused"} else None
            ),
            lambda w: (w.mentor, w.mentee) if w.status != "ended" else None,
        ),
        coachings=_once(
            [c for c in several(coaching, 8) if c.coach != c.mentor],
            lambda c: c.mentor if c.span.last is None else None,
        ),
        caseworkers=_once(
            several(of_file, 5), lambda c: c.mentee if c.span.last is None else None
        ),
        exclusions=tuple(several(of_file, 3)),
        shares=tuple(several(share, 5)),
    )


# --- The oracle: access.md in loops -------------------------------------------------------------

# The first page of a role lists those whom it sees in that role.
PAGES = {"/caseload/": Role.MENTOR, "/desk/": Role.COACH, "/cases/": Role.CASEWORKER}
Seen = dict[str, set[tuple[int, int]]]  # surface -> (person, number of the row)


def oracle(facts: Facts) -> Seen:
    """Who sees which mentee, mentorship, session, note and draft; and what the pages list."""
    seen: Seen = defaultdict(set)
    for person in range(PEOPLE):
        if not facts.people[person].is_active:
            continue
        held = {(h.role, h.place) for h in facts.held if h.person == person and h.span.holds}
        roles = {role for role, _place in held}
        if not roles:  # "Whoever holds no role in force today sees nothing"
            continue
        for mentee in range(MENTEES):
            if not _is_excluded(facts, person, mentee):
                _mentee(facts, seen, person, mentee, held)
    return seen


def _is_excluded(facts: Facts, person: int, mentee: int) -> bool:
    for exclusion in facts.exclusions:
        if (exclusion.person, exclusion.mentee) == (person, mentee) and exclusion.span.holds:
            return True
    return False


def _coaches(facts: Facts, person: int, mentor: int) -> bool:
    for coaching in facts.coachings:
        if (coaching.coach, coaching.mentor) == (person, mentor) and coaching.span.holds:
            return True
    return False


def _mentee(
    facts: Facts, seen: Seen, person: int, mentee: int, held: set[tuple[Role, str]]
) -> None:
    """One person before one file that no exclusion closes to them."""
    roles = {role for role, _place in held}
    why = _reasons(facts, person, mentee, held)
    wide = set(why)  # these reach every mentorship of the file, the others their own
    for number, walk in enumerate(facts.walks):
        if walk.mentee == mentee:
            own = _ways_of(facts, walk, person, roles)
            why |= own
            _note_walk(seen, person, number, own, wide)
    if why:
        seen["mentee"].add((person, mentee))
    for reason in why:
        seen[f"as {reason}"].add((person, mentee))
    for path, role in PAGES.items():
        if role in why:
            seen[path].add((person, mentee))


def _reasons(facts: Facts, person: int, mentee: int, held: set[tuple[Role, str]]) -> set[str]:
    """What opens the whole file, apart from its mentorships."""
    why: set[str] = set()
    subject = facts.subjects[mentee]
    if {(Role.PROBATION_ADMIN, subject.prison), (Role.PROBATION_ADMIN, subject.home)} & held:
        why.add(Role.PROBATION_ADMIN)
    for assigned in facts.caseworkers:
        if (assigned.person, assigned.mentee) == (person, mentee) and assigned.span.holds:
            why |= {Role.CASEWORKER} & {role for role, _place in held}
    for share in facts.shares:
        if (share.person, share.mentee) == (person, mentee) and share.stands:
            why |= {"decision"} if FileSection.CORE in share.sections else set()
    return why


def _ways_of(facts: Facts, walk: Walk, person: int, roles: set[Role]) -> set[str]:
    """As whom the person stands beside a mentorship: as its mentor, as the mentor's coach."""
    ways: set[str] = set()
    if walk.runs and walk.mentor == person:
        ways |= {Role.MENTOR} & roles
    if walk.runs and _coaches(facts, person, walk.mentor):
        ways |= {Role.COACH} & roles
    return ways


def _note_walk(seen: Seen, person: int, number: int, own: set[str], wide: set[str]) -> None:
    pair = (person, number)
    if own or wide:
        seen["mentorship"].add(pair)
    if own or Role.PROBATION_ADMIN in wide:
        seen["metadata"].add(pair)
    if own:
        seen["session"].add(pair)
        seen["note"].add(pair)
    if Role.MENTOR in own:
        seen["draft"].add(pair)


# --- The same world in the database -------------------------------------------------------------


def day(number: int | None) -> datetime.date | None:
    return None if number is None else TODAY + datetime.timedelta(days=number)


class Built:
    """The facts as rows; `number[model][pk]` leads back."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.number: dict[type, dict[Any, int]] = defaultdict(dict)
        self._structure()
        for number, person in enumerate(facts.people):
            user = User.objects.create(
                email=f"p{number}@test.example",
                name=f"Person {number}",
                is_active=person.is_active,
                is_superuser=person.is_superuser,
            )
            self._is(user, number)
            Mentor.objects.create(user=user, area=self.area["a"])
        self.decider = User.objects.create(email="decider@test.example", name="Decider")
        self.users = {number: pk for pk, number in self.number[User].items()}
        self.mentors = {m.user_id: m for m in Mentor.objects.all()}
        for held in facts.held:
            RoleAssignment.objects.create(
                user_id=self.users[held.person],
                role=held.role,
                organisation=self.area[held.place],
                **self._dates(held.span),
            )
        self._files()
        self._decisions()

    def _is(self, row: Any, number: int) -> None:
        self.number[type(row)][row.pk] = number

    def _dates(self, span: Span) -> dict[str, datetime.date | None]:
        return {"valid_from": day(span.first), "valid_until": day(span.last)}

    def _mentor(self, person: int) -> Mentor:
        return self.mentors[self.users[person]]

    def _structure(self) -> None:
        kind, since = Organisation.Kind, {"valid_from": day(-999)}
        create = Organisation.objects.create
        self.root = create(kind=kind.DIRECTORATE, name="Directorate", **since)
        self.area, self.prison, self.home = {}, {"": None}, {"": None}
        for letter in "ab":
            area = create(kind=kind.AREA, name=f"Area {letter}", within=self.root, **since)
            self.area[letter] = area
            self.prison[letter] = create(kind=kind.INSTITUTION, name=letter, within=area, **since)
            self.home[letter] = create(kind=kind.MUNICIPALITY, name=letter, within=area, **since)
        self.programme = Programme.objects.create(code="bot", name="Scheme", starts_on=day(-999))

    def _files(self) -> None:
        self.references = {}
        self.files = []
        for number, subject in enumerate(self.facts.subjects):
            mentee = Mentee.objects.create(
                reference=reference_of(f"{10000 + number}"),
                given_name="Given",
                family_name="Family",
                institution=self.prison[subject.prison],
                home_municipality=self.home[subject.home],
            )
            Enrolment.objects.create(
                mentee=mentee,
                programme=self.programme,
                status="active",
                controller=self.root,
                opened_on=day(-900),
            )
            self._is(mentee, number)
            self.files.append(mentee)
            self.references[mentee.reference] = number
        for number, walk in enumerate(self.facts.walks):
            self._walk(number, walk)
        for coaching in self.facts.coachings:
            CoachAssignment.objects.create(
                coach=self._mentor(coaching.coach),
                mentor=self._mentor(coaching.mentor),
                **self._dates(coaching.span),
            )
        for facts, model, name in (
            (self.facts.caseworkers, CaseworkerAssignment, "caseworker_id"),
            (self.facts.exclusions, MenteeExclusion, "person_id"),
        ):
            for fact in facts:
                who = {name: self.users[fact.person]}
                model.objects.create(
                    mentee=self.files[fact.mentee], **who, **self._dates(fact.span)
                )

    def _walk(self, number: int, walk: Walk) -> None:
        ended = walk.status == "ended"
        mentorship = Mentorship.objects.create(
            mentor=self._mentor(walk.mentor),
            enrolment=self.files[walk.mentee].enrolments.get(),
            role="primary" if walk.is_primary else "co_mentor",
            status=walk.status,
            proposed_on=day(-500),
            started_on=day(min(walk.started, 0) if ended else walk.started),
            ended_on=day(0) if ended else None,
            end_reason="completed" if ended else "",
        )
        session = MentoringSession.objects.create(
            mentorship=mentorship,
            status="no_show",
            held_on=day(-1),
            logged_by_id=self.users[walk.mentor],
        )
        note = SessionNarrative.objects.create(session=session, facts="They did not meet.")
        draft = SessionDraft.objects.create(
            mentorship=mentorship, author_id=self.users[walk.mentor], typed={"facts": "Begun"}
        )
        for row in (mentorship, session, note, draft):
            self._is(row, number)

    def _decisions(self) -> None:
        """Shares were made long enough ago that some are over."""
        with time_machine.travel(NOON - datetime.timedelta(days=20), tick=False):
            for share in self.facts.shares:
                mentee = self.files[share.mentee]
                decision = operations.share_file(
                    mentee,
                    by=self.decider,
                    person=User.objects.get(pk=self.users[share.person]),
                    sections=[FileSection(section) for section in share.sections],
                    until=NOON + datetime.timedelta(days=share.ends),
                    reason="Housing after release",
                )
                if share.is_withdrawn:
                    access.decisions.withdraw(
                        decision, mentee, by=self.decider, reason="No longer needed"
                    )

    def user(self, person: int) -> User:
        """As the next request will load them."""
        return User.objects.get(pk=self.users[person])


# --- Both side by side --------------------------------------------------------------------------

ROWS = {
    "mentee": (Mentee, MenteePermission.VIEW),
    "mentorship": (Mentorship, MentorshipPermission.VIEW),
    "session": (MentoringSession, SessionPermission.VIEW),
    "metadata": (MentoringSession, SessionPermission.METADATA),
    "note": (SessionNarrative, SessionPermission.VIEW_NOTE),
    "draft": (SessionDraft, SessionPermission.VIEW_DRAFT),
}
API = {
    "mentees": ("mentee", lambda built, row: built.references[row["reference"]]),
    "mentorships": ("mentorship", lambda built, row: built.number[Mentorship][row["id"]]),
    "sessions": ("metadata", lambda built, row: built.sessions[row["id"]]),
}


@contextmanager
def composed_anew() -> Iterator[None]:
    """Rules are composed once a day; a fault that was planted in one shows only after that."""
    access.forget()
    try:
        yield
    finally:
        access.forget()


class Disagreement(AssertionError):
    """A surface shows something other than the oracle says."""


def differences(facts: Facts, counts: Counter[str]) -> Iterator[str]:
    """Each disagreement of the rule or a page with the oracle, as a sentence.

    Builds the world and throws it away again; `counts` takes how much was asked, and how much of
    it was in sight.
    """
    with time_machine.travel(NOON, tick=False), transaction.atomic():
        built = Built(facts)
        expected = oracle(facts)
        found = {**_asked_of_rows(built), **_asked_of_pages(built)}
        transaction.set_rollback(True)
    counts["worlds"] += 1
    for surface, (key, pairs) in found.items():
        rows = PEOPLE * (len(facts.walks) if key in ROWS and key != "mentee" else MENTEES)
        counts["questions"] += rows
        counts["in sight"] += len(expected[key])
        if too_much := pairs - expected[key]:
            yield f"{surface} shows what it must not: {sorted(too_much)}"
        if too_little := expected[key] - pairs:
            yield f"{surface} hides what it must show: {sorted(too_little)}"


def _asked_of_rows(built: Built) -> dict[str, tuple[str, set[tuple[int, int]]]]:
    found: dict[str, tuple[str, set[tuple[int, int]]]] = {}
    for key, (model, permission) in ROWS.items():
        number, rows = built.number[model], list(model.objects.order_by("pk"))
        many, each, one = set(), set(), set()
        for person in range(PEOPLE):
            user = built.user(person)
            keys = model.objects.permitted(user, permission).values_list("pk", flat=True)
            many |= {(person, number[pk]) for pk in keys}
            each |= {(person, number[pk]) for pk in access.can(user, permission, rows)}
            if key in {"mentee", "note"}:
                one |= {(person, number[row.pk]) for row in rows if user.has_perm(permission, row)}
        holders = access.holders(permission, rows)
        held = {(built.number[User].get(h.person, -1), number[h.row]) for h in holders}
        found |= {
            f"permitted({permission})": (key, many),
            f"can({permission})": (key, each),
            f"holders({permission})": (key, held),
        }
        if key in {"mentee", "note"}:
            found[f"has_perm({permission})"] = (key, one)
        if key == "mentee":
            for role in (*WORKING, "decision"):
                found[f"holders as {role}"] = (
                    f"as {role}",
                    {
                        (built.number[User].get(h.person, -1), number[h.row])
                        for h in holders
                        if h.capacity.partition(":")[0] == role
                    },
                )
    return found


def _asked_of_pages(built: Built) -> dict[str, tuple[str, set[tuple[int, int]]]]:
    found: dict[str, tuple[str, set[tuple[int, int]]]] = {
        **{path: (path, set()) for path in PAGES},
        **{f"/api/v1/{name}/": (key, set()) for name, (key, _number) in API.items()},
        "/mentees/<reference>/": ("mentee", set()),
    }
    built.sessions = {
        str(uuid): built.number[MentoringSession][pk]
        for pk, uuid in MentoringSession.objects.values_list("pk", "uuid")
    }
    for person in range(PEOPLE):
        client = Client()
        client.force_login(built.user(person))
        for path in PAGES:
            text = client.get(path).content.decode()
            shown = set(re.findall(r"M-[0-9]+[A-Z]", text))
            found[path][1].update((person, built.references[each]) for each in shown)
        for name, (_key, number) in API.items():
            answer = client.get(f"/api/v1/{name}/?limit=200")
            rows = answer.json()["results"] if answer.status_code == 200 else []
            found[f"/api/v1/{name}/"][1].update((person, number(built, row)) for row in rows)
        for reference, mentee in built.references.items():
            if client.get(f"/mentees/{reference}/").status_code == 200:
                found["/mentees/<reference>/"][1].add((person, mentee))
    return found
