"""Step-up: what weighs most is done by somebody who has just shown again who they are.

Whoever opens such a page too late is sent to sign in again and comes back. Whoever sends a form
too late is asked on the spot: what was typed waits in the page that asks, is stored nowhere, and
goes on with the password.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ReauthenticateForm as PasswordForm
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.core import ratelimit
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from accounts.forms import CodeAgainForm as CodeForm
from audit import trail

PREFIX = "again"  # of what the page that asks adds to the fields of the form that was sent


def recently_signed_in(view: Callable[..., HttpResponseBase]):
    """Open a view only to whoever signed in, or did so again, within `STEP_UP_LASTS`.

    Stands below `@requires`: nobody is asked for a password before a page that is not theirs.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return ask_again(request) or view(request, *args, **kwargs)

    return guarded


def ask_again(request: HttpRequest) -> HttpResponse | None:
    """The page that asks who is there, or None where one may go on.

    Raises ReauthenticationRequired, which leads to the ways of signing in again and back.
    """
    if not has_recently_signed_in(request):
        trail.not_shown(request)
        ways = get_adapter().get_reauthentication_methods(request.user)
        if request.method in {"GET", "HEAD"} and ways:
            raise ReauthenticationRequired
        if refused := ratelimit.consume_or_429(
            request, action="reauthenticate", user=request.user
        ):
            return refused
        if not _answered(request, form := _form(request)):
            return _question(request, form, ways)
    request.POST = _sent(request)
    return None


def has_recently_signed_in(request: HttpRequest) -> bool:
    """In whatever way; the sign-in with which the session began counts too."""
    since = time.time() - settings.STEP_UP_LASTS.total_seconds()
    return any(each["at"] > since for each in get_authentication_records(request, request.user))


def _form(request: HttpRequest) -> PasswordForm | CodeForm:
    """The password, or a code from whoever has none."""
    asks = PasswordForm if request.user.has_usable_password() else CodeForm
    sent = any(name.startswith(f"{PREFIX}-") for name in request.POST)
    return asks(request.POST if sent else None, user=request.user, prefix=PREFIX)


def _answered(request: HttpRequest, form: PasswordForm | CodeForm) -> bool:
    if not form.is_valid():
        return False
    if isinstance(form, CodeForm):
        form.save()
    else:
        reauthenticate_by_password(request)
    return True


def _question(
    request: HttpRequest, form: PasswordForm | CodeForm, ways: list[dict[str, Any]]
) -> HttpResponse:
    sent = [(name, value) for name, values in _sent(request).lists() for value in values]
    typed = [each for each in sent if each[0] != "csrfmiddlewaretoken"]
    context = {"form": form, "typed": typed, "ways": ways, "to": request.get_full_path()}
    return render(request, "account/ask_again.html", context, status=403)


def _sent(request: HttpRequest) -> Any:
    """What the form held, without what this page asked."""
    kept = request.POST.copy()
    for name in request.POST:
        if name.startswith(f"{PREFIX}-"):
            del kept[name]
    return kept
