"""Whoever sees a plan sees all of it; what one may do depends on whose move it is."""

import pytest

from bot_project.tests.crowd import milestone
from core.dates import today
from release_plans.models import Milestone, ReleasePlan
from release_plans.permissions import PlanPermission as P


@pytest.fixture
def rows(world) -> dict[str, Milestone]:
    roles = ("mentor", "coach", "caseworker", "municipality", "mentee", "probation_admin")
    return {role: milestone(world, world.files["a"], today(), role) for role in roles}


def may(world, name, permission, rows) -> set[str]:
    user = world.user(name)
    return {role for role, row in rows.items() if user.has_perm(permission, row)}


@pytest.mark.parametrize(
    ("name", "whose"),
    [
        ("mentor", {"mentor", "mentee"}),
        ("coach", {"coach"}),
        ("stand_in", {"coach"}),
        ("caseworker", {"caseworker", "municipality"}),
        (
            "admin_a",
            {"mentor", "coach", "caseworker", "municipality", "mentee", "probation_admin"},
        ),
        *((name, set()) for name in ("former_mentor", "former_coach", "former_caseworker")),
        *((name, set()) for name in ("partner", "auditor", "admin_b", "barred_admin_a")),
    ],
)
def test_each_completes_what_is_theirs(world, rows, name, whose):
    assert may(world, name, P.COMPLETE, rows) == whose


@pytest.mark.parametrize("permission", [P.WAIVE, P.CHANGE_MILESTONE])
def test_coach_and_administrator_alone_waive_hold_and_hand_over(world, rows, permission):
    able = {name for name in world.people if may(world, name, permission, rows)}
    assert able == {"coach", "stand_in", "admin_a"}


def test_the_gate_is_prepared_by_all_who_work_with_the_mentee(world):
    plan = ReleasePlan.objects.get(enrolment__mentee=world.files["a"])
    able = {name for name in world.people if world.user(name).has_perm(P.PREPARE_GATE, plan)}
    assert able == {"mentor", "two_hats", "coach", "stand_in", "caseworker", "admin_a"}


def test_only_the_administrator_changes_its_template(world):
    plan = ReleasePlan.objects.get(enrolment__mentee=world.files["a"])
    able = {name for name in world.people if world.user(name).has_perm(P.CHANGE, plan)}
    assert able == {"admin_a"}
