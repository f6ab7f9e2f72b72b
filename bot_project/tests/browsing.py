"""What a person does at the screen again and again."""

import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.core.cache import cache

from bot_project.tests.cast import PASSWORD, SECRET


def code_of_now() -> str:
    """What the authenticator app shows."""
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))


def sign_in(page: Any, name: str) -> None:
    """Type address and passphrase as a person does, and the code where one is demanded."""
    page.goto("/accounts/login/")
    page.get_by_label("Work e-mail").press_sequentially(f"{name}@test.example")
    page.get_by_label("Password", exact=True).press_sequentially(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)
    if settings.REQUIRE_SECOND_FACTOR:
        cache.clear()  # a code works once; a second sign-in does not wait for the next half minute
        page.locator("input[name=code]").press_sequentially(code_of_now())
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/accounts/" not in url)
