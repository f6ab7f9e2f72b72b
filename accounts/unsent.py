"""What somebody typed into a form that could not be taken: kept, and put back into the form.

A view with a draft of its own says where with `keeps_unsent`; every other form is kept field by
field in `UnsentForm` and filled in again when its page is next shown with `?kept=`.
"""

import re
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.models import UnsentForm, User
from accounts.refill import refill
from audit.trail import record

PARAMETER = "kept"
NEVER_KEPT = re.compile("password|passphrase|secret|token|^again-", re.IGNORECASE)
NEVER_KEPT_FROM = "/accounts/"  # passwords and codes, under whatever name


def keeps_unsent(keep: Callable[..., str]):
    """Mark a view: `keep(request, **kwargs)` stores what was typed and says where it stands."""

    def mark(view):
        view.keeps_unsent = keep
        return view

    return mark


def typed_in(request: HttpRequest) -> dict[str, list[str]]:
    return {name: sent for name, sent in request.POST.lists() if not NEVER_KEPT.search(name)}


def own_address(request: HttpRequest, address: str, *, with_kept: bool = False) -> str:
    """An address of this house as a path, else nothing; the mark of what was kept goes."""
    hosts = {request.get_host()}
    if not url_has_allowed_host_and_scheme(address, hosts, require_https=request.is_secure()):
        return ""
    parts = urlsplit(address)
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if with_kept or name != PARAMETER
    ]
    return f"{parts.path}?{urlencode(query)}" if query else parts.path


def page_of(request: HttpRequest) -> str:
    """Where the form stood that was sent."""
    return own_address(request, request.headers.get("Referer", "")) or request.get_full_path()


def keep_what_was_sent(request: HttpRequest, view: Any, *, by_script: bool) -> str:
    """Keep the text of a form that came to a shut session; says where it will stand again.

    A script still has its text on the page, so for it only a draft is kept.
    """
    author = request.sitting.person
    keeper = getattr(view, "keeps_unsent", None)
    is_closed = request.path_info.startswith(NEVER_KEPT_FROM)
    if not by_script and not is_closed:
        messages.info(request, _("Nothing was sent while you were away. What you typed is kept."))
    if keeper is not None:
        try:
            return _as_author(request, author, keeper)
        except (Http404, PermissionDenied, ValidationError):
            pass  # the draft's own place is closed by now, but the words are still theirs
    if by_script or is_closed:
        return page_of(request)
    return keep(author, page=page_of(request), action=request.path, typed=typed_in(request))


def _as_author(request: HttpRequest, author: User, keeper: Callable[..., str]) -> str:
    found = request.resolver_match
    request.user = author
    try:
        return keeper(request, **(found.kwargs if found else {}))
    finally:
        request.user = AnonymousUser()


def keep(author: User, *, page: str, action: str, typed: dict[str, list[str]]) -> str:
    """Keep a text for its author alone; the address of its page, which will show it again."""
    unsent = UnsentForm.objects.create(author=author, action=action, typed=typed)
    record("form.kept", by=author, target=[])
    return f"{page}{'&' if '?' in page else '?'}{PARAMETER}={unsent.pk}"


def take_key(request: HttpRequest) -> uuid.UUID | None:
    """Which kept text a page is to show; the page itself never hears of it."""
    if request.method != "GET" or PARAMETER not in request.GET:
        return None
    rest: Any = request.GET.copy()
    sent = rest.pop(PARAMETER)[-1]
    request.GET = rest
    return _key(sent)


def _key(sent: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(sent)
    except ValueError:
        return None


def put_back(request: HttpRequest, response: HttpResponse, key: uuid.UUID) -> HttpResponse:
    """Fill the form of a page with what its author typed."""
    kept = UnsentForm.objects.standing().filter(author=request.user, pk=key).first()
    if kept is None:
        return response
    sentence = _("Nothing was sent while you were away. Here is what you typed.")
    return filled(request, response, kept.action, kept.typed, sentence, key)


def forget_what_was_sent(request: HttpRequest, response: HttpResponse) -> None:
    """Once a form that was filled in has been taken, its text is where it belongs."""
    if request.method == "POST" and response.status_code in {302, 303}:
        key = _key(request.POST.get(PARAMETER, ""))
        if key is not None:
            UnsentForm.objects.filter(author=request.user, pk=key).delete()


def filled(
    request: HttpRequest,
    response: HttpResponse,
    action: str,
    typed: dict[str, list[str]],
    sentence: str,
    key: uuid.UUID | None = None,
) -> HttpResponse:
    """A page with its form filled in; where the form is no more, the words to be copied."""
    is_page = response.status_code == 200 and "html" in response.get("Content-Type", "")
    if is_page and not response.streaming:
        html, left = refill(response.content.decode(), request.path, action, typed)
        if html is not None:
            said = {"says": sentence, "left": left, "parameter": PARAMETER, "key": key}
            top = render_to_string("accounts/_unsent.html", said)
            response.content = top.join(html)
            return response
    texts = {name: [one for one in many if one.strip()] for name, many in typed.items()}
    left = {name: many for name, many in texts.items() if many}
    return render(request, "accounts/unsent.html", {"says": sentence, "left": left})
