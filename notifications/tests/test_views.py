"""Own notices: read on a page that changes nothing, put aside by a button."""

import pytest

from bot_project.tests.crowd import MOST_QUERIES, cost_of
from notifications.models import Notice
from notifications.views import PAGE

pytestmark = pytest.mark.django_db
URL = "/reminders/"


def notice(world, name: str = "coach", number: int = 1, **fields) -> Notice:
    given = {"kind": "session_logged", "link": "/desk/", "occurrence": str(number)}
    return Notice.objects.create(recipient=world.people[name], **{**given, **fields})


class TestTheList:
    def test_shows_own_notices_and_nobody_elses(self, as_user, world):
        notice(world)
        assert "A new note waits to be read" in as_user("coach").get(URL).content.decode()
        assert "A new note waits" not in as_user("mentor").get(URL).content.decode()

    def test_changes_nothing(self, as_user, world):
        notice(world)
        as_user("coach").get(URL)
        assert Notice.objects.unread().count() == 1

    def test_says_what_will_come_where_there_is_nothing(self, as_user):
        page = as_user("mentor").get(URL).content.decode()
        assert "Nothing waits for you" in page
        assert "Mark all as read" not in page

    def test_still_shows_a_kind_that_no_app_states_any_more(self, as_user, world):
        notice(world, kind="retired")
        assert "Something has changed" in as_user("coach").get(URL).content.decode()

    def test_costs_the_same_for_one_and_for_a_page(self, as_user, world):
        client = as_user("coach")
        notice(world)
        one = cost_of(client, URL)
        for number in range(PAGE):
            notice(world, number=number + 2)
        assert cost_of(client, URL) == one <= MOST_QUERIES

    def test_shows_a_page_at_a_time(self, as_user, world):
        for number in range(PAGE + 5):
            notice(world, number=number)
        client = as_user("coach")
        first = client.get(URL)
        assert len(first.context["lines"]) == PAGE
        assert len(client.get(URL + first.context["earlier"]).context["lines"]) == 5

    @pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "²"])
    def test_survives_an_address_that_means_nothing(self, as_user, before):
        assert as_user("coach").get(URL, {"before": before}).status_code == 200


class TestOpening:
    def test_puts_the_notice_aside_and_leads_to_what_it_tells_of(self, as_user, world):
        told, other = notice(world), notice(world, number=2)
        answer = as_user("coach").post(f"{URL}{told.pk}/open/")
        assert answer.headers["Location"] == "/desk/"
        assert list(Notice.objects.unread()) == [other]

    def test_of_somebody_elses_is_404_and_changes_nothing(self, as_user, world):
        told = notice(world)
        assert as_user("mentor").post(f"{URL}{told.pk}/open/").status_code == 404
        assert Notice.objects.unread().count() == 1

    def test_is_not_done_by_looking(self, as_user, world):
        told = notice(world)
        assert as_user("coach").get(f"{URL}{told.pk}/open/").status_code == 405


class TestMarkingAllAsRead:
    def test_puts_ones_own_aside(self, as_user, world):
        notice(world)
        theirs = notice(world, "mentor")
        as_user("coach").post(f"{URL}read/")
        assert list(Notice.objects.unread()) == [theirs]
