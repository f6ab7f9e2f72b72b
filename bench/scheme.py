"""A scheme of a chosen size, by bulk inserts: areas, people, files with a history."""

import datetime
import random
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from accounts.models import RoleAssignment, User
from accounts.roles import Role
from core.dates import today
from core.references import reference_of
from mentees.models import (
    CaseworkerAssignment,
    Consent,
    CustodyEpisode,
    Enrolment,
    KeyDate,
    Mentee,
    Placement,
    Programme,
)
from mentors.models import CoachAssignment, Mentor
from mentorships.models import Agreement, MentoringSession, Mentorship, SessionNarrative
from networks.models import NetworkPerson
from organisations.models import Organisation
from release_plans.models import (
    Category,
    Milestone,
    MilestoneTemplate,
    ReleasePlan,
    Responsible,
    TemplateItem,
)

WALKS, COACHED = 10, 5  # mentees a mentor, mentors a coach
AN_AREA = 500  # mentees
SESSIONS, MILESTONES = 12, 6  # of each mentee
A_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Scheme:
    """The people through whose eyes is measured, and one file of theirs."""

    mentor: User
    coach: User
    admin: User
    area: int
    mentorship: Mentorship

    @property
    def mentee(self) -> Mentee:
        return self.mentorship.enrolment.mentee


def bulk(model: type[models.Model], rows: list[dict[str, Any]]) -> list[Any]:
    return model._base_manager.bulk_create([model(**row) for row in rows], batch_size=1000)


