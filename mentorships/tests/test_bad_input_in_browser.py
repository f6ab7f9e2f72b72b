"""What goes wrong while a note is written, at the screen: a sentence says so, no word is lost."""

import re

import pytest
from playwright.sync_api import expect

from bot_project.tests.browsing import sign_in
from core.dates import today
from mentees.models import Consent
from mentorships.models import MentoringSession
from mentorships.operations import end_mentorship, transfer, withdraw_consent
from networks.models import NetworkPerson

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 780}
SIGNS = "👩🏽‍🦱 🇩🇰 שלום مرحبا <b>bold</b><script>alert(1)</script>"
LONG = "word," * 301


@pytest.fixture(params=[True, False], ids=["script", "no_script"])
def page(request, new_context, world):
    """The form of the mentor's mentee, with a sentence in it."""
    page = new_context(viewport=PHONE, java_script_enabled=request.param).new_page()
    sign_in(page, "mentor")
    page.goto("/sessions/log/?mentee=M-a")
    facts(page).press_sequentially("Written. ")
    page.get_by_label(re.compile("My assessment")).press_sequentially("Calm.")
    page.get_by_text("Family", exact=True).click()
    return page


def facts(page):
    return page.get_by_label(re.compile("What happened"))


def minutes(page):
    return page.get_by_label("Minutes", exact=True)


def finish(page):
    """Each press leads to a page, which is waited for before one looks whether it asks again."""
    with page.expect_navigation():
        page.get_by_role("button", name="Finish the note").click()
    anyway = page.get_by_role("button", name="Finish as it is")
    if anyway.count():
        with page.expect_navigation():
            anyway.click()


def expect_recorded(page, words):
    expect(page).to_have_url(re.compile("/sessions/[0-9a-f-]{36}/$"))
    expect(page.get_by_text(words)).to_be_visible()
    assert MentoringSession.objects.latest("pk").narrative.facts == words


def test_of_many_kinds_gets_a_sentence_on_one_page(page):
    facts(page).fill(SIGNS)
    for typed in ("0", "481", "e"):  # a letter is all that a field of numbers lets through
        minutes(page).fill("")
        minutes(page).press_sequentially(typed)
        finish(page)
        expect(page.locator("#id_minutes_fault")).to_be_visible()
        expect(facts(page)).to_have_value(SIGNS)
    minutes(page).fill("60")
    page.get_by_text("Sister", exact=False).first.click()
    sister = NetworkPerson.objects.filter(mentee__reference="M-a", relation="sister")
    sister.update(consent_withdrawn_on=today())
    facts(page).fill(LONG)
    finish(page)
    expect(page.get_by_text("may not take part any more").first).to_be_visible()
    expect(page.get_by_text("at most 1500 characters").first).to_be_visible()
    expect(facts(page)).to_have_value(LONG)
    facts(page).fill(SIGNS)
    page.get_by_label("Start", exact=True).first.fill("02:30")
    finish(page)
    expect_recorded(page, SIGNS)


def withdraws_the_consent(world, by):
    consent = Consent.objects.get(enrolment__mentee__reference="M-a", purpose="take_part")
    withdraw_consent(consent, by=by, on=today())


def goes_to_another_prison(world, by):
    transfer(world.files["a"], by=by, institution=world.prison["b"], on=today())


@pytest.mark.parametrize("happens", [withdraws_the_consent, goes_to_another_prison])
def test_is_not_what_happened_before_the_mentee_went(page, world, happens):
    happens(world, world.people["admin_a"])
    finish(page)
    expect_recorded(page, "Written.")


def test_of_a_mentorship_that_ended_gives_the_words_back(page, world, complaints):
    """What was kept before the end is recorded; what was not is shown, to be copied."""
    page.route("**/save/", lambda route: route.abort())
    end_mentorship(
        world.mentorship_of("mentor"), by=world.people["admin_a"], on=today(), reason="other"
    )
    finish(page)
    kept = page.get_by_text(re.compile(r"Written\."))
    expect(kept.first).to_be_visible()
    expect(page.get_by_text(re.compile("Nothing was recorded|Recorded")).first).to_be_visible()
    complaints.clear()
