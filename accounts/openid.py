"""Signing in at the organisation's own OpenID Connect provider, for people who have an account.

The provider says who is there, nothing more: its answer names a verified address, which is that
of an account, and the first answer about an account ties the provider's own key of the person to
it. Somebody else who is given the same address later is therefore not let in.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import AuthError
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare, get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import operations
from accounts.lock import BY_PROVIDER
from audit.trail import record

CLOCKS_DIFFER_BY = 60  # seconds


class Client(OpenIDConnectOAuth2Adapter):
    """Our side of the conversation."""

    def get_provider(self) -> "Provider":
        return Provider(self.request, app=_app())

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return settings.PUBLIC_URL + reverse("door:openid_return")

    def get_access_token_data(self, *args: Any, **kwargs: Any) -> Any:
        data = super().get_access_token_data(*args, **kwargs)
        self.did_fetch_access_token = False  # else the signature would be taken on trust
        return data


class Provider(OpenIDConnectProvider):
    pkce_enabled_default = True
    oauth2_adapter_class = Client

    def sociallogin_from_response(self, request: HttpRequest, response: Any) -> Any:
        found = super().sociallogin_from_response(request, response)
        found.claims, found.told = response["id_token"], response["userinfo"]
        return found


def _app() -> SocialApp:
    """From the environment; there is no row of it."""
    return SocialApp(
        provider="openid_connect",
        provider_id="openid",
        name=settings.OIDC_NAME,
        client_id=settings.OIDC_CLIENT_ID,
        secret=settings.OIDC_CLIENT_SECRET,
        settings={"server_url": settings.OIDC_ISSUER},
    )


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Takes over from allauth where it would open or change accounts."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> NoReturn:
        claims, told, state = sociallogin.claims, sociallogin.told, sociallogin.state
        if claims["sub"] != told["sub"] or not _answers(state, claims):
            raise ImmediateHttpResponse(_failed(request))
        address = str(told.get("email", "")) if told.get("email_verified") is True else ""
        try:
            user = operations.recognise(address, subject=claims["sub"])
        except ValidationError as refusal:
            raise ImmediateHttpResponse(_refused(request, refusal.messages[0])) from None
        if request.user.is_authenticated:
            logout(request)
        record_authentication(request, user, "socialaccount")
        login = Login(user, redirect_url=state.get("next"), signal_kwargs={BY_PROVIDER: True})
        raise ImmediateHttpResponse(perform_login(request, login))

    def on_authentication_error(
        self, request: HttpRequest, provider: Provider, error: str = "", **kwargs: Any
    ) -> NoReturn:
        if error == AuthError.CANCELLED:
            raise ImmediateHttpResponse(redirect("account_login"))
        raise ImmediateHttpResponse(_failed(request))


class SecondFactorStage(AuthenticateStage):
    """Ours is asked for as after a password, unless the provider has asked for one already."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        by_provider = (self.login.signal_kwargs or {}).get(BY_PROVIDER)
        if by_provider and settings.OIDC_HAS_SECOND_FACTOR:
            return None, True
        return super().handle()


def _answers(state: dict[str, Any], claims: dict[str, Any]) -> bool:
    """It answers this very question, still holds, and somebody was there a moment ago."""
    shown_since = time.time() - settings.STEP_UP_LASTS.total_seconds() - CLOCKS_DIFFER_BY
    return (
        constant_time_compare(claims["nonce"], state["nonce"])
        and claims["exp"] > time.time()
        and claims["auth_time"] > shown_since
    )


def _failed(request: HttpRequest) -> HttpResponse:
    return _refused(request, _("Signing in there did not work. Try again, or sign in here."))


def _refused(request: HttpRequest, says: str) -> HttpResponse:
    record("sign_in_failed", by=AnonymousUser(), target=[])
    messages.error(request, says)
    return redirect("account_login")


# --- there and back ------------------------------------------------------------------------------


def where_configured(view: Callable[[HttpRequest], HttpResponse]):
    """Without a provider there is no such address; with a garbled answer, no sign-in."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not settings.OIDC_ISSUER:
            raise Http404
        try:
            return view(request)
        except (OSError, LookupError, TypeError, ValueError):  # whatever was sent to us
            return _failed(request)

    return guarded


@login_not_required
@where_configured
@require_POST
def openid_begin(request: HttpRequest) -> HttpResponse:
    """Send somebody to the provider, which is to ask them anew: its own session may be that of
    whoever sat here before."""
    nonce = get_random_string(32)
    asked = {
        "nonce": nonce,
        "prompt": "login",
        "max_age": int(settings.STEP_UP_LASTS.total_seconds()),
    }
    way_back = get_next_redirect_url(request)
    provider = Client(request, "openid").get_provider()
    return provider.redirect(request, "login", way_back, auth_params=asked, nonce=nonce)


@login_not_required
@where_configured
@require_safe
@never_cache
def openid_return(request: HttpRequest) -> HttpResponse:
    return OAuth2CallbackView.adapter_view(Client(request, "openid"))(request)
