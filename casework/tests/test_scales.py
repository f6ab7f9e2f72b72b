"""Much less on a scale than the time before: on the coach's desk, to be talked about."""

import pytest

from bot_project.tests.crowd import (
    MOST_QUERIES,
    another_file,
    cost_of,
    in_days,
    meet,
    walk,
)
from casework.queries.desk import desk_of
from core.templatetags.house import day
from mentorships.models import SessionNarrative
from mentorships.operations import answer_note, void_session

pytestmark = pytest.mark.django_db
URL = "/desk/"


def said(walked, days_ago, tier="ordinary", **scales):
    """A session so long ago, with these numbers in its note."""
    session = meet(walked, in_days(-days_ago))
    SessionNarrative.objects.filter(session=session).update(tier=tier, **scales)
    return session


def fell(world, days_ago=3, tier="ordinary", now=4):
    walked = world.mentorship_of("mentor")
    said(walked, days_ago + 7, wellbeing_asked=7)
    return said(walked, days_ago, tier, wellbeing_asked=now)


def drops(world, name="coach"):
    return desk_of(world.user(name), show="", sort="").drops


class TestADrop:
    def test_is_said_with_both_numbers_and_days(self, world):
        session = fell(world)
        [drop] = drops(world)
        told = f"Wellbeing, asked: 7 on {day(in_days(-10))}, 4 on {day(in_days(-3))}"
        assert drop.said == [told]
        assert (drop.reference, drop.mentor) == ("M-a", "mentor")
        assert drop.url == session.get_absolute_url()

    @pytest.mark.parametrize(("now", "is_told"), [(4, True), (5, False), (9, False), (0, True)])
    def test_is_of_three_or_more(self, world, now, is_told):
        fell(world, now=now)
        assert bool(drops(world)) is is_told

    def test_is_between_sessions_in_which_it_was_asked(self, world):
        walked = world.mentorship_of("mentor")
        said(walked, 20, wellbeing_asked=8)
        said(walked, 12)
        said(walked, 8, engagement_seen=2)
        said(walked, 4, wellbeing_asked=5, engagement_seen=8)
        [drop] = drops(world)
        assert len(drop.said) == 1
        said(walked, 2, wellbeing_asked=5)
        assert not drops(world)

    def test_of_several_scales_in_one_session_is_one_line(self, world):
        walked = world.mentorship_of("mentor")
        said(walked, 9, wellbeing_asked=8, wellbeing_seen=9)
        said(walked, 2, wellbeing_asked=5, wellbeing_seen=1)
        [drop] = drops(world)
        assert len(drop.said) == 2

    def test_is_not_between_two_mentors(self, world):
        other = world.mentorship_of("two_hats")
        assert other.enrolment.mentee == world.files["a"]
        world.coaching("coach", "two_hats")
        said(world.mentorship_of("mentor"), 9, wellbeing_asked=8)
        said(other, 2, wellbeing_asked=2)
        assert not drops(world)

    def test_is_gone_when_the_coach_has_answered(self, world):
        note = fell(world).narrative
        answer_note(note, by=world.user("coach"), kind="talk", text="")
        assert not drops(world)

    @pytest.mark.parametrize(("days_ago", "is_told"), [(14, True), (15, False)])
    def test_is_shown_for_a_fortnight(self, world, days_ago, is_told):
        fell(world, days_ago)
        assert bool(drops(world)) is is_told

    def test_is_not_from_what_was_said_too_long_ago(self, world):
        walked = world.mentorship_of("mentor")
        said(walked, 85, wellbeing_asked=9)
        said(walked, 2, wellbeing_asked=2)
        assert not drops(world)

    def test_is_not_of_a_void_session(self, world):
        session = fell(world)
        void_session(session, by=world.user("mentor"), reason="twice")
        assert not drops(world)


class TestWhoSeesIt:
    def test_is_whoever_may_read_the_note(self, world):
        fell(world, tier="restricted")
        assert not drops(world)
        SessionNarrative.objects.update(tier="coach_and_mentor")
        assert drops(world)
        for name in ("admin_a", "caseworker", "former_coach", "mentor_b", "auditor"):
            assert not drops(world, name), name

    def test_reads_it_on_the_desk_without_colour_count_or_name(self, as_user, world):
        before = as_user("coach").get(URL).context
        fell(world)
        shown = as_user("coach").get(URL)
        page = shown.content.decode()
        part = page[page.index('id="talk"') : page.index('id="figures"')]
        assert "7 on" in part
        assert "state" not in part
        assert "Given-a" not in page
        desk = shown.context["desk"]
        assert [s.label for s in desk.stats] == [s.label for s in before["desk"].stats]
        assert {view.label for view in desk.views} == {v.label for v in before["desk"].views}
        for group in desk.groups:
            assert all("scale" not in name for row in group.rows for name in row.signals)

    def test_costs_no_more_for_fifty(self, as_user, world):
        client = as_user("coach")
        fell(world)
        one = cost_of(client, URL)
        for number in range(9):
            walked = walk(world, "mentor", another_file(world, number))
            said(walked, 9, wellbeing_asked=8)
            said(walked, 2, wellbeing_asked=2)
        assert len(drops(world)) == 10
        assert cost_of(client, URL) == one <= MOST_QUERIES
