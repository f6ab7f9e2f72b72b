"""A draft at the screen: no line, two tabs, a reload, the back button; nothing typed is lost."""

import datetime
import re
import time

import pytest
from playwright.sync_api import Error, expect

from bot_project.tests.browsing import sign_in
from core.dates import today
from mentorships.models import MentoringSession, SessionDraft

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

DAY = datetime.timedelta(days=1)
NOT_SAVED = re.compile("Not saved yet")
SAVED = re.compile(r"^\s*Saved")
PHONE = {"width": 360, "height": 780}


@pytest.fixture
def mentor_at(world, new_context):
    def signed_in(**more):
        page = new_context(**{"viewport": PHONE, **more}).new_page()
        sign_in(page, "mentor")
        return page

    return signed_in


@pytest.fixture
def page(mentor_at):
    page = mentor_at()
    page.goto("/sessions/log/?mentee=M-a")
    return page


def note_of(page):
    return page.get_by_label(re.compile("What happened"))


def expect_saved(page):
    expect(page.locator("#save-status")).to_have_text(SAVED, timeout=15_000)
    expect(page.locator("#not-saved")).to_be_hidden()


def kept():
    return SessionDraft.objects.latest("saved_at").typed["facts"]


def finish(page, facts=None):
    """With nothing left out, so that the page asks to look at nothing once more."""
    for each in ("In prison", "Family"):
        page.get_by_text(each, exact=True).click()
    page.get_by_label("Start", exact=True).first.fill("00:00")
    page.get_by_label("Minutes", exact=True).fill("60")
    if facts:
        note_of(page).fill(facts)
    page.get_by_label(re.compile("My assessment")).fill("Calmer.")
    page.locator("[name=next_meeting_on]").fill((today() + DAY).isoformat())
    page.get_by_role("button", name="Finish the note").click()
    expect(page).to_have_url(re.compile("/sessions/[0-9a-f-]{36}/$"))


def left_in_tab(page):
    """Everything that this tab keeps on the machine."""
    return page.evaluate("JSON.stringify(Object.entries(sessionStorage))")


class TestADroppedLine:
    def test_is_said_in_a_bar_that_stays_in_sight(self, page, complaints, assert_accessible):
        note_of(page).press_sequentially("Before")
        expect_saved(page)
        page.context.set_offline(True)
        note_of(page).press_sequentially(", in the tunnel")
        expect(page.locator("#not-saved")).to_have_text(NOT_SAVED)
        expect(page.locator("#not-saved")).to_be_in_viewport()
        assert_accessible(page)
        assert kept() == "Before"
        page.context.set_offline(False)
        expect_saved(page)
        assert kept() == "Before, in the tunnel"
        complaints.clear()

    def test_is_tried_again_less_and_less_and_sent_once(self, page, complaints):
        tries, sent = [], []
        page.route("**/save/", lambda route: (tries.append(time.monotonic()), route.abort()))
        note_of(page).press_sequentially("Once")
        page.wait_for_timeout(9000)
        first, second, third = tries
        assert third - second > 1.5 * (second - first) > 2
        page.unroute("**/save/")
        page.on("request", lambda each: sent.append(each) if "/save/" in each.url else None)
        page.evaluate("window.dispatchEvent(new Event('online'))")
        expect_saved(page)
        page.wait_for_timeout(3000)
        assert len(sent) == 1
        assert kept() == "Once"
        complaints.clear()

    def test_holds_a_finished_note_back_instead_of_losing_it(self, page, complaints):
        note_of(page).press_sequentially("Written")
        page.context.set_offline(True)
        page.get_by_role("button", name="Finish the note").click()
        expect(page.locator("#not-saved")).to_have_text(re.compile("Not sent: no connection"))
        expect(note_of(page)).to_have_value("Written")
        page.context.set_offline(False)
        complaints.clear()


