"""Coming in by a link, and changing where links are sent."""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import perform_login
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import operations
from accounts.forms import AddressForm, FirstSignInForm, PassphraseForm
from accounts.guard import anyone_signed_in
from accounts.letters import Letter, digest_of
from accounts.office_forms import add_refusal
from accounts.step_up import recently_signed_in
from audit import trail

OPENED_LINK = "opened_link"  # in the session: the digest, never the token
GONE = 410


@require_safe
@login_not_required
@never_cache
def link_open(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address, which histories and referrers keep. Nothing is used up:
    whoever scans a mail opens its links."""
    request.session[OPENED_LINK] = digest_of(token)
    return redirect("door:link")


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
def link(request: HttpRequest) -> HttpResponse:
    """What the link of a letter opens."""
    letter = Letter.objects.opened_by(request.session.get(OPENED_LINK))
    if letter is None:
        _note_refusal(request)
        return render(request, "accounts/link_over.html", status=GONE)
    return ANSWERS[Letter.Kind(letter.kind)](request, letter)


def _note_refusal(request: HttpRequest) -> None:
    """A letter whose link is over is named; a link that was never sent has none."""
    digest = request.session.get(OPENED_LINK, "")
    known = Letter.objects.exclude(token_digest="").filter(token_digest=digest).first()
    trail.denied(request, trail.reference(known) if known else f"{Letter._meta.label_lower}:")


def _first_sign_in(request: HttpRequest, letter: Letter) -> HttpResponse:
    """The password and the language; then the person is in, and sets up a second factor."""
    person: Any = letter.user  # a link that opens has one
    reads = {"language": person.language or translation.get_language()}
    form = FirstSignInForm(request.POST or None, user=person, initial=reads)
    context = {"form": form, "first": True, "address": letter.address}
    if not form.is_valid():
        return render(request, "accounts/link_password.html", context)
    chosen = {
        "password": form.cleaned_data["password1"],
        "language": form.cleaned_data["language"],
    }
    try:
        user = operations.choose_password(letter, **chosen)
    except ValidationError:
        return redirect("door:link")
    logout(request)
    answer = perform_login(request, Login(user=user))
    if request.user.is_authenticated:
        reauthenticate_by_password(request)
    return answer


def _new_password(request: HttpRequest, letter: Letter) -> HttpResponse:
    """The password alone: the second factor stays, and is asked for at the door."""
    person: Any = letter.user
    form = PassphraseForm(request.POST or None, user=person)
    context = {"form": form, "first": False, "address": letter.address}
    if not form.is_valid():
        return render(request, "accounts/link_password.html", context)
    try:
        operations.choose_password(letter, password=form.cleaned_data["password1"])
    except ValidationError:
        return redirect("door:link")
    logout(request)
    messages.success(request, _("Your password is changed. Sign in with it."))
    return redirect("account_login")


def _new_address(request: HttpRequest, letter: Letter) -> HttpResponse:
    if request.method != "POST":
        return render(request, "accounts/link_address.html", {"address": letter.address})
    try:
        operations.confirm_address(letter)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return redirect("door:link")
    del request.session[OPENED_LINK]
    messages.success(request, _("Your address is changed. From now on you sign in with it."))
    return redirect("accounts:account_detail")


ANSWERS: dict[str, Callable[[HttpRequest, Letter], HttpResponse]] = {
    Letter.Kind.INVITATION: _first_sign_in,
    Letter.Kind.NEW_PASSWORD: _new_password,
    Letter.Kind.NEW_ADDRESS: _new_address,
}


@require_http_methods(["GET", "HEAD", "POST"])
@anyone_signed_in
@recently_signed_in
def address_change(request: HttpRequest) -> HttpResponse:
    """Ask for another address; nothing changes before it is confirmed from there."""
    form = AddressForm(request.POST or None)
    if form.is_valid():
        try:
            operations.ask_for_new_address(request.user, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            return render(request, "accounts/address_asked.html", form.cleaned_data)
    return render(request, "accounts/address_change.html", {"form": form})
