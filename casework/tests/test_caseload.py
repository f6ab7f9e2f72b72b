"""The mentor's first page."""

import datetime

import pytest
from django.utils import timezone

from audit.models import AuditEvent
from bot_project.tests.cast import World
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
from casework.permissions import CaseworkPermission
from casework.queries.caseload import Caseload, caseload_of
from casework.queries.changes import CHANGES_AT_MOST
from core.dates import today
from mentees.models import CustodyEvent, Mentee, StatusChange
from mentorships import operations
from mentorships.models import Agreement, Concern, Mentorship, SessionDraft

pytestmark = pytest.mark.django_db
URL = "/caseload/"


def of(world: World, name: str = "mentor") -> Caseload:
    return caseload_of(world.user(name))


def titles(world: World) -> list[str]:
    return [work.title for work in of(world).worklist]


class TestThePage:
    def test_shows_own_mentees_by_first_name_and_reference(self, as_user):
        page = as_user("mentor").get(URL).content.decode()
        assert "Given-a" in page
        assert "M-a" in page
        assert "Given-b" not in page

    def test_is_closed_to_other_roles(self, as_user):
        for name in ("admin_a", "caseworker", "auditor", "partner"):
            assert as_user(name).get(URL).status_code == 403

    def test_says_what_will_come_to_a_mentor_without_mentees(self, as_user, world):
        Mentorship.objects.filter(mentor=world.mentor("former_mentor")).update(started_on=None)
        page = as_user("former_mentor").get(URL).content.decode()
        assert "No mentees yet" in page
        assert "/training/my/" in page

    def test_thanks_a_mentor_who_walked_with_somebody_before(self, as_user):
        page = as_user("former_mentor").get(URL).content.decode()
        assert "Thank you" in page
        assert "Given" not in page

    def test_leaves_one_line_that_names_the_files_shown(self, as_user):
        as_user("mentor").get(URL)
        assert AuditEvent.objects.get(kind="listed").targets == ["mentees.mentee:M-a"]

    def test_names_nobody_in_its_title(self, as_user):
        title = as_user("mentor").get(URL).content.decode().partition("</title>")[0]
        assert "Given" not in title

    def test_costs_the_same_for_one_mentee_and_for_fifty(self, as_user, world):
        client = as_user("mentor")
        one = cost_of(client, URL)
        for number in range(49):
            meet(walk(world, "mentor", another_file(world, number)), in_days(-5))
        assert len(of(world).cards) == 50
        assert cost_of(client, URL) == one <= MOST_QUERIES


class TestACard:
    def test_is_there_for_running_mentorships_of_ones_own_only(self, world):
        assert [card.reference for card in of(world).cards] == ["M-a"]
        Mentorship.objects.filter(mentor__user=world.people["mentor"]).update(status="paused")
        assert of(world).cards
        Mentorship.objects.filter(mentor__user=world.people["mentor"]).update(
            status="ended", ended_on=today(), end_reason="other"
        )
        assert not of(world).cards

    def test_says_since_when_it_is_on_pause_why_and_who_knows_more(self, world, as_user):
        [card] = of(world).cards
        assert card.pause is None
        operations.move_mentorship(
            world.mentorship_of("mentor"),
            by=world.people["admin_a"],
            to=Mentorship.Status.PAUSED,
            on=in_days(-9),
            reason=Mentorship.PauseReason.MENTEE_WISHED,
        )
        [card] = of(world).cards
        assert card.pause.since.endswith("9 days ago")
        assert (card.pause.why, card.pause.ask) == ("the mentee wishes a break", "coach")
        client = as_user("mentor")
        assert "The file stays open" in client.get(URL).content.decode()
        assert cost_of(client, URL) <= MOST_QUERIES
        world.mentor("mentor").coach_assignments.all().delete()
        assert of(world).cards[0].pause.ask == ""

    def test_of_a_coach_is_not_that_of_the_mentors_they_supervise(self, world):
        assert not of(world, "coach").cards

    def test_goes_with_an_exclusion(self, world):
        world.files["a"].exclusions.create(person=world.people["mentor"], reason="kin")
        assert not of(world).cards

    def test_says_when_the_last_session_was_and_when_the_next_is(self, world):
        meet(
            world.mentorship_of("mentor"),
            in_days(-9),
            next_on=in_days(2),
            next_at=datetime.time(13),
        )
        [card] = of(world).cards
        assert card.last_session.endswith("9 days ago")
        assert card.next_meeting.endswith(", 13:00")

    def test_counts_open_agreements_and_ones_own_among_them(self, world):
        meet(world.mentorship_of("mentor"), in_days(-9))
        assert of(world).cards[0].agreements == "2 open, 1 yours"

    def test_says_what_is_late_in_the_plan(self, world):
        milestone(world, world.files["a"], in_days(-1))
        [card] = of(world).cards
        assert (card.plan_kind, card.plan) == ("late", "1 late, 1 due soon")


