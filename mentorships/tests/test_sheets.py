"""Paper: each sheet has a number, and becomes one session at most."""

import re
from html import unescape
from uuid import UUID

import pytest
from django.forms import HiddenInput
from django.utils.html import strip_tags

from audit.models import AuditEvent
from bot_project.tests.cast import LONG_AGO, World
from bot_project.tests.crowd import MOST_QUERIES, cost_of, in_days
from casework.queries.caseload import caseload_of
from core.dates import today
from mentorships.models import MentoringSession, SessionDraft, SessionSheet
from mentorships.operations import (
    NotLogged,
    NotPrinted,
    NotSetAside,
    Report,
    log_session,
    print_sheet,
    set_sheet_aside,
)
from mentorships.tests.writing import text_of

pytestmark = pytest.mark.django_db
LIST, BLANK = "/sessions/sheets/", "/sessions/sheet/"
ROUTINE = {
    "mentee": "M-a",
    "status": "held",
    "started_at": "00:00",  # of today too it has passed at any hour
    "minutes": "45",
    "modality": "prison",
    "themes": ["family"],
    "facts": "We counted the weeks.",
    "mentee_present": "on",
    "concern_raised": "no",
    "rows": "0",
}


@pytest.fixture
def sheet(world) -> SessionSheet:
    SessionSheet.objects.all().delete()
    SessionDraft.objects.all().delete()
    return print_sheet(world.mentorship_of("mentor"), by=world.user("mentor"))


def form_of(sheet: SessionSheet) -> str:
    return f"/sessions/log/{sheet.uuid}/?mentee=M-a"


def to_enter(world: World, name: str = "mentor") -> list[str]:
    return [work.reference for work in caseload_of(world.user(name)).sheets]


# What has no place on paper: a meeting is chosen from a list, and each mentee has a sheet.
ON_SCREEN_ALONE = {"planned", "also"}


def asked_on_screen(page) -> list[str]:
    """What the form asks for, in the order of its page."""
    fields = page.context["form"].fields
    names = dict.fromkeys(re.findall(r'name="(\w+)"', page.content.decode()))
    return [
        "Goals" if name.startswith("goal_") else str(fields[name].label)
        for name in names
        if name in fields
        and name not in ON_SCREEN_ALONE
        and not isinstance(fields[name].widget, HiddenInput)
    ]


def first_out_of_order(words: list[str], text: str) -> str | None:
    at = 0
    for word in words:
        at = text.find(word, at)
        if at < 0:
            return word
    return None


class TestASheet:
    def test_counts_on_through_the_day(self, world, sheet):
        second = print_sheet(world.mentorship_of("mentor"), by=world.user("mentor"))
        assert sheet.number == f"M-a-{today():%y%m%d}-1"
        assert second.number == f"M-a-{today():%y%m%d}-2"
        assert AuditEvent.objects.filter(kind="sheet.printed").count() == 2

    def test_is_not_printed_for_what_has_ended(self, world, sheet):
        mentorship = world.mentorship_of("mentor")
        mentorship.status, mentorship.ended_on = "ended", today()
        mentorship.end_reason = "other"
        mentorship.save()
        with pytest.raises(NotPrinted):
            print_sheet(mentorship, by=world.user("mentor"))

    def test_is_made_by_its_button_and_says_the_reference_and_no_name(self, as_user, sheet):
        client = as_user("mentor")
        made = client.post(BLANK, {"mentee": "M-a"})
        page = client.get(made["Location"]).content.decode()
        assert f"M-a-{today():%y%m%d}-2" in page
        assert "Given-a" not in page
        assert "Family-a" not in page

    def test_asks_for_what_the_form_asks_in_its_order(self, as_user, sheet):
        client = as_user("mentor")
        asked = asked_on_screen(client.get(form_of(sheet)))
        paper = client.get(BLANK).content.decode().partition('<div class="paper">')[2]
        words = re.sub(r"\s+", " ", unescape(strip_tags(paper)))
        assert len(asked) > 35
        assert first_out_of_order(asked, words) is None
        assert first_out_of_order(asked[::-1], words)

    def test_offers_whole_what_the_form_offers(self, as_user, sheet):
        client = as_user("mentor")
        fields = client.get(form_of(sheet)).context["form"].fields
        [goal] = [name for name in fields if name.startswith("goal_")][:1]
        paper = unescape(client.get(BLANK).content.decode())
        for name in ("status", "modality", "themes", "tier", goal):
            assert [label for _, label in fields[name].choices if f">{label}<" not in paper] == []

    def test_is_nobody_elses(self, as_user, world, sheet):
        for name in ("mentor_b", "coach", "admin_a", "caseworker", "partner"):
            assert as_user(name).get(f"{LIST}{sheet.uuid}/").status_code == 404
            assert as_user(name).post(f"{LIST}{sheet.uuid}/aside/").status_code == 404
        for name in ("mentor_b", "two_hats"):
            assert sheet.number not in as_user(name).get(LIST).content.decode()
        assert as_user("mentor").get(f"{LIST}{sheet.uuid}/").status_code == 200

    def test_is_not_made_for_a_mentee_of_somebody_else(self, as_user, sheet):
        assert as_user("mentor_b").post(BLANK, {"mentee": "M-a"}).status_code == 404
        assert SessionSheet.objects.count() == 1


