import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import OperationalError
from django.template.loader import render_to_string
from django.test import Client
from django.urls import path

from bot_project import urls as ours

FAULTS = {
    400: BadRequest("a secret"),
    403: PermissionDenied("a secret"),
    500: ValueError("a secret"),
    503: OperationalError("a secret"),
}


def failing(fault):
    def view(request):
        raise fault

    view.login_required = False
    return view


# This module is an address book of its own: pages that fail, and ours.
urlpatterns = [path(f"fails/{status}/", failing(fault)) for status, fault in FAULTS.items()]
urlpatterns += ours.urlpatterns
handler400, handler403 = ours.handler400, ours.handler403
handler404, handler500 = ours.handler404, ours.handler500


@pytest.fixture
def visitor(db):
    return Client(raise_request_exception=False)


@pytest.mark.urls(__name__)
class TestAnErrorPage:
    @pytest.mark.parametrize("status", FAULTS)
    def test_says_what_happened_in_our_style_and_no_more(self, visitor, status):
        answer = visitor.get(f"/fails/{status}/?q=echo")
        shown = answer.content.decode()
        assert answer.status_code == status
        assert 'class="lost"' in shown
        for told in ("secret", "echo", "csrfmiddlewaretoken", "fails/", "<form"):
            assert told not in shown

    def test_asks_to_come_back_while_the_database_is_away(self, visitor):
        assert visitor.get("/fails/503/")["Retry-After"] == "60"
        assert "Retry-After" not in visitor.get("/fails/500/")


class TestAnErrorTemplate:
    @pytest.mark.parametrize("status", ["400", "403", "404", "500", "503", "403_csrf"])
    def test_needs_no_database_session_or_user(self, rf, status):
        # Without the fixture `db` every query is refused.
        assert "<h1>" in render_to_string(f"{status}.html", {"static_page": True}, rf.get("/"))

    def test_negative_control_a_page_that_asks_is_refused(self, rf, settings):
        settings.DEMO = True
        form = {"non_field_errors": [], "login": {"value": ""}, "password": {}}
        context = {"form": form, "redirect_field": ""}
        with pytest.raises(RuntimeError, match="Database access not allowed"):
            render_to_string("account/login.html", context, rf.get("/"))


class TestNotFound:
    def test_is_the_same_bytes_wherever_and_for_whom(self, as_user, client, world):
        addresses = ["/nowhere/", "/or/here/?q=1"]
        seen = {client.get(address).content for address in addresses}
        for name in ("mentor", "coach"):
            seen |= {as_user(name).get(address).content for address in addresses}
        assert len(seen) == 1

    def test_negative_control_another_page_differs_by_reader(self, as_user):
        seen = {as_user(name).get("/preferences/").content for name in ("mentor", "coach")}
        assert len(seen) == 2

    def test_speaks_the_language_of_its_reader(self, client, db):
        shown = client.get("/nowhere/", headers={"accept-language": "da"}).content.decode()
        assert '<html lang="da"' in shown