class TestTheWorklist:
    def test_asks_for_the_note_on_a_meeting_that_has_passed(self, world):
        SessionDraft.objects.all().delete()
        meet(world.mentorship_of("mentor"), in_days(-9), next_on=in_days(-4))
        [work] = [w for w in of(world).worklist if w.title.startswith("Write down")]
        assert (work.kind, work.state) == ("late", "Late, 2 days")
        assert work.url == "/sessions/log/?mentee=M-a"

    def test_does_not_ask_once_the_note_is_written(self, world):
        mentorship = world.mentorship_of("mentor")
        SessionDraft.objects.all().delete()
        meet(mentorship, in_days(-9), next_on=in_days(-4))
        assert any(title.startswith("Write down") for title in titles(world))
        meet(mentorship, in_days(-4))
        assert not any(title.startswith("Write down") for title in titles(world))

    def test_does_not_ask_while_a_draft_may_be_that_note(self, world):
        meet(world.mentorship_of("mentor"), in_days(-9), next_on=in_days(-4))
        assert not any(title.startswith("Write down") for title in titles(world))

    def test_does_not_ask_for_a_meeting_of_today(self, world):
        SessionDraft.objects.all().delete()
        meet(world.mentorship_of("mentor"), in_days(-9), next_on=today())
        assert not any(title.startswith("Write down") for title in titles(world))

    def test_holds_the_mentors_milestones_that_are_due_and_nobody_elses(self, world):
        world.files["a"].enrolments.get().release_plan.milestones.update(due_on=in_days(99))
        milestone(world, world.files["a"], in_days(14))
        milestone(world, world.files["a"], in_days(15))
        milestone(world, world.files["a"], in_days(-1), "caseworker")
        assert titles(world) == ["Drivers licence found, with Given-a"]

    def test_holds_what_the_mentor_promised(self, world):
        session = meet(world.mentorship_of("mentor"), in_days(-9))
        Agreement.objects.filter(made_in=session).update(due_on=in_days(3))
        assert "You promised: Write a list" in titles(world)
        Agreement.objects.filter(made_in=session).update(who="mentee")
        assert "You promised: Write a list" not in titles(world)

    def test_reminds_of_a_note_that_was_begun_long_ago(self, world):
        assert "Finish the note on Given-a" not in titles(world)
        SessionDraft.objects.update(saved_at=timezone.now() - datetime.timedelta(days=3))
        assert "Finish the note on Given-a" in titles(world)

    def test_begins_with_what_has_waited_longest(self, world):
        milestone(world, world.files["a"], in_days(-30))
        dates = [work.due_on for work in of(world).worklist]
        assert dates == sorted(dates)
        assert dates[0] == in_days(-30)


class TestThisWeek:
    @pytest.mark.parametrize(("away", "there"), [(0, True), (6, True), (7, False)])
    def test_holds_the_meetings_of_seven_days(self, world, away, there):
        meet(world.mentorship_of("mentor"), in_days(-1), next_on=in_days(away))
        assert bool(of(world).week) is there


class TestADraft:
    def test_stands_on_top_and_can_be_continued_or_discarded(self, as_user, world):
        draft = SessionDraft.objects.get(author=world.people["mentor"])
        page = as_user("mentor").get(URL).content.decode()
        assert f"/sessions/log/{draft.pk}/" in page
        assert f"/sessions/log/{draft.pk}/discard/" in page

    def test_of_somebody_else_is_not_there(self, world):
        assert {draft.reference for draft in of(world).drafts} == {"M-a"}
        assert len(of(world).drafts) == 1
        assert (
            SessionDraft.objects.filter(mentorship__enrolment__mentee=world.files["a"]).count() > 1
        )


