from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.i18n import set_language

from accounts import operations
from accounts.forms import LanguageForm, ThemeForm, TokenForm
from accounts.guard import anyone_signed_in
from accounts.models import ApiToken
from accounts.office_forms import add_refusal
from accounts.step_up import ask_again
from audit import trail
from core.dates import today


@require_safe
@anyone_signed_in
def account_detail(request: HttpRequest) -> HttpResponse:
    """Who one is here, and how one reads; the person's own rows and nobody else's."""
    held = request.user.role_assignments.select_related("organisation")
    context = {"assignments": held.order_by("-valid_from", "pk"), "today": today()}
    return render(request, "accounts/account_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@anyone_signed_in
def token_list(request: HttpRequest) -> HttpResponse:
    """One's own keys to the API. A new one is shown in this answer and never again."""
    sent = request.method == "POST"
    if sent and (question := ask_again(request)):
        return question
    form, words = TokenForm(request.POST if sent else None, user=request.user), ""
    if form.is_valid():
        try:
            _token, words = operations.make_token(by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            form = TokenForm(user=request.user)
    if form.has_error("assignment", "invalid_choice"):  # somebody else's role, or one that is over
        trail.denied(request, f"{ApiToken._meta.label_lower}:")
    tokens = ApiToken.objects.filter(assignment__user=request.user)
    context = {
        "tokens": tokens.select_related("assignment__organisation", "assignment__user"),
        "form": form,
        "words": words,
        "has_role": bool(request.user.standing.roles),
    }
    return render(request, "accounts/token_list.html", context)


@require_POST
@anyone_signed_in
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End one's own token; somebody else's is not there."""
    token = ApiToken.objects.filter(pk=pk, assignment__user=request.user).first()
    if token is None:
        trail.denied(request, f"{ApiToken._meta.label_lower}:{pk}")
        raise Http404
    operations.revoke_token(token, by=request.user)
    messages.success(request, _("The token opens nothing any more."))
    return redirect("accounts:token_list")


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
