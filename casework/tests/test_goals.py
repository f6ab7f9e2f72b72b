"""The pages of goals: what each reader sees of them, and what a mentor does on them."""

import datetime

import pytest
from django.test import Client

from audit.models import AuditEvent
from bot_project.tests.cast import LONG_AGO, in_days, set_goal
from bot_project.tests.crowd import MOST_QUERIES, another_file, cost_of, meet, walk
from core.dates import today
from mentees.models import Consent, Goal, KeyDate, LivingCondition, StatusChange
from mentees.permissions import FileSection
from mentorships.models import GoalRating

pytestmark = [pytest.mark.django_db, pytest.mark.second_factor]

FILE, LIST = "/mentees/M-a/", "/mentees/M-a/goals/"
NEW, LIVING = f"{LIST}new/", "/mentees/M-a/living/"
SENT = {
    "words": "Be a brother she can count on",
    "domain": "family",
    "target_on": "2027-03-01",
    "baseline": "-1",
    "much_less": "We do not speak",
    "less": "I answer",
    "expected": "I phone on Sundays",
    "more": "She visits",
    "much_more": "She asks me",
    "steps": "Ask for her number\n\n  Phone on Sunday  \n",
}


@pytest.fixture
def goal(world) -> Goal:
    return world.files["a"].goals.get()


@pytest.fixture
def mentor(as_user) -> Client:
    return as_user("mentor")


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def rate(world, goal: Goal, *levels: int | None) -> None:
    for number, level in enumerate(levels):
        day = today() - datetime.timedelta(days=len(levels) - number)
        session = meet(world.mentorship_of("mentor"), day)
        GoalRating.objects.create(goal=goal, session=session, level=level)


class TestTheList:
    def test_tells_each_goal_with_its_steps_and_how_far_it_is(self, world, goal, mentor):
        rate(world, goal, -1, None, 2)
        shown = text_of(mentor.get(LIST))
        assert "A place of my own" in shown
        assert "Write to the housing office" in shown
        assert "much more than expected" in shown
        assert "−1 → +2" in shown

    def test_has_closed_ones_below_with_their_reason(self, world, mentor):
        over = {"state": "dropped", "closed_on": today(), "drop_reason": "No pets allowed"}
        set_goal(world.files["a"], "A dog", **over)
        shown = text_of(mentor.get(LIST))
        places = [shown.index(t) for t in ("A place of my own", "Reached or dropped", "A dog")]
        assert places == sorted(places)
        assert "No pets allowed" in shown

    def test_costs_the_same_for_one_goal_and_for_many(self, world, goal, mentor):
        one = cost_of(mentor, LIST)
        for number in range(12):
            rate(world, set_goal(world.files["a"], f"Goal {number}"), 1)
        assert cost_of(mentor, LIST) == one <= MOST_QUERIES
        assert cost_of(mentor, goal.get_absolute_url()) <= MOST_QUERIES

    @pytest.mark.parametrize(("weeks", "says"), [(5, "in 7 days"), (7, "7 days late")])
    def test_says_when_the_first_goal_is_due(self, world, mentor, weeks, says):
        mentee = another_file(world, 20001)
        walk(world, "mentor", mentee)
        StatusChange.objects.create(
            enrolment=mentee.enrolments.get(),
            to_status="active",
            changed_on=today() - datetime.timedelta(weeks=weeks),
        )
        address = f"/mentees/{mentee}/goals/"
        shown = text_of(mentor.get(address))
        assert "first six weeks" in shown
        assert says in shown
        set_goal(mentee)
        assert "first six weeks" not in text_of(mentor.get(address))

    def test_says_whether_the_caseworker_sees_them(self, world, mentor):
        assert "has agreed that the caseworker" in text_of(mentor.get(LIST))
        Consent.objects.filter(purpose="show_goals").update(withdrawn_on=today())
        assert "has not agreed that the caseworker" in text_of(mentor.get(LIST))

    @pytest.mark.parametrize("name", ["mentor", "coach", "caseworker"])
    def test_shows_its_readers_every_word(self, as_user, name):
        assert "A place of my own" in text_of(as_user(name).get(LIST))

    def test_shows_an_administrator_that_they_are_there_and_no_word(self, as_user):
        shown = text_of(as_user("admin_a").get(LIST))
        assert "Housing" in shown
        assert "At the start" in shown
        assert "A place of my own" not in shown

    def test_shows_nothing_to_a_caseworker_without_consent(self, as_user):
        Consent.objects.filter(purpose="show_goals").update(withdrawn_on=today())
        shown = text_of(as_user("caseworker").get(LIST))
        assert "A place of my own" not in shown
        assert "where the mentee has agreed" in shown

    def test_shows_a_partner_what_was_shared_and_no_day_of_a_session(self, world, goal, as_user):
        assert "A place of my own" not in text_of(as_user("partner").get(LIST))
        rate(world, goal, 2)
        world.share("partner", in_days(5), [FileSection.CORE, FileSection.GOALS])
        shown = text_of(as_user("partner").get(goal.get_absolute_url()))
        held = meet(world.mentorship_of("mentor"), today()).held_on - datetime.timedelta(days=1)
        assert "much more than expected" in shown
        assert held.isoformat() not in shown
        assert held.isoformat() in text_of(as_user("mentor").get(goal.get_absolute_url()))