def fill(mentees: int) -> Scheme:
    """Fill an empty database. The same size gives the same scheme, but for tokens and keys."""
    draw, now = random.Random(1), today()
    long_ago = now - 1000 * A_DAY
    since = {"valid_from": long_ago}
    kind = Organisation.Kind
    root = Organisation.objects.create(kind=kind.DIRECTORATE, name="Directorate", **since)
    areas = bulk(
        Organisation,
        [
            {"kind": kind.AREA, "name": f"Area {number}", "within": root, **since}
            for number in range(max(2, mentees // AN_AREA))
        ],
    )
    prisons = bulk(
        Organisation,
        [
            {"kind": kind.INSTITUTION, "name": f"Prison {n}", "within": area, **since}
            for n, area in enumerate(areas * 3)
        ],
    )
    people = _people(mentees, areas, root, since)
    files = _files(mentees, prisons, draw, long_ago, people["caseworker"][0])
    enrolments = bulk(
        Enrolment,
        [
            {
                "mentee": file,
                "programme": people["programme"],
                "status": "active",
                "controller": root,
                "opened_on": long_ago,
            }
            for file in files
        ],
    )
    consent = {"purpose": "take_part", "wording_version": "1", "language": "da"}
    bulk(Consent, [{"enrolment": e, "given_on": long_ago, **consent} for e in enrolments])
    mentors = people["mentors"]
    running = bulk(
        Mentorship,
        [
            {
                "mentor": mentors[number // WALKS],
                "enrolment": enrolment,
                "status": "active",
                "proposed_on": now - 200 * A_DAY,
                "started_on": now - 190 * A_DAY,
            }
            for number, enrolment in enumerate(enrolments)
        ],
    )
    ended = {"status": "ended", "proposed_on": long_ago, "started_on": long_ago}
    over = {**ended, "ended_on": now - 200 * A_DAY, "end_reason": "mentor_left"}
    bulk(
        Mentorship,
        [
            {"mentor": draw.choice(mentors), "enrolment": enrolment, **over}
            for enrolment in enrolments
        ],
    )
    _walked(running, now)
    _planned(enrolments, now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Scheme(
        mentor=people["user_of"](mentors[0]),
        coach=people["user_of"](people["coaches"][0]),
        admin=people["admin"],
        area=areas[0].pk,
        mentorship=Mentorship.objects.select_related("enrolment__mentee").get(pk=running[0].pk),
    )


def _people(
    mentees: int, areas: list[Organisation], root: Organisation, since: dict[str, Any]
) -> dict[str, Any]:
    def users(what: str, number: int) -> list[User]:
        names = [f"{what.capitalize()} Person {n}" for n in range(number)]
        return bulk(
            User,
            [{"email": f"{what}{n}@bench.example", "name": name} for n, name in enumerate(names)],
        )

    walking = users("mentor", -(-mentees // WALKS))
    coaching = users("coach", -(-len(walking) // COACHED))
    administering = users("admin", len(areas))
    caseworkers = users("caseworker", 1)
    assigned = [
        *((user, Role.MENTOR, areas[n % len(areas)]) for n, user in enumerate(walking + coaching)),
        *((user, Role.COACH, areas[n % len(areas)]) for n, user in enumerate(coaching)),
        *((user, Role.PROBATION_ADMIN, areas[n]) for n, user in enumerate(administering)),
        *((user, Role.CASEWORKER, root) for user in caseworkers),
    ]
    bulk(
        RoleAssignment,
        [{"user": user, "role": role, "organisation": at, **since} for user, role, at in assigned],
    )
    mentors = bulk(
        Mentor,
        [
            {"user": user, "area": areas[n % len(areas)], "status": "available", "capacity": WALKS}
            for n, user in enumerate(walking + coaching)
        ],
    )
    mentors, coaches = mentors[: len(walking)], mentors[len(walking) :]
    bulk(
        CoachAssignment,
        [
            {"coach": coaches[n // COACHED], "mentor": mentor, **since}
            for n, mentor in enumerate(mentors)
        ],
    )
    return {
        "mentors": mentors,
        "coaches": coaches,
        "admin": administering[0],
        "caseworker": caseworkers,
        "programme": Programme.objects.create(
            code="bench", name="Scheme", starts_on=since["valid_from"]
        ),
        "user_of": lambda mentor: User.objects.get(pk=mentor.user_id),
    }


def _files(
    mentees: int,
    prisons: list[Organisation],
    draw: random.Random,
    long_ago: datetime.date,
    caseworker: User,
) -> list[Mentee]:
    numbers = draw.sample(range(10000, 10000 + 100 * mentees), mentees)
    files = bulk(
        Mentee,
        [
            {
                "reference": reference_of(str(number)),
                "given_name": f"Given{number}",
                "family_name": f"Family{number}",
                "institution": prisons[n % len(prisons)],
            }
            for n, number in enumerate(numbers)
        ],
    )
    assigned = {"caseworker": caseworker, "valid_from": long_ago}
    bulk(CaseworkerAssignment, [{"mentee": file, **assigned} for file in files])
    episodes = bulk(
        CustodyEpisode,
        [{"mentee": file, "kind": "sentence", "started_on": long_ago} for file in files],
    )
    bulk(
        Placement,
        [
            {"episode": episode, "institution": file.institution, "started_on": long_ago}
            for episode, file in zip(episodes, files, strict=True)
        ],
    )
    date = {"certainty": "recorded", "source": "import"}
    bulk(
        KeyDate,
        [
            {"mentee": file, "kind": kind, "value": today() + days * A_DAY, **date}
            for file in files
            for kind, days in (("two_thirds", draw.randint(30, 500)), ("expiry", 600))
        ],
    )
    bulk(
        NetworkPerson,
        [
            {
                "mentee": file,
                "display_name": name,
                "relation": relation,
                "consented_on": long_ago,
            }
            for file in files
            for name, relation in (("Mia", "sister"), ("Jon", "other_kin"))
        ],
    )
    return files


def _walked(running: list[Mentorship], now: datetime.date) -> None:
    sessions = bulk(
        MentoringSession,
        [
            {
                "mentorship": mentorship,
                "status": "held",
                "held_on": now - (3 + 14 * number) * A_DAY,
                "started_at": datetime.time(13),
                "minutes": 60,
                "modality": "prison",
                "place": "institution",
                "purpose": "planned",
                "themes": ["family", "housing"],
                "next_meeting_on": now + 4 * A_DAY if number == 0 else None,
                "logged_by_id": mentorship.mentor.user_id,
            }
            for mentorship in running
            for number in range(SESSIONS)
        ],
    )
    said = {"facts": "They talked about the spare room. " * 5, "assessment": "Calmer. " * 5}
    bulk(SessionNarrative, [{"session": session, **said} for session in sessions])
    bulk(
        Agreement,
        [
            {
                "mentorship": session.mentorship,
                "made_in": session,
                "text": "House rules, on paper",
                "who": "mentee",
                "due_on": now + 10 * A_DAY,
            }
            for session in sessions[::6]  # two a mentorship
        ],
    )


def _planned(enrolments: list[Enrolment], now: datetime.date) -> None:
    template = MilestoneTemplate.objects.create(code="bench", name="Sentence", valid_from=now)
    items = bulk(
        TemplateItem,
        [
            {
                "template": template,
                "code": f"P{number:02}",
                "category": Category.PLAN,
                "titles": {"en": f"Step {number}", "da": f"Trin {number}", "fr": f"Pas {number}"},
                "responsible": Responsible.MENTOR,
                "offset_days": -28,
            }
            for number in range(MILESTONES)
        ],
    )
    plans = bulk(
        ReleasePlan,
        [{"enrolment": each, "template": template, "made_on": now} for each in enrolments],
    )
    bulk(
        Milestone,
        [
            {
                "plan": plan,
                "item": item,
                "responsible": Responsible.MENTOR,
                "due_on": now + (30 * number - 20) * A_DAY,
            }
            for plan in plans
            for number, item in enumerate(items)
        ],
    )
