"""Signing in and out is an event of the trail; here Django's signals are the only place."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from accounts.models import User
from audit.trail import record


@receiver(user_logged_in)
def signed_in(sender: Any, user: User, **kwargs: Any) -> None:
    record("signed_in", by=user, target=user)


@receiver(user_logged_out)
def signed_out(sender: Any, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        record("signed_out", by=user, target=user)


@receiver(user_login_failed)
def sign_in_failed(sender: Any, **kwargs: Any) -> None:
    """Nobody is named: a mistyped address may be anyone's, and a password typed in its place."""
    record("sign_in_failed", by=None, target=[])
