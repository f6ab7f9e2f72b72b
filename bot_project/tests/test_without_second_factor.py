"""Where a second factor is demanded, whoever has none reaches the page that sets one up."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.urls import reverse

from audit.models import AuditEvent
from bot_project.tests.cast import SECRET

pytestmark = [pytest.mark.django_db, pytest.mark.second_factor]

FACTORS = reverse("mfa_index")
FIRST = {  # one of every role, with the first page of it
    "mentor": "casework:caseload",
    "coach": "casework:desk",
    "caseworker": "casework:cases",
    "admin_a": "admin:index",
    "trainer": "training:programme_list",
    "manager": "reports:figures",
    "auditor": "casework:trail",
    "technical": "admin:index",
    "partner": "casework:shared",
}


@pytest.fixture
def demanded(world, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    Authenticator.objects.all().delete()


@pytest.mark.parametrize("name", FIRST)
@pytest.mark.usefixtures("demanded")
class TestWithoutASecondFactor:
    @pytest.mark.parametrize("where", ["/", "first", "/admin/"])
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_no_page_opens(self, as_user, name, where, method):
        address = reverse(FIRST[name]) if where == "first" else where
        answer = getattr(as_user(name), method)(address)
        assert (answer.status_code, answer.url) == (302, FACTORS)
        assert not AuditEvent.objects.filter(act="consult").exists()

    def test_the_interface_answers_no_session(self, as_user, name):
        for address in ("/api/v1/mentees/", "/api/v1/training-records/"):
            answer = as_user(name).get(address)
            assert answer.status_code == 403
            assert answer.json() == {"detail": "A second factor is demanded."}
        assert not AuditEvent.objects.filter(act="consult").exists()


@pytest.mark.parametrize("name", FIRST)
@pytest.mark.usefixtures("demanded")
def test_with_one_the_same_pages_open(as_user, world, name):
    """The control."""
    TOTP.activate(world.people[name], SECRET)
    client, first = as_user(name), reverse(FIRST[name])
    assert client.get("/").url == first
    assert client.get(first).status_code == 200
    for elsewhere in ("/admin/", "/api/v1/mentees/"):
        answer = client.get(elsewhere)
        assert answer.status_code in {200, 403}
        assert b"second factor is demanded" not in answer.content
