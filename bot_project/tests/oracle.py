"""Who sees what in a world: access.md in loops.

It walks over the facts, shares no code with `accounts.access` and never asks the database.
"""

from collections import defaultdict

from accounts.roles import Role
from bot_project.tests.facts import PEOPLE, Facts, Walk
from mentees.permissions import FileSection

# The first page of a role lists those whom it sees in that role.
PAGES = {"/caseload/": Role.MENTOR, "/desk/": Role.COACH, "/cases/": Role.CASEWORKER}
Seen = dict[str, set[tuple[int, int]]]  # surface -> (person, number of the row)


def oracle(facts: Facts) -> Seen:
    """Who sees which row of every kind; and what the pages list."""
    seen: Seen = defaultdict(set)
    for person in range(PEOPLE):
        held = roles_of(facts, person)
        # "Whoever holds no role in force today sees nothing"; "no case data at all"; "suppressed
        # statistics only"
        if not {role for role, _place in held} - {
            Role.TRAINING_ORGANISER,
            Role.PROGRAMME_MANAGER,
        }:
            continue
        for mentee in range(len(facts.subjects)):
            if not is_excluded(facts, person, mentee):
                _mentee(facts, seen, person, mentee, held)
        _staff(facts, seen, person, held)
        _of_mentors(facts, seen, person, held)
    return seen


def roles_of(facts: Facts, person: int) -> set[tuple[Role, str]]:
    """The roles in force of somebody who may sign in, and where each is held."""
    if not facts.people[person].is_active:
        return set()
    return {(h.role, h.place) for h in facts.held if h.person == person and h.span.holds}


def is_excluded(facts: Facts, person: int, mentee: int) -> bool:
    for exclusion in facts.exclusions:
        if (exclusion.person, exclusion.mentee) == (person, mentee) and exclusion.span.holds:
            return True
    return False


def is_coached_by(facts: Facts, person: int, mentor: int) -> bool:
    for coaching in facts.coachings:
        if (coaching.coach, coaching.mentor) == (person, mentor) and coaching.span.holds:
            return True
    return False


def answers_for(facts: Facts, person: int, mentor: int) -> bool:
    """As the coach, or for one who is absent; never for oneself."""
    if person == mentor:
        return False
    if is_coached_by(facts, person, mentor):
        return True
    for absence in facts.absences:
        covers = absence.cover == person and absence.span.holds
        if covers and is_coached_by(facts, absence.coach, mentor):
            return True
    return False


def is_lent_to(facts: Facts, mentor: int, borrower: str) -> bool:
    for lent in facts.loans:
        if (lent.mentor, lent.borrower) == (mentor, borrower) and lent.span.holds:
            return True
    return False


def is_in_time(facts: Facts, walk: Walk) -> bool:
    """What a mentor does on loan is nobody's before the loan begins and when it is over."""
    return walk.loan is None or facts.loans[walk.loan].span.holds


def runs(facts: Facts, walk: Walk) -> bool:
    return walk.runs and is_in_time(facts, walk)


def _staff(facts: Facts, seen: Seen, person: int, held: set[tuple[Role, str]]) -> None:
    """The record of a mentor, and what an area lends or borrows."""
    roles = {role for role, _place in held}
    areas = {place for role, place in held if role == Role.PROBATION_ADMIN}
    for mentor in range(PEOPLE):
        home = facts.people[mentor].area
        if (
            (mentor == person and Role.MENTOR in roles)
            or home in areas
            or any(is_lent_to(facts, mentor, area) for area in areas)
            or (Role.COACH in roles and answers_for(facts, person, mentor))
        ):
            seen["mentor"].add((person, mentor))
    for number, lent in enumerate(facts.loans):
        if areas & {lent.borrower, facts.people[lent.mentor].area}:
            seen["loan"].add((person, number))


def _of_mentors(facts: Facts, seen: Seen, person: int, held: set[tuple[Role, str]]) -> None:
    """What is a mentor's own and no file's: a claim goes to whoever answers for them and to the
    administrators where they belong, a reflection to the coach when it was shared."""
    roles = {role for role, _place in held}

    def owns_or_answers(mentor: int, *, shows: bool = True) -> bool:
        if mentor == person and Role.MENTOR in roles:
            return True
        return shows and Role.COACH in roles and answers_for(facts, person, mentor)

    for number, walk in enumerate(facts.walks):
        administers = (Role.PROBATION_ADMIN, facts.people[walk.mentor].area) in held
        if owns_or_answers(walk.mentor) or administers:
            seen["claim"].add((person, number))
    for number, thought in enumerate(facts.thoughts):
        if owns_or_answers(thought.author, shows=thought.is_shared):
            seen["reflection"].add((person, number))


def _mentee(
    facts: Facts, seen: Seen, person: int, mentee: int, held: set[tuple[Role, str]]
) -> None:
    """One person before one file that no exclusion closes to them."""
    roles = {role for role, _place in held}
    why = _reasons(facts, person, mentee, held)
    wide = set(why)  # these reach every mentorship of the file, the others their own
    if FileSection.NOTES in _shown(facts, person, mentee):
        wide.add("notes")
    listed = set(why)
    along: set[str] = set()  # as whom the person stands beside some mentorship of the file
    for number, walk in enumerate(facts.walks):
        if walk.mentee == mentee:
            own = _ways_of(facts, walk, person, roles)
            why |= own
            along |= own
            listed |= own if walk.runs else set()
            listed |= _proposed_to(facts, walk, person) & roles
            _note_walk(seen, person, number, own, wide)
            _note_work(facts, seen, person, number, own, wide)
            if _reads_note(facts, person, number, own, wide):
                seen["note"].add((person, number))
            if Role.MENTOR in roles:
                _look_back(facts, seen, person, number)
    if why:
        seen["mentee"].add((person, mentee))
    _goals_and_plan(facts, seen, person, mentee, why, along)
    for reason in why:
        seen[f"as {reason}"].add((person, mentee))
    for path, role in PAGES.items():
        if role in listed:
            seen[path].add((person, mentee))


