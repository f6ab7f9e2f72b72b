"""Pages for what went wrong. They read nothing from the database: it may be what went wrong.

404 is the same bytes for what is hidden and what never existed: no address, token or name in it.
"""

import sys

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve

from core.db import reading_only


def _page(request: HttpRequest, status: int) -> HttpResponse:
    if request.path_info.startswith("/api/"):
        return JsonResponse({"detail": str(status)}, status=status)
    return render(request, f"{status}.html", {"static_page": True}, status=status)


@login_not_required
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 400)


@login_not_required
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 403)


@login_not_required
def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """500; 503 while the database is away or too busy: then waiting helps."""
    if not isinstance(sys.exception(), InterfaceError | OperationalError):
        return _page(request, 500)
    response = _page(request, 503)
    response["Retry-After"] = "60"
    return response


def survives_a_bad_token(view):
    """Mark a view that shows what was typed again when the form's token is bad.

    It finds `request.token_was_bad` and must answer from `request.POST` without acting; the
    database is read-only meanwhile.
    """
    view.survives_a_bad_token = True
    return view


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse the act; keep the words where the page knows how."""
    try:
        view, args, kwargs = resolve(request.path_info, settings.ROOT_URLCONF)
    except Resolver404:
        return page_not_found(request)
    if getattr(view, "survives_a_bad_token", False) and request.user.is_authenticated:
        request.token_was_bad = True
        with reading_only():
            response = view(request, *args, **kwargs)
        response.status_code = 403
        return response
    return render(request, "403_csrf.html", {"static_page": True}, status=403)
