"""More files and sessions than anybody of the cast has, and how many queries a page then costs."""

import datetime
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bot_project.tests.cast import LONG_AGO, World
from core.dates import today
from core.references import reference_of
from mentees.models import CustodyEpisode, Enrolment, KeyDate, Mentee
from mentorships.models import (
    Agreement,
    MentoringSession,
    Mentorship,
    PlannedMeeting,
    SessionNarrative,
    SessionParticipant,
)
from release_plans.models import Milestone, ReleasePlan, TemplateItem

# A list or a file, session and trail included, and where it is demanded the second factor too.
MOST_QUERIES = 12 + settings.REQUIRE_SECOND_FACTOR


def questions_in(captured: Iterable[dict[str, str]], *also: str) -> list[str]:
    """The statements that ask, prepared ones too; `also` what begins with these words."""
    words = ("SELECT", "EXECUTE", *also)
    return [each["sql"] for each in captured if each["sql"].lstrip("(").startswith(words)]


def in_days(days: int) -> datetime.date:
    return today() + datetime.timedelta(days=days)


def another_file(world: World, number: int, **fields: Any) -> Mentee:
    """A file in area A, serving a sentence, with an enrolment and a plan."""
    mentee = Mentee.objects.create(
        reference=reference_of(f"{number:05}"),
        given_name=f"Given-{number}",
        family_name="Other",
        institution=world.prison["a"],
        **fields,
    )
    CustodyEpisode.objects.create(mentee=mentee, kind="sentence", started_on=LONG_AGO)
    key_date(mentee, "expiry", in_days(300))
    enrolment = Enrolment.objects.create(
        mentee=mentee, programme=world.programme, status="active", controller=world.root
    )
    ReleasePlan.objects.create(enrolment=enrolment, template=world.template, made_on=LONG_AGO)
    milestone(world, mentee, in_days(-3))
    return mentee


def key_date(
    mentee: Mentee,
    kind: str,
    value: datetime.date | None,
    certainty: str = "recorded",
    **fields: Any,
) -> KeyDate:
    return KeyDate.objects.create(
        mentee=mentee, kind=kind, value=value, certainty=certainty, source="import", **fields
    )


def milestone(
    world: World, mentee: Mentee, due_on: datetime.date, responsible: str = "mentor", **fields: Any
) -> Milestone:
    item = TemplateItem.objects.create(
        template=world.template,
        code=f"X{TemplateItem.objects.count()}",
        category="plan",
        titles={"en": "Drivers licence found"},
        responsible=responsible,
        offset_days=0,
        after_release=True,
    )
    plan = ReleasePlan.objects.get(enrolment__mentee=mentee)
    shown = {"evidence_kind": "document"} if fields.get("status") == "done" else {}
    return Milestone.objects.create(
        plan=plan, item=item, responsible=responsible, due_on=due_on, **{**shown, **fields}
    )


def walk(world: World, name: str, mentee: Mentee, **fields: Any) -> Mentorship:
    """A running mentorship of a member of the cast with this mentee."""
    return Mentorship.objects.create(
        mentor=world.mentor(name),
        enrolment=mentee.enrolments.get(),
        proposed_on=LONG_AGO,
        **{"status": "active", "started_on": LONG_AGO, **fields},
    )


def meet(
    mentorship: Mentorship,
    held_on: datetime.date,
    status: str = "held",
    *,
    next_on: datetime.date | None = None,
    next_at: datetime.time | None = None,
    **fields: Any,
) -> MentoringSession:
    """A session, with a note, a participant and an agreement if it was held."""
    held = {
        "started_at": datetime.time(13),
        "minutes": 60,
        "modality": "prison",
        "purpose": "planned",
        "themes": ["family"],
    }
    session = MentoringSession.objects.create(
        mentorship=mentorship,
        status=status,
        held_on=held_on,
        logged_by=mentorship.mentor.user,
        **{**(held if status == "held" else {}), **fields},
    )
    if next_on is not None:
        PlannedMeeting.objects.create(
            mentorship=mentorship,
            planned_on=next_on,
            planned_at=next_at,
            planned_by=mentorship.mentor.user,
            made_in=session,
        )
    if status == "held":
        SessionNarrative.objects.create(
            session=session, facts="They counted.", assessment="Calm.", own_words="I can wait."
        )
        SessionParticipant.objects.create(session=session, part="interpreter")
        Agreement.objects.create(
            mentorship=mentorship, made_in=session, text="Write a list", who="mentor"
        )
    return session


def cost(ask: Callable[[], Any]) -> int:
    """How many statements one request sends, but for the frame of its transaction."""
    with CaptureQueriesContext(connection) as captured:
        ask()
    frame = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SET", "PRAGMA")
    return sum(not query["sql"].startswith(frame) for query in captured.captured_queries)


def cost_of(client: Client, url: str) -> int:
    return cost(lambda: client.get(url))
