"""What every surface must show in a world: the oracle's answers, and what follows from them."""

from typing import Any

from django.db import models

from accounts.roles import Role
from bot_project.admin_site import ROLES
from bot_project.tests.facts import PEOPLE, WORKING, Facts
from bot_project.tests.oracle import (
    Seen,
    answers_for,
    is_coached_by,
    is_excluded,
    is_in_time,
    oracle,
    roles_of,
    runs,
)
from mentees.models import Enrolment, Mentee
from mentors.models import Mentor, MentorLoan
from mentorships.models import Mentorship

# What the office has a list of, and what the oracle calls its rows.
OFFICE: dict[type[models.Model], str] = {
    Mentee: "mentee",
    Enrolment: "file",
    Mentorship: "mentorship",
    Mentor: "mentor",
    MentorLoan: "loan",
}
BY_NAME = {Mentor: "Person", MentorLoan: "Person"}  # of all else, that of the mentee
# A relation whose choices are rows of the model: what the autocomplete is asked with.
POINTS_AT = {
    Mentee: ("mentees", "enrolment", "mentee"),
    Enrolment: ("mentorships", "mentorship", "enrolment"),
    Mentorship: ("mentorships", "mentoringsession", "mentorship"),
    Mentor: ("mentorships", "mentorship", "mentor"),
}
API = {
    "mentees": "mentee",
    "enrolments": "file",
    "mentorships": "mentorship",
    "sessions": "metadata",
    "milestones": "milestone",
    "training-records": "certificate",
}

TRAINED = {Role.MENTOR, Role.COACH, Role.AGENCY_PARTNER}


def wanted(facts: Facts) -> Seen:
    """The oracle's answers, and what follows from them for single surfaces."""
    seen: Any = oracle(facts)
    for person in range(PEOPLE):
        held = roles_of(facts, person)
        _of_files(facts, seen, person, held)
        _of_decisions(facts, seen, person)
        _of_walks(facts, seen, person)
        _of_meetings(facts, seen, person, {role for role, _place in held})
        _of_reports(facts, seen, person)
        _of_mentors(facts, seen, person, held)
        _of_staff(facts, seen, person, held)
        _of_trainings(facts, seen, person, held)
        _in_the_office(facts, seen, person, {role for role, _place in held})
    return seen


def _of_files(facts: Facts, seen: Any, person: int, held: set[tuple[Role, str]]) -> None:
    roles = {role for role, _place in held}
    for mentee, subject in enumerate(facts.subjects):
        pair, places = (person, mentee), {subject.prison, subject.home} - {""}
        if any(pair in seen[f"as {role}"] for role in WORKING):  # by a role, not by a share
            seen["file"].add(pair)
        if pair in seen["mentee"] and roles & {Role.MENTOR, Role.AGENCY_PARTNER}:
            seen["own acts"].add(pair)
        audits = any((Role.AUDITOR, place) in held for place in places)
        opens = {(role, place) for role in (Role.COACH, Role.PROBATION_ADMIN) for place in places}
        if audits:
            seen["audited"].add(pair)
        for key, shown in (("goal", "goal on a file"), ("milestone", "plan on a file")):
            seen[shown] |= {pair} & seen[key] & seen["mentee"]
        seen["records moves"] |= {pair} & (seen["as probation_admin"] | seen["as caseworker"])
        if pair in seen["as probation_admin"] and pair not in seen["goal"]:
            seen["known goal"].add(pair)
        if (audits or opens & held) and not is_excluded(facts, person, mentee):
            seen["emergency"].add(pair)
        if Role.AUDITOR in roles:
            seen["trail"].add(pair)


def _of_decisions(facts: Facts, seen: Any, person: int) -> None:
    if not facts.people[person].is_active:
        return
    for number, share in enumerate(facts.shares):
        if share.person == person:
            seen["told"].add((person, ("share", number)))
            if share.stands and (person, share.mentee) in seen["mentee"]:
                seen["shared"].add((person, share.mentee))
    for number, named in enumerate(facts.named):
        if named.person == person:
            seen["told"].add((person, ("note", number)))
            if named.stands and (person, named.walk) in seen["note"]:
                seen["shared"].add((person, facts.walks[named.walk].mentee))


def _of_walks(facts: Facts, seen: Any, person: int) -> None:
    for number, walk in enumerate(facts.walks):
        pair, file = (person, number), (person, walk.mentee)
        if (
            runs(facts, walk)
            and file in seen["as coach"]
            and answers_for(facts, person, walk.mentor)
        ):
            seen["supervised"].add(pair)
        if pair in seen["supervised"] or file in seen["as probation_admin"]:
            seen["hand-over"].add(pair)
            seen["decides"].add(file)
        if pair in seen["session"] and file in seen["mentee"]:
            seen["session on a file"].add(pair)
        if walk.is_closing and walk.mentor == person and pair in seen["draft"]:
            seen["ended lately"].add(pair)
        is_mine = walk.status == "proposed" and walk.mentor == person and is_in_time(facts, walk)
        if is_mine and file in seen["/caseload/"]:
            seen["proposed to me"].add(file)
    seen["decides"] |= {pair for pair in seen["as probation_admin"] if pair[0] == person}


