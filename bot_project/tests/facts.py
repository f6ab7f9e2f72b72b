"""Worlds nobody thought of: facts as plain values, days counted from today."""

import datetime
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from accounts.roles import Role
from mentees.permissions import FileSection

PEOPLE, MENTEES = 6, 3
NOON = datetime.datetime(2026, 11, 19, 12, tzinfo=datetime.UTC)
TODAY = NOON.date()


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
    area: str = "a"  # in which they are a mentor


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
    agrees: bool = False  # that the caseworker sees the goals


@dataclass(frozen=True)
class Walk:
    mentor: int
    mentee: int
    is_primary: bool
    status: str
    started: int
    tier: str = "ordinary"  # of its one note
    ended: int = 0  # the day, for one that has ended
    began: bool = True  # what is proposed may end before
    loan: int | None = None  # the number of the loan on which it hangs
    report: str = ""  # of one that has ended: none, begun or finished
    meets: int = 1  # the day of its one planned meeting
    is_off: bool = False  # and that was called off

    @property
    def runs(self) -> bool:
        return self.status in {"trial", "active", "paused"} and self.started <= 0

    @property
    def is_over(self) -> bool:
        """After it ran; of what ended before nobody has anything to look back on."""
        return self.status == "ended" and self.began

    @property
    def is_closing(self) -> bool:
        """For fourteen days after the end its mentor looks back."""
        return self.is_over and self.ended >= -14

    @property
    def is_expected(self) -> bool:
        """Its meeting stands, and is to come."""
        return not self.is_off and self.meets >= 0


@dataclass(frozen=True)
class Coaching:
    coach: int
    mentor: int
    span: Span


@dataclass(frozen=True)
class Away:
    """A coach is absent, and another covers."""

    coach: int
    cover: int
    span: Span


@dataclass(frozen=True)
class Loan:
    """A mentor is lent to an area that is not their own."""

    mentor: int
    borrower: str
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
    ends: float
    is_withdrawn: bool
    is_substitute: bool = False

    @property
    def stands(self) -> bool:
        return self.ends > 0 and not self.is_withdrawn


@dataclass(frozen=True)
class Named:
    """Somebody who may read the note of one mentorship."""

    person: int
    walk: int
    ends: float
    is_withdrawn: bool

    @property
    def stands(self) -> bool:
        return self.ends > 0 and not self.is_withdrawn


@dataclass(frozen=True)
class Handed:
    """The notes of one mentorship, handed on whole to the mentor of the next."""

    former: int
    successor: int


@dataclass(frozen=True)
class Thought:
    """What a mentor wrote down for themself."""

    author: int
    is_shared: bool


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
    named: tuple[Named, ...] = ()
    absences: tuple[Away, ...] = ()
    handed: tuple[Handed, ...] = ()
    loans: tuple[Loan, ...] = ()
    thoughts: tuple[Thought, ...] = ()


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
AWAY_FROM = {"a": "b", "b": "a"}
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
        st.sampled_from(["ordinary", "ordinary", "coach_and_mentor", "restricted"]),
        st.sampled_from([0, -14, -15]),
        meets=st.sampled_from([1, 0, -1]),
        is_off=st.booleans(),
    )
    everybody = tuple(
        draw(
            st.builds(
                Person,
                st.sampled_from([True] * 6 + [False]),
                st.booleans(),
                st.sampled_from("aaab"),
            )
        )
        for _ in range(PEOPLE)
    )
    coaching = st.builds(Coaching, people, people, SPANS)
    of_file = st.builds(OfFile, people, mentees, SPANS)
    sections = st.frozensets(
        st.sampled_from(
            [FileSection.CORE, FileSection.PLAN, FileSection.NETWORK, FileSection.GOALS]
        ),
        min_size=1,
    )
    share = st.builds(
        Share, people, mentees, sections, st.sampled_from([-1, 5]), st.booleans(), st.booleans()
    )
    walks = _once(
        several(walk, 9),
        lambda w: w.mentee if w.is_primary and w.status in {"trial", "active", "paused"} else None,
        lambda w: (w.mentor, w.mentee) if w.status != "ended" else None,
    )
    loans = _once(
        [
            Loan(mentor, AWAY_FROM[everybody[mentor].area], span)
            for mentor, span in several(st.tuples(people, SPANS), 8)
        ],
        lambda lent: lent.mentor if lent.span.last is None or lent.span.last >= 0 else None,
    )
    reports = st.sampled_from(["finished", "finished", "begun", ""])
    walks = tuple(
        replace(
            w,
            loan=draw(st.sampled_from(_loans_of(w.mentor, loans))),
            report=draw(reports) if w.is_over else "",
        )
        for w in walks
    )
    named = st.builds(
        Named,
        people,
        st.integers(0, max(len(walks) - 1, 0)),
        st.sampled_from([-1, 5]),
        st.booleans(),
    )
    return Facts(
        people=everybody,
        held=_once(
            several(held, 16),
            lambda h: (h.person, h.role, h.place) if h.span.last is None else None,
        ),
        subjects=tuple(
            Subject(*draw(subjects), agrees=draw(st.booleans())) for _ in range(MENTEES)
        ),
        walks=walks,
        coachings=_once(
            [c for c in several(coaching, 8) if c.coach != c.mentor],
            lambda c: c.mentor if c.span.last is None else None,
        ),
        caseworkers=_once(
            several(of_file, 5), lambda c: c.mentee if c.span.last is None else None
        ),
        exclusions=tuple(several(of_file, 3)),
        shares=tuple(several(share, 5)),
        named=tuple(several(named, 4)) if walks else (),
        absences=tuple(
            a for a in several(st.builds(Away, people, people, SPANS), 6) if a.coach != a.cover
        ),
        loans=loans,
        thoughts=tuple(several(st.builds(Thought, people, st.booleans()), 6)),
    )


def _loans_of(mentor: int, loans: tuple[Loan, ...]) -> list[int | None]:
    """On which of them a mentorship of this mentor may hang, if on any."""
    return [None, *(number for number, lent in enumerate(loans) if lent.mentor == mentor)]


def later(facts: Facts, days: float) -> Facts:
    """The same facts, told so many days later."""
    whole = int(days)

    def moved(span: Span) -> Span:
        return Span(span.first - whole, None if span.last is None else span.last - whole)

    dated = {
        kind: tuple(replace(row, span=moved(row.span)) for row in getattr(facts, kind))
        for kind in ("held", "coachings", "caseworkers", "exclusions", "absences", "loans")
    }
    return replace(
        facts,
        walks=tuple(
            replace(
                walk,
                started=walk.started - whole,
                ended=walk.ended - whole,
                meets=walk.meets - whole,
            )
            for walk in facts.walks
        ),
        shares=tuple(replace(share, ends=share.ends - days) for share in facts.shares),
        named=tuple(replace(named, ends=named.ends - days) for named in facts.named),
        **dated,
    )
