"""The auditor reads the trail, and is in it."""

import csv
import re
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from bot_project.tests.cast import PASSWORD, World
from bot_project.tests.crowd import MOST_QUERIES, cost_of, in_days
from casework.queries.trail_lines import PAGE
from core.references import reference_of

pytestmark = pytest.mark.django_db
URL = "/trail/"
ADDRESS = re.compile(r'href="(/trail/[^"]*)"')
TAG = re.compile(r"<[^>]*>")
REFERENCE = reference_of("00123")


def event(world: World, who: str = "mentor", **fields) -> AuditEvent:
    given = {"kind": "consulted", "act": "consult", "targets": [f"mentees.mentee:{REFERENCE}"]}
    return AuditEvent.objects.create(actor=str(world.people[who].pk), **{**given, **fields})


def shown(as_user, query: str = "") -> str:
    page = as_user("auditor").get(URL + query)
    assert page.status_code == 200
    return re.sub('<span class="text-nowrap">(.*?)</span>', r"\1", page.content.decode())


class TestThePage:
    def test_says_who_did_what_and_in_which_capacity(self, as_user, world):
        event(world, capacity="mentor: rows_of_running_mentorships")
        page = " ".join(shown(as_user).split())
        assert f"mentor</a> read {REFERENCE}" in page
        assert "As mentor" in page

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"capacity": "list"}, "By their roles"),
            ({"capacity": "casework.open_trail"}, "By their roles"),
            ({"capacity": "technical"}, "As technical administrator"),
            ({"capacity": "approval"}, "As one of two persons"),
            ({"capacity": "decision: CORE"}, "By a decision"),
            ({"kind": "signed_in", "act": "sign_in"}, "As themselves"),
            ({"kind": "denied", "act": "denial"}, "None"),
        ],
    )
    def test_has_a_word_for_every_capacity(self, as_user, world, given, words):
        event(world, **given)
        assert f">{words}</td>" in shown(as_user, f"?act={given.get('act', 'consult')}")

    def test_is_closed_to_other_roles(self, as_user):
        for who in ("mentor", "admin_a", "technical", "manager"):
            assert as_user(who).get(URL).status_code == 403

    def test_is_itself_recorded_with_what_was_asked_and_shown(self, as_user, world):
        event(world)
        shown(as_user, "?act=consult")
        look = AuditEvent.objects.get(kind="trail.read")
        assert look.targets == [f"mentees.mentee:{REFERENCE}"]
        assert look.details == {"query": "act=consult"}
        assert look.actor == str(world.people["auditor"].pk)

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
        earlier = first.rpartition(f'<a href="{URL}?')[2].partition('"')[0]
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

    def test_to_a_period_with_both_its_days(self, as_user, world):
        event(world, kind="retired.one")
        here, before, after = timezone.localdate(), in_days(-1), in_days(1)
        for query in (f"since={here}", f"until={here}", f"since={here}&until={here}"):
            assert "retired.one" in shown(as_user, f"?{query}")
        for query in (f"since={after}", f"until={before}", f"since={before}&until={before}"):
            assert "retired.one" not in shown(as_user, f"?{query}")

    def test_to_a_kind_of_event(self, as_user, world):
        event(world, kind="listed")
        event(world)
        page = shown(as_user, "?act=listed")
        assert f"saw a list with {REFERENCE}" in page
        assert f"read {REFERENCE}" not in page

    def test_to_a_period_that_ends_before_it_begins_says_so(self, as_user):
        page = shown(as_user, f"?since={in_days(0)}&until={in_days(-1)}")
        assert "The last day lies before the first." in page

    def test_stays_while_one_goes_from_link_to_link(self, as_user, world):
        event(world, act="denial")
        page = shown(as_user, f"?reference={REFERENCE}&act=denial")
        links = [link for link in ADDRESS.findall(page) if "person=" in link]
        assert links
        for link in links:
            assert f"reference={REFERENCE}" in link
            assert "act=denial" in link

    def test_to_one_day_leads_to_its_neighbours(self, as_user):
        page = shown(as_user, "?since=2026-03-01&until=2026-03-01")
        for neighbour in ("2026-02-28", "2026-03-02"):
            assert f"since={neighbour}&amp;until={neighbour}" in page

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
        [
            "?act=nonsense",
            "?since=2026-13-45",
            "?until=x&since=0001-01-01",
            "?until=9999-12-31",
            "?since=9999-12-31&until=9999-12-31",
            "?since=0001-01-01&until=0001-01-01",
            "?person=x",
            f"?before={10**30}",
            "?before=-1",
            "?before=999999999",
            "?reference=%00",
        ],
    )
    def test_survives_an_address_that_means_nothing(self, as_user, query):
        shown(as_user, query)


