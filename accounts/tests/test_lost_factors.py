"""Who has lost the second factor begins anew: one asks, another confirms, nobody alone."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import approvals, operations
from accounts.approvals import NotEntitled
from accounts.operations import NotGivenAlone
from accounts.tasks import send_letters
from accounts.two_persons import ask_for_new_start
from audit.models import AuditEvent
from bot_project.tests.cast import SECRET
from notifications.models import Notice

pytestmark = pytest.mark.django_db
REASON = "The phone fell into the sea; I know the voice."


@pytest.fixture
def mentor(world):
    """Somebody of area A with a second factor, and a session that is open."""
    world.person("technical_2", is_superuser=True, is_staff=True)
    Authenticator.objects.all().delete()
    TOTP.activate(world.people["mentor"], SECRET)
    return world.people["mentor"]


def asked(world, mentor, by="technical"):
    return ask_for_new_start(mentor, by=world.user(by), reason=REASON)


class TestALostFactor:
    @pytest.mark.parametrize("second", ["technical_2", "admin_a"])
    def test_is_void_when_a_second_person_confirms(self, client, world, mentor, second):
        client.force_login(mentor)
        approval = asked(world, mentor)
        assert Authenticator.objects.filter(user=mentor).exists()
        assert client.get("/preferences/").status_code == 200

        approvals.confirm(approval, by=world.user(second))

        assert not Authenticator.objects.filter(user=mentor).exists()
        assert client.get("/preferences/").status_code == 302
        assert not world.user("mentor").has_usable_password()
        send_letters()
        assert mail.outbox[-1].to == [mentor.email]
        event = AuditEvent.objects.get(kind="account.begun_anew")
        assert event.details == {"confirmed_by": world.people[second].pk}

    def test_is_told_to_those_who_may_confirm(self, world, mentor):
        asked(world, mentor)
        told = set(Notice.objects.values_list("recipient__name", flat=True))
        assert {"technical_2", "admin_a"} <= told
        assert not told & {"technical", "mentor", "admin_b", "coach", "former_admin_a"}

    def test_is_confirmed_neither_by_whoever_asked_nor_by_the_person_nor_from_elsewhere(
        self, world, mentor
    ):
        approval = asked(world, mentor)
        for name in ("technical", "mentor", "admin_b", "coach", "auditor", "inactive"):
            with pytest.raises(NotEntitled):
                approvals.confirm(approval, by=world.user(name))
        assert Authenticator.objects.filter(user=mentor).exists()

    def test_is_asked_for_by_nobody_for_themselves(self, world, mentor):
        for name in ("technical", "admin_a"):
            with pytest.raises(NotEntitled, match="themselves"):
                ask_for_new_start(world.people[name], by=world.user(name), reason=REASON)
        technical = world.people["technical"]
        with pytest.raises(NotGivenAlone):
            operations.start_anew(mentor, by=technical, confirmed_by=technical)

    def test_of_a_technical_administrator_is_for_their_equals(self, world, mentor):
        approval = asked(world, world.people["technical_2"])
        with pytest.raises(NotEntitled):
            approvals.confirm(approval, by=world.user("admin_a"))

    def test_has_its_step_in_the_office(self, world, mentor):
        page = Client()
        page.force_login(world.people["technical"])
        answer = page.get(reverse("admin:accounts_user_change", args=[mentor.pk]))
        assert "second factor lost" in answer.content.decode()
