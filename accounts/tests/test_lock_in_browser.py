"""The lock in front of a person who types: nothing is lost, and nobody else sees it."""

import datetime
import re
import time

import pytest
from django.conf import settings
from django.core.cache import cache
from playwright.sync_api import expect

from accounts import lock
from accounts.models import UnsentForm
from bot_project.tests.browsing import code_of_now, sign_in
from bot_project.tests.cast import PASSWORD
from core.references import reference_of
from mentees.models import Decision, Mentee
from mentorships.models import MentoringSession, SessionDraft

pytestmark = [
    pytest.mark.browser,
    pytest.mark.second_factor,
    pytest.mark.django_db(transaction=True),
]

MINUTE = datetime.timedelta(minutes=1)
HOURS = datetime.timedelta(hours=11)
REASON = "He says he does not want to live, and means it."
WORDS = "He found a room"


@pytest.fixture
def clock(time_machine):
    """Server time; it goes on by itself, and `clock(16 * MINUTE)` lets it jump."""
    time_machine.move_to(datetime.datetime.now(datetime.UTC))
    return time_machine.shift


@pytest.fixture
def sit_down(clock, world, new_context):
    def signed_in(name, **more):
        page = new_context(viewport={"width": 1440, "height": 900}, **more).new_page()
        sign_in(page, name)
        return page

    return signed_in


def note_of(page):
    return page.get_by_label(re.compile("What happened"))


def begin_note(page):
    page.goto("/sessions/log/?mentee=M-a")
    note_of(page).press_sequentially(WORDS)


def prove(page):
    """Type what the lock asks for."""
    cache.clear()
    page.get_by_label("Password", exact=True).press_sequentially(PASSWORD)
    if settings.REQUIRE_SECOND_FACTOR:
        page.locator("input[name=code]").press_sequentially(code_of_now())
    page.keyboard.press("Enter")


def come_back(page):
    """What a browser tells a page that its window is used again."""
    page.evaluate("window.dispatchEvent(new Event('focus'))")


@pytest.mark.parametrize("away", [16 * MINUTE, HOURS], ids=["locked", "ended"])
def test_a_note_goes_on_after_the_password_without_losing_a_letter(
    sit_down, clock, complaints, assert_accessible, away
):
    page = sit_down("mentor")
    begin_note(page)
    expect(page.locator("#save-status")).to_have_text(re.compile("Saved"))
    clock(away)
    note_of(page).press_sequentially(" today")
    dialog = page.get_by_role("dialog", name="Is it still you?")
    expect(dialog.get_by_label("Password", exact=True)).to_be_focused()
    assert SessionDraft.objects.latest("saved_at").typed["facts"] == f"{WORDS} today"
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Password", exact=True).press_sequentially("not this one")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert").first).to_be_visible()
    prove(page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(note_of(page)).to_have_value(f"{WORDS} today")
    note_of(page).press_sequentially(", and moves in.")
    expect(page.locator("#save-status")).to_have_text(re.compile(r"^\s*Saved"))
    page.wait_for_timeout(2000)  # the pause after which a page saves
    kept = SessionDraft.objects.latest("saved_at")
    assert kept.typed["facts"] == f"{WORDS} today, and moves in."
    complaints.clear()  # the browser tells of each 401


@pytest.mark.parametrize("away", [16 * MINUTE, HOURS], ids=["locked", "ended"])
def test_a_note_is_in_the_form_again_without_script(sit_down, clock, away):
    page = sit_down("mentor", java_script_enabled=False)
    begin_note(page)
    clock(away)
    before = MentoringSession.objects.count()
    page.get_by_role("button", name="Finish the note").click()
    expect(page).to_have_title(re.compile("^Locked"))
    expect(page.get_by_text("Nothing was sent while you were away")).to_be_visible()
    assert WORDS not in page.content()
    prove(page)
    expect(note_of(page)).to_have_value(WORDS)
    assert MentoringSession.objects.count() == before


@pytest.mark.parametrize("with_script", [True, False])
def test_any_other_form_is_filled_in_again_and_can_be_sent(
    sit_down, clock, world, assert_accessible, with_script
):
    reference = reference_of("70000")
    Mentee.objects.filter(pk=world.files["a"].pk).update(reference=reference)
    page = sit_down("admin_a", java_script_enabled=with_script)
    page.goto("/emergency/")
    page.locator("[name=reference]").press_sequentially(reference)
    page.locator("[name=category][value=life]").check()
    page.locator("[name=reason]").press_sequentially(REASON)
    clock(16 * MINUTE)
    page.locator("main form [type=submit]").click()
    expect(page).to_have_title(re.compile("^Locked"))
    assert not Decision.objects.filter(kind="break_glass").exists()
    prove(page)
    expect(page.get_by_text("Here is what you typed")).to_be_visible()
    expect(page.locator("[name=reference]")).to_have_value(reference)
    expect(page.locator("[name=category][value=life]")).to_be_checked()
    expect(page.locator("[name=reason]")).to_have_value(REASON)
    if with_script:
        assert_accessible(page)
    page.locator("main form [type=submit]").click()
    expect(page).to_have_url(re.compile(f"/mentees/{reference}/$"))
    assert Decision.objects.filter(kind="break_glass").count() == 1
    assert not UnsentForm.objects.exists()


class TestTyping:
    """The page's own clock is turned with the server's."""

    @pytest.fixture
    def form(self, sit_down, clock):
        page = sit_down("admin_a")
        page.clock.install()
        page.goto("/emergency/")

        def wait(minutes):
            clock(minutes * MINUTE)
            page.clock.fast_forward(minutes * 60 * 1000)

        return page, wait

    def test_keeps_a_form_without_drafts_open(self, form, complaints):
        page, wait = form
        for letter in "hold on":
            wait(5)
            with page.expect_response(re.compile("/unlock/state/"), timeout=5000) as told:
                page.locator("[name=reason]").press_sequentially(letter)
            assert (told.value.status, told.value.request.method) == (200, "POST")
        assert page.locator("[name=reason]").input_value() == "hold on"
        assert not complaints

    def test_that_stops_lets_the_page_be_covered(self, form, complaints):
        page, wait = form
        page.locator("[name=reason]").press_sequentially(REASON)
        wait(10)
        page.wait_for_timeout(300)
        expect(page.get_by_role("dialog")).to_have_count(0)
        wait(6)
        expect(page.get_by_role("dialog", name="Is it still you?")).to_be_visible()
        prove(page)
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.locator("[name=reason]")).to_have_value(REASON)
        complaints.clear()

    def test_by_a_script_is_not_typing(self, form, complaints):
        page, wait = form
        for _each in range(4):
            wait(5)
            page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'a'}))")
            page.wait_for_timeout(200)
        come_back(page)
        expect(page.get_by_role("dialog")).to_be_visible()
        complaints.clear()


