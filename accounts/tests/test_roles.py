import pytest

from accounts import operations
from accounts.operations import NotGiven
from accounts.roles import Role
from audit.models import AuditEvent
from core.dates import today
from mentees.models import Mentee

pytestmark = pytest.mark.django_db


def give(world, name="stranger", role=Role.PROBATION_ADMIN, place=None, by="technical"):
    return operations.give_role(
        world.people[name],
        by=world.people[by],
        role=role,
        organisation=place or world.area["a"],
        valid_from=today(),
        confirmed_by=world.people["admin_a"],
    )


class TestGivingARole:
    def test_opens_what_the_role_opens_and_leaves_a_line(self, world):
        give(world)
        assert Mentee.objects.visible_to(world.user("stranger")).get() == world.files["a"]
        assert AuditEvent.objects.latest("pk").details["role"] == "probation_admin"

    def test_is_refused_to_oneself(self, world):
        with pytest.raises(NotGiven, match="themselves"):
            give(world, by="stranger")

    def test_is_refused_where_it_would_reach_nothing(self, world):
        for place in (world.root, world.prison["a"]):
            with pytest.raises(NotGiven, match="posted in an area"):
                give(world, place=place)
        give(world, role=Role.AUDITOR, place=world.root)  # others are at home there

    def test_ends_with_its_last_day(self, world):
        assignment = give(world)
        operations.end_role(assignment, by=world.people["technical"], on=today())
        assert Mentee.objects.visible_to(world.user("stranger")).exists()
        assert AuditEvent.objects.latest("pk").kind == "role.ended"
