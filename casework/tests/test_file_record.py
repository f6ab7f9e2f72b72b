"""What is held about a mentee, for the auditor: that it is there, and not a word of it."""

import pytest

from accounts import access
from accounts.roles import Role
from audit.models import AuditEvent
from bot_project.tests.crowd import MOST_QUERIES, cost_of, meet
from casework.queries.file_record import RECORDS, mentors_of, record_of
from core.dates import today
from mentees.models import Mentee
from mentees.permissions import MenteePermission
from training.models import Attendance, Certificate

pytestmark = [pytest.mark.django_db, pytest.mark.second_factor]
URL = "/mentees/M-a/record/"


def held(world, name):
    return {each.label: each for each in record_of(world.files["a"], world.user(name))}


class TestTheRecord:
    @pytest.mark.parametrize("place", ["a", "root"])
    def test_opens_to_the_auditor_of_the_area_and_of_the_directorate(self, as_user, world, place):
        where = world.root if place == "root" else "a"
        world.person("their_auditor", Role.AUDITOR, where)
        page = as_user("their_auditor").get(URL)
        assert page.status_code == 200
        assert "Sessions" in page.content.decode()

    @pytest.mark.parametrize(
        ("name", "status"),
        [("mentor", 403), ("coach", 403), ("admin_a", 403), ("partner", 403), ("manager", 404)],
    )
    def test_is_nobody_elses(self, as_user, name, status):
        assert as_user(name).get(URL).status_code == status

    def test_does_not_open_where_the_auditor_is_of_another_area(self, as_user, world):
        world.person("auditor_b", Role.AUDITOR, "b")
        hidden, missing = (
            as_user("auditor_b").get(url) for url in (URL, "/mentees/M-zzz/record/")
        )
        assert hidden.status_code == missing.status_code == 404
        assert hidden.content == missing.content

    def test_counts_what_there_is_and_says_from_when_to_when(self, world):
        before = held(world, "auditor")["Sessions"].number
        meet(world.mentorship_of("mentor"), today())
        told = held(world, "auditor")["Sessions"]
        assert (told.number, told.last) == (before + 1, today())
        assert not held(world, "mentor")

    def test_says_no_word_of_what_stands_in_it(self, as_user):
        page = as_user("auditor").get(URL).content.decode()
        for word in ("Given-a", "Family-a", "Prison a", "They talked", "Sister", "Cousin"):
            assert word not in page

    def test_opens_nothing_else(self, as_user, world):
        assert as_user("auditor").get("/mentees/M-a/").status_code == 404
        assert not Mentee.objects.visible_to(world.user("auditor")).exists()

    def test_stands_open_to_an_auditor_whom_somebody_excluded(self, as_user, world):
        world.files["a"].exclusions.create(person=world.people["auditor"], reason="kin")
        assert as_user("auditor").get(URL).status_code == 200

    def test_is_in_the_trail(self, as_user, world):
        as_user("auditor").get(URL)
        line = AuditEvent.objects.latest("pk")
        assert (line.kind, line.targets) == ("consulted", ["mentees.mentee:M-a"])
        assert line.capacity.startswith("auditor:")

    def test_costs_the_same_for_one_session_and_for_fifty(self, as_user, world):
        client = as_user("auditor")
        one = cost_of(client, URL)
        for _number in range(50):
            meet(world.mentorship_of("mentor"), today())
        assert cost_of(client, URL) == one <= MOST_QUERIES


def test_each_kind_of_record_is_the_auditors_by_a_rule():
    for model, permission, _day in [*RECORDS, (Mentee, MenteePermission.IS_THERE, "")]:
        roles = {r.role for r in access.RULES if r.model is model and permission in r.permissions}
        assert roles == {Role.AUDITOR}, model


class TestTheMentors:
    def told(self, world, name, letter="a"):
        found = mentors_of(world.files[letter], world.user(name))
        return {each.user.name: (each.status, each.days, each.certified_until) for each in found}

    def test_are_there_with_their_status_and_training(self, world):
        attended = Attendance.objects.filter(attendee=world.people["mentor"])
        certificate = Certificate.objects.get(holder=world.people["mentor"])
        mentor = self.told(world, "auditor")["mentor"]
        assert mentor == (world.mentor("mentor").status, attended.count(), certificate.valid_until)

    def test_are_those_of_this_mentee(self, world):
        assert "former_mentor" in self.told(world, "auditor")
        assert "mentor_b" not in self.told(world, "auditor")

    def test_of_another_area_are_not_this_auditors(self, world):
        world.person("auditor_b", Role.AUDITOR, "b")
        assert self.told(world, "auditor_b") == {}
        assert set(self.told(world, "auditor_b", "b")) == {"mentor_b"}

    def test_are_nobody_elses(self, world):
        for name in ("mentor", "coach", "admin_a", "trainer", "technical"):
            assert self.told(world, name) == {}

    def test_stand_on_the_page(self, as_user):
        page = as_user("auditor").get(URL).content.decode()
        assert "Who walks or walked with this mentee" in page
