from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import translation

Answer = Callable[[HttpRequest], HttpResponse]


class PreferencesMiddleware:
    """A signed-in person's language goes before what the browser asks for."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.user.language:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        if request.user.is_authenticated:
            # Nothing of a private page stays in a shared computer.
            response.setdefault("Cache-Control", "no-store, private")
        return response


class SecondFactorMiddleware:
    """Where a second factor is demanded, nothing opens before one is set up."""

    OPEN = ("/accounts/", "/static/", "/livez", "/readyz", "/preferences/")

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        demanded = settings.REQUIRE_SECOND_FACTOR and request.user.is_authenticated
        is_open = request.path_info.startswith(self.OPEN)
        if is_open or not demanded or is_mfa_enabled(request.user):
            return self.get_response(request)
        if request.path_info.startswith("/api/"):
            return JsonResponse({"detail": "A second factor is demanded."}, status=403)
        return redirect("mfa_activate_totp")
