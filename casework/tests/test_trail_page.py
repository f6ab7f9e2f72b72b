"""The auditor reads the trail, and is in it."""

import pytest
from django.utils import timezone

from audit.models import AuditEvent
from bot_project.tests.cast import World
from bot_project.tests.crowd import MOST_QUERIES, cost_of, in_days
from casework.queries.trail_lines import PAGE
from core.references import reference_of

pytestmark = pytest.mark.django_db
URL = "/trail/"
REFERENCE = reference_of("00123")


def event(world: World, who: str = "mentor", **fields) -> AuditEvent:
    given = {"kind": "consulted", "act": "consult", "targets": [f"mentees.mentee:{REFERENCE}"]}
    return AuditEvent.objects.create(actor=str(world.people[who].pk), **{**given, **fields})


def shown(as_user, query: str = "") -> str:
    page = as_user("auditor").get(URL + query)
    assert page.status_code == 200
    return page.content.decode()


class TestThePage:
    def test_says_who_did_what_and_in_which_capacity(self, as_user, world):
        event(world, capacity="mentor: rows_of_running_mentorships")
        page = " ".join(shown(as_user).split())
        assert f"mentor</a> read {REFERENCE}" in page
        assert "as mentor" in page

    def test_is_closed_to_other_roles(self, as_user):
        for who in ("mentor", "admin_a", "technical", "manager"):
            assert as_user(who).get(URL).status_code == 403

    def test_is_itself_recorded(self, as_user):
        shown(as_user)
        assert AuditEvent.objects.filter(targets=["audit.auditevent:trail"]).count() == 1

    def test_costs_the_same_for_one_line_and_for_a_page(self, as_user, world):
        client = as_user("auditor")
        event(world)
        one = cost_of(client, URL)
        for _number in range(PAGE):
            event(world)
        assert cost_of(client, URL) == one <= MOST_QUERIES

    def test_shows_a_page_at_a_time_and_loses_nothing(self, as_user, world):
        keys = [event(world, kind=f"retired.{number:03}").kind for number in range(PAGE + 5)]
        first = shown(as_user, "?act=consult&person=" + str(world.people["mentor"].uuid))
        assert sum(key in first for key in keys) == PAGE
        earlier = first.rpartition('href="?')[2].partition('"')[0]
        second = shown(as_user, "?" + earlier.replace("&amp;", "&"))
        assert sum(key in second for key in keys) == 5


class TestNarrowing:
    def test_to_an_act(self, as_user, world):
        event(world, kind="retired.one")
        event(world, kind="retired.two", act="erase")
        page = shown(as_user, "?act=erase")
        assert "retired.two" in page
        assert "retired.one" not in page

    def test_to_a_person(self, as_user, world):
        event(world, kind="retired.one")
        event(world, "coach", kind="retired.two")
        page = shown(as_user, f"?person={world.people['coach'].uuid}")
        assert "retired.two" in page
        assert "retired.one" not in page

    def test_to_a_reference(self, as_user, world):
        event(world, kind="retired.one")
        event(world, kind="retired.two", targets=[f"mentees.mentee:{reference_of('99999')}"])
        page = shown(as_user, f"?reference={REFERENCE.lower()}")
        assert "retired.one" in page
        assert "retired.two" not in page

    def test_to_a_day(self, as_user, world):
        event(world, kind="retired.one")
        assert "retired.one" in shown(as_user, f"?day={timezone.localdate()}")
        assert "retired.one" not in shown(as_user, f"?day={in_days(-1)}")

    def test_to_a_person_who_never_was_shows_nothing(self, as_user, world):
        event(world, kind="retired.one")
        page = shown(as_user, "?person=00000000-0000-0000-0000-000000000000")
        assert "Nothing like that was recorded" in page

    def test_to_a_mistyped_reference_says_so_and_narrows_nothing(self, as_user, world):
        event(world, kind="retired.one")
        page = shown(as_user, "?reference=M-00123A")
        assert "do not fit together" in page
        assert "retired.one" in page

    @pytest.mark.parametrize(
        "query",
        ["?act=nonsense", "?day=2026-13-45", "?person=x", f"?before={10**30}", "?before=-1"],
    )
    def test_survives_an_address_that_means_nothing(self, as_user, query):
        shown(as_user, query)
