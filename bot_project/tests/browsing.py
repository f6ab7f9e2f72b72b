"""What a person does at the screen again and again."""

import re
import time
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import resolve
from django.utils.translation import gettext, override

from accounts.models import User
from bot_project.tests.cast import PASSWORD, SECRET


def code_of_now() -> str:
    """What the authenticator app shows; one that is nearly over is waited out, as people do."""
    left = 30 - time.time() % 30
    if left < 5:
        time.sleep(left)
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))


def in_language(code: str) -> Callable[[str], str]:
    """What the pages of a language say for these words of ours."""

    def say(words: str) -> str:
        with override(code):
            return gettext(words)

    return say


def sign_in(page: Any, name: str, say: Callable[[str], str] = str) -> None:
    """Type address and passphrase as a person does, and the code where one is demanded."""
    page.goto("/accounts/login/")
    page.get_by_label(say("Work e-mail")).press_sequentially(f"{name}@test.example")
    page.get_by_label(say("Password"), exact=True).press_sequentially(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)
    if settings.REQUIRE_SECOND_FACTOR:
        cache.clear()  # a code works once; a second sign-in does not wait for the next half minute
        page.locator("input[name=code]").press_sequentially(code_of_now())
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/accounts/" not in url)


# Reached by links, and not pages of ours to look at.
PASSED_OVER = re.compile(r"^/(accounts/logout|admin/(logout|jsi18n)|api/|static/)")
ONES_OWN = re.compile(r"^/(accounts|preferences)/")  # the same for all: one person's walk has them
PAGES_AT_MOST = 75  # more would mean that the walk goes round in circles
# What can be done with a milestone is asked on one page, in other words each: one is walked to.
SAME_PAGE = re.compile(r"(?<=^milestones/<int:pk>/).+/$")


def signed_in_page(context: Any, user: User, url: str) -> Any:
    """A page of a browser in which this person has signed in already."""
    name, key = settings.SESSION_COOKIE_NAME, session_of(user)
    context.add_cookies([{"name": name, "value": key, "url": url}])
    return context.new_page()


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def client_with(session: str, **options: Any) -> Client:
    """A client that gets a 500 to see as a browser would; signed in if the session says so."""
    client = Client(raise_request_exception=False, **options)
    if session:
        client.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: session})
    return client


def walk(page: Any, *, with_ones_own: bool) -> Iterator[str]:
    """Every page that links lead to from the first, one a route; the address of each, opened."""
    waiting, seen = {"": "/"}, set()
    while waiting:
        route, address = waiting.popitem()
        answer = page.goto(address)
        assert answer.status == 200, (address, answer.status)
        seen.add(route)
        assert len(seen) <= PAGES_AT_MOST, sorted(seen)
        links = list(_routes_and_links(page))
        yield address
        for found, link in links:
            if found not in seen and (with_ones_own or not ONES_OWN.match(link)):
                waiting.setdefault(found, link)


def _routes_and_links(page: Any) -> Iterator[tuple[str, str]]:
    for link in page.eval_on_selector_all(
        "a[href]:not([download])",
        # Of a link within a drawing `href` is no text.
        "links => links.map(a => new URL(a.getAttribute('href'), document.baseURI).href)",
    ):
        parts = urlsplit(link)
        if parts.netloc == urlsplit(page.url).netloc and not PASSED_OVER.match(parts.path):
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            yield SAME_PAGE.sub("…", resolve(parts.path).route), path
