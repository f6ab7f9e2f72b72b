"""Every page that a role can reach by links, in the demonstration: sound, fitting, accessible.

One page a route and role is looked at wide and light, and narrow and dark.
"""

from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from bot_project.tests.browsing import signed_in_page, walk
from casework.demo.people import PASSWORD
from mentees.models import Mentee

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROLES = [
    "mentor",
    "coach",
    "admin",
    "caseworker",
    "trainer",
    "manager",
    "auditor",
    "technical",
    "partner",
]
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 360, "height": 780}
SIGHTS = [(WIDE, "light"), (NARROW, "dark")]


@pytest.fixture
def demonstration(transactional_db):
    call_command("seed_demo", verbosity=0)


@pytest.mark.parametrize("role", ROLES)
def test_is_sound(demonstration, new_context, live_server, assert_accessible, role):
    context = new_context(reduced_motion="reduce")  # colours change at once
    user = User.objects.get(email=f"{role}@demo.example")
    page = signed_in_page(context, user, live_server.url)
    for _address in walk(page, with_ones_own=role == ROLES[0]):
        for size, scheme in SIGHTS:
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            assert_sound(page, assert_accessible)


def test_is_sound_behind_the_password_too(
    demonstration, new_context, live_server, assert_accessible
):
    """The walk above has not given it again; emergency access asks for it."""
    auditor = Client()
    auditor.force_login(User.objects.get(email="auditor@demo.example"))
    auditor.post("/accounts/reauthenticate/", {"password": PASSWORD})
    reference = Mentee.objects.filter(institution__within__isnull=False).first().reference
    asked = {"reference": reference, "category": "life", "reason": "He does not want to live."}
    file = auditor.post("/emergency/", asked).url
    context = new_context(reduced_motion="reduce")
    session = auditor.cookies["session"].value
    context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
    page = context.new_page()
    for address in ("/emergency/", "/emergency/review/", file):
        assert page.goto(address).status == 200
        assert urlsplit(page.url).path == address
        for size, scheme in SIGHTS:
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            assert_sound(page, assert_accessible)


def assert_sound(page, assert_accessible):
    """Nothing is cut off sideways, nothing is opaque to a screen reader."""
    for fold in page.query_selector_all("details:not([open]) > summary"):
        if fold.is_visible():
            fold.click()
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= page.viewport_size["width"], (page.url, wide)
    assert_accessible(page)


def test_a_page_that_is_not_sound_is_found(
    new_context, live_server, assert_accessible, complaints
):
    page = new_context(viewport=NARROW).new_page()
    page.goto("/accounts/login/")
    assert_sound(page, assert_accessible)
    page.evaluate("document.querySelector('label').remove()")
    with pytest.raises(AssertionError, match="accessibility violations"):
        assert_sound(page, assert_accessible)
    page.goto("/accounts/login/")
    page.evaluate("document.body.append(Object.assign(new Image(2000, 9), {alt: ''}))")
    with pytest.raises(AssertionError, match=r"2\d\d\d"):
        assert_sound(page, assert_accessible)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')")
    page.wait_for_timeout(100)
    assert complaints  # the policy refused the style, and that is seen
    complaints.clear()