class TestEnteringASheet:
    def test_makes_one_session_and_leads_to_the_next_sheet(self, as_user, world, sheet):
        client = as_user("mentor")
        assert sheet.number in client.get(form_of(sheet)).content.decode()
        sent = {**ROUTINE, "held_on": in_days(-5).isoformat()}
        answer = client.post(form_of(sheet), sent)
        assert answer["Location"] == LIST
        client.post(form_of(sheet), sent)  # the same sheet once more
        assert MentoringSession.objects.filter(uuid=sheet.uuid).count() == 1
        assert "entered 5 days later" in client.get(LIST).content.decode()
        assert not to_enter(world)

    def test_leads_to_the_form_of_the_next_sheet_that_waits(self, as_user, world, sheet):
        client, mentorship = as_user("mentor"), world.mentorship_of("mentor")
        second, third = (print_sheet(mentorship, by=world.user("mentor")) for _ in range(2))
        sent = {**ROUTINE, "held_on": today().isoformat()}
        for entered, following in ((second, third), (third, sheet)):
            assert client.post(form_of(entered), sent)["Location"] == form_of(following)
        assert client.post(form_of(sheet), sent)["Location"] == LIST

    @pytest.mark.parametrize(
        ("days", "state"), [(2, "done"), (3, "soon"), (6, "soon"), (7, "late")]
    )
    def test_is_in_time_for_two_days_and_late_from_a_week(self, as_user, sheet, days, state):
        client = as_user("mentor")
        client.post(form_of(sheet), {**ROUTINE, "held_on": in_days(-days).isoformat()})
        for page in (LIST, f"/sessions/{sheet.uuid}/"):
            assert f'state-{state}">entered {days} days later' in text_of(client.get(page))

    def test_is_not_where_another_session_leads(self, as_user, sheet):
        key = "00000000-0000-4000-8000-00000000abcd"
        sent = {**ROUTINE, "held_on": today().isoformat()}
        answer = as_user("mentor").post(f"/sessions/log/{key}/?mentee=M-a", sent)
        assert answer["Location"] == f"/sessions/{key}/"

    def test_shows_how_late_it_was_also_on_the_session(self, as_user, sheet):
        client = as_user("mentor")
        client.post(form_of(sheet), {**ROUTINE, "held_on": in_days(-1).isoformat()})
        page = client.get(f"/sessions/{sheet.uuid}/").content.decode()
        assert "entered 1 day later" in page

    def test_keeps_what_was_typed_and_the_number_where_something_is_missing(self, as_user, sheet):
        sent = {**ROUTINE, "held_on": "nonsense"}
        page = as_user("mentor").post(form_of(sheet), sent).content.decode()
        assert "We counted the weeks." in page
        assert sheet.number in page


