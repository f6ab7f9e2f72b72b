"""What is composed once must not answer with what was known then."""

import datetime
from weakref import WeakKeyDictionary

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts import access, statements
from accounts.statements import Arm
from core.dates import today
from mentees.models import Mentee
from mentees.permissions import MenteePermission

pytestmark = pytest.mark.django_db


@pytest.fixture
def composed(monkeypatch):
    """The days for which the mentor's rule was composed."""
    days = []
    stated = next(
        r for r in access.RULES if (r.model, r.role) == (Mentee, "mentor") and not r.over
    )

    def counted(on):
        days.append(on)
        return stated.pairs_on(on)

    more = access.Rule(Mentee, stated.role, stated.permissions, stated.name, counted)
    others = [r for r in access.RULES if r is not stated]
    monkeypatch.setattr(access, "RULES", [*others, more])
    return days


class TestARuleThatIsComposedOnce:
    def test_answers_each_person_with_their_own(self, world, composed):
        seen = [
            list(Mentee.objects.visible_to(world.user(name)).values_list("reference", flat=True))
            for name in ("mentor", "mentor_b", "mentor")
        ]
        assert seen == [["M-a"], ["M-b"], ["M-a"]]
        assert composed == [today()]

    def test_is_composed_again_the_next_day_and_when_it_is_forgotten(self, world, composed):
        list(Mentee.objects.visible_to(world.user("mentor")))
        access.forget()
        list(Mentee.objects.visible_to(world.user("mentor")))
        assert composed == [today()] * 2
        with time_machine.travel(timezone.now() + datetime.timedelta(days=1), tick=False):
            list(Mentee.objects.visible_to(world.user("mentor")))
            assert composed[2:] == [today()]

    def test_knows_a_share_that_ends_before_the_day(self, world):
        partner, seen = world.people["partner"], []
        ends = world.files["a"].grants.filter(user=partner).latest("expires_at").expires_at
        for minutes in (-1, 1):
            with time_machine.travel(ends + datetime.timedelta(minutes=minutes), tick=False):
                held = access.holders(MenteePermission.VIEW, [world.files["a"]])
                seen.append(partner.pk in {holder.person for holder in held})
        assert seen == [True, False]

    def test_may_be_joined_with_the_same_of_another(self, world):
        mentor, other = (world.user(name) for name in ("mentor", "mentor_b"))
        both = Mentee.objects.visible_to(mentor) | Mentee.objects.visible_to(other)
        assert {mentee.reference for mentee in both} == {"M-a", "M-b"}
        assert not Mentee.objects.visible_to(mentor).visible_to(other).exists()


class TestAGuardedRow:
    def test_is_each_persons_own_however_alike_they_are(self, world, as_user):
        for name, own, other in (("mentor", "a", "b"), ("mentor_b", "b", "a")) * 2:
            client = as_user(name)
            seen = [client.get(f"/mentees/M-{file}/").status_code for file in (own, other)]
            assert seen == [200, 404]

    @pytest.mark.parametrize("key", [0, 2**63, 10**30])
    def test_is_not_there_under_a_number_that_no_row_has(self, world, as_user, key):
        assert as_user("coach").get(f"/sessions/{key}/hand-over/").status_code == 404


class TestAnArm:
    def test_that_gives_nothing_is_left_out(self, world):
        def nobody(model, on):
            return model._base_manager.none().values("pk")

        def everybody(model, on):
            return model._base_manager.values("pk")

        empty, full = (Arm(each, Mentee, today()) for each in (nobody, everybody))
        assert statements.ask([(empty, {})]) == []
        assert len(statements.ask([(empty, {}), (full, {})])) == Mentee.objects.count()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the other plans as it reads")
class TestAQuestionThatIsPrepared:
    def test_is_so_once_and_answers_alike_however_often_it_is_asked(self, world):
        file = world.files["a"]
        names, told = [], []
        for _ in range(8):  # a plan for every value comes after five
            told.append(access.holders(MenteePermission.VIEW, [file]))
            names.append(dict(statements.PREPARED[connection.connection]))
        assert told == told[:1] * 8
        assert names == names[:1] * 8
        other = access.holders(MenteePermission.VIEW, [world.files["b"]])
        assert {holder.row for holder in other} == {world.files["b"].pk}

    def test_is_asked_as_it_is_where_the_connection_has_prepared_enough(self, world, monkeypatch):
        monkeypatch.setattr(statements, "PREPARED_AT_MOST", 0)
        monkeypatch.setattr(statements, "PREPARED", WeakKeyDictionary())
        assert access.holders(MenteePermission.VIEW, [world.files["a"]])
        assert not statements.PREPARED[connection.connection]


class TestAskingForSomeRoles:
    """Who holds it by another rule is not named, whether one row is asked for or many."""

    @pytest.mark.parametrize("roles", [None, {"mentor"}, {"coach"}, {"mentor", "coach"}])
    def test_names_their_holders_alone(self, world, roles):
        permission, file = MenteePermission.VIEW, world.files["a"]
        everyone = access.holders(permission, [file])
        assert {"mentor", "coach", "probation_admin"} <= {role_of(each) for each in everyone}
        wanted = {each for each in everyone if roles is None or role_of(each) in roles}
        assert access.holders(permission, [file], roles=roles) == wanted
        rows = Mentee.objects.filter(pk=file.pk)
        found = access.readers({"": (permission, rows)}, roles=roles)
        assert {(r.person, r.capacity) for r in found} == {(h.person, h.capacity) for h in wanted}


def role_of(holder):
    return holder.capacity.partition(":")[0]