def _of_meetings(facts: Facts, seen: Any, person: int, roles: set[Role]) -> None:
    """One's own are in the calendar; when another's are, the office knows as well."""
    for number, walk in enumerate(facts.walks):
        pair, file = (person, number), (person, walk.mentee)
        is_mine = walk.mentor == person and Role.MENTOR in roles
        if pair in seen["meeting"] and is_mine:
            if runs(facts, walk):
                seen["meeting to change"].add(pair)
                seen["own meeting"] |= set() if walk.is_off else {pair}
                seen["coming"] |= {pair} if walk.is_expected else set()
            if walk.is_off and walk.meets >= 0:
                seen["called off"].add(pair)
        if pair in seen["meeting"] and file in seen["mentee"] and walk.is_expected:
            seen["coming on a file"].add(pair)
        is_held = facts.subjects[walk.mentee].prison
        if file in seen["as probation_admin"] and is_held and walk.is_expected and walk.meets:
            seen["called off by a move"].add(pair)
    seen["in the calendar"] = seen["coming"] | seen["called off"]
    seen["own meeting"] |= seen["called off"]


def _of_reports(facts: Facts, seen: Any, person: int) -> None:
    for number, walk in enumerate(facts.walks):
        pair, file = (person, number), (person, walk.mentee)
        is_finished = walk.report == "finished"
        if pair in seen["concern"] and file in seen["mentee"]:
            seen["concern on a file"].add(pair)
        if pair in seen["report"] and is_finished:
            seen["finished report"].add(pair)
            seen["report on a file"] |= {pair} if file in seen["mentee"] else set()
        if pair in seen["ended lately"] and walk.report:
            seen["own report"].add(pair)
        if pair in seen["ended lately"] and not is_finished:
            seen["report to write"].add(pair)


def _of_mentors(facts: Facts, seen: Any, person: int, held: set[tuple[Role, str]]) -> None:
    is_mentor = Role.MENTOR in {role for role, _place in held}
    for number, walk in enumerate(facts.walks):
        pair, is_own = (person, number), walk.mentor == person
        if is_own and is_mentor:
            seen["own claim"].add(pair)
        if pair in seen["claim"] and not is_own:
            seen["claim to decide"].add(pair)
        if pair in seen["claim"] & seen["line"]:
            seen["line of a claim"].add(pair)
        if (Role.PROBATION_ADMIN, facts.people[walk.mentor].area) in held:
            seen["claim to export"].add(pair)
    for number, thought in enumerate(facts.thoughts):
        if thought.author == person and (person, number) in seen["reflection"]:
            seen["take back" if thought.is_shared else "change"].add((person, number))


def _of_staff(facts: Facts, seen: Any, person: int, held: set[tuple[Role, str]]) -> None:
    roles = {role for role, _place in held}
    for other in range(PEOPLE):
        coaches = Role.COACH in {role for role, _place in roles_of(facts, other)}
        is_other = other != person and not is_coached_by(facts, person, other)
        if Role.COACH in roles and coaches and is_other:
            seen["cover"].add((person, other))
    for number, walk in enumerate(facts.walks):
        if (person, number) in seen["hand-over"]:
            offered = {m for p, m in seen["mentor"] if p == person} - {person, walk.mentor}
            seen["next mentor"] |= {(person, (number, mentor)) for mentor in offered}
    areas = {place for role, place in held if role == Role.PROBATION_ADMIN}
    if len(areas) > 1:
        seen["areas"] |= {(person, area) for area in areas}


def _of_trainings(facts: Facts, seen: Any, person: int, held: set[tuple[Role, str]]) -> None:
    """One's own; of mentors, to whoever sees their record; to the organiser in area a, all."""
    roles = {role for role, _place in held}
    for other in range(PEOPLE):
        is_own = other == person and roles & TRAINED
        organises = (Role.TRAINING_ORGANISER, "a") in held
        if is_own or organises or (person, other) in seen["mentor"]:
            seen["certificate"].add((person, other))


def _in_the_office(facts: Facts, seen: Any, person: int, roles: set[Role]) -> None:
    if not roles & ROLES:
        return
    for key in OFFICE.values():
        seen["office"] |= {(p, (key, number)) for p, number in seen[key] if p == person}
    seen["office of files"] |= {r for r in seen["office"] if r[1][0] not in {"mentor", "loan"}}
    seen["choices of the office"] |= {row for row in seen["office"] if row[1][0] != "loan"}
    for number, lent in enumerate(facts.loans):
        if (person, number) in seen["loan"] and (lent.span.last is None or lent.span.last >= 0):
            seen["loan to end"].add((person, number))
    seen["below the file"] |= {row for row in seen["file"] if row[0] == person}
    for key in ("mentorship", "metadata"):
        seen[f"{key} below an enrolment"] |= {
            (p, number)
            for p, number in seen[key]
            if p == person and (p, facts.walks[number].mentee) in seen["file"]
        }
    for number, walk in enumerate(facts.walks):
        pair = (person, number)
        if pair in seen["mentorship"]:
            seen["office mentorship"].add(pair)
            if walk.status == "proposed" and Role.PROBATION_ADMIN in roles:
                seen["proposed in my area"].add(pair)
        if pair in seen["hand-over"] and walk.status != "ended" and walk.started <= 0:
            seen["ended"].add(pair)