class TestTheFile:
    def test_has_a_panel_with_open_goals_and_their_last_rating(self, world, goal, mentor):
        rate(world, goal, 0, 1)
        shown = text_of(mentor.get(FILE))
        assert "A place of my own" in shown
        assert "<b>+1</b> more than expected" in shown
        assert LIST in shown

    def test_has_none_for_whoever_sees_no_goal(self, as_user):
        for name, leads_on in (("admin_a", True), ("partner", False)):
            shown = text_of(as_user(name).get(FILE))
            assert "A place of my own" not in shown
            assert (LIST in shown) == leads_on

    def test_tells_on_its_timeline_when_a_goal_was_set_and_closed(self, world, mentor):
        over = {"state": "reached", "closed_on": today(), "set_on": today()}
        set_goal(world.files["a"], "A bicycle", **over)
        shown = text_of(mentor.get(f"{FILE}?show=goals"))
        assert "Goal set: A bicycle" in shown
        assert "Goal reached: A bicycle" in shown


class TestSettingAGoal:
    def test_keeps_everything_and_leads_to_it(self, mentor):
        response = mentor.post(NEW, SENT)
        goal = Goal.objects.latest("pk")
        assert response.url == goal.get_absolute_url()
        assert (goal.words, goal.baseline) == (SENT["words"], -1)
        assert [step.text for step in goal.steps.all()] == [
            "Ask for her number",
            "Phone on Sunday",
        ]

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"words": ""}, "required"),
            ({"words": "x" * 401}, "at most 400 characters"),
            ({"domain": "belief"}, "Select a valid choice"),
            ({"target_on": "soon"}, "This is no date"),
            ({"expected": ""}, "required"),
            ({"baseline": "3"}, "Select a valid choice"),
            ({"steps": "\n".join(map(str, range(21)))}, "At most 20 steps"),
            ({"steps": "x" * 201}, "at most 200 characters"),
            ({"words": "no \x00 end"}, "Null characters"),
        ],
    )
    def test_with_a_fault_says_so_and_keeps_what_was_typed(self, mentor, change, sentence):
        before = Goal.objects.count()
        shown = text_of(mentor.post(NEW, SENT | change))
        assert sentence in shown
        assert SENT["much_more"] in shown
        assert Goal.objects.count() == before

    def test_takes_strange_words_as_they_are(self, mentor):
        words = "Emoji 🙂 مرحبا <b>bold</b> {{ x }}"
        mentor.post(NEW, SENT | {"words": words})
        assert Goal.objects.latest("pk").words == words
        assert "&lt;b&gt;bold" in mentor.get(LIST).content.decode()

    def test_with_an_old_token_keeps_what_was_typed(self, world):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(world.people["mentor"])
        before = Goal.objects.count()
        shown = text_of(strict.post(NEW, SENT))
        assert "grown old" in shown
        assert SENT["words"] in shown
        assert Goal.objects.count() == before

    @pytest.mark.parametrize(
        ("name", "status"), [("coach", 403), ("admin_a", 403), ("mentor_b", 404)]
    )
    def test_is_the_mentors_alone(self, as_user, name, status):
        for address in (NEW, LIVING):
            assert as_user(name).get(address).status_code == status


