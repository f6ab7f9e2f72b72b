"""A routine entry as a person makes it: by taps and keys, down the page, in few of them."""

import datetime
import re

import pytest
from playwright.sync_api import expect

from bot_project.tests.browsing import sign_in
from core.dates import today
from mentorships.models import Agreement, MentoringSession, PlannedMeeting

pytestmark = [
    pytest.mark.browser,
    pytest.mark.second_factor,
    pytest.mark.django_db(transaction=True),
]
MOST_TAPS = 12
PHONE, WIDE = {"width": 360, "height": 780}, {"width": 1440, "height": 900}
FACTS = "We wrote down four house rules for the spare room."
COMES_AFTER = "(one, other) => Boolean(other.compareDocumentPosition(one) & 4)"


class Hand:
    """Taps, counts, and minds whether it had to go back."""

    def __init__(self, page):
        self.page, self.taps, self.last = page, 0, None
        self.steps_back, self.scrolled = [], []

    def tap(self, found, typed=""):
        here = found.element_handle()
        self.scrolled.append(self.page.evaluate("Math.round(scrollY)"))
        if self.last is not None and not here.evaluate(COMES_AFTER, self.last):
            self.steps_back.append(here.text_content() or here.get_attribute("name"))
        here.tap()
        self.taps, self.last = self.taps + 1, here
        if typed:
            here.fill(typed) if here.get_attribute("type") == "date" else here.type(typed)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no_script"])
@pytest.mark.parametrize("screen", [PHONE, WIDE], ids=["phone", "wide"])
def test_takes_twelve_taps_at_most_and_never_goes_back(new_context, world, screen, script):
    page = new_context(viewport=screen, has_touch=True, java_script_enabled=script).new_page()
    sign_in(page, "mentor")
    page.get_by_role("link", name=re.compile("Log session")).first.tap()
    page.wait_for_url(re.compile("/sessions/log/[0-9a-f-]{36}/"))

    hand, next_on = Hand(page), today() + datetime.timedelta(days=7)
    hand.tap(page.get_by_text("Family", exact=True))
    hand.tap(page.get_by_text("Release practicalities", exact=True))
    hand.tap(page.get_by_label(re.compile("What happened")), typed=FACTS)
    hand.tap(page.get_by_label(re.compile("My assessment")), typed="Calmer than last time.")
    hand.tap(page.get_by_label(re.compile("Phone the bank")))
    hand.tap(page.get_by_label("What was agreed"), typed="House rules, on paper")
    hand.tap(page.locator("[name=next_meeting_on]"), typed=next_on.isoformat())
    hand.tap(page.get_by_role("button", name="Finish the note"))
    expect(page).to_have_url(re.compile("/sessions/[0-9a-f-]{36}/$"))
    expect(page.get_by_text(FACTS)).to_be_visible()

    assert 1 + hand.taps <= MOST_TAPS
    assert not hand.steps_back
    assert hand.scrolled == sorted(hand.scrolled)
    session = MentoringSession.objects.latest("pk")
    assert (session.minutes, session.modality) == (60, "prison")  # as last time
    assert Agreement.objects.filter(settled_in=session).count() == 1
    assert PlannedMeeting.objects.get(made_in=session).planned_on == next_on


def test_a_step_back_is_seen(new_context, world):
    page = new_context(viewport=PHONE, has_touch=True).new_page()
    sign_in(page, "mentor")
    page.goto("/sessions/log/?mentee=M-a")
    hand = Hand(page)
    hand.tap(page.get_by_text("Release practicalities", exact=True))
    hand.tap(page.get_by_text("Family", exact=True))
    assert hand.steps_back == ["Family"]


def test_what_is_missing_is_said_once_and_may_stay_so(new_context, world, assert_accessible):
    page = new_context(viewport=PHONE, has_touch=True).new_page()
    sign_in(page, "mentor")
    page.goto("/sessions/log/?mentee=M-a")
    page.get_by_text("Family", exact=True).tap()
    page.get_by_label(re.compile("What happened")).type("His cellmate was moved.")
    page.get_by_role("button", name="Finish the note").tap()
    expect(page.get_by_text("No assessment")).to_be_visible()
    expect(page.get_by_text("You may be writing about other inmates")).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "faults"
    assert_accessible(page)
    page.get_by_role("button", name="Finish as it is").tap()
    expect(page).to_have_url(re.compile("/sessions/[0-9a-f-]{36}/$"))