class TestTypedFilters:
    """Somebody may type a name where a reference belongs: no address may keep it."""

    def send(self, as_user, query: str = "", **typed: str):
        return as_user("auditor").post(URL + query, typed)

    def test_lead_to_an_address_once_they_are_sound(self, as_user, world):
        person = str(world.people["mentor"].uuid)
        typed = {"reference": f" {REFERENCE.lower()} ", "act": "denial", "since": "2026-03-01"}
        answer = self.send(as_user, person=person, until="", **typed)
        assert answer.status_code == 302
        asked = f"reference={REFERENCE}&act=denial&since=2026-03-01&person={person}"
        assert answer.url == f"{URL}?{asked}"

    def test_that_are_empty_lead_to_everything(self, as_user):
        assert self.send(as_user, "?act=denial", reference="", act="").url == URL

    def test_begin_at_the_newest_line(self, as_user):
        assert self.send(as_user, "?before=7", before="7").url == URL

    def test_stay_out_of_every_address_where_they_are_no_reference(self, as_user, world):
        event(world, "coach", act="denial")
        answer = self.send(as_user, "?act=denial", reference="Given Family", act="denial")
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "do not fit together" in page
        assert 'value="Given Family"' in page
        links = re.findall(r'(?:href|action)="([^"]*)"', page)
        assert f"{URL}?act=denial" in links
        assert not [link for link in links if "Given" in link]

    def test_stay_out_of_the_trail_too(self, as_user):
        self.send(as_user, reference="Given Family")
        look = AuditEvent.objects.get(kind="trail.read")
        assert look.details == {"query": ""}

    def test_that_are_wrong_leave_the_others_as_they_were_typed(self, as_user):
        page = self.send(as_user, reference="x", since="2026-03-01", act="denial")
        assert 'value="2026-03-01"' in page.content.decode()
        assert '<option value="denial" selected>' in page.content.decode()


class TestNoFigure:
    def test_of_anybody_comes_about(self, as_user, world, time_machine):
        """Neither how often somebody did something, nor who did most."""
        time_machine.move_to("2026-11-20 09:10 +0000", tick=False)
        for who, often in (("mentor", 67), ("coach", 71), ("caseworker", 73)):
            for _time in range(often):
                event(world, who)
        mentor = world.people["mentor"].uuid
        for query in ("", f"?person={mentor}", "?since=2026-11-20&until=2026-11-20"):
            figures = re.findall(r"\d+", TAG.sub(" ", shown(as_user, query)))
            assert not {"67", "71", "73", "138", "140", "144", "211"} & set(figures)
            assert "10" in figures  # the control: the hour is found


class TestALine:
    def test_says_everything_that_it_holds(self, as_user, world):
        fields = {"before": "2026-01-05", "fields": ["family_name"], "unheard_of": 7}
        line = event(world, capacity="mentor: rows", details=fields, request_id="f" * 32)
        page = shown(as_user, f"{line.pk}/")
        for words in ("As mentor", "Mon 5 Jan", "family name", "Unheard of", "f" * 32, REFERENCE):
            assert words in page, words

    def test_leads_to_the_other_lines_of_the_same_answer(self, as_user, world):
        one = event(world, request_id="f" * 32)
        other = event(world, kind="listed", request_id="f" * 32)
        event(world, kind="retired.one", request_id="e" * 32)
        page = shown(as_user, f"{one.pk}/")
        assert f'href="/trail/{other.pk}/"' in page
        assert "retired.one" not in page

    def test_names_the_person_whom_it_is_about(self, as_user, world):
        coach = world.people["coach"]
        line = event(world, kind="account.changed", targets=[f"accounts.user:{coach.pk}"])
        page = shown(as_user, f"{line.pk}/")
        assert f'<a href="/trail/?person={coach.uuid}">Coach</a>' in page

    def test_of_more_records_than_a_list_shows_has_them_all(self, as_user, world):
        references = [reference_of(f"{number:05}") for number in range(20)]
        line = event(world, kind="listed", targets=[f"mentees.mentee:{r}" for r in references])
        assert "and 15 more" in shown(as_user)
        page = shown(as_user, f"{line.pk}/")
        assert all(reference in page for reference in references)

    def test_is_itself_recorded(self, as_user, world):
        line = event(world)
        shown(as_user, f"{line.pk}/")
        look = AuditEvent.objects.get(kind="trail.read")
        assert (look.details, look.targets) == ({"line": line.pk}, line.targets)

    def test_that_never_was_is_not_found_and_recorded(self, as_user):
        assert as_user("auditor").get(f"{URL}999999/").status_code == 404
        assert AuditEvent.objects.get(act="denial").targets == ["audit.auditevent:999999"]

    @pytest.mark.parametrize("page", ["1/", "people/", "export/"])
    def test_and_the_other_pages_are_closed_to_other_roles(self, as_user, page):
        for who in ("mentor", "coach", "admin_a", "technical", "manager"):
            assert as_user(who).get(URL + page).status_code == 403

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"capacity": "clock"}, "The schedule"),
            ({"capacity": "command: rotate_keys"}, "Somebody at the server"),
            ({}, "Somebody who was not signed in"),
            ({"actor": "999999"}, "An account that is no more"),
        ],
    )
    def test_without_an_account_says_who_it_was(self, as_user, world, given, words):
        line = AuditEvent.objects.create(kind="keys.rotated", act="alter", **given)
        assert words in shown(as_user, f"{line.pk}/")