class TestChangingAGoal:
    def address(self, goal, page):
        return f"{goal.get_absolute_url()}{page}/"

    def test_keeps_the_earlier_words_in_sight(self, mentor, goal):
        sent = SENT | {"words": "A room first", "version": "1"}
        assert mentor.post(self.address(goal, "change"), sent).status_code == 302
        shown = text_of(mentor.get(goal.get_absolute_url()))
        assert "<h1>A room first</h1>" in shown
        assert '<span class="was">A place of my own</span>' in shown

    def test_that_somebody_else_changed_shows_both_and_asks(self, mentor, goal):
        change = self.address(goal, "change")
        mentor.post(change, SENT | {"words": "A room first", "version": "1"})
        response = mentor.post(change, SENT | {"words": "A house", "version": "1"})
        shown = text_of(response)
        assert response.status_code == 409
        assert "changed meanwhile" in shown
        assert "A room first" in shown
        assert "A house" in shown
        assert Goal.objects.get(pk=goal.pk).words == "A room first"
        again = {
            **SENT,
            "words": "A house",
            "version": response.context["form"]["version"].value(),
        }
        assert mentor.post(change, again).status_code == 302
        assert Goal.objects.get(pk=goal.pk).words == "A house"

    def test_reached_and_taken_up_again(self, mentor, goal):
        mentor.post(self.address(goal, "reach"), {"on": today().isoformat()})
        assert "Take it up again" in text_of(mentor.get(goal.get_absolute_url()))
        mentor.post(self.address(goal, "reopen"))
        goal.refresh_from_db()
        assert (goal.state, goal.closed_on) == ("open", None)

    def test_dropped_without_a_reason_is_asked_for_it(self, mentor, goal):
        drop = self.address(goal, "drop")
        sent = {"on": today().isoformat(), "drop_reason": "   "}
        assert "required" in text_of(mentor.post(drop, sent))
        mentor.post(drop, sent | {"drop_reason": "She moved"})
        goal.refresh_from_db()
        assert (goal.state, goal.drop_reason) == ("dropped", "She moved")

    def test_on_a_day_that_has_not_come_says_so(self, mentor, goal):
        tomorrow = today() + datetime.timedelta(days=1)
        sent = {"on": tomorrow.isoformat(), "drop_reason": "She moved"}
        shown = text_of(mentor.post(self.address(goal, "drop"), sent))
        assert "has not come yet" in shown
        assert "She moved" in shown

    def test_ticks_a_step_and_takes_the_tick_back(self, mentor, goal):
        step = goal.steps.get()
        tick = self.address(goal, f"steps/{step.pk}")
        for sent, done in (({}, today()), ({"undo": "1"}, None)):
            assert mentor.post(tick, sent).status_code == 302
            step.refresh_from_db()
            assert step.done_on == done

    def test_ticks_no_step_of_another_goal(self, world, mentor, goal):
        step = world.files["b"].goals.get().steps.get()
        assert mentor.post(self.address(goal, f"steps/{step.pk}")).status_code == 404
        step.refresh_from_db()
        assert step.done_on is None
        assert AuditEvent.objects.filter(act="denial").exists()

    def test_adds_a_step_or_says_why_not(self, mentor, goal):
        steps = self.address(goal, "steps")
        assert mentor.post(steps, {"text": "Ask the caretaker"}).status_code == 302
        long = "x" * 201
        shown = text_of(mentor.post(steps, {"text": long}))
        assert "at most 200 characters" in shown
        assert long in shown
        assert goal.steps.count() == 2

    def test_is_no_act_of_a_reader(self, as_user, goal):
        for name, status in (("coach", 403), ("caseworker", 403), ("mentor_b", 404)):
            for page in ("change", "reach", "drop", "reopen", "steps"):
                address = self.address(goal, page)
                assert as_user(name).post(address, {}).status_code == status, (name, page)


class TestLivingConditions:
    def test_are_shown_point_by_point_and_what_is_missing_is_said(self, world, mentor):
        released = today() - datetime.timedelta(weeks=14)
        KeyDate.objects.create(
            mentee=world.files["a"],
            kind="actual_release",
            value=released,
            certainty="actual",
            source="import",
        )
        response = mentor.get(LIST)
        points = {p.label: p.kind for p in response.context["goals"].living.points}
        assert points == {
            "At the start": "done",
            "At release": "late",
            "13 weeks after release": "late",
            "26 weeks after release": "plan",
            "52 weeks after release": "plan",
        }
        assert "missing since" in text_of(response)

    def test_without_a_release_are_not_missing_after_it(self, mentor):
        points = mentor.get(LIST).context["goals"].living.points
        assert [point.kind for point in points] == ["done", "off", "off", "off", "off"]

    def test_are_taken_down(self, mentor):
        sent = {"point": "start", "as_of": today().isoformat(), "housing": "none"}
        assert mentor.post(LIVING, sent).url == LIST
        taken = LivingCondition.objects.first()
        assert (taken.housing, taken.income, taken.recorded_by.name) == ("none", "", "mentor")

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"housing": ""}, "at least one answer"),
            ({"point": "week_13"}, "No release is recorded"),
            ({"as_of": "2999-01-01"}, "has not come yet"),
            ({"as_of": "x"}, "This is no date"),
            ({"housing": "castle"}, "Select a valid choice"),
        ],
    )
    def test_with_a_fault_say_so(self, mentor, change, sentence):
        before = LivingCondition.objects.count()
        sent = {"point": "start", "as_of": LONG_AGO.isoformat(), "housing": "own"}
        assert sentence in text_of(mentor.post(LIVING, sent | change))
        assert LivingCondition.objects.count() == before
