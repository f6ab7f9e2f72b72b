"""Every error path shows every value again: forms filled in whole, with one fault at a time."""

import datetime
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from bot_project.tests.typed_again import lost
from core.dates import today
from mentorships.models import (
    ClosingReport,
    ExpenseClaim,
    MentoringSession,
    Mentorship,
    PlannedMeeting,
)
from mentorships.operations import Appointment, plan_meeting
from mentorships.tests.changing import lock
from mentorships.tests.test_session_form import BAD

pytestmark = pytest.mark.django_db
TEXT = "Line one & <b>two</b>\n\n“three” 👩🏽‍🦱 שלום"
LONG = "word, " * 2000


@pytest.fixture(autouse=True)
def in_november(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 21, 14, 0, tzinfo=datetime.UTC), tick=False)


def first_of(form: Any, name: str) -> list[str]:
    """What may be chosen there, one of it."""
    return [str(key) for key, _label in form.fields[name].choices if str(key)][:1]


def of_a_session(form: Any) -> dict[str, Any]:
    """The session form with something in each of its fields."""
    sent = {
        "status": "held",
        "cancelled_by": "mentee",
        "cancel_reason": "illness",
        "held_on": "2026-11-19",
        "started_at": "13:05",
        "minutes": "60",
        "modality": "prison",
        "place": "institution",
        "mentee_present": "on",
        "others": ["interpreter"],
        "themes": ["family", "release"],
        "purpose": "release",
        "help_type": "practical",
        "tier": "coach_and_mentor",
        "facts": TEXT,
        "assessment": TEXT,
        "own_words": TEXT,
        "wellbeing_asked": "0",
        "wellbeing_seen": "4",
        "engagement_asked": "10",
        "engagement_seen": "5",
        "concern_raised": "yes",
        "next_meeting_on": "2026-11-26",
        "next_meeting_at": "10:45",
        "preparation_minutes": "15",
        "travel_minutes": "50",
        "kilometres": "38",
        "fare": "24,50",
        "outlay": "31.00",
        "claim_month": "2026-12-01",
        "rows": "2",
        "agreement_0_text": "Ask the bank & wait",
        "agreement_0_who": "mentor",
        "agreement_0_due_on": "2026-11-27",
        "agreement_1_text": "Phone <the landlord>",
        "agreement_1_who": "other",
        "agreement_1_due_on": "2026-11-28",
    }
    goals = {name: "-2" for name in form.fields if name.startswith("goal_")}
    rows = ("people", "mentors", "also", "planned", "dropped")
    chosen = {name: first_of(form, name) for name in rows if name in form.fields}
    return sent | goals | chosen


SOME = {key: case for key, case in BAD.items() if key != "broken rows"}  # no browser sends those
FAULTS = SOME | {
    "a time without a date": ({"next_meeting_on": ""}, ""),
    "nobody who cancelled": ({"status": "cancelled", "cancelled_by": ""}, ""),
    "a day for no agreement": ({"agreement_0_text": ""}, ""),
    "a word for minutes": ({"minutes": "an hour"}, ""),
    "a start at noon": ({"started_at": "noon"}, ""),
    "an assessment too long": ({"assessment": LONG}, ""),
    "words of the mentee too long": ({"own_words": LONG}, ""),
    "an outlay in words": ({"outlay": "twelve"}, ""),
    "an outlay without end": ({"outlay": "9" * 40}, ""),
    "a fare below zero": ({"fare": "-3"}, ""),
    "kilometres without end": ({"kilometres": "9" * 9}, ""),
    "preparation in words": ({"preparation_minutes": "long"}, ""),
    "a scale that ends at ten": ({"wellbeing_seen": "11", "minutes": "0"}, ""),
    "a day in words": ({"agreement_1_due_on": "soon"}, ""),
    "an agreement too long": ({"agreement_0_text": "x" * 201}, ""),
    "an unknown sheet": ({"sheet": "M-a-1"}, ""),
    "both kept and dropped": ({"kept": ["same"], "dropped": ["same"]}, ""),
}


# It asks for no sheet, and before the first session nothing was agreed.
NOT_OF_A_CHANGE = {"an unknown sheet", "an agreement of another file", "both kept and dropped"}


@pytest.fixture
def mentor(as_user, world):
    """Who walks with two mentees, so that every question of the form is asked."""
    first = world.mentorship_of("mentor")
    world.mentorship("mentor", "b", role="co_mentor")
    PlannedMeeting.objects.all().delete()
    planned = Appointment(today(), None)
    plan_meeting(first, by=world.people["mentor"], appointment=planned)
    return as_user("mentor")


