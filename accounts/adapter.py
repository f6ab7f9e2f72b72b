import ipaddress
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts import limits, lock
from core import encryption

IPV4, HOUSEHOLD = 4, 64  # of an IPv6 address, so many bits are one customer's


class AccountAdapter(DefaultAccountAdapter):
    """How this installation differs from allauth's defaults."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are given, never taken."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Weigh a password, if this account and this network may still try.

        Whoever is not active is answered like whoever mistyped, right password or not.
        """
        account, network = credentials.get("email", ""), self.network_of(request)
        limits.take("sign_in.network", network)
        limits.take("sign_in.account", account)
        user = super().authenticate(request, **credentials)
        if user is None or not user.is_active:
            return None
        limits.give_back("sign_in.network", network)
        limits.forgive("sign_in.account", account)
        return user

    def get_login_stages(self) -> list[str]:
        """The second factor is asked for by ours, which knows what a provider has asked."""
        ours = {"allauth.mfa.stages.AuthenticateStage": "accounts.openid.SecondFactorStage"}
        return [ours.get(each, each) for each in super().get_login_stages()]

    def network_of(self, request: HttpRequest) -> str:
        """Where a request comes from; a proxy is believed as often as `TRUSTED_PROXIES` says."""
        address = ipaddress.ip_address(self.get_client_ip(request))
        if address.version == IPV4:
            return str(address)
        return str(ipaddress.ip_network((address, HOUSEHOLD), strict=False))

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """A password that everyone knows opens nothing where a second factor is demanded."""
        if user.is_demo and settings.REQUIRE_SECOND_FACTOR and not settings.DEBUG:
            messages.error(request, _("Demonstration accounts are closed in this installation."))
            return redirect("account_login")
        return super().pre_login(request, user, **kwargs)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """A session knows whether the provider opened it."""
        if (kwargs.get("signal_kwargs") or {}).get(lock.BY_PROVIDER):
            request.session[lock.BY_PROVIDER] = True
        return super().post_login(request, user, **kwargs)


class FactorAdapter(DefaultMFAAdapter):
    """A code card is a factor like the others."""

    ASKED_FOR_AT_SIGN_IN = frozenset({Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN})

    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        if types is not None and set(types) >= self.ASKED_FOR_AT_SIGN_IN:
            types = [*types, Authenticator.Type.RECOVERY_CODES]
        return super().is_mfa_enabled(user, types)

    def encrypt(self, text: str) -> str:
        """The key of an app, the seed of a card: whoever reads the table makes no codes."""
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Passkey %(number)s") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """What a passkey is called on somebody's phone."""
        return {**super().get_public_key_credential_rp_entity(), "name": settings.NEUTRAL_NAME}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        return {**super().get_public_key_credential_user_entity(user), "display_name": user.email}