def _goals_and_plan(
    facts: Facts, seen: Seen, person: int, mentee: int, why: set[str], along: set[str]
) -> None:
    """Goals are read by the mentor and the coach, by the caseworker when the mentee agreed, and
    by whom they are shown to; set by the mentor. The plan goes with the file, but for whom only
    other parts of that are shown to."""
    answers = Role.CASEWORKER in why and facts.subjects[mentee].agrees
    if along or answers or FileSection.GOALS in _shown(facts, person, mentee):
        seen["goal"].add((person, mentee))
    if Role.MENTOR in along:
        seen["sets goals"].add((person, mentee))
    if why - {"decision"} or FileSection.PLAN in _shown(facts, person, mentee):
        seen["milestone"].add((person, mentee))


def _reasons(facts: Facts, person: int, mentee: int, held: set[tuple[Role, str]]) -> set[str]:
    """What opens the whole file, apart from its mentorships."""
    why: set[str] = set()
    subject = facts.subjects[mentee]
    if {(Role.PROBATION_ADMIN, subject.prison), (Role.PROBATION_ADMIN, subject.home)} & held:
        why.add(Role.PROBATION_ADMIN)
    for assigned in facts.caseworkers:
        if (assigned.person, assigned.mentee) == (person, mentee) and assigned.span.holds:
            why |= {Role.CASEWORKER} & {role for role, _place in held}
    if FileSection.CORE in _shown(facts, person, mentee):
        why.add("decision")
    return why


def _shown(facts: Facts, person: int, mentee: int) -> set[str]:
    """The sections of the file that some decision shows to this person now."""
    standing = [s for s in facts.shares if (s.person, s.mentee) == (person, mentee) and s.stands]
    return {section for share in standing for section in share.sections}


def _ways_of(facts: Facts, walk: Walk, person: int, roles: set[Role]) -> set[str]:
    """As whom the person stands beside a mentorship: as its mentor, as the mentor's coach."""
    ways: set[str] = set()
    if not is_in_time(facts, walk):
        return ways
    if walk.runs and walk.mentor == person:
        ways |= {Role.MENTOR} & roles
    if (walk.runs or walk.is_over) and answers_for(facts, person, walk.mentor):
        ways |= {Role.COACH} & roles
    return ways


def _proposed_to(facts: Facts, walk: Walk, person: int) -> set[str]:
    """The caseload shows the reference of a mentee who is proposed to the reader."""
    is_theirs = walk.status == "proposed" and walk.mentor == person
    return {Role.MENTOR} if is_theirs and is_in_time(facts, walk) else set()


def _look_back(facts: Facts, seen: Seen, person: int, number: int) -> None:
    """What a mentor sees of a mentorship that is over: of his own for fourteen days, and of one
    that was handed on to him, but for notes that have a closer circle of readers."""
    walk = facts.walks[number]
    shown: set[str] = set()
    if walk.is_closing and walk.mentor == person and is_in_time(facts, walk):
        shown = {"session", "metadata", "note", "draft", "concern", "raises", "line"}
        shown |= {"report"} if walk.report else set()
        shown |= {"meeting"} if walk.is_off else set()
    elif _inherits(facts, person, number):
        shown = {"session", "metadata"} | ({"note"} if walk.tier == "ordinary" else set())
        if walk.report == "finished" and walk.tier == "ordinary":
            shown.add("report")
    for kind in shown:
        seen[kind].add((person, number))


def _inherits(facts: Facts, person: int, number: int) -> bool:
    """While the mentorship runs to which the notes of this one were handed on whole."""
    for handed in facts.handed:
        successor = facts.walks[handed.successor]
        if handed.former == number and successor.mentor == person and runs(facts, successor):
            return True
    return False


def _note_walk(seen: Seen, person: int, number: int, own: set[str], wide: set[str]) -> None:
    pair = (person, number)
    if own or wide - {"notes"}:
        seen["mentorship"].add(pair)
    if own or Role.PROBATION_ADMIN in wide:
        seen["metadata"].add(pair)
    if own or "notes" in wide:
        seen["session"].add(pair)
        seen["meeting"].add(pair)
    if Role.MENTOR in own:
        seen["draft"].add(pair)


def _note_work(
    facts: Facts, seen: Seen, person: int, number: int, own: set[str], wide: set[str]
) -> None:
    """A concern is between its author and who answers for them; what a session cost is known to
    the office too; a finished report is read as a note of its tier is."""
    pair = (person, number)
    if own:
        seen["concern"].add(pair)
    if own or Role.PROBATION_ADMIN in wide:
        seen["line"].add(pair)
    if Role.MENTOR in own:
        seen["raises"].add(pair)
    if Role.COACH in own:
        seen["takes up"].add(pair)
    walk = facts.walks[number]
    is_open = walk.report == "finished" and walk.tier != "restricted"
    if is_open and (Role.COACH in own or "notes" in wide):
        seen["report"].add(pair)


def _reads_note(facts: Facts, person: int, number: int, own: set[str], wide: set[str]) -> bool:
    """The mentor always; unless it is restricted, the coach, and in an emergency whoever takes
    it; and whoever was named."""
    if Role.MENTOR in own:
        return True
    if facts.walks[number].tier != "restricted" and (Role.COACH in own or "notes" in wide):
        return True
    for named in facts.named:
        if (named.person, named.walk) == (person, number) and named.stands:
            return True
    return False
