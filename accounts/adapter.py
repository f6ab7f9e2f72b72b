from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _


class AccountAdapter(DefaultAccountAdapter):
    """How this installation differs from allauth's defaults."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are given, never taken."""
        return False

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """A password that everyone knows opens nothing where a second factor is demanded."""
        if user.is_demo and settings.REQUIRE_SECOND_FACTOR and not settings.DEBUG:
            messages.error(request, _("Demonstration accounts are closed in this installation."))
            return redirect("account_login")
        return super().pre_login(request, user, **kwargs)
