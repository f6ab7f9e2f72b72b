"""A week of a mentor's work in Danish, as a person types and taps it, with script and without."""

import datetime
import re

import polib
import pytest
from django.conf import settings
from icalendar import Calendar
from playwright.sync_api import expect

from bot_project.tests.browsing import in_language, sign_in
from core.dates import today
from core.messages import catalogue_path
from mentorships.models import (
    Agreement,
    Concern,
    ExpenseClaim,
    ExpenseRate,
    GoalRating,
    MentoringSession,
    PlannedMeeting,
    Reflection,
    SessionDraft,
    SessionSheet,
)
from mentorships.operations import answer_note

pytestmark = [
    pytest.mark.browser,
    pytest.mark.second_factor,
    pytest.mark.django_db(transaction=True),
]
PHONE, WIDE = {"width": 360, "height": 780}, {"width": 1440, "height": 900}
da = in_language("da")
FACTS = "Vi skrev fire husregler ned for kælderværelset."
ANSWER = "Godt, at I skrev dem ned."
READ_ALOUD = """() => {
  const said = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) said.push(texts.currentNode.data);
  for (const name of ["aria-label", "placeholder", "title", "alt"]) {
    for (const each of document.querySelectorAll(`[${name}]`)) said.push(each.getAttribute(name));
  }
  return [document.title, ...said].map(text => text.replace(/\\s+/g, " ").trim());
}"""


@pytest.fixture(scope="module")
def english() -> set[str]:
    """What our pages say in English and never in Danish; a language is named in its own."""
    catalogue = polib.pofile(str(catalogue_path("da")))
    danish = {entry.msgstr.casefold() for entry in catalogue} | {"english"}
    words = {entry.msgid for entry in catalogue if entry.msgstr and not entry.msgid_plural}
    return {text for text in words if "%(" not in text and text.casefold() not in danish}


@pytest.fixture
def days(world):
    """The cast's mentor with a mentee and nothing on the desk but one goal and one agreement."""
    for model in (PlannedMeeting, SessionDraft, SessionSheet):
        model.objects.all().delete()
    world.people["mentor"].language = "da"
    world.people["mentor"].save()
    ExpenseRate.objects.create(year=today().year, per_kilometre="3.80")
    return [today() + datetime.timedelta(days=number) for number in range(8)]


class Week:
    """What a mentor does on every page; on none of them an English word is left."""

    def __init__(self, page, english):
        self.page, self.english = page, english
        self.left = set()

    def look(self):
        expect(self.page.locator("html")).to_have_attribute("lang", "da")
        self.left |= self.english & set(self.page.evaluate(READ_ALOUD))

    def press(self, words, role="button"):
        self.look()
        named = re.compile(rf"^\s*{re.escape(da(words))}")
        self.page.locator("main").get_by_role(role, name=named).first.click()

    def follow(self, words):
        self.press(words, "link")

    def open_from_menu(self, words, role="link"):
        self.page.locator("details.account > summary").click()
        self.page.locator(".account-menu").get_by_role(role, name=da(words)).click()

    def caseload(self):
        self.page.locator("nav.rail-nav a").first.click()
        self.page.wait_for_url("**/caseload/")

    def type(self, **typed):
        for name, said in typed.items():
            field = self.page.locator(f"main [name={name}]")
            if field.get_attribute("type") in {"date", "time"}:
                field.fill(said)
            else:
                field.press_sequentially(said)

    def tap(self, **chosen):
        for name, value in chosen.items():
            self.page.locator(f"[name={name}][value='{value}'] + label").click()

    def choose(self, **chosen):
        for name, value in chosen.items():
            self.page.locator(f"main [name={name}]").select_option(value)

    def write_the_note(self, facts):
        self.tap(themes="family")
        self.type(facts=facts, assessment="Roligere end sidst.")

    def finish(self, words):
        """Also where the page asks once more whether something was left out on purpose."""
        with self.page.expect_navigation():
            self.press(words)
        anyway = self.page.get_by_role("button", name=da("Finish as it is"))
        if anyway.count():
            self.look()
            anyway.click()


def a_danish_page(new_context, live_server, **options):
    """The mentor has chosen Danish, and signs in."""
    context = new_context(**options)
    chosen = {"name": settings.LANGUAGE_COOKIE_NAME, "value": "da", "url": live_server.url}
    context.add_cookies([chosen])
    page = context.new_page()
    sign_in(page, "mentor", da)
    return page


def plan_and_move(week, days):
    week.follow("Planned meetings")
    week.follow("Plan a meeting")
    week.type(planned_on=days[2].isoformat(), planned_at="13:00")
    week.choose(modality="prison")
    week.press("Plan the meeting")
    week.follow("Move")
    week.type(planned_on=days[3].isoformat())
    week.choose(reason="work")
    week.press("Move the meeting")
    week.look()
    meeting = PlannedMeeting.objects.open().get()
    assert (meeting.planned_on, meeting.moved_because) == (days[3], "work")


