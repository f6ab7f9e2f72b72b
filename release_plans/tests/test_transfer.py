"""What a move to another institution asks of a plan: acceptance scenario 9 of domain.md."""

import datetime

import pytest

from core.dates import today
from mentees import operations as files
from mentees.models import Enrolment, Placement
from release_plans.models import Milestone

DUE = today() + datetime.timedelta(days=14)


@pytest.fixture
def placed(case, world):
    case.held().given("expiry", today() + datetime.timedelta(days=200)).planned(on=today())
    Placement.objects.create(
        episode=case.mentee.custody_episodes.get(),
        institution=world.prison["a"],
        started_on=today() - datetime.timedelta(days=30),
    )
    return case


def asked(case):
    return Milestone.objects.filter(plan__enrolment=case.enrolment, item=None)


def move(case, to):
    files.transfer(case.mentee, by=case.by, institution=case.world.prison[to], on=today())


class TestATransfer:
    def test_asks_each_whose_move_it_is(self, placed):
        before = placed["P15"].due_on
        move(placed, "b")
        whose = sorted(asked(placed).values_list("responsible", flat=True))
        assert whose == ["caseworker", "caseworker", "probation_admin", "probation_admin"]
        assert set(asked(placed).open().values_list("due_on", flat=True)) == {DUE}
        assert placed["P15"].due_on == before

    def test_asks_anew_only_what_was_settled_since_the_last(self, placed):
        move(placed, "b")
        done = asked(placed).first()
        Milestone.objects.filter(pk=done.pk).update(
            status="done", done_on=today(), done_by=placed.by, evidence_kind="decision"
        )
        move(placed, "a")
        titles = [each.own_title for each in asked(placed).open()]
        assert len(titles) == len(set(titles)) == 4
        assert done.own_title in titles

    def test_asks_nothing_of_what_is_over(self, placed):
        Enrolment.objects.filter(pk=placed.enrolment.pk).update(status="closed", closed_on=today())
        move(placed, "b")
        assert not asked(placed).exists()

    def test_alone_asks(self, placed):
        files.record_event(placed.mentee, by=placed.by, kind="parole_refused", on=today())
        assert not asked(placed).exists()