class TestFindingAPerson:
    def test_by_a_part_of_the_name_leads_to_what_they_did(self, as_user, world):
        page = as_user("auditor").post(f"{URL}people/", {"name": "Two"}).content.decode()
        assert f'href="/trail/?person={world.people["two_hats"].uuid}"' in page
        assert "mentor_b" not in page

    def test_keeps_the_words_out_of_the_trail_and_of_addresses(self, as_user, world):
        as_user("auditor").post(f"{URL}people/", {"name": "two_hats"})
        search = AuditEvent.objects.get(kind="searched.words")
        assert "two_hats" not in str(search.details)
        seen = AuditEvent.objects.get(kind="listed")
        assert seen.targets == [f"accounts.user:{world.people['two_hats'].pk}"]

    def test_whom_nobody_knows_says_so(self, as_user):
        page = as_user("auditor").post(f"{URL}people/", {"name": "%"}).content.decode()
        assert "Nobody has this name." in page


class TestTheFile:
    @pytest.fixture
    def auditor(self, world) -> Client:
        client = Client()
        client.force_login(world.people["auditor"])
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        return client

    def table(self, answer) -> list[dict[str, str]]:
        text = answer.getvalue().decode("utf-8-sig")
        return list(csv.DictReader(StringIO(text)))

    def test_holds_what_the_filters_show_and_nothing_else(self, auditor, world):
        event(world, kind="retired.one")
        event(world, "coach", kind="retired.two", act="erase")
        rows = self.table(auditor.get(f"{URL}export/?act=erase"))
        assert [(row["Who"], row["What"]) for row in rows] == [("coach", "retired.two")]

    def test_asks_for_the_password_again(self, as_user):
        answer = as_user("auditor").get(f"{URL}export/?act=erase")
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("account_reauthenticate"))
        assert "act%3Derase" in answer.url

    def test_is_recorded_with_its_length_before_its_first_byte(self, auditor, world):
        for _time in range(3):
            event(world)
        answer = auditor.get(f"{URL}export/?act=consulted")
        line = AuditEvent.objects.get(kind="trail.exported")  # and nothing was read yet
        assert line.act == AuditEvent.Act.DISCLOSE
        assert line.details == {"query": "act=consulted", "lines": 3}
        assert line.targets == [f"mentees.mentee:{REFERENCE}"]
        assert len(self.table(answer)) == 3

    def test_that_would_be_too_long_is_refused_in_words(self, auditor, world, settings):
        settings.TRAIL_EXPORT_AT_MOST = 2
        for _time in range(2):
            event(world)
        assert len(self.table(auditor.get(f"{URL}export/?act=consulted"))) == 2
        event(world)
        page = auditor.get(f"{URL}export/?act=consulted").content.decode()
        assert "One file holds at most 2 lines." in page

    def test_runs_nothing_in_a_spreadsheet(self, auditor, world):
        event(world, kind="=cmd|'/c calc'!A0", targets=["@SUM(1)", "x"])
        [row] = self.table(auditor.get(f"{URL}export/?person={world.people['mentor'].uuid}"))
        assert row["What"].startswith("'=")
        assert row["Records"].startswith("'@")

    def test_costs_a_few_statements_for_each_five_hundred_lines(self, auditor, world):
        for _time in range(60):
            event(world)
        assert cost_of(auditor, f"{URL}export/?act=consulted") <= MOST_QUERIES
