import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from audit.models import AuditEvent
from core.dates import today
from core.errors import Overreach
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
        with pytest.raises(Overreach):
            assign(world, "two_hats", "two_hats")

    def test_is_refused_in_a_circle_however_wide(self, world):
        assign(world, "two_hats", "mentor")  # coach > mentor > two_hats
        for around in ("mentor", "two_hats"):
            with pytest.raises(Overreach):
                assign(world, "coach", around)
        assign(world, "coach", "former_mentor")  # no circle, so it stands

    def test_comes_to_an_end_where_others_already_stand_in_a_circle(self, world):
        """Rows that an import wrote; nothing here makes them."""
        one, other = world.mentor("former_mentor"), world.mentor("coach")
        for coach, mentor in ((one, other), (other, one)):
            CoachAssignment.objects.create(coach=coach, mentor=mentor, valid_from=today())
        assert assign(world, "two_hats", "former_mentor")

    def test_around_a_corner_is_recorded_as_a_denial_and_changes_nothing(self, world, as_user):
        """The form does not offer oneself; a circle it cannot know."""
        world.role("mentor", "coach", "a")
        mentor, row = world.mentor("mentor"), world.mentor("coach")
        answer = as_user("admin_a").post(
            f"/admin/mentors/mentor/{row.pk}/step/coach/", {"coach": mentor.pk, "on": today()}
        )
        assert "not even around a corner" in answer.content.decode()
        denial = AuditEvent.objects.get(act="denial")
        assert denial.targets == [f"mentors.mentor:{row.pk}"]
        assert denial.actor == str(world.people["admin_a"].pk)
        assert not CoachAssignment.objects.filter(mentor=row).exists()

    def test_whose_days_do_not_fit_is_no_denial(self, world, as_user):
        """The control: a slip of the pen."""
        world.role("former_mentor", "coach", "a")
        row, coach = world.mentor("mentor"), world.mentor("former_mentor")
        typed = {"coach": coach.pk, "on": "2019-01-01"}
        as_user("admin_a").post(f"/admin/mentors/mentor/{row.pk}/step/coach/", typed)
        assert not AuditEvent.objects.filter(act="denial").exists()

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
