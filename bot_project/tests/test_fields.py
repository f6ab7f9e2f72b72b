"""Each group of fields is read by whom access.md names; fields that a form has not are ignored."""

import random

import pytest
from django.utils import timezone

from accounts.models import User
from audit.middleware import TrailMiddleware
from bot_project.tests.crossroads import SIGNED_IN, Relation
from bot_project.tests.field_groups import mark_every_group, without_a_group
from bot_project.tests.fields import Fields
from bot_project.tests.wandering import Asked
from mentees.models import Mentee
from networks.models import NetworkPerson

pytestmark = pytest.mark.django_db
SEED, OF_EACH = 20261121, 8


@pytest.fixture(scope="module")
def fields(crossroads) -> Fields:
    return Fields(crossroads)


@pytest.fixture
def marked(fields) -> Fields:
    assert mark_every_group() > 1000
    return fields


class TestEveryText:
    def test_of_a_file_belongs_to_a_group(self):
        assert not without_a_group(), "say in field_groups.py who may read it"


class TestAGroupOfFields:
    def test_is_shown_to_its_readers_alone(self, marked, tell):
        faults = [f for name in SIGNED_IN for f in marked.shown_to_others(name, a_route=1)]
        assert not faults, "\n".join(sorted(set(faults)))
        assert marked.counts["marks seen"] >= 40
        tell(f"{marked.counts['marks seen']} marks on {marked.counts['pages read']} pages")

    def test_that_is_shown_to_somebody_else_is_found(self, marked, crossroads):
        mentee = crossroads.files[f"caseworker {Relation.ANSWERS}"]
        person = NetworkPerson.objects.filter(mentee=mentee).first()
        Mentee.objects.filter(pk=mentee.pk).update(given_name=person.contact_channel)
        faults = list(marked.shown_to_others("caseworker", a_route=1))
        assert any(fault.endswith("shows caseworker (c) network") for fault in faults)


class TestAFieldThatAFormHasNot:
    def test_changes_nothing(self, fields, tell, time_machine):
        time_machine.move_to(timezone.now(), tick=False)  # else rows differ by their moment
        faults = []
        for name in SIGNED_IN:
            forms = fields.forms(name, a_route=1)
            chosen = random.Random(SEED).sample(forms, min(OF_EACH, len(forms)))
            faults += fields.obeyed(name, chosen, one_by_one=False)
        assert not faults, "\n".join(faults)
        sent = {what: n for what, n in fields.counts.items() if "marks" not in what}
        tell(f"{sent}, none obeyed (SEED={SEED})")

    @pytest.mark.parametrize("one_by_one", [True, False])
    def test_that_is_obeyed_is_found(self, fields, one_by_one, monkeypatch):
        """As a form does that takes whatever is sent."""
        judge = TrailMiddleware.only_reads

        def obeying(request):
            User.objects.filter(pk=request.user.pk).update(
                is_superuser="is_superuser" in request.POST
            )
            return judge(request)

        monkeypatch.setattr(TrailMiddleware, "only_reads", staticmethod(obeying))
        form = Asked("POST", "/reminders/read/")
        (fault,) = fields.obeyed("mentor", [form], one_by_one=one_by_one)
        assert "in ['accounts.User']" in fault
