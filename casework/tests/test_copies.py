"""A scheme of many copies, on two of people and three of files."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts.models import User
from casework.demo.copies import SCALES, Scale
from casework.demo.loading import NOT_COPIED, SCHEME, STRUCTURE, load
from core.dates import today
from core.references import is_reference
from mentees.models import Mentee
from mentors.models import CoachAssignment
from mentorships.models import MentoringSession, Mentorship

pytestmark = pytest.mark.django_db
COPIED = [model for model in [*STRUCTURE, *SCHEME] if model not in NOT_COPIED]


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The counts of the pilot; the database holds the copies as well, until the module ends."""
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patch,
        transaction.atomic(),
    ):
        patch.setitem(SCALES, "small", Scale(people=2, files=3))
        parts = []
        scheme = load(
            seed=1,
            day=today(),
            scale="small",
            progress=lambda part, writing: parts.append(part),
        )
        assert parts == sorted(parts)
        assert parts[-1] == 1
        yield {model: len(scheme.rows.get(model, [])) for model in COPIED}
        transaction.set_rollback(True)


class TestTheCopies:
    def test_are_as_many_as_the_scale_says(self, loaded):
        assert Mentee.objects.count() == 3 * loaded[Mentee]
        assert User.objects.count() == 2 * loaded[User]
        assert MentoringSession.objects.count() > 4 * loaded[MentoringSession]

    def test_keep_every_foreign_key_and_constraint(self, loaded):
        connection.check_constraints()
        for model in COPIED:
            for row in model._base_manager.order_by("-pk")[:3]:
                row.validate_constraints()

    def test_have_references_of_their_own(self, loaded):
        references = list(Mentee.objects.values_list("reference", flat=True))
        assert all(map(is_reference, references))
        assert len(set(references)) == len(references)

    def test_never_met_before_they_began_or_in_days_to_come(self, loaded):
        for session in MentoringSession.objects.select_related("mentorship"):
            assert session.mentorship.started_on <= session.held_on < today()

    def test_cannot_sign_in_and_own_nothing_of_the_house(self, loaded):
        copies = User.objects.filter(email__startswith="c1.")
        assert len(copies) == loaded[User]
        assert not any(c.has_usable_password() or c.is_staff or c.is_superuser for c in copies)

    def test_see_their_own_files_and_their_coach_those_of_their_mentors(self, loaded):
        mentor = User.objects.get(email="c1.mentor@demo.example")
        running = Mentorship.objects.running(today())
        own = set(running.filter(mentor__user=mentor).values_list("enrolment__mentee", flat=True))
        assert own
        assert set(Mentee.objects.visible_to(mentor).values_list("pk", flat=True)) == own
        coach = CoachAssignment.objects.in_force(today()).get(mentor__user=mentor).coach.user
        assert coach.email == "c1.coach@demo.example"
        assert own < set(Mentee.objects.visible_to(coach).values_list("pk", flat=True))

    def test_leave_room_for_who_comes_next(self, loaded):
        highest = User.objects.latest("pk").pk
        assert User.objects.create_user("next@demo.example", name="Next").pk > highest


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL can")
def test_a_european_scheme_is_refused_on_sqlite():
    with pytest.raises(CommandError, match="Ten million sessions need PostgreSQL"):
        call_command("seed_demo", scale="european")
