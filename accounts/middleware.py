from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import translation

from accounts.lock import BY_PROVIDER
from core.dates import today

Answer = Callable[[HttpRequest], HttpResponse]


class PreferencesMiddleware:
    """A signed-in person's language goes before what the browser asks for."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.sitting.person
        if person is not None and person.language:
            translation.activate(person.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


def has_shown_one(request: HttpRequest) -> bool:
    """At our door, or at that of a provider which always asks for one."""
    at_provider = settings.OIDC_HAS_SECOND_FACTOR and BY_PROVIDER in request.session
    return at_provider or is_mfa_enabled(request.user)


class SecondFactorMiddleware:
    """Where a second factor is demanded, nothing opens before one is set up."""

    OPEN = ("/accounts/", "/static/", "/livez", "/readyz", "/preferences/")

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        demanded = settings.REQUIRE_SECOND_FACTOR and request.user.is_authenticated
        is_open = request.path_info.startswith(self.OPEN)
        if is_open or not demanded or has_shown_one(request):
            return self.get_response(request)
        if request.path_info.startswith("/api/"):
            return JsonResponse({"detail": "A second factor is demanded."}, status=403)
        return redirect("mfa_index")


class TokenUseMiddleware:
    """Note the day on which a token, or the key of a calendar, was last used: one write a day,
    after the answer is made, outside the curtain behind which a safe request only reads."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        token = getattr(request, "token", None)
        if token is not None and token.last_used_on != today():
            type(token).objects.filter(pk=token.pk).update(last_used_on=today())
        return response
