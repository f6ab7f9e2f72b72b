"""Signing in and out is an event of the trail; here Django's signals are the only place."""

from typing import Any

from allauth.account.signals import authentication_step_completed, password_changed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
    authenticator_used,
)
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import ngettext

from accounts import lock
from accounts.models import User
from audit.trail import record


@receiver(user_logged_in)
def signed_in(sender: Any, user: User, request: Any, **kwargs: Any) -> None:
    lock.begin(request.session)
    record("signed_in", by=user, target=user)


@receiver(authentication_step_completed)
def signed_in_again(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """Whoever has just shown again who they are goes on under a key that nobody else knows."""
    if kwargs.get("reauthenticated"):
        lock.renew_key(request.session)


@receiver(user_logged_out)
def signed_out(sender: Any, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        record("signed_out", by=user, target=user)


@receiver(authenticator_used)
def card_runs_out(request: HttpRequest, authenticator: Authenticator, **kwargs: Any) -> None:
    """Whoever comes in by a code card is told in time that it ends."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        return
    authenticator.refresh_from_db(fields=["data"])  # the code of just now is crossed out there
    left = len(authenticator.wrap().get_unused_codes())
    if left <= settings.CARD_RUNS_OUT_AT:
        says = ngettext(
            "One code is left on your card. Make a new one: My account, Second factor.",
            "%(left)s codes are left on your card. Make a new one: My account, Second factor.",
            left,
        )
        messages.warning(request, says % {"left": left})


@receiver(password_changed)
def password_was_changed(sender: Any, user: User, **kwargs: Any) -> None:
    record("account.password_changed", by=user, target=user)


@receiver([authenticator_added, authenticator_reset])
def factor_was_set_up(sender: Any, user: User, authenticator: Any, **kwargs: Any) -> None:
    record("factor.set_up", by=user, target=user, factor=authenticator.type)


@receiver(authenticator_removed)
def factor_was_removed(sender: Any, user: User, authenticator: Any, **kwargs: Any) -> None:
    record("factor.removed", by=user, target=user, factor=authenticator.type)


@receiver(user_login_failed)
def sign_in_failed(sender: Any, **kwargs: Any) -> None:
    """Nobody is named: a mistyped address may be anyone's, and a password typed in its place."""
    record("sign_in_failed", by=AnonymousUser(), target=[])
