"""Refusals that come close together are told to coach and auditors, once."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from accounts.roles import Role
from audit.models import AuditEvent
from bot_project.tests.cast import World, yesterday
from casework.operations import alarm_denials
from casework.tasks import alarm_denials as task
from notifications.models import Notice

BEGIN = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC)
AT_ONCE = datetime.timedelta()


@pytest.fixture
def world(db, alone) -> World:
    """As it stands on that day."""
    with time_machine.travel(BEGIN, tick=False):
        world = World()
    Notice.objects.all().delete()  # what its people were told before
    return world


def minutes(count: float) -> datetime.timedelta:
    return datetime.timedelta(minutes=count)


@pytest.fixture
def refused(as_user, world):
    """`refused("mentor", "M-1", after=minutes(2))`: this person was refused this file then."""

    def refuse(name: str, reference: str, after: datetime.timedelta = AT_ONCE) -> None:
        with time_machine.travel(BEGIN + after, tick=False):
            assert as_user(name).get(f"/mentees/{reference}/").status_code == 404

    return refuse


def sweep(after: datetime.timedelta = AT_ONCE) -> int:
    with time_machine.travel(BEGIN + after, tick=False):
        return task()


def told(world, name: str) -> list[str]:
    notices = Notice.objects.filter(recipient=world.people[name]).order_by("pk")
    return [notice.kind for notice in notices]


class TestFiveRefusals:
    @pytest.fixture
    def five(self, refused):
        for number in range(5):
            refused("mentor", f"M-{number}", minutes(number))

    def test_are_told_to_the_coach_the_cover_and_the_auditors(self, world, five):
        assert sweep(minutes(5)) == 1
        assert told(world, "coach") == told(world, "stand_in") == ["mentor_denied"]
        assert told(world, "auditor") == ["somebody_denied"]
        assert Notice.objects.count() == 3

    def test_lead_the_auditor_to_the_lines(self, world, five, as_user):
        sweep(minutes(5))
        link = Notice.objects.get(kind="somebody_denied").link
        assert str(world.people["mentor"].uuid) in link
        page = as_user("auditor").get(link)
        [a_day] = page.context["page"].days
        assert a_day.lines[0].sentence == "was refused M-4"

    def test_lead_the_coach_where_coaches_may_be(self, five, as_user):
        sweep(minutes(5))
        link = Notice.objects.filter(kind="mentor_denied").first().link
        assert as_user("coach").get(link).status_code == 200

    def test_are_an_event_of_the_trail_without_a_figure(self, world, five):
        sweep(minutes(5))
        event = AuditEvent.objects.get(kind="denials.alarmed")
        assert event.targets == [f"accounts.user:{world.people['mentor'].pk}"]
        assert (event.capacity, event.details) == ("clock", {})

    def test_are_told_once(self, five):
        assert [sweep(minutes(after)) for after in (5, 6, 14, 300)] == [1, 0, 0, 0]
        assert Notice.objects.count() == 3

    def test_are_told_after_the_schedule_stood_still(self, world, five):
        assert sweep(minutes(600)) == 1

    def test_more_in_the_same_window_are_not_told_again(self, five, refused):
        sweep(minutes(5))
        for number in range(5, 10):
            refused("mentor", f"M-{number}", minutes(number))
        assert sweep(minutes(12)) == 0

    def test_are_told_again_when_a_window_has_passed(self, world, five, refused):
        sweep(minutes(5))
        for number in range(5):
            refused("mentor", f"M-{number}", minutes(20 + number))
        assert sweep(minutes(26)) == 1
        assert told(world, "auditor") == ["somebody_denied"] * 2

    def test_of_somebody_without_a_coach_are_told_to_the_auditors(self, world, refused):
        for number in range(5):
            refused("caseworker", f"M-{number}")
        sweep()
        assert told(world, "auditor") == ["somebody_denied"]
        assert Notice.objects.count() == 1

    def test_are_not_told_to_a_former_coach(self, world, five):
        sweep(minutes(5))
        assert told(world, "former_coach") == []

    def test_are_not_told_to_whoever_was_an_auditor(self, world, five):
        with time_machine.travel(BEGIN, tick=False):
            world.person("former_auditor", Role.AUDITOR, world.root, until=yesterday())
        sweep(minutes(5))
        assert told(world, "former_auditor") == []

    def test_of_an_auditor_are_told_to_the_others(self, world, refused):
        world.person("other_auditor", Role.AUDITOR, world.root)
        for number in range(5):
            refused("auditor", f"M-{number}")
        sweep()
        assert told(world, "other_auditor") == ["somebody_denied"]
        assert told(world, "auditor") == []


class TestFewerRefusals:
    """The controls: each is one step short of an alarm."""

    def test_four_are_told_to_nobody(self, refused):
        for number in range(4):
            refused("mentor", f"M-{number}")
        assert sweep() == 0
        assert not Notice.objects.exists()

    def test_of_the_same_record_are_one(self, refused):
        for _again in range(6):
            refused("mentor", "M-1")
        assert sweep() == 0

    def test_over_more_than_ten_minutes_are_told_to_nobody(self, refused):
        for number in range(5):
            refused("mentor", f"M-{number}", minutes(number * 2.6))
        assert sweep(minutes(11)) == 0

    def test_of_two_people_are_not_added_up(self, refused):
        for number in range(4):
            refused("mentor", f"M-{number}")
            refused("caseworker", f"M-{number}")
        assert sweep() == 0

    def test_of_pages_are_not_of_records(self, as_user):
        for page in ("desk", "cases", "trail", "desk", "cases", "trail"):
            assert as_user("partner").get(f"/{page}/").status_code == 403
        assert alarm_denials(now=timezone.now()) == 0
