from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from accounts import operations
from accounts.forms import LanguageForm, ThemeForm
from accounts.guard import anyone_signed_in
from core.dates import today


@require_safe
@anyone_signed_in
def account_detail(request: HttpRequest) -> HttpResponse:
    """Who one is here, and how one reads; the person's own rows and nobody else's."""
    held = request.user.role_assignments.select_related("organisation")
    context = {"assignments": held.order_by("-valid_from", "pk"), "today": today()}
    return render(request, "accounts/account_detail.html", context)


@require_POST
@login_not_required  # the sign-in page is read in three languages too
def language_choose(request: HttpRequest) -> HttpResponse:
    """Remember a language: on the account of whoever is signed in, else in a cookie."""
    form = LanguageForm(request.POST)
    if form.is_valid() and request.user.is_authenticated:
        operations.change_preferences(request.user, by=request.user, **form.cleaned_data)
    return set_language(request)


@require_POST
@anyone_signed_in
def theme_choose(request: HttpRequest) -> HttpResponse:
    form = ThemeForm(request.POST)
    if not form.is_valid():
        raise BadRequest
    operations.change_preferences(request.user, by=request.user, **form.cleaned_data)
    return HttpResponseRedirect(_way_back(request))


def _way_back(request: HttpRequest) -> str:
    """Where the form stood; never an address of somebody else's."""
    way = request.POST.get("next", "")
    hosts = {request.get_host()}
    safe = url_has_allowed_host_and_scheme(way, hosts, require_https=request.is_secure())
    return way if safe else "/"