class TestAReload:
    @pytest.fixture
    def reloaded(self, page, complaints):
        """Typed more without a line, then reloaded; `reloaded(address)`: the line is back."""
        note_of(page).press_sequentially("Before")
        expect_saved(page)
        address = page.url
        page.context.set_offline(True)
        page.evaluate("void (window.fetch = () => Promise.reject())")  # one may outlive its page
        note_of(page).press_sequentially(" and after 🙂")
        page.get_by_text("Family", exact=True).click()
        expect(page.locator("#not-saved")).to_have_text(NOT_SAVED)
        left = left_in_tab(page)
        assert "typed" in left
        assert "after" not in left
        assert "family" not in left
        page.on("dialog", lambda dialog: dialog.accept())
        with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
            page.reload()
        assert kept() == "Before"

        def opened(elsewhere=""):
            page.context.set_offline(False)
            page.goto(elsewhere or address)
            return page

        yield opened
        complaints.clear()

    def test_finds_in_the_same_tab_what_was_not_saved_and_saves_it(self, reloaded):
        page = reloaded()
        expect(note_of(page)).to_have_value("Before and after 🙂")
        expect(page.get_by_label("Family", exact=True)).to_be_checked()
        page.wait_for_function("sessionStorage.length === 0")
        assert kept() == "Before and after 🙂"

    def test_after_signing_out_finds_nothing(self, reloaded):
        page = reloaded("/accounts/logout/")
        assert "typed" in left_in_tab(page)
        page.locator("main").get_by_role("button", name="Sign out").click()
        page.wait_for_url(lambda url: "/logout/" not in url)
        assert "typed" not in left_in_tab(page)

    def test_under_another_key_finds_nothing(self, reloaded, monkeypatch):
        """The control: what is left in the tab is worth nothing without the server's key."""
        monkeypatch.setattr("mentorships.views.drafts.tab_key", lambda *_: "A" * 43 + "=")
        page = reloaded()
        page.wait_for_function("sessionStorage.length === 0")
        expect(note_of(page)).to_have_value("Before")


class TestTwoTabs:
    @pytest.fixture
    def tabs(self, page, complaints):
        """Two tabs of one draft; the second went further, and the first was told so."""
        address = page.url
        note_of(page).press_sequentially("First")
        expect_saved(page)
        other = page.context.new_page()
        other.goto(address)
        note_of(other).press_sequentially("Second. ")
        expect_saved(other)
        note_of(page).press_sequentially(" goes on")
        expect(page.locator("#not-saved")).to_have_text(re.compile("changed on another page"))
        yield page, other
        complaints.clear()  # the browser tells of each 409

    def test_say_so_and_keep_both_texts(self, tabs, assert_accessible):
        page, _other = tabs
        assert kept() == "Second. First"
        expect(note_of(page)).to_have_value("First goes on")
        page.get_by_role("button", name="Show both").click()
        expect(page.get_by_role("heading", name="Two versions of this note")).to_be_visible()
        expect(page.locator(".unsent-text")).to_have_text(["Second. First"])
        expect(note_of(page)).to_have_value("First goes on")
        assert_accessible(page)
        page.get_by_role("button", name="With mine").click()
        expect(page.get_by_role("heading", name="Two versions of this note")).to_have_count(0)
        assert kept() == "First goes on"
        note_of(page).press_sequentially(", further")
        expect_saved(page)

    def test_may_go_on_with_the_other(self, tabs):
        page, _other = tabs
        page.get_by_role("button", name="Show both").click()
        page.get_by_role("link", name="With the other version").click()
        expect(note_of(page)).to_have_value("Second. First")
        assert kept() == "Second. First"

    def test_overwrite_nothing_before_one_has_chosen(self, tabs):
        page, _other = tabs
        page.get_by_role("button", name="Show both").click()
        note_of(page).press_sequentially(" typed over it")
        page.wait_for_timeout(2500)
        assert kept() == "Second. First"

    def test_of_which_one_finished_show_both_too(self, tabs):
        page, other = tabs
        finish(other)
        page.get_by_role("button", name="Show both").click()
        texts = page.locator(".unsent-text")
        expect(texts.nth(0)).to_have_text("Second. First")
        expect(texts.nth(1)).to_have_text("First goes on")


@pytest.mark.parametrize("with_script", [True, False])
def test_the_back_button_after_finishing_leads_to_what_was_recorded(
    mentor_at, complaints, with_script
):
    page = mentor_at(java_script_enabled=with_script)
    page.goto("/sessions/log/?mentee=M-a")
    finish(page, "Finished")
    recorded = page.url
    page.go_back()
    expect(page).to_have_url(re.compile(re.escape(recorded) + "$|/caseload/$|/log/"))
    if "/log/" in page.url:  # a browser that kept the page
        page.get_by_role("button", name="Finish the note").click()
        expect(page).to_have_url(recorded)
    key = recorded.rstrip("/").rpartition("/")[2]
    assert MentoringSession.objects.get(uuid=key).narrative.facts == "Finished"
    assert not SessionDraft.objects.filter(pk=key).exists()
    complaints.clear()
