"""Forms without a draft at the screen: a lost line or a reload takes nothing that was typed."""

import datetime
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from bot_project.tests.browsing import sign_in
from mentorships.models import Addendum, Concern, MentoringSession, Reflection

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TYPED, MORE = "Slept badly, 🙂", " and said so."
OTHERWISE = "They talked of sleep."
EVERYTHING = "JSON.stringify(Object.entries(sessionStorage))"


class Written(NamedTuple):
    """One of the pages: where it stands, its box, what else it asks for, and what comes of it."""

    address: Callable[[Any], str]
    box: str
    chosen: list[str]
    send: str
    texts: Callable[[], list[str]]
    beside: str = ""  # a box that has to say something else


def of_a_locked_note(world):
    session = world.session_of("mentor")
    ago = timezone.now() - datetime.timedelta(hours=80)
    MentoringSession.objects.filter(pk=session.pk).update(finished_at=ago)
    return reverse("mentorships:note_amend", args=[session.uuid])


PAGES = {
    "concern": Written(
        lambda world: reverse("concerns:concern_raise", args=[world.mentorship_of("mentor").pk]),
        "What happened",
        ["Act today", "I saw or heard it"],
        "Raise the concern",
        lambda: [each.observed for each in Concern.objects.all()],
    ),
    "amendment": Written(
        of_a_locked_note,
        "The reason in words",
        ["Something was missing"],
        "Add the amendment",
        lambda: [each.reason for each in Addendum.objects.all()],
        "What happened",
    ),
    "reflection": Written(
        lambda _world: reverse("reflections:reflection_write"),
        "What is on your mind",
        ["2"],
        "Keep",
        lambda: [each.text for each in Reflection.objects.all()],
    ),
}


@pytest.mark.parametrize("written", PAGES.values(), ids=PAGES)
def test_what_is_typed_outlives_a_lost_line_and_a_reload_and_is_sent_once(
    new_context, world, written, complaints, assert_accessible
):
    page = new_context(viewport={"width": 360, "height": 780}).new_page()
    sign_in(page, "mentor")
    page.on("dialog", lambda dialog: dialog.accept())
    address, before = written.address(world), written.texts()
    page.goto(address)
    box = page.get_by_label(re.compile(written.box))
    if written.beside:
        page.get_by_label(re.compile(written.beside)).fill(OTHERWISE)
    for each in written.chosen:
        page.get_by_text(each, exact=True).click()
    box.press_sequentially(TYPED)
    page.context.set_offline(True)
    page.get_by_role("button", name=written.send).click()
    expect(page.locator("#not-saved")).to_have_text(re.compile("Not sent: no connection"))
    assert_accessible(page)
    box.press_sequentially(MORE)
    page.wait_for_timeout(300)  # until it is sealed
    assert "Slept" not in page.evaluate(EVERYTHING)
    page.context.set_offline(False)
    expect(page.locator("#not-saved")).to_be_hidden()
    page.goto("/caseload/")
    page.goto(address)
    expect(box).to_have_value(TYPED + MORE)
    if written.beside:
        expect(page.get_by_label(re.compile(written.beside))).to_have_value(OTHERWISE)
    assert written.texts() == before
    page.get_by_role("button", name=written.send).click()
    page.wait_for_url(lambda url: address not in url)
    assert sorted(written.texts()) == sorted([*before, TYPED + MORE])
    page.goto(address)
    expect(box).to_have_value("")
    complaints.clear()


def test_what_the_server_did_not_take_stays_in_the_tab_too(new_context, world):
    page = new_context().new_page()
    sign_in(page, "mentor")
    page.on("dialog", lambda dialog: dialog.accept())
    written = PAGES["concern"]
    page.goto(written.address(world))
    box = page.get_by_label(re.compile(written.box))
    box.press_sequentially(TYPED)
    page.get_by_role("button", name=written.send).click()
    expect(page.get_by_text("Say how urgent it is.").first).to_be_visible()
    page.wait_for_timeout(300)  # until it is sealed
    page.goto(written.address(world))
    expect(box).to_have_value(TYPED)


def test_under_another_key_finds_nothing(new_context, world, monkeypatch):
    """The control: what is left in the tab is worth nothing without the server's key."""
    page = new_context().new_page()
    sign_in(page, "mentor")
    page.on("dialog", lambda dialog: dialog.accept())
    written = PAGES["reflection"]
    page.goto(written.address(world))
    box = page.get_by_label(re.compile(written.box))
    box.press_sequentially(TYPED)
    page.wait_for_function("sessionStorage.length === 1")
    monkeypatch.setattr("mentorships.views.drafts.tab_key", lambda *_: "A" * 43 + "=")
    page.goto(written.address(world))
    page.wait_for_function("sessionStorage.length === 0")
    expect(box).to_have_value("")
