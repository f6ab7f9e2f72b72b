"""The coach's first page."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bot_project.tests.cast import World, yesterday
from bot_project.tests.crowd import (
    MOST_QUERIES,
    another_file,
    cost_of,
    in_days,
    key_date,
    meet,
    milestone,
    walk,
)
from casework.queries.desk import Desk, desk_of
from mentees.models import CustodyEpisode
from mentors.models import CoachAssignment
from mentorships.models import Agreement, MentoringSession, Mentorship, SessionDraft
from mentorships.operations import raise_concern, take_up_concern

pytestmark = pytest.mark.django_db
URL = "/desk/"


def of(world: World, name: str = "coach", show: str = "", sort: str = "") -> Desk:
    return desk_of(world.user(name), show=show, sort=sort)


def references(desk: Desk) -> list[str]:
    return [row.reference for group in desk.groups for row in group.rows]


def void(session: MentoringSession, world: World) -> None:
    MentoringSession.objects.filter(pk=session.pk).update(
        voided_at=timezone.now(), voided_by=world.people["mentor"], void_reason="twice"
    )


def signals(world: World) -> dict:
    [group] = of(world).groups
    return group.rows[0].signals


class TestThePage:
    def test_shows_a_row_for_each_mentorship_supervised_today(self, as_user):
        page = as_user("coach").get(URL).content.decode()
        assert "M-a" in page
        assert "M-b" not in page

    def test_names_no_mentee(self, as_user):
        assert "Given-a" not in as_user("coach").get(URL).content.decode()

    def test_is_closed_to_other_roles(self, as_user):
        for name in ("mentor", "admin_a", "caseworker"):
            assert as_user(name).get(URL).status_code == 403

    def test_says_what_will_come_to_a_coach_of_nobody(self, as_user):
        CoachAssignment.objects.update(valid_until=yesterday())
        page = as_user("coach").get(URL).content.decode()
        assert "No mentorships to supervise yet" in page

    @pytest.mark.parametrize("query", ["?show=nonsense", "?sort=nonsense", "?show=quiet"])
    def test_survives_an_address_that_means_nothing(self, as_user, query):
        assert as_user("coach").get(URL + query).status_code == 200

    def test_costs_the_same_for_one_row_and_for_fifty(self, as_user, world):
        client = as_user("coach")
        one = cost_of(client, URL)
        for number in range(49):
            meet(walk(world, "mentor", another_file(world, number)), in_days(-5))
        assert len(of(world).mentees) == 50
        assert cost_of(client, URL) == one <= MOST_QUERIES


class TestARow:
    def test_is_of_a_mentor_coached_today(self, world):
        assert references(of(world)) == ["M-a"]
        assert references(of(world, "former_coach")) == ["M-b"]

    def test_goes_when_supervision_ends(self, world):
        CoachAssignment.objects.filter(coach__user=world.people["coach"]).update(
            valid_until=yesterday()
        )
        assert not references(of(world))

    def test_is_not_of_what_the_coach_does_as_a_mentor(self, world):
        walk(world, "coach", another_file(world, 1))
        assert references(of(world)) == ["M-a"]

    def test_goes_with_an_exclusion(self, world):
        world.files["a"].exclusions.create(person=world.people["coach"], reason="kin")
        assert not references(of(world))


class TestContact:
    def test_is_overdue_after_three_weeks_in_custody(self, world):
        meet(world.mentorship_of("mentor"), in_days(-24))
        work = signals(world)["quiet"]
        assert work.title == "No session for 24 days; usual rhythm 7"
        assert work.state == "3 days over"

    def test_is_not_overdue_on_the_last_day(self, world):
        meet(world.mentorship_of("mentor"), in_days(-21))
        assert "quiet" not in signals(world)

    def test_is_overdue_sooner_in_the_first_weeks_after_release(self, world):
        CustodyEpisode.objects.filter(mentee=world.files["a"]).update(ended_on=in_days(-30))
        key_date(world.files["a"], "actual_release", in_days(-30), "actual")
        meet(world.mentorship_of("mentor"), in_days(-11))
        assert signals(world)["quiet"].state == "1 day over"

    def test_may_rest_while_the_mentorship_does(self, world):
        Mentorship.objects.update(rhythm_days=7)
        assert "quiet" in signals(world)
        Mentorship.objects.filter(mentor__user=world.people["mentor"]).update(status="paused")
        assert "quiet" not in signals(world)

    def test_that_was_planned_and_not_written_down_is_said(self, world):
        meet(world.mentorship_of("mentor"), in_days(-9), next_on=in_days(-4))
        assert signals(world)["unwritten"].state == "Late, 2 days"


class TestAConcern:
    def test_is_shown_for_two_weeks(self, world):
        session = meet(world.mentorship_of("mentor"), in_days(-14), concern_raised=True)
        assert signals(world)["concern"].url == f"/sessions/{session.uuid}/"
        session.held_on = in_days(-15)
        session.save()
        assert "concern" not in signals(world)

    def test_that_was_written_down_waits_for_somebody_to_take_it_up(self, world):
        mentorship = world.mentorship_of("mentor")
        session = meet(mentorship, in_days(-1), concern_raised=True)
        given = {"level": 2, "observed": "Threats.", "source": "saw", "session": session}
        concern = raise_concern(mentorship, by=world.people["mentor"], **given)
        assert signals(world)["concern"].url == f"/concerns/{concern.uuid}/"
        assert signals(world)["concern"].kind == "late"  # its day is today
        take_up_concern(concern, by=world.people["coach"])
        assert "concern" not in signals(world)


class TestCancellations:
    def test_are_told_from_the_third_in_a_row(self, world):
        mentorship = world.mentorship_of("mentor")
        meet(mentorship, in_days(-10))
        for days in (-8, -6):
            meet(mentorship, in_days(days), "cancelled", cancelled_by="institution")
        assert "cancelled" not in signals(world)
        third = meet(mentorship, in_days(-4), "cancelled", cancelled_by="mentee")
        assert signals(world)["cancelled"].title == "3 meetings in a row were cancelled"
        void(third, world)
        assert "cancelled" not in signals(world)

    def test_are_counted_from_the_last_session_that_was_held(self, world):
        mentorship = world.mentorship_of("mentor")
        for days in (-8, -6, -4):
            meet(mentorship, in_days(days), "cancelled", cancelled_by="mentor")
        assert "cancelled" in signals(world)
        meet(mentorship, in_days(-3))
        assert "cancelled" not in signals(world)

    def test_are_told_where_nothing_was_ever_held(self, world):
        other = walk(world, "mentor", another_file(world, 1), started_on=in_days(-9))
        for days in (-8, -6, -4):
            meet(other, in_days(days), "cancelled", cancelled_by="mentor")
        [told] = [w for w in of(world).worklist if "in a row" in w.title]
        assert "no session yet" in told.why


class TestADraft:
    def begun(self, world, days):
        drafts = SessionDraft.objects.filter(mentorship=world.mentorship_of("mentor"))
        drafts.update(started_at=timezone.now() - datetime.timedelta(days=days))
        return signals(world)

    def test_is_told_of_after_a_week(self, world):
        assert "draft" not in self.begun(world, 6.9)
        assert self.begun(world, 7.1)["draft"].why.startswith(str(world.people["mentor"]))

    def test_is_told_of_with_no_word_of_it(self, world, as_user):
        self.begun(world, 9)
        with CaptureQueriesContext(connection) as asked:
            page = as_user("coach").get(URL).content.decode()
        assert "is not finished" in page
        assert "Begun" not in page  # what is typed in it
        drafts = [q["sql"] for q in asked if "sessiondraft" in q["sql"]]
        assert drafts
        assert not any('"typed"' in sql for sql in drafts)


class TestAnAgreement:
    def test_is_told_of_from_the_day_after_until_it_is_settled(self, world):
        agreements = Agreement.objects.filter(mentorship=world.mentorship_of("mentor"))
        agreements.update(due_on=in_days(0))
        assert "agreement" not in signals(world)
        agreements.update(due_on=in_days(-1))
        assert signals(world)["agreement"].state == "1 day late"
        agreements.update(outcome="dropped", settled_on=in_days(0))
        assert "agreement" not in signals(world)


class TestMilestones:
    def test_that_are_late_are_one_line(self, world):
        milestone(world, world.files["a"], in_days(-5))
        milestone(world, world.files["a"], in_days(-2))
        work = signals(world)["milestones"]
        assert work.state == "5 days late"
        assert work.why.endswith("1 more is late")

    def test_of_one_plan_are_late_once_for_two_mentors(self, world):
        world.coaching("coach", "two_hats")
        milestone(world, world.files["a"], in_days(-5))
        late = [w for w in of(world).worklist if w.title.startswith("Not done")]
        assert len(late) == 1
        assert len(references(of(world))) == 2


class TestAFigure:
    def test_opens_exactly_its_rows(self, world):
        meet(world.mentorship_of("mentor"), in_days(-1))
        late = another_file(world, 1)
        meet(walk(world, "mentor", late), in_days(-1))
        for stat in of(world).stats:
            name = stat.url.partition("show=")[2].partition("#")[0]
            assert len(references(of(world, show=name))) == stat.number
        assert references(of(world, show="milestones")) == [late.reference]

    def test_of_releases_holds_those_within_the_horizon(self, world):
        near = another_file(world, 1)
        key_date(near, "decided_release", in_days(30), "decided")
        walk(world, "mentor", near)
        assert references(of(world, show="release")) == [near.reference]


class TestTheOrder:
    def test_is_by_release_or_by_the_longest_silence(self, world):
        meet(world.mentorship_of("mentor"), in_days(-2))
        near, silent = another_file(world, 1), another_file(world, 2)
        key_date(near, "decided_release", in_days(30), "decided")
        meet(walk(world, "mentor", near), in_days(-1))
        walk(world, "mentor", silent)
        assert references(of(world)) == [near.reference, silent.reference, "M-a"]
        by_session = references(of(world, sort="session"))
        assert by_session == [silent.reference, "M-a", near.reference]


def test_the_quiet_are_counted_from_the_start_where_nothing_was_held(world):
    other = another_file(world, 1)
    walk(world, "mentor", other, started_on=in_days(-30))
    work = [
        w for w in of(world).worklist if w.reference == other.reference and "rhythm" in w.title
    ]
    assert work[0].due_on == in_days(-30) + datetime.timedelta(days=21)