def write_half_now_and_half_later(week):
    week.caseload()
    week.follow("Log session")
    week.tap(themes="housing")
    week.type(facts="Vi skrev fire husregler ned")
    week.press("Keep as draft")
    week.page.wait_for_url("**/caseload/")
    assert SessionDraft.objects.get().typed["facts"] == "Vi skrev fire husregler ned"
    week.follow("Continue")
    week.page.locator("[name=facts]").press("Control+End")
    week.type(facts=" for kælderværelset.", assessment="Roligere end sidst.")
    week.page.get_by_label(da("What was agreed")).press_sequentially("Husregler på papir")
    week.page.locator(".goal-row label.btn").nth(3).click()
    week.finish("Finish and log another")
    session = MentoringSession.objects.latest("pk")
    assert (session.themes, session.narrative.facts) == (["housing"], FACTS)
    assert Agreement.objects.get(made_in=session).text == "Husregler på papir"
    assert GoalRating.objects.get(session=session).level == 1
    assert not SessionDraft.objects.exists()
    return session


def log_a_cancelled_one_and_a_worry(week):
    week.tap(status="cancelled", cancelled_by="institution")
    week.choose(cancel_reason="lockdown")
    week.finish("Finish and log another")
    cancelled = MentoringSession.objects.latest("pk")
    assert (cancelled.status, cancelled.cancel_reason) == ("cancelled", "lockdown")
    week.write_the_note("Han sov ikke i nat.")
    week.tap(concern_raised="yes")
    week.page.get_by_text(da("Time and travel")).click()
    week.page.locator("[name=kilometres]").fill("20")
    week.finish("Finish the note")
    week.tap(level="1", source="mentee")
    week.type(observed="Han sagde, at han ikke kan sove.")
    week.press("Raise the concern")
    week.look()
    assert Concern.objects.latest("pk").observed == "Han sagde, at han ikke kan sove."


def read_the_answer(week, session, coach):
    answer_note(session.narrative, by=coach, kind="well_done", text=ANSWER)
    week.caseload()
    week.press("Open the answer")
    expect(week.page.get_by_text(ANSWER)).to_be_visible()
    week.look()


def report_what_was_planned(week, days):
    week.caseload()
    week.follow("Planned meetings")
    week.follow("Plan a meeting")
    week.type(planned_on=days[0].isoformat(), planned_at="00:05")
    week.choose(modality="prison")
    week.press("Plan the meeting")
    week.look()
    held_on = days[0] - datetime.timedelta(days=1)
    meeting = PlannedMeeting.objects.filter(planned_on=days[0])
    meeting.update(planned_on=held_on)  # a night goes by
    key = PlannedMeeting.objects.get(planned_on=held_on).pk
    week.page.reload()
    week.follow("Write the note")
    week.choose(planned=str(key))
    week.page.locator("[name=held_on]").fill(held_on.isoformat())
    week.write_the_note("Vi talte om weekenden.")
    week.finish("Finish the note")
    week.look()
    session = PlannedMeeting.objects.get(pk=key).reported_in
    assert (session.held_on, session.narrative.facts) == (held_on, "Vi talte om weekenden.")
    assert PlannedMeeting.objects.open().count() == 1


def enter_a_sheet(week):
    week.caseload()
    week.follow("Session sheets")
    week.press("Given-a")
    week.page.wait_for_url(re.compile("/sessions/sheets/.+/"))
    week.page.go_back()
    week.page.reload()
    week.follow("Enter")
    week.write_the_note("Fra papir: vi talte uger.")
    week.finish("Finish, next sheet")
    week.page.wait_for_url("**/sessions/sheets/")
    week.look()
    entered = MentoringSession.objects.get(uuid=SessionSheet.objects.get().uuid)
    assert entered.narrative.facts == "Fra papir: vi talte uger."


def claim_the_month(week):
    week.open_from_menu("Hours and expenses")
    week.page.locator(f"main a[href$='/{today():%Y}-{today().month}/']").click()
    week.press("Submit")
    week.look()
    assert ExpenseClaim.objects.latest("pk").kilometres >= 20


def take_the_calendar(week):
    week.open_from_menu("Calendar")
    with week.page.expect_download() as download:
        week.follow("Download the meetings as a file (.ics)")
    events = Calendar.from_ical(download.value.path().read_bytes()).walk("VEVENT")
    assert [each["summary"] for each in events] == [da("Mentor meeting")]


def reflect(week):
    week.open_from_menu("Reflections")
    week.follow("Write a reflection")
    week.tap(wellbeing="3")
    week.type(text="En lang uge.")
    week.press("Keep")
    week.look()
    written = Reflection.objects.latest("pk")
    assert (written.text, written.wellbeing) == ("En lang uge.", 3)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no_script"])
@pytest.mark.parametrize("screen", [PHONE, WIDE], ids=["phone", "wide"])
def test_a_week(new_context, live_server, world, days, english, screen, script):
    page = a_danish_page(new_context, live_server, viewport=screen, java_script_enabled=script)
    week = Week(page, english)
    plan_and_move(week, days)
    session = write_half_now_and_half_later(week)
    log_a_cancelled_one_and_a_worry(week)
    read_the_answer(week, session, world.people["coach"])
    report_what_was_planned(week, days)
    enter_a_sheet(week)
    claim_the_month(week)
    take_the_calendar(week)
    reflect(week)
    week.open_from_menu("Sign out", "button")
    page.goto("/caseload/")
    expect(page).to_have_url(re.compile("/accounts/login/"))
    assert not week.left


def test_an_english_word_on_a_danish_page_is_found(new_context, live_server, days, english):
    page = a_danish_page(new_context, live_server)
    week = Week(page, english)
    week.look()
    assert not week.left
    page.evaluate("document.querySelector('main').append('Planned meetings')")
    week.look()
    assert week.left == {"Planned meetings"}