class TestASession:
    @pytest.mark.parametrize("case", FAULTS)
    def test_with_a_fault_is_shown_again_whole(self, mentor, case):
        address = f"/sessions/log/{uuid.uuid4()}/?mentee=M-a"
        form = mentor.get(address).context["form"]
        sent = of_a_session(form) | FAULTS[case][0]
        if sent.get("kept") == ["same"]:
            sent["kept"] = sent["dropped"] = first_of(form, "kept")
        answer = mentor.post(address, {"mentee": "M-a", "action": "finish"} | sent)
        assert answer.status_code == 200
        assert answer.context["form"].errors
        assert lost(without_rows(sent), answer.content.decode()) == {}

    def test_asks_for_everything_that_is_typed_here(self, mentor):
        form = mentor.get(f"/sessions/log/{uuid.uuid4()}/?mentee=M-a").context["form"]
        filled = {name for name, value in of_a_session(form).items() if value}
        asked = {name for name, field in form.fields.items() if not field.widget.is_hidden}
        assert asked - filled == {"kept", "sheet"}  # dropped instead; a number is one of a sheet

    @pytest.mark.parametrize("case", sorted(FAULTS.keys() - NOT_OF_A_CHANGE))
    def test_that_is_changed_with_a_fault_is_shown_again_whole(self, mentor, world, case):
        session = MentoringSession.objects.filter(logged_by=world.people["mentor"]).earliest("pk")
        address = f"/sessions/{session.uuid}/edit/"
        form = mentor.get(address).context["form"]
        sent = of_a_session(form) | FAULTS[case][0] | {"version": form["version"].value()}
        answer = mentor.post(address, sent | {"action": "save"})
        assert answer.status_code == 200
        assert answer.context["form"].errors
        assert lost(without_rows(sent), answer.content.decode()) == {}


def without_rows(sent: dict[str, Any]) -> dict[str, Any]:
    """What the page counts itself is not typed."""
    return {name: value for name, value in sent.items() if name not in {"rows", "version"}}


class Form(NamedTuple):
    """A form filled in whole, and values of single fields that are not taken."""

    who: str
    address: Callable[[Any], str]
    sent: Callable[[Any], dict[str, Any]]
    faults: dict[str, list[str]]


def amending(world):
    session = world.session_of("mentor")
    lock(session)
    return f"/sessions/{session.uuid}/amend/"


def goal_of(world):
    return world.files["a"].goals.get()


def just_ended(world):
    """A mentorship that ended yesterday, with no report yet."""
    of_mentor = Mentorship.objects.filter(mentor__user=world.people["leaving_mentor"])
    of_mentor.update(ended_on=today() - datetime.timedelta(days=1))
    world.coaching("coach", "leaving_mentor")
    ClosingReport.objects.filter(mentorship=of_mentor.get()).delete()
    return of_mentor.get()


def planned(world):
    PlannedMeeting.objects.all().delete()
    meeting = plan_meeting(
        world.mentorship_of("mentor"),
        by=world.people["mentor"],
        appointment=Appointment(today(), None),
    )
    return f"/sessions/meetings/{meeting.uuid}/move/"


