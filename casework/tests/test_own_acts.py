"""What the trail holds of oneself; who has read the files that a coach supervises."""

import pytest

from audit.models import AuditEvent
from bot_project.tests.cast import World, yesterday
from bot_project.tests.crowd import MOST_QUERIES, another_file, cost_of, walk
from casework.queries.own_acts import PAGE
from mentorships.models import Mentorship

pytestmark = pytest.mark.django_db
ACTS, READINGS = "/acts/", "/desk/readings/"


def event(world: World, who: str = "mentor", **fields) -> AuditEvent:
    given = {"kind": "consulted", "act": "consult", "targets": ["mentees.mentee:M-a"]}
    return AuditEvent.objects.create(actor=str(world.people[who].pk), **{**given, **fields})


def shown(as_user, who: str, url: str) -> str:
    page = as_user(who).get(url)
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


class TestWhatIHaveDone:
    def test_is_told_in_sentences_and_of_nobody_else(self, as_user, world):
        event(world)
        event(world, "coach", kind="retired.one")
        page = shown(as_user, "mentor", ACTS)
        assert "Read M-a" in page
        assert "retired.one" not in page

    def test_does_not_name_a_file_that_has_closed(self, as_user, world):
        event(world)
        Mentorship.objects.filter(mentor__user=world.people["mentor"]).update(
            status="ended", ended_on=yesterday(), started_on=yesterday(), end_reason="mentor_left"
        )
        world.files["a"].exclusions.create(person=world.people["mentor"], reason="kin")
        page = shown(as_user, "mentor", ACTS)
        assert "Read a file that is not open to you" in page
        assert "M-a" not in page

    def test_names_what_was_refused_no_more_than_what_never_was(self, as_user, world):
        event(world, kind="denied", act="denial", targets=["mentees.mentee:M-b"])
        event(world, kind="denied", act="denial", targets=["mentees.mentee:M-99999A"])
        page = shown(as_user, "mentor", ACTS)
        assert page.count("Was refused a file that is not open to you") == 2

    def test_is_for_mentor_and_partner(self, as_user):
        for who in ("mentor", "partner"):
            assert as_user(who).get(ACTS).status_code == 200
        for who in ("coach", "caseworker", "admin_a", "trainer", "auditor", "technical"):
            expected = 200 if who == "coach" else 403  # the coach of the cast is a mentor too
            assert as_user(who).get(ACTS).status_code == expected, who

    def test_stands_in_the_account_menu_of_those_alone(self, as_user):
        assert f'href="{ACTS}"' in shown(as_user, "mentor", "/caseload/")
        assert f'href="{ACTS}"' not in shown(as_user, "caseworker", "/cases/")

    def test_is_paged_and_loses_nothing(self, as_user, world):
        lines = [event(world, kind=f"retired.{number:03}") for number in range(PAGE + 1)]
        first = shown(as_user, "mentor", ACTS)
        found = [line for line in lines if line.kind.capitalize() in first]
        assert found == lines[2:]  # and the sign-in
        address = first.partition('href="?before=')[2].partition('"')[0]
        second = shown(as_user, "mentor", f"{ACTS}?before={address}")
        assert all(line.kind.capitalize() in second for line in lines[:2])

    @pytest.mark.parametrize(("who", "url"), [("mentor", ACTS), ("coach", READINGS)])
    def test_costs_the_same_for_one_line_and_for_a_page(self, as_user, world, who, url):
        client = as_user(who)
        event(world)
        one = cost_of(client, url)
        for _time in range(PAGE):
            event(world)
            event(world, "caseworker")
        assert cost_of(client, url) == one <= MOST_QUERIES

    @pytest.mark.parametrize("query", ["?before=x", f"?before={10**30}", "?before=999999999"])
    @pytest.mark.parametrize(("who", "url"), [("mentor", ACTS), ("coach", READINGS)])
    def test_survives_an_address_that_means_nothing(self, as_user, who, url, query):
        shown(as_user, who, url + query)


class TestWhoHasReadMyMentees:
    def test_is_told_by_day_mentee_and_person(self, as_user, world, time_machine):
        time_machine.move_to("2026-11-20 09:10 +0000", tick=False)
        event(world, "caseworker", capacity="caseworker: rows")
        event(world, "caseworker", kind="listed")
        page = shown(as_user, "coach", READINGS)
        assert page.count("caseworker</span>") == 1
        assert ">Caseworker</span>" in page
        assert 'data-label="Opened">10:10' in page
        assert 'data-label="Seen in a list">10:10' in page

    def test_knows_nothing_of_other_files_nor_of_ones_own_looks(self, as_user, world):
        event(world, "mentor_b", targets=["mentees.mentee:M-b"])
        event(world, "coach")
        assert "Nobody else has read them yet" in shown(as_user, "coach", READINGS)

    def test_of_a_list_tells_each_mentee_of_this_coach_and_no_other(self, as_user, world):
        other = another_file(world, 1)
        walk(world, "mentor", other)
        files = ["mentees.mentee:M-b", "mentees.mentee:M-a", f"mentees.mentee:{other.reference}"]
        event(world, "caseworker", kind="listed", targets=files)
        page = shown(as_user, "coach", READINGS)
        assert "M-a" in page
        assert other.reference in page
        assert "M-b" not in page

    def test_is_closed_to_others_and_to_a_coach_of_nobody_empty(self, as_user, world):
        event(world, "caseworker")
        for who in ("mentor", "admin_a", "caseworker", "auditor", "technical"):
            assert as_user(who).get(READINGS).status_code == 403
        assert "M-a" not in shown(as_user, "former_coach", READINGS)

    def test_is_itself_recorded_with_what_it_shows(self, as_user, world):
        event(world, "caseworker")
        shown(as_user, "coach", READINGS)
        assert AuditEvent.objects.get(kind="trail.read").targets == ["mentees.mentee:M-a"]
