"""Who can see a file and why, from the rule; who has read it, from the trail."""

import pytest
from django.test import Client

from accounts import access
from accounts.roles import Role
from audit.models import AuditEvent
from bot_project.tests.cast import World
from bot_project.tests.crowd import MOST_QUERIES, cost_of, meet
from casework.queries.file_access import PAGE, PARTS, FileAccess, access_of
from core.dates import today
from core.templatetags.house import day, last_day
from mentorships.operations import end_mentorship

pytestmark = pytest.mark.django_db
URL = "/mentees/M-a/access/"
FILE = "mentees.mentee:M-a"
OF_THE_CASE = ("mentor", "two_hats", "coach", "admin_a", "caseworker")


def of(world: World, name: str, before: int | None = None) -> FileAccess:
    return access_of(world.files["a"], world.user(name), before=before)


def read(world: World, who: str, kind: str = "consulted", **fields) -> AuditEvent:
    given = {"act": "consult", "targets": [FILE], "capacity": "mentor: rows", **fields}
    return AuditEvent.objects.create(kind=kind, actor=str(world.people[who].pk), **given)


def why(world: World, name: str) -> dict[str, list[str]]:
    return {sight.name: sight.why for sight in of(world, name).people}


class TestThePage:
    @pytest.mark.parametrize("name", OF_THE_CASE)
    def test_opens_to_whoever_is_of_the_case(self, as_user, name):
        page = as_user(name).get(URL)
        assert page.status_code == 200
        assert "Who can see this, and why" in page.content.decode()

    @pytest.mark.parametrize("name", ["mentor_b", "admin_b", "former_mentor", "barred_admin_a"])
    def test_is_not_there_for_anybody_else(self, as_user, name):
        client = as_user(name)
        hidden, missing = client.get(URL), client.get("/mentees/M-00000A/access/")
        assert hidden.status_code == missing.status_code == 404
        assert hidden.content == missing.content

    def test_is_closed_to_whom_only_a_share_shows_the_file(self, as_user):
        assert as_user("partner").get("/mentees/M-a/").status_code == 200
        assert as_user("partner").get(URL).status_code == 403

    def test_is_linked_from_the_file(self, as_user):
        for name in OF_THE_CASE:
            assert f'href="{URL}"' in as_user(name).get("/mentees/M-a/").content.decode()
        assert f'href="{URL}"' not in as_user("partner").get("/mentees/M-a/").content.decode()

    def test_names_nobody_in_its_title(self, as_user):
        page = as_user("coach").get(URL).content.decode()
        title = " ".join(page.partition("<title>")[2].partition("</title>")[0].split())
        assert title == "M-a, who can see it · BOT"

    @pytest.mark.parametrize("query", ["?before=x", f"?before={10**30}", "?before=-1"])
    def test_survives_an_address_that_means_nothing(self, as_user, query):
        assert as_user("coach").get(URL + query).status_code == 200

    @pytest.mark.parametrize("name", OF_THE_CASE)
    def test_costs_the_same_for_one_reading_and_for_fifty(self, as_user, world, name):
        client = as_user(name)
        read(world, name)
        one = cost_of(client, URL)
        for _number in range(50):
            read(world, "mentor")
            read(world, "coach")
            meet(world.mentorship_of("mentor"), today())
        assert cost_of(client, URL) == one <= MOST_QUERIES