CONCERN = {
    "level": "3",
    "phoned": "police",
    "phoned_at": "2026-11-21T09:30",
    "observed": TEXT,
    "source": "mentee",
    "assessment": TEXT,
    "talked_with": "coach",
}
AMENDMENT = {
    "facts": TEXT,
    "assessment": TEXT,
    "own_words": TEXT,
    "why": "correction",
    "reason": "I had <the place> wrong.",
    "version": "1",
}
GOAL = {
    "words": TEXT,
    "domain": "family",
    "target_on": "2027-03-01",
    "baseline": "-2",
    "much_less": "We do not speak",
    "less": "I answer & wait",
    "expected": "I phone on Sundays",
    "more": "She visits",
    "much_more": "She asks me",
}
APPOINTMENT = {
    "planned_on": "2026-11-27",
    "planned_at": "13:05",
    "modality": "prison",
    "place": "institution",
}
NO_DAY, NO_TIME = ["soon", "2026-02-30"], ["noon", "25:00"]
FORMS = {
    "concern": Form(
        "mentor",
        lambda world: f"/concerns/raise/{world.mentorship_of('mentor').pk}/",
        lambda _world: CONCERN,
        {
            "level": ["", "9"],
            "phoned": [""],
            "phoned_at": ["", "noon", "2027-01-01T10:00"],
            "observed": ["", LONG, "a \x00 b"],
            "source": [""],
            "assessment": [LONG],
            "talked_with": [""],
        },
    ),
    "amendment": Form(
        "mentor",
        amending,
        lambda _world: AMENDMENT,
        {
            "facts": ["", LONG],
            "assessment": [LONG],
            "own_words": [LONG],
            "why": ["", "boredom"],
            "reason": ["", LONG],
        },
    ),
    "goal": Form(
        "mentor",
        lambda _world: "/mentees/M-a/goals/new/",
        lambda _world: GOAL | {"steps": "Ask for her number\nPhone"},
        {
            "words": ["", LONG],
            "domain": ["", "fun"],
            "target_on": NO_DAY,
            "much_less": ["", LONG],
            "steps": ["x" * 201, "a\n" * 21],
        },
    ),
    "goal to be changed": Form(
        "mentor",
        lambda world: f"{goal_of(world).get_absolute_url()}change/",
        lambda world: GOAL | {"version": goal_of(world).version},
        {"words": [""], "domain": [""], "target_on": NO_DAY, "expected": [""], "baseline": ["7"]},
    ),
    "goal to be dropped": Form(
        "mentor",
        lambda world: f"{goal_of(world).get_absolute_url()}drop/",
        lambda _world: {"on": "2026-11-20", "drop_reason": TEXT},
        {"on": NO_DAY, "drop_reason": ["", LONG]},
    ),
    "step of a goal": Form(
        "mentor",
        lambda world: f"{goal_of(world).get_absolute_url()}steps/",
        lambda _world: {"text": "Ask the caretaker"},
        {"text": [LONG, "a \x00 b"]},
    ),
    "closing report": Form(
        "leaving_mentor",
        lambda world: f"/sessions/{just_ended(world).pk}/closing/",
        lambda _world: {
            **dict.fromkeys(ClosingReport.QUESTIONS, TEXT),
            "tier": "coach_and_mentor",
            "action": "finish",
        },
        {name: [LONG] for name in ClosingReport.QUESTIONS},
    ),
    "claim sent back": Form(
        "coach",
        lambda world: f"{claim_of(world).get_absolute_url()}decide/",
        lambda _world: {"action": "send_back", "reason": TEXT},
        {"reason": [LONG]},
    ),
    "kilometre rate": Form(
        "admin_a",
        lambda _world: "/expenses/rates/",
        lambda _world: {"year": "2026", "per_kilometre": "3,81", "version": "0"},
        {"year": ["1999", "now"], "per_kilometre": ["0", "much", "9" * 30]},
    ),
    "other work": Form(
        "mentor",
        lambda _world: "/sessions/other-work/",
        lambda world: {
            "key": uuid.uuid4(),
            "mentorship": world.mentorship_of("mentor").pk,
            "kind": "authority",
            "worked_on": "2026-11-20",
            "minutes": "25",
            "note": TEXT,
        },
        {
            "mentorship": ["", "99999"],
            "kind": [""],
            "worked_on": [*NO_DAY, "2027-01-01"],
            "minutes": ["0", "481", "an hour", ""],
            "note": [LONG],
        },
    ),
    "meeting": Form(
        "mentor",
        lambda _world: "/sessions/meetings/plan/",
        lambda world: APPOINTMENT | {"mentorship": world.mentorship_of("mentor").pk},
        {
            "planned_on": ["", "2020-01-01", *NO_DAY],
            "planned_at": NO_TIME,
            "modality": ["telepathy"],
            "mentorship": [""],
        },
    ),
    "meeting to be moved": Form(
        "mentor",
        planned,
        lambda _world: APPOINTMENT | {"reason": "illness"},
        {"planned_on": ["", *NO_DAY], "planned_at": NO_TIME, "reason": [""]},
    ),
    "reflection": Form(
        "mentor",
        lambda _world: "/reflections/write/",
        lambda _world: {"text": TEXT, "wellbeing": "2"},
        {"text": [LONG, "a \x00 b"], "wellbeing": ["9"]},
    ),
}


def claim_of(world):
    return ExpenseClaim.objects.get(mentor__user=world.people["mentor"])


@pytest.mark.parametrize(
    ("name", "faulty", "value"),
    [
        pytest.param(name, faulty, value, id=f"{name}, {faulty}: {value[:12]!a}")
        for name, form in FORMS.items()
        for faulty, values in form.faults.items()
        for value in values
    ],
)
def test_a_form_with_one_fault_is_shown_again_whole(as_user, world, name, faulty, value):
    form = FORMS[name]
    client, address = as_user(form.who), form.address(world)
    sent = form.sent(world) | {faulty: value}
    answer = client.post(address, sent)
    assert answer.status_code == 200
    typed = {key: said for key, said in sent.items() if key not in {"action", "version", "key"}}
    assert lost(typed, answer.content.decode()) == {}


class TestTheHelper:
    """The control: what a page loses is found."""

    PAGE = """<form><input name="a" value="1"><textarea name="b">
two</textarea><input type="radio" name="c" value="x" checked>
<input type="radio" name="c" value="y">
<input type="checkbox" name="d" value="1"><select name="e"><option value="">-</option>
<option value="z" selected>Z</option></select></form>"""
    SENT = {"a": "1", "b": "two", "c": "x", "e": "z"}

    def test_finds_nothing_where_all_is_there(self):
        assert lost(self.SENT, self.PAGE) == {}

    @pytest.mark.parametrize(
        "change",
        [{"a": "2"}, {"b": "tw"}, {"c": "y"}, {"d": "1"}, {"e": ""}, {"f": "not on the page"}],
    )
    def test_finds_what_differs(self, change):
        assert lost(self.SENT | change, self.PAGE).keys() == change.keys()

    def test_asks_nothing_of_a_choice_that_is_not_on_offer(self):
        page = self.PAGE.replace(" checked", "")
        assert lost(self.SENT | {"c": "never"}, page) == {}