class TestTheWay:
    def test_is_said_in_days_while_it_is_near(self, world):
        mentee = another_file(world, 7)
        walk(world, "mentor", mentee)
        Mentee.objects.filter(pk=mentee.pk).update(given_name="Ny")
        way = {card.reference: card.way for card in of(world).cards}[mentee.reference]
        assert way.headline == "In 43 weeks"
        assert way.phase == "sentence"


def a_visit(world: World, name: str) -> None:
    AuditEvent.objects.create(
        kind="listed",
        act=AuditEvent.Act.CONSULT,
        actor=str(world.people[name].pk),
        capacity=CaseworkPermission.OPEN_CASELOAD,
    )


@pytest.fixture
def the_next_day(world, time_machine) -> None:
    """The mentor was here, and thirty hours went by."""
    a_visit(world, "mentor")
    time_machine.move_to(timezone.now() + datetime.timedelta(hours=30), tick=False)


@pytest.mark.usefixtures("the_next_day")
class TestWhatIsNew:
    def new(self, world: World, name: str = "mentor") -> list[str]:
        return [work.title for work in of(world, name).changed]

    def test_is_what_others_did_since_the_last_visit(self, world):
        mentee, coach = world.files["a"], world.people["coach"]
        key_date(mentee, "decided_release", in_days(80), recorded_by=coach)
        CustodyEvent.objects.create(
            mentee=mentee, kind="parole_granted", happened_on=today(), recorded_by=coach
        )
        StatusChange.objects.create(
            enrolment=mentee.enrolments.get(),
            from_status="active",
            to_status="on_hold",
            reason="hospital",
            changed_on=today(),
            changed_by=coach,
        )
        milestone(world, mentee, today(), status="done", done_on=today(), done_by=coach)
        found = self.new(world)
        assert len(found) == 4
        assert any(title.startswith("Release date decided: ") for title in found)
        for title in ("Parole granted", "Enrolment: on hold", "Done: Drivers licence found"):
            assert title in found

    def test_is_nothing_of_what_one_did_oneself(self, world):
        mentee, mentor = world.files["a"], world.people["mentor"]
        key_date(mentee, "decided_release", in_days(80), recorded_by=mentor)
        milestone(world, mentee, today(), status="done", done_on=today(), done_by=mentor)
        assert not self.new(world)

    def test_is_nothing_of_a_file_that_is_not_ones_own(self, world):
        key_date(world.files["b"], "decided_release", in_days(80))
        assert not self.new(world)

    def test_is_nothing_to_whoever_is_here_for_the_first_time(self, world):
        key_date(world.files["b"], "decided_release", in_days(80))
        assert not self.new(world, "mentor_b")
        a_visit(world, "mentor_b")
        assert of(world, "mentor_b").last_here is None  # this sitting is no earlier one

    def test_stays_through_a_sitting_and_goes_with_the_next(self, world, as_user, time_machine):
        key_date(world.files["a"], "decided_release", in_days(80))
        start = timezone.now()
        for minutes in (0, 1, 50, 99):
            time_machine.move_to(start + datetime.timedelta(minutes=minutes), tick=False)
            page = as_user("mentor").get(URL).content.decode()
            assert "New since you were last here" in page
            assert "Release date decided" in page
        time_machine.move_to(start + datetime.timedelta(minutes=99 + 61), tick=False)
        assert "New since you were last here" not in as_user("mentor").get(URL).content.decode()

    def test_tells_that_ones_own_concern_was_taken_up(self, world):
        concern = Concern.objects.create(
            mentorship=world.mentorship_of("mentor"),
            level=1,
            observed="A broken cup.",
            source="saw",
            raised_by=world.people["mentor"],
        )
        assert "Your concern was taken up" not in self.new(world)
        concern.taken_up_by, concern.taken_up_at = world.people["coach"], timezone.now()
        concern.save()
        [work] = of(world).changed
        assert (work.title, work.url) == (
            "Your concern was taken up",
            concern.get_absolute_url(),
        )
        concern.raised_by = world.people["coach"]
        concern.save()
        assert not self.new(world)

    def test_costs_no_more_where_much_has_changed(self, world, as_user):
        for number in range(30):
            CustodyEvent.objects.create(
                mentee=world.files["a"], kind="parole_granted", happened_on=in_days(-number)
            )
        assert cost_of(as_user("mentor"), URL) <= MOST_QUERIES
        assert len(self.new(world)) == CHANGES_AT_MOST
