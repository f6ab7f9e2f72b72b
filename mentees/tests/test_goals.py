"""Goals and living conditions: what can happen to them, and who reads them."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from audit.models import AuditEvent
from bot_project.tests.cast import LONG_AGO, in_days, set_goal, yesterday
from conftest import next_request
from core.append_only import Unchangeable
from core.dates import today
from mentees import operations
from mentees.models import Consent, Goal, GoalStep, IllegalState, KeyDate, LivingCondition
from mentees.permissions import FileSection, GoalPermission

pytestmark = pytest.mark.django_db

LEVELS = {
    "much_less": "None",
    "less": "One",
    "expected": "Two",
    "more": "Three",
    "much_more": "Four",
}


@pytest.fixture
def mentor(world):
    return world.people["mentor"]


@pytest.fixture
def goal(world):
    return world.files["a"].goals.get()


def kinds():
    return list(AuditEvent.objects.order_by("pk").values_list("kind", flat=True))


class TestSettingAGoal:
    def test_keeps_the_words_the_levels_and_the_first_steps(self, world, mentor):
        goal = operations.set_goal(
            world.files["a"],
            by=mentor,
            words="Be a brother she can count on",
            domain="family",
            steps=["Phone on Sunday", "Write a card"],
            **LEVELS,
        )
        kept = Goal.objects.get(pk=goal.pk)
        assert kept.words == "Be a brother she can count on"
        assert [text for _level, text in kept.levels] == ["None", "One", "Two", "Three", "Four"]
        assert [step.text for step in kept.steps.all()] == ["Phone on Sunday", "Write a card"]
        assert kinds()[-1] == "goal.set"

    def test_needs_every_level_beforehand(self, world, mentor):
        with pytest.raises(ValidationError) as refused:
            operations.set_goal(
                world.files["a"], by=mentor, words="A job", domain="work", **LEVELS | {"more": ""}
            )
        assert set(refused.value.message_dict) == {"more"}

    def test_stores_no_word_in_clear(self, goal):
        with connection.cursor() as cursor:
            cursor.execute("SELECT words, expected FROM mentees_goal")
            words, expected = cursor.fetchone()
        assert goal.words not in words
        assert goal.expected not in expected


class TestChangingAGoal:
    def test_keeps_the_earlier_words_in_its_history(self, goal, mentor):
        operations.change_goal(goal, by=mentor, version=1, words="A room first")
        operations.change_goal(goal, by=mentor, version=2, words="A room with a key")
        earlier = goal.history.order_by("pk").values_list("words", flat=True)
        assert list(earlier) == ["A place of my own", "A room first", "A room with a key"]

    def test_that_was_changed_meanwhile_is_refused(self, goal, mentor):
        operations.change_goal(goal, by=mentor, version=1, words="A room first")
        with pytest.raises(operations.ChangedMeanwhile):
            operations.change_goal(goal, by=mentor, version=1, words="A house")
        goal.refresh_from_db()
        assert goal.words == "A room first"

    def test_to_the_same_leaves_no_trace(self, goal, mentor):
        before = kinds()
        operations.change_goal(goal, by=mentor, version=1, words=goal.words)
        assert kinds() == before

    def test_that_is_over_is_refused(self, goal, mentor):
        goal = operations.close_goal(goal, by=mentor, state="reached", on=today())
        with pytest.raises(operations.NotChanged, match="reached already"):
            operations.change_goal(goal, by=mentor, version=goal.version, words="More")


class TestClosingAGoal:
    def test_by_reaching_it_needs_no_reason(self, goal, mentor):
        closed = operations.close_goal(goal, by=mentor, state="reached", on=yesterday())
        assert (closed.state, closed.closed_on) == ("reached", yesterday())
        assert closed not in Goal.objects.open()

    @pytest.mark.parametrize("reason", ["", "   "])
    def test_by_dropping_it_needs_a_reason(self, goal, mentor, reason):
        with pytest.raises(operations.NotChanged, match="why"):
            operations.close_goal(goal, by=mentor, state="dropped", on=today(), drop_reason=reason)
        assert goal in Goal.objects.open()

    def test_keeps_the_reason(self, goal, mentor):
        closed = operations.close_goal(
            goal, by=mentor, state="dropped", on=today(), drop_reason="She moved away"
        )
        assert Goal.objects.get(pk=closed.pk).drop_reason == "She moved away"

    @pytest.mark.parametrize("days", [1, -10000])
    def test_on_a_day_that_cannot_be_is_refused(self, goal, mentor, days):
        day = today() + datetime.timedelta(days=days)
        with pytest.raises(operations.NotChanged):
            operations.close_goal(goal, by=mentor, state="reached", on=day)

    def test_twice_is_refused(self, goal, mentor):
        operations.close_goal(goal, by=mentor, state="reached", on=today())
        with pytest.raises(IllegalState):
            operations.close_goal(goal, by=mentor, state="dropped", on=today(), drop_reason="No")

    def test_may_be_taken_back_and_the_history_tells(self, goal, mentor):
        operations.close_goal(goal, by=mentor, state="dropped", on=today(), drop_reason="Busy")
        operations.reopen_goal(goal, by=mentor)
        assert goal in Goal.objects.open()
        told = goal.history.order_by("pk").values_list("state", "drop_reason")
        assert list(told)[-2:] == [("dropped", "Busy"), ("open", None)]

    def test_is_held_by_the_database_too(self, goal):
        for fault in (
            {"state": "dropped", "closed_on": today()},
            {"state": "reached"},
            {"closed_on": today()},
            {"baseline": 3},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                Goal.objects.filter(pk=goal.pk).update(**fault)


class TestAStep:
    def test_is_ticked_and_taken_back(self, goal, mentor):
        step = goal.steps.get()
        operations.tick_step(step, by=mentor, on=today())
        step.refresh_from_db()
        assert (step.done_on, step.done_by) == (today(), mentor)
        operations.untick_step(step, by=mentor)
        step.refresh_from_db()
        assert step.done_on is None
        assert kinds()[-2:] == ["goal_step.ticked", "goal_step.unticked"]

    def test_ticked_twice_keeps_the_first_day(self, goal, mentor):
        step = goal.steps.get()
        operations.tick_step(step, by=mentor, on=yesterday())
        operations.tick_step(step, by=mentor, on=today())
        step.refresh_from_db()
        assert step.done_on == yesterday()

    def test_is_added_up_to_a_number(self, goal, mentor, settings):
        settings.STEPS_AT_MOST = 2
        operations.add_step(goal, by=mentor, text="Ask the caretaker")
        with pytest.raises(operations.NotChanged, match="many steps"):
            operations.add_step(goal, by=mentor, text="And another")

    def test_of_a_goal_that_is_over_stays_as_it_is(self, goal, mentor):
        operations.close_goal(goal, by=mentor, state="reached", on=today())
        with pytest.raises(operations.NotChanged):
            operations.tick_step(goal.steps.get(), by=mentor, on=today())
        with pytest.raises(operations.NotChanged):
            operations.add_step(goal, by=mentor, text="One more")


def released(mentee, on):
    KeyDate.objects.create(
        mentee=mentee, kind="actual_release", value=on, certainty="actual", source="import"
    )


class TestLivingConditions:
    def test_are_taken_down_once_more_and_both_stay(self, world, mentor):
        mentee = world.files["a"]
        for housing in ("own", "none"):
            operations.record_living_conditions(
                mentee, by=mentor, point="start", as_of=today(), housing=housing
            )
        newest, earlier, _first = mentee.living_conditions.all()
        assert (newest.housing, earlier.housing) == ("none", "own")
        with pytest.raises(Unchangeable):
            newest.delete()

    def test_after_a_release_need_one(self, world, mentor):
        mentee = world.files["a"]
        given = {"by": mentor, "point": "week_13", "as_of": today(), "income": "wages"}
        with pytest.raises(operations.NotRecorded, match="No release"):
            operations.record_living_conditions(mentee, **given)
        released(mentee, yesterday())
        assert operations.record_living_conditions(mentee, **given).income == "wages"

    def test_of_before_the_release_are_not_those_after_it(self, world, mentor):
        released(world.files["a"], yesterday())
        with pytest.raises(operations.NotRecorded, match="before the release"):
            operations.record_living_conditions(
                world.files["a"], by=mentor, point="release", as_of=LONG_AGO, housing="own"
            )

    def test_say_something_and_nothing_of_tomorrow(self, world, mentor):
        tomorrow = today() + datetime.timedelta(days=1)
        for day, facts in ((today(), {}), (tomorrow, {"housing": "own"})):
            with pytest.raises(operations.NotRecorded):
                operations.record_living_conditions(
                    world.files["a"], by=mentor, point="start", as_of=day, **facts
                )


# Written by hand from access.md: who reads the goals of which file.
READS_GOALS = {
    "mentor": "a",
    "mentor_b": "b",
    "two_hats": "a",
    "coach": "a",
    "former_coach": "b",
    "stand_in": "a",
    "caseworker": "a",
    "former_caseworker": "b",
}


class TestWhoReadsGoals:
    @pytest.mark.parametrize("model", [Goal, GoalStep, LivingCondition])
    def test_is_what_the_matrix_says(self, world, model):
        files = f"{model.case}__reference"
        for name in world.people:
            rows = model.objects.visible_to(world.user(name))
            seen = "".join(sorted({ref[-1] for ref in rows.values_list(files, flat=True)}))
            assert seen == READS_GOALS.get(name, ""), name

    @pytest.mark.parametrize(
        "change",
        [
            {"withdrawn_on": today()},
            {"expires_on": yesterday()},
            {"purpose": "evaluation"},
            {"given_on": today() + datetime.timedelta(days=1)},
        ],
    )
    def test_is_not_the_caseworker_without_the_mentees_consent(self, world, change):
        asked = Consent.objects.filter(purpose="show_goals", enrolment__mentee=world.files["a"])
        assert Goal.objects.visible_to(world.user("caseworker")).exists()
        asked.update(**change)
        for model in (Goal, GoalStep, LivingCondition):
            assert not model.objects.visible_to(world.user("caseworker")).exists()
        assert Goal.objects.visible_to(world.user("mentor")).exists()

    def test_is_a_partner_with_a_share_of_that_section(self, world):
        assert not Goal.objects.visible_to(world.user("partner")).exists()
        world.share("partner", in_days(5), [FileSection.CORE, FileSection.GOALS])
        assert Goal.objects.visible_to(world.user("partner")).exists()

    def test_changes_only_the_mentor(self, world, goal):
        may = {n for n in world.people if world.user(n).has_perm(GoalPermission.CHANGE, goal)}
        assert may == {"mentor", "two_hats"}

    def test_ends_with_the_mentorship(self, world, goal, mentor):
        assert mentor.has_perm(GoalPermission.VIEW, goal)
        mentor.mentor.mentorships.update(status="ended", ended_on=LONG_AGO, end_reason="completed")
        assert not next_request(mentor).has_perm(GoalPermission.VIEW, goal)

    def test_knows_in_the_office_only_that_they_are_there(self, world, goal):
        admin = world.user("admin_a")
        assert admin.has_perm(GoalPermission.METADATA, goal)
        assert not admin.has_perm(GoalPermission.VIEW, goal)
        assert not world.user("admin_b").has_perm(GoalPermission.METADATA, goal)


def test_goals_stand_with_the_nearest_day_first(world):
    mentee = world.files["a"]
    soon = set_goal(mentee, "Soon", target_on=today())
    assert mentee.goals.first() == soon