class TestNamingASheetOnTheOrdinaryForm:
    KEY = "00000000-0000-4000-8000-00000000abcd"

    def finish(self, client, number: str, key: str = KEY):
        sent = {**ROUTINE, "held_on": today().isoformat(), "sheet": number}
        return client.post(f"/sessions/log/{key}/?mentee=M-a", sent)

    def test_enters_it(self, as_user, world, sheet):
        client = as_user("mentor")
        assert to_enter(world) == [sheet.number]
        answer = self.finish(client, f" {sheet.number.lower()} ")
        assert answer["Location"] == f"/sessions/{self.KEY}/"
        assert not to_enter(world)
        assert "entered the same day" in client.get(LIST).content.decode()
        sheet.refresh_from_db()
        with pytest.raises(NotSetAside):
            set_sheet_aside(sheet, by=world.user("mentor"))

    def test_leaves_it_waiting_where_no_number_is_given(self, as_user, world, sheet):
        self.finish(as_user("mentor"), "")
        assert to_enter(world) == [sheet.number]

    def test_twice_makes_one_session(self, as_user, sheet):
        client = as_user("mentor")
        before = MentoringSession.objects.count()
        assert self.finish(client, sheet.number)["Location"] == f"/sessions/{self.KEY}/"
        assert self.finish(client, sheet.number)["Location"] == f"/sessions/{self.KEY}/"
        assert MentoringSession.objects.count() == before + 1

    def test_finds_again_what_was_set_aside(self, as_user, world, sheet):
        set_sheet_aside(sheet, by=world.user("mentor"))
        assert self.finish(as_user("mentor"), sheet.number).status_code == 302
        sheet.refresh_from_db()
        assert sheet.unused_at is None

    def test_says_at_the_field_that_there_is_no_such_sheet(self, as_user, world, sheet):
        foreign = print_sheet(world.mentorship_of("mentor_b"), by=world.user("mentor_b"))
        for number in ("M-a-1", "x" * 400, foreign.number):
            page = self.finish(as_user("mentor"), number).content.decode()
            assert 'id="id_sheet_fault"' in page
            assert "We counted the weeks." in page
            assert number in page
            assert ("You have printed no sheet" in page) == (len(number) < 400)
        assert not MentoringSession.objects.filter(uuid=self.KEY).exists()

    def test_says_so_beside_the_other_faults(self, as_user, sheet):
        sent = {**ROUTINE, "held_on": today().isoformat(), "minutes": "4", "sheet": "M-a-1"}
        page = as_user("mentor").post(f"/sessions/log/{self.KEY}/?mentee=M-a", sent)
        assert set(page.context["form"].errors) == {"minutes", "sheet"}

    def test_says_so_before_it_asks_whether_something_was_forgotten(self, as_user, sheet):
        sent = {**ROUTINE, "held_on": today().isoformat(), "sheet": "M-a-1", "action": "finish"}
        page = as_user("mentor").post(f"/sessions/log/{self.KEY}/?mentee=M-a", sent)
        assert set(page.context["form"].errors) == {"sheet"}
        assert not page.context["form"].to_check

    def test_is_refused_by_the_operation_as_well(self, world, sheet):
        report = Report("no_show", today(), minutes=4, sheet="M-a-1", themes=("offence",))
        mentor = world.people["mentor"]
        with pytest.raises(NotLogged) as refused:
            log_session(
                world.mentorship_of("mentor"), by=mentor, draft=UUID(self.KEY), report=report
            )
        assert set(refused.value.message_dict) == {"themes", "sheet"}

    def test_says_at_the_field_that_it_has_been_entered(self, as_user, sheet):
        client = as_user("mentor")
        self.finish(client, sheet.number)
        page = self.finish(client, sheet.number, self.KEY.replace("abcd", "abce"))
        assert "This sheet has been entered already." in page.content.decode()

    def test_says_at_the_field_that_somebody_has_begun_with_it(self, as_user, sheet):
        client = as_user("mentor")
        client.post(form_of(sheet), {**ROUTINE, "action": "draft"})
        page = self.finish(client, sheet.number).content.decode()
        assert "This sheet is being entered" in page

    def test_is_not_asked_where_one_began_from_a_sheet_or_changes_a_session(self, as_user, sheet):
        client = as_user("mentor")
        asked = 'name="sheet"'
        assert asked in client.get(f"/sessions/log/{self.KEY}/?mentee=M-a").content.decode()
        assert asked not in client.get(form_of(sheet)).content.decode()
        self.finish(client, sheet.number)
        assert asked not in client.get(f"/sessions/{self.KEY}/edit/").content.decode()


class TestTheCaseload:
    def test_lists_what_is_printed_and_not_entered(self, world, sheet):
        assert to_enter(world) == [sheet.number]
        assert not to_enter(world, "mentor_b")

    def test_forgets_a_sheet_that_was_not_used(self, as_user, world, sheet):
        as_user("mentor").post(f"{LIST}{sheet.uuid}/aside/")
        assert not to_enter(world)
        assert AuditEvent.objects.filter(kind="sheet.set_aside").count() == 1

    def test_waits_for_a_sheet_whose_key_another_session_has(self, world, sheet):
        MentoringSession.objects.create(
            uuid=sheet.uuid,
            mentorship=world.mentorship_of("mentor_b"),
            status="no_show",
            held_on=LONG_AGO,
            logged_by=world.people["mentor_b"],
        )
        assert to_enter(world) == [sheet.number]


def test_a_sheet_that_was_entered_cannot_be_set_aside(world, sheet):
    MentoringSession.objects.create(
        uuid=sheet.uuid,
        mentorship=sheet.mentorship,
        status="no_show",
        held_on=today(),
        logged_by=world.people["mentor"],
    )
    with pytest.raises(NotSetAside):
        set_sheet_aside(sheet, by=world.user("mentor"))


def test_the_page_costs_the_same_for_one_sheet_and_for_thirty(as_user, world, sheet):
    client = as_user("mentor")
    client.post(form_of(sheet), {**ROUTINE, "held_on": in_days(-1).isoformat()})
    print_sheet(world.mentorship_of("mentor"), by=world.user("mentor"))
    one = cost_of(client, LIST)
    for _number in range(30):
        print_sheet(world.mentorship_of("mentor"), by=world.user("mentor"))
    assert cost_of(client, LIST) == one <= MOST_QUERIES
