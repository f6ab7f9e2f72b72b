import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from audit.models import AuditEvent
from core.dates import today
from mentees.models import Mentee
from mentors import operations
from mentors.models import CoachAssignment

pytestmark = pytest.mark.django_db


def assign(world, mentor, coach, on=None):
    return operations.assign_coach(
        world.mentor(mentor),
        by=world.people["admin_a"],
        coach=world.mentor(coach),
        on=on or today(),
    )


class TestAssigningACoach:
    def test_opens_the_files_to_the_new_one_and_closes_them_to_the_old(self, world):
        world.role("former_mentor", "coach", "a")
        assert Mentee.objects.visible_to(world.user("coach")).exists()
        assign(world, "mentor", "former_mentor")
        assert Mentee.objects.visible_to(world.user("former_mentor")).exists()
        assert not Mentee.objects.visible_to(world.user("coach")).exists()

    def test_is_refused_to_oneself(self, world):
        with pytest.raises(operations.NoCoach):
            assign(world, "two_hats", "two_hats")

    def test_is_refused_in_a_circle_however_wide(self, world):
        assign(world, "two_hats", "mentor")  # coach > mentor > two_hats
        for around in ("mentor", "two_hats"):
            with pytest.raises(operations.NoCoach):
                assign(world, "coach", around)
        assign(world, "coach", "former_mentor")  # no circle, so it stands

    def test_leaves_a_line(self, world):
        assign(world, "two_hats", "coach")
        assert AuditEvent.objects.latest("pk").kind == "coach.assigned"

    def test_is_refused_by_the_database_too(self, world):
        mentor = world.mentor("two_hats")
        with pytest.raises(IntegrityError), transaction.atomic():
            CoachAssignment.objects.create(coach=mentor, mentor=mentor)
        with pytest.raises(IntegrityError), transaction.atomic():
            CoachAssignment.objects.create(
                coach=world.mentor("coach"), mentor=world.mentor("mentor")
            )


class TestChangingAMentor:
    def test_keeps_the_earlier_value_and_who_changed_it(self, world):
        mentor, admin = world.mentor("mentor"), world.people["admin_a"]
        operations.change_mentor(mentor, by=admin, capacity=5)
        newest = mentor.history.first()
        assert (newest.capacity, newest.history_user) == (5, admin)
        assert AuditEvent.objects.latest("pk").details == {"fields": ["capacity"]}

    def test_refuses_what_cannot_be(self, world):
        with pytest.raises(ValidationError):
            operations.change_mentor(
                world.mentor("mentor"), by=world.people["admin_a"], status="asleep"
            )