class TestAnotherPerson:
    @pytest.fixture
    def left_open(self, sit_down):
        """A page with a note half written, and beside it a tab in which somebody else signs in."""
        page = sit_down("mentor")
        begin_note(page)
        expect(page.locator("#save-status")).to_have_text(re.compile("Saved"))
        other = page.context.new_page()
        other.goto("/accounts/logout/")
        other.locator("main").get_by_role("button", name="Sign out").click()
        other.wait_for_url(lambda url: "/logout/" not in url)
        return page, other

    def assert_wiped(self, page):
        expect(note_of(page)).to_have_count(0)
        expect(page.get_by_role("heading", level=1)).to_be_visible()  # it goes on by itself
        for left in (WORDS, "Given-a"):
            expect(page.locator(":root")).not_to_contain_text(left)

    def test_finds_no_page_of_the_first_when_looking_at_it(self, left_open, complaints):
        page, other = left_open
        sign_in(other, "mentor_b")
        come_back(page)
        self.assert_wiped(page)
        complaints.clear()

    def test_finds_none_when_typing_into_it_either(self, left_open, complaints):
        page, other = left_open
        sign_in(other, "mentor_b")
        note_of(page).press_sequentially(" and more")
        self.assert_wiped(page)
        drafts = SessionDraft.objects.filter(typed__isnull=False)
        assert not [d for d in drafts if "and more" in d.typed.get("facts", "")]
        complaints.clear()

    def test_is_not_needed_where_one_has_signed_out(self, left_open, complaints):
        page, _other = left_open
        come_back(page)
        expect(page).to_have_url(re.compile("/accounts/login/"))
        assert WORDS not in page.content()
        complaints.clear()

    def test_is_told_from_the_same_one(self, left_open, complaints):
        """The control: whoever signs in again finds the page, the text and a token that works."""
        page, other = left_open
        sign_in(other, "mentor")
        come_back(page)
        note_of(page).press_sequentially(" today")
        page.wait_for_timeout(2500)
        expect(note_of(page)).to_have_value(f"{WORDS} today")
        assert SessionDraft.objects.latest("saved_at").typed["facts"] == f"{WORDS} today"
        complaints.clear()

    def test_would_find_it_if_all_had_one_mark(self, monkeypatch, request, complaints):
        """The control of the tests above."""
        monkeypatch.setattr(lock, "mark_of", lambda key: "anyone")
        page, other = request.getfixturevalue("left_open")
        sign_in(other, "mentor_b")
        come_back(page)
        page.wait_for_timeout(1000)
        expect(note_of(page)).to_have_value(WORDS)
        complaints.clear()


@pytest.mark.parametrize("status", [400, 502])
def test_an_answer_of_nobody_takes_no_text_away(sit_down, complaints, status):
    """Of a gateway, or of a session that changed its key in between: it says nothing of people."""
    page = sit_down("mentor")
    page.route("**/save/", lambda route: route.fulfill(status=status, body="no"))
    begin_note(page)
    expect(page.locator("#save-status")).to_have_text(re.compile("Not saved yet"))
    page.unroute("**/save/")
    expect(page.locator("#save-status")).to_have_text(re.compile(r"^\s*Saved"), timeout=15_000)
    expect(note_of(page)).to_have_value(WORDS)
    complaints.clear()


class TestTheHistory:
    def test_shows_nothing_after_signing_out(self, sit_down, complaints):
        page = sit_down("mentor")
        page.goto("/mentees/M-a/")
        assert "Given-a" in page.content()
        page.goto("/accounts/logout/")
        page.locator("main").get_by_role("button", name="Sign out").click()
        page.wait_for_url(lambda url: "/logout/" not in url)
        for _each in range(3):
            page.go_back()
            page.wait_for_load_state()
            assert "Given-a" not in page.content()
        complaints.clear()

    def test_gives_a_page_back_unseen_until_its_person_is_known(self, sit_down, complaints):
        page = sit_down("mentor")
        page.goto("/mentees/M-a/")
        hide = "window.dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))"
        show = "window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
        page.evaluate(hide)
        expect(page.locator("main")).to_be_hidden()
        page.evaluate(show)
        expect(page.locator("main")).to_be_visible()  # the same person is still there

        page.evaluate(hide)
        page.context.set_offline(True)
        page.evaluate(show)
        time.sleep(0.5)
        expect(page.locator("main")).to_be_hidden()  # nobody could be asked
        page.context.set_offline(False)

        page.context.clear_cookies()
        page.evaluate(show)
        expect(page).to_have_url(re.compile("/accounts/login/"))
        complaints.clear()
