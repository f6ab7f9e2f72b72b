"""Two tabs over one note, an answer and an amendment, at the screen."""

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from bot_project.tests.browsing import sign_in
from mentorships.models import MentoringSession, SessionNarrative

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 360, "height": 780}
FIRST, SECOND = "Written in the first tab.", "Written in the second tab."


@pytest.fixture
def at_the_screen(world, new_context):
    def signed_in(name, size=WIDE, **more):
        page = new_context(viewport=size, **more).new_page()
        sign_in(page, name)
        return page

    return signed_in


def in_two_tabs(page, address):
    """The first tab saves, then the second; hands over the second."""
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(address)
    for tab, words in ((other, FIRST), (page, SECOND)):
        tab.get_by_label(re.compile("What happened")).fill(words)
        tab.get_by_role("button", name="Save", exact=True).click()
    expect(other).to_have_url(re.compile("/sessions/[0-9a-f-]{36}/$"))
    return page


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_second_tab_is_shown_both_texts_and_merges_them(
    at_the_screen, world, size, script, assert_accessible, complaints
):
    session = world.session_of("mentor")
    mentor = at_the_screen("mentor", size, java_script_enabled=script)
    page = in_two_tabs(mentor, f"/sessions/{session.uuid}/edit/")
    complaints.clear()  # the browser tells of each 409
    expect(page.get_by_text(FIRST)).to_be_visible()
    box = page.get_by_label("Yours: What happened")
    expect(box).to_have_value(SECOND)
    if script:
        assert_accessible(page)
    sides = page.locator(".versions > div")
    first, second = sides.nth(0).bounding_box(), sides.nth(1).bounding_box()
    assert (first["x"] < second["x"]) == (size == WIDE)
    box.fill(f"{FIRST} {SECOND}")
    page.get_by_role("button", name="Save mine").click()
    expect(page.get_by_text(f"{FIRST} {SECOND}")).to_be_visible()
    assert SessionNarrative.objects.get(session=session).facts == f"{FIRST} {SECOND}"


def test_an_answered_note_is_amended_and_printed_in_both_versions(
    at_the_screen, world, assert_accessible
):
    session = world.session_of("mentor")
    ago = timezone.now() - datetime.timedelta(hours=80)
    MentoringSession.objects.filter(pk=session.pk).update(finished_at=ago)
    coach = at_the_screen("coach", NARROW, java_script_enabled=False)
    coach.goto(session.get_absolute_url())
    coach.get_by_label("A few words").fill("Where was it?")
    coach.get_by_role("button", name="A question").click()

    mentor = at_the_screen("mentor", NARROW)
    mentor.get_by_role("button", name="Open the answer").click()
    mentor.get_by_label("Your answer").fill("In the yard.")
    mentor.get_by_role("button", name="Send").click()
    mentor.get_by_role("link", name="Amend").click()
    assert_accessible(mentor)
    mentor.get_by_label(re.compile("What happened")).fill("They talked in the yard.")
    mentor.get_by_text("Something was missing", exact=True).click()
    mentor.get_by_label("The reason in words").fill("The place was missing.")
    mentor.get_by_role("button", name="Add the amendment").click()
    expect(mentor.locator("del")).to_contain_text("talked.")
    assert_accessible(mentor)
    mentor.emulate_media(media="print")
    first = mentor.locator("#first-written")
    expect(first.get_by_text("They talked.", exact=True)).to_be_visible()
    expect(mentor.get_by_text("They talked in the yard.", exact=True).first).to_be_visible()
    coach.goto(session.get_absolute_url())
    expect(coach.get_by_text("In the yard.", exact=True)).to_be_visible()


def test_what_is_typed_into_a_change_outlives_a_reload_and_no_saving(at_the_screen, world):
    session = world.session_of("mentor")
    page = at_the_screen("mentor")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/sessions/{session.uuid}/edit/")
    box = page.get_by_label(re.compile("What happened"))
    box.press_sequentially(" And then")
    page.wait_for_function("Object.keys(sessionStorage).length === 1")
    assert "And then" not in page.evaluate("JSON.stringify(sessionStorage)")
    page.reload()
    expect(box).to_have_value(re.compile("And then"))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page).to_have_url(re.compile("/sessions/[0-9a-f-]{36}/$"))
    MentoringSession.objects.filter(pk=session.pk).update(version=3)
    SessionNarrative.objects.filter(session=session).update(facts="As it stands.")
    page.goto(f"/sessions/{session.uuid}/edit/")
    expect(box).to_have_value("As it stands.")
