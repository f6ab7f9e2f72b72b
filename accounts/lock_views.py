"""Opening a locked session again, and the person's other sessions."""

import json
from typing import Any

from allauth.account.forms import ReauthenticateForm
from allauth.account.internal.flows import logout, reauthentication
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import BACKEND_SESSION_KEY, login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import unsent
from accounts.forms import CodeAgainForm
from accounts.guard import anyone_signed_in
from accounts.lock import (
    ACTIVE,
    Sitting,
    State,
    asks_for_data,
    forget_sessions,
    now,
    seats_of,
)
from accounts.models import User
from audit.trail import record
from core.db import reading_only
from core.errors_views import csrf_failure

Type = Authenticator.Type


class Proof:
    """What the same person gives once more: the password, and a code where one is set up."""

    def __init__(self, person: User, sent: QueryDict | None) -> None:
        self.initials = person.initials
        kinds = set(Authenticator.objects.filter(user=person).values_list("type", flat=True))
        self.forms: list[Any] = [ReauthenticateForm(sent, user=person)]
        if kinds & {Type.TOTP, Type.RECOVERY_CODES}:
            self.forms.append(CodeAgainForm(sent, user=person))
            self.forms[-1].fields["code"].label = _("Code of your second factor")
        # A key that is touched cannot be typed: then only signing in anew will do.
        self.can_be_typed = person.has_usable_password() and (not kinds or len(self.forms) > 1)
        self.fields = [each[name] for each in self.forms for name in each.fields]
        for bound in self.fields:
            bound.field.widget.attrs["class"] = "form-control"
            bound.field.widget.attrs.pop("placeholder", None)
        self.fields[0].field.widget.attrs["autofocus"] = True

    def is_given(self) -> bool:
        """The password first: a code works once, and is not spent on a wrong one."""
        return self.can_be_typed and all(form.is_valid() for form in self.forms)

    def take_down(self, request: HttpRequest) -> None:
        """Note that it was given a moment ago; the session goes on under a new key."""
        reauthentication.reauthenticate_by_password(request)
        for form in self.forms[1:]:
            form.save()


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@sensitive_post_parameters()
def unlock(request: HttpRequest) -> HttpResponse:
    """Ask the same person once more who is there, then go back to where they were."""
    person = request.sitting.person
    if person is None or request.sitting.is_open:
        return answer_open(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.POST.get("action") == "leave":
        request.user = person
        logout.logout(request)
        return redirect(settings.LOGIN_URL)
    proof = Proof(person, request.POST if request.method == "POST" else None)
    if request.method == "POST" and proof.is_given():
        open_again(request, person)
        proof.take_down(request)
        return answer_open(request, kept_on_the_way(request))
    return ask(request, proof)


def ask(request: HttpRequest, proof: Proof, **also: Any) -> HttpResponse:
    """The lock: a page, or for a script only the form that it lays over its page."""
    given = request.POST or request.GET
    context = {
        "proof": proof,
        "next": given.get("next", ""),
        "carried": given.get("carried", ""),
        "has_ended": request.sitting.state == State.ENDED,
        "in_dialog": asks_for_data(request),
    }
    name = "accounts/_unlock_form.html" if context["in_dialog"] else "accounts/unlock.html"
    return render(request, name, context | also)


def open_again(request: HttpRequest, person: User) -> None:
    """Give the session back to its person; an ended one begins anew."""
    if request.sitting.state == State.ENDED:
        login(request, person, backend=request.session[BACKEND_SESSION_KEY])
    else:
        request.user = person
        request.session[ACTIVE] = now()
        record("session.unlocked", by=person, target=person)
    request.sitting = Sitting.of(request)


def answer_open(request: HttpRequest, way_back: str) -> HttpResponse:
    """It is open: back to the page, or to a script what it needs to go on."""
    if asks_for_data(request):
        return state(request)
    return redirect(unsent.own_address(request, way_back, with_kept=True) or "/")


def kept_on_the_way(request: HttpRequest) -> str:
    """Where to go back to; a text whose token was bad comes along and is kept only now."""
    way_back = request.POST.get("next", "")
    try:
        carried = json.loads(request.POST.get("carried") or "null")
        page, action, typed = carried["page"], carried["action"], carried["typed"]
        fields = {str(name): [str(one) for one in many] for name, many in typed.items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        return way_back
    page, action = (unsent.own_address(request, str(each)) for each in (page, action))
    if not page or not action:
        return way_back
    return unsent.keep(request.user, page=page, action=action, typed=fields)


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def state(request: HttpRequest) -> JsonResponse:
    """For the script of a page: whether it may stay. A POST says that somebody is typing."""
    sitting = request.sitting
    if not sitting.is_open:
        return JsonResponse({"state": sitting.state}, status=401)
    # After a new sign-in the page's own token is old.
    told = {"state": sitting.state, "locks_in": sitting.locks_in, "token": get_token(request)}
    return JsonResponse(told)


# --- a bad token ---------------------------------------------------------------------------------


@login_not_required
def bad_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse the act and show what was typed: in its form, or on the way through the lock."""
    view = resolved(request.path_info)
    if asks_for_data(request):
        return JsonResponse({"state": "stale"}, status=403)
    person = request.sitting.person
    if person is not None and request.sitting.is_shut:
        return carry(request, person)
    if (
        view is None
        or not request.sitting.is_open
        or getattr(view.func, "survives_a_bad_token", False)
        or request.path_info.startswith(unsent.NEVER_KEPT_FROM)
    ):
        return csrf_failure(request, reason)
    return shown_again(request)


def resolved(path: str) -> Any:
    try:
        return resolve(path)
    except Resolver404:
        return None


def carry(request: HttpRequest, person: User) -> HttpResponse:
    """Nothing is kept on a bad token's word: the lock hands the text back to whoever sent it."""
    also = {}
    if not request.path_info.startswith(unsent.NEVER_KEPT_FROM):
        page, typed = unsent.page_of(request), unsent.typed_in(request)
        carried = {"page": page, "action": request.path, "typed": typed}
        also = {"carried": json.dumps(carried), "next": page}
    answer = ask(request, Proof(person, None), **also)
    answer.status_code = 403
    return answer


def shown_again(request: HttpRequest) -> HttpResponse:
    """The page on which the form stands, as if opened anew, with what was sent filled in."""
    action, typed, page = request.path, unsent.typed_in(request), unsent.page_of(request)
    path, _mark, query = page.partition("?")
    view = resolved(path)
    if view is None:
        return csrf_failure(request)
    request.method, request.POST, request.GET = "GET", QueryDict(), QueryDict(query)
    request.META["QUERY_STRING"] = query
    request.path = request.path_info = path
    request.resolver_match = view
    try:
        with reading_only():
            answer = view.func(request, *view.args, **view.kwargs)
            if hasattr(answer, "render"):
                answer.render()
    except (ReauthenticationRequired, PermissionDenied, Http404):
        # Nothing above a refused token turns these into pages.
        return render(request, "403_csrf.html", {"static_page": True}, status=403)
    sentence = _("The page had grown old. Everything you typed is here: please send again.")
    answer = unsent.filled(request, answer, action, typed, sentence)
    answer.status_code = 403
    return answer


# --- all one's sessions --------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@anyone_signed_in
def session_list(request: HttpRequest) -> HttpResponse:
    """Where one is signed in, and the way to end that elsewhere: one session, or all others."""
    seats = seats_of(request.user, current=request.session.session_key)
    if request.method == "POST":
        wanted = request.POST.get("session", "")
        ended = [
            seat.row.session_key
            for seat in seats
            if not seat.is_current and wanted in {"others", str(seat.row.pk)}
        ]
        if ended:
            forget_sessions(ended)
            record("session.ended", by=request.user, target=request.user, count=len(ended))
            messages.success(request, _("Signed out there."))
        return redirect("session_list")
    context = {"seats": seats, "others": [seat for seat in seats if not seat.is_current]}
    return render(request, "accounts/session_list.html", context)
