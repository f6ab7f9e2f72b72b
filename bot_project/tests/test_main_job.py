"""The main job, from sign-in to the three views of it, in a browser as a person would."""

import datetime
import re

import pytest
from playwright.sync_api import expect

from bot_project.tests.browsing import sign_in
from core.dates import today
from mentorships.models import MentoringSession, SessionDraft, SessionNarrative

pytestmark = [
    pytest.mark.browser,
    pytest.mark.second_factor,
    pytest.mark.django_db(transaction=True),
]

WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 360, "height": 780}
FACTS = "We wrote down four house rules for the spare room."
VIEW = "Calmer than two weeks ago."


@pytest.fixture
def at_the_screen(world, new_context):
    """Open a browser of one's own and sign in: `at_the_screen("mentor")`."""

    def signed_in(name, size=WIDE, **more):
        page = new_context(viewport=size, **more).new_page()
        sign_in(page, name)
        return page

    return signed_in


def log_a_session(page):
    page.get_by_role("link", name=re.compile("Log session")).first.click()
    page.get_by_label("Start", exact=True).first.fill("00:00")
    page.get_by_label("Minutes", exact=True).fill("60")
    page.get_by_text("In prison", exact=True).click()
    page.get_by_text("Sister, sister", exact=True).click()
    page.get_by_text("Family", exact=True).click()
    page.get_by_text("Release practicalities", exact=True).click()
    page.get_by_label(re.compile("What happened")).press_sequentially(FACTS)
    page.get_by_label(re.compile("My assessment")).press_sequentially(VIEW)
    page.get_by_label("What was agreed").press_sequentially("House rules, on paper")
    page.locator("[name=next_meeting_on]").fill((today() + datetime.timedelta(7)).isoformat())


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_mentor_logs_a_session_and_each_sees_of_it_what_they_may(
    at_the_screen, world, size, assert_accessible
):
    page = at_the_screen("mentor", size)
    expect(page).to_have_url(re.compile("/caseload/$"))
    log_a_session(page)
    expect(page.locator("#save-status")).to_have_text(re.compile("Saved"))
    assert_accessible(page)
    page.get_by_role("button", name="Finish the note").click()

    expect(page).to_have_url(re.compile("/sessions/[0-9a-f-]{36}/$"))
    expect(page.get_by_text(FACTS)).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="To the file").click()
    expect(page.get_by_text(FACTS)).to_be_visible()
    expect(page).to_have_title(re.compile("^M-a"))
    assert not SessionDraft.objects.filter(typed__isnull=False, sequence__gt=0).exists()

    coach = at_the_screen("coach", size)
    coach.goto("/desk/")
    expect(coach.get_by_text("M-a").first).to_be_visible()
    coach.goto("/mentees/M-a/")
    expect(coach.get_by_text(FACTS)).to_be_visible()

    session = MentoringSession.objects.latest("pk")
    admin = at_the_screen("admin_a", size)
    enrolment = world.files["a"].enrolments.get()
    admin.goto(f"/admin/mentees/enrolment/{enrolment.pk}/change/")
    expect(admin.get_by_text(re.compile(r"\b60\b")).first).to_be_visible()
    assert FACTS not in admin.content()
    assert VIEW not in admin.content()
    assert str(session.themes[0]) not in admin.content().lower().replace("family-a", "")


def test_a_stranger_gets_404_for_everything_of_the_case(at_the_screen, world, complaints):
    page = at_the_screen("mentor_b")
    session = world.session_of("mentor")
    draft = SessionDraft.objects.get(author=world.people["mentor"])
    for address in (
        "/mentees/M-a/",
        f"/sessions/{session.uuid}/",
        f"/sessions/log/{draft.pk}/",
        f"/sessions/log/{draft.pk}/discard/",
        "/sessions/log/?mentee=M-a",
        "/api/v1/mentees/M-a/",
        f"/api/v1/sessions/{session.uuid}/",
    ):
        assert page.goto(address).status == 404, address
        assert "Given-a" not in page.content()
    complaints.clear()  # the browser says of each that it was not found


class TestADraft:
    def test_is_on_the_server_from_the_first_words_and_opens_elsewhere(self, at_the_screen):
        page = at_the_screen("mentor")
        page.get_by_role("link", name=re.compile("Log session")).first.click()
        page.get_by_label(re.compile("What happened")).press_sequentially("He phoned")
        expect(page.locator("#save-status")).to_have_text(re.compile("Saved"))
        page.context.close()

        phone = at_the_screen("mentor", NARROW)
        draft = SessionDraft.objects.latest("saved_at")
        phone.goto(f"/sessions/log/{draft.pk}/")
        expect(phone.get_by_label(re.compile("What happened"))).to_have_value("He phoned")

    def test_says_what_is_not_saved_and_saves_it_when_the_line_is_back(
        self, at_the_screen, complaints
    ):
        page = at_the_screen("mentor")
        page.get_by_role("link", name=re.compile("Log session")).first.click()
        box = page.get_by_label(re.compile("What happened"))
        page.context.set_offline(True)
        box.press_sequentially("Written in a tunnel")
        expect(page.locator("#save-status")).to_have_text(re.compile("Not saved yet"))
        page.context.set_offline(False)
        expect(page.locator("#save-status")).to_have_text(re.compile(r"^\s*Saved"), timeout=15_000)
        assert SessionDraft.objects.latest("saved_at").typed["facts"] == "Written in a tunnel"
        complaints.clear()  # the browser says that there was no line


def test_it_all_works_without_script(at_the_screen):
    page = at_the_screen("mentor", NARROW, java_script_enabled=False)
    log_a_session(page)
    page.get_by_role("button", name="Another agreement").click()
    expect(page.get_by_label(re.compile("What happened"))).to_have_value(FACTS)
    page.get_by_role("button", name="Keep as draft").click()
    expect(page).to_have_url(re.compile("/caseload/$"))
    draft = SessionDraft.objects.latest("saved_at")
    page.goto(f"/sessions/log/{draft.pk}/")
    page.get_by_role("button", name="Finish the note").click()
    expect(page.get_by_text(FACTS)).to_be_visible()
    assert SessionNarrative.objects.filter(session__held_on=today()).exists()


def test_it_can_be_done_by_keyboard_alone(at_the_screen):
    page = at_the_screen("mentor")
    page.goto("/sessions/log/?mentee=M-a")
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "themes":
            break
    page.keyboard.press("Space")
    page.get_by_label(re.compile("What happened")).focus()
    page.keyboard.type("Written without a mouse")
    page.get_by_label("Start", exact=True).first.focus()
    page.keyboard.type("0000")
    for button in ("Finish the note", "Finish as it is"):
        page.get_by_role("button", name=button).focus()
        page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/sessions/[0-9a-f-]{36}/$"))
    assert MentoringSession.objects.latest("pk").started_at == datetime.time(0)
