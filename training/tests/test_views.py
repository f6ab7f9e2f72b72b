"""Own training, and the organiser's matrix."""

import datetime

import pytest

from bot_project.tests.cast import LONG_AGO, World
from bot_project.tests.crowd import MOST_QUERIES, cost_of, in_days
from training.matrix import Record, matrices, own_records
from training.models import Attendance, Certificate, CourseDay, CourseRun, Module

pytestmark = pytest.mark.django_db
OWN, ALL = "/training/my/", "/training/"


def module(world: World, number: int, title: str) -> Module:
    return Module.objects.create(programme=world.training, number=number, title=title)


def attend(world: World, name: str, of: Module, number: int, **fields) -> Attendance:
    day, _ = CourseDay.objects.get_or_create(
        run=CourseRun.objects.get(), module=of, day_number=number, defaults={"held_on": LONG_AGO}
    )
    return Attendance.objects.create(course_day=day, attendee=world.people[name], **fields)


def record(world: World, name: str = "mentor") -> Record:
    [found] = own_records(world.user(name))
    return found


def until(world: World, day: datetime.date, name: str = "mentor", **fields) -> None:
    certificates = Certificate.objects.filter(holder=world.people[name])
    certificates.update(valid_until=day, **fields)


class TestMyTraining:
    def test_says_until_when_one_is_certified_and_what_is_missing(self, as_user, world):
        page = as_user("mentor").get(OWN).content.decode()
        assert "certified until" in page
        assert "Dialogue, day 2" in page

    def test_says_what_will_come_to_somebody_untrained(self, as_user):
        assert "No training yet" in as_user("partner").get(OWN).content.decode()

    def test_is_closed_to_whoever_is_never_trained(self, as_user):
        for name in ("auditor", "manager", "caseworker", "stranger"):
            assert as_user(name).get(OWN).status_code == 403

    def test_is_ones_own_also_for_whoever_sees_that_of_others(self, world):
        assert [found.person.name for found in own_records(world.user("coach"))] == ["coach"]
        assert own_records(world.user("admin_a")) == []

    def test_costs_the_same_for_one_day_and_for_twelve(self, as_user, world):
        client = as_user("mentor")
        one = cost_of(client, OWN)
        for number in range(2, 7):
            block = module(world, number, f"Block {number}")
            attend(world, "mentor", block, 1)
            attend(world, "mentor", block, 2)
        assert cost_of(client, OWN) == one <= MOST_QUERIES
        assert record(world).attended == 11


class TestARecord:
    def test_holds_every_day_of_the_training(self, world):
        block = module(world, 2, "Conflict")
        attend(world, "mentor", block, 1, made_up_on=LONG_AGO)
        found = record(world)
        assert [day.state for day in found.days] == ["done", "missing", "made_up", "missing"]
        assert found.missing == ["Dialogue, day 2", "Conflict, day 2"]

    @pytest.mark.parametrize(
        ("away", "kind"), [(-1, "late"), (0, "soon"), (90, "soon"), (91, "done")]
    )
    def test_marks_a_certificate_that_lapses(self, world, away, kind):
        until(world, in_days(away))
        assert record(world).standing[0] == kind

    def test_tells_a_provisional_certificate_from_a_full_one(self, world):
        until(world, in_days(300), standing=Certificate.Standing.PROVISIONAL)
        assert record(world).standing[1].startswith("provisionally certified until")

    def test_without_a_certificate_says_so(self, world):
        Certificate.objects.filter(holder=world.people["mentor"]).delete()
        assert record(world).standing == ("plan", "not yet certified")


class TestTheOrganisersMatrix:
    def test_shows_everybody_in_training(self, as_user):
        page = as_user("trainer").get(ALL).content.decode()
        assert "former_mentor" in page
        assert "Dialogue" in page

    def test_holds_no_case(self, as_user):
        page = as_user("trainer").get(ALL).content.decode()
        assert "M-a" not in page
        assert "/mentees/" not in page

    def test_is_closed_to_other_roles(self, as_user):
        for name in ("mentor", "coach", "admin_a", "manager"):
            assert as_user(name).get(ALL).status_code == 403

    def test_counts_the_certificates_that_lapse_soon(self, world):
        until(world, in_days(30))
        [matrix] = matrices(world.user("trainer"))
        assert matrix.lapsing == 1

    def test_costs_the_same_for_one_person_and_for_fifty(self, as_user, world):
        client = as_user("trainer")
        before = cost_of(client, ALL)
        for number in range(49):
            world.trained(world.person(f"trainee {number}"))
        assert cost_of(client, ALL) == before <= MOST_QUERIES