class TestWhoCanSeeIt:
    def test_are_exactly_those_to_whom_the_file_opens(self, world):
        opens = set()
        for name, person in world.people.items():
            client = Client()
            client.force_login(person)
            if client.get("/mentees/M-a/").status_code == 200:
                opens.add(name)
        # The mentor who has left reads his own notes for fourteen days, and no file. Nor does who
        # is asked to walk, or watches over the trail.
        outside = {"leaving_mentor", "proposed_mentor", "auditor"}
        assert set(why(world, "coach")) == opens | outside

    def test_say_what_is_seen_without_the_file(self, world):
        told = {sight.name: sight for sight in of(world, "coach").people}
        asked, auditor = told["proposed_mentor"], told["auditor"]
        assert asked.why == ["Is asked to walk with the mentee, and has not begun"]
        assert asked.parts == ["What a proposal says: reference, area, language and wishes"]
        assert auditor.why == ["Auditor"]
        assert auditor.parts == ["That the file exists, since when, and who has read it"]

    @pytest.mark.parametrize("part", PARTS)
    def test_are_part_by_part_exactly_those_who_see_its_rows(self, world, part):
        label, _permission, model = PARTS[part]
        rows = model._base_manager.filter(**{model.case or "pk": world.files["a"].pk})
        ways = [permission for other, permission, _model in PARTS.values() if other == label]
        sees = {
            name
            for name in world.people
            for permission in ways
            if access.AccessQuerySet(model).permitted(world.user(name), permission) & rows
        }
        told = {p.label: set(p.names) for p in of(world, "coach").parts}
        assert rows.exists()
        assert told[str(label)] == sees

    def test_say_why_and_since_when(self, world):
        told = why(world, "coach")
        assert told["mentor"] == ["Mentor in a running mentorship, since Wed 1 Jan 2020"]
        assert told["coach"] == ["Coach of the mentor, since Wed 1 Jan 2020"]
        assert told["caseworker"] == [
            "Caseworker, responsible for the action plan, since Wed 1 Jan 2020"
        ]
        assert told["admin_a"] == ["Administrator of the area, since Wed 1 Jan 2020"]

    def test_say_of_a_former_mentor_that_they_look_back_at_their_own_notes(self, world):
        end_mentorship(
            world.mentorship_of("mentor"),
            by=world.people["admin_a"],
            on=today(),
            reason="completed",
        )
        [sight] = [each for each in of(world, "coach").people if each.name == "mentor"]
        assert sight.why == ["Was the mentor, and may still read own notes"]
        assert sight.parts == ["Notes of sessions", "Which sessions were held"]

    def test_say_until_when_a_decision_stands(self, world):
        [until] = why(world, "coach")["partner"]
        decision = world.files["a"].decisions.get(person=world.people["partner"])
        assert until == f"Share, until {day(last_day(decision.expires_at))}"

    def test_lose_whoever_is_excluded_at_once(self, world):
        assert "mentor" in why(world, "coach")
        world.files["a"].exclusions.create(person=world.people["mentor"], reason="kin")
        assert "mentor" not in why(world, "coach")


class TestWhoHasReadIt:
    @pytest.mark.parametrize(
        ("name", "whose", "seen"),
        [
            ("coach", "all", {"mentor", "coach", "caseworker"}),
            ("admin_a", "own", set()),
            ("mentor", "own", {"mentor"}),
            ("two_hats", "own", set()),
            ("caseworker", "", set()),
        ],
    )
    def test_is_told_to_the_coach_and_of_oneself_to_mentor_and_administrator(
        self, world, name, whose, seen
    ):
        for reader in ("mentor", "coach", "caseworker"):
            read(world, reader)
        shown = of(world, name)
        assert shown.whose == whose
        assert {reading.name for reading in shown.readings} == seen

    def test_tells_opened_from_seen_in_a_list(self, as_user, world):
        as_user("mentor").get("/mentees/M-a/")
        as_user("coach").get("/desk/")
        told = {r.name: (len(r.opened), len(r.listed)) for r in of(world, "coach").readings}
        assert told == {"mentor": (1, 0), "coach": (0, 1)}

    def test_is_one_line_a_person_and_day_newest_first(self, world, time_machine):
        time_machine.move_to("2026-11-19 09:12 +0000", tick=False)
        read(world, "mentor")
        time_machine.move_to("2026-11-20 10:00 +0000", tick=False)
        for kind in ("consulted", "listed", "consulted"):
            read(world, "mentor", kind)
        lines = [(r.on.day, r.opened, r.listed) for r in of(world, "coach").readings]
        assert lines == [(20, ["11:00"], ["11:00"]), (19, ["10:12"], [])]

    def test_says_in_which_capacity(self, world):
        read(world, "mentor", capacity="mentor: rows, decision: core")
        assert [r.why for r in of(world, "coach").readings] == ["mentor, by a decision"]

    def test_knows_nothing_of_another_file_nor_of_acts(self, world):
        read(world, "mentor", targets=["mentees.mentee:M-b"])
        read(world, "mentor", targets=["mentees.mentee:M-a1"])
        read(world, "mentor", "mentee.changed")
        read(world, "mentor", "denied")
        assert not of(world, "coach").readings

    def test_is_paged_and_loses_nothing(self, as_user, world):
        for number in range(PAGE + 1):
            read(world, "mentor" if number else "caseworker")
        first = of(world, "coach")
        assert {r.name for r in first.readings} == {"mentor"}
        before = int(first.earlier.partition("=")[2].partition("#")[0])
        assert {r.name for r in of(world, "coach", before).readings} == {"caseworker"}
        assert not of(world, "coach", before).earlier

    def test_holds_this_very_look_the_next_time(self, as_user):
        client = as_user("coach")
        assert "Nobody has read it yet" in client.get(URL).content.decode()
        assert "Nobody has read it yet" not in client.get(URL).content.decode()


def test_a_rule_that_is_gone_is_gone_from_the_page(world, monkeypatch):
    """The control: the page follows the rules, and knows nobody of its own."""
    assert "caseworker" in why(world, "coach")
    monkeypatch.setattr(access, "RULES", [r for r in access.RULES if r.role != Role.CASEWORKER])
    assert "caseworker" not in why(world, "coach")
