"""The coming meetings of a mentor: a page, a file, and a private address for their calendar."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allows
from accounts.guard import requires
from accounts.models import User
from audit import trail
from casework.permissions import CaseworkPermission
from casework.queries.calendar import as_calendar, clashing, coming_meetings, in_calendar
from notifications import operations
from notifications.calendar_keys import key_of_words
from notifications.models import CalendarKey

OPEN = CaseworkPermission.OPEN_CALENDAR


@require_http_methods(["GET", "HEAD", "POST"])
@requires(OPEN)
def calendar(request: HttpRequest) -> HttpResponse:
    """What comes. A new address of the feed is shown in this answer and never again."""
    address = ""
    if request.method == "POST":
        words = operations.make_calendar_key(by=request.user)
        address = request.build_absolute_uri(reverse("casework:calendar_feed", args=[words]))
    meetings = coming_meetings(request.user)
    trail.listed(request, {each.mentorship.enrolment.mentee for each in meetings})
    context = {
        "meetings": meetings,
        "clashing": clashing(meetings),
        "address": address,
        "key": CalendarKey.objects.standing().filter(person=request.user).first(),
    }
    return render(request, "casework/calendar.html", context)


@require_POST
@requires(OPEN)
def calendar_close(request: HttpRequest) -> HttpResponse:
    """End the address that is out there."""
    operations.close_calendar(by=request.user)
    messages.success(request, _("The address opens nothing any more."))
    return redirect("casework:calendar")


@require_safe
@requires(OPEN)
def calendar_download(request: HttpRequest) -> HttpResponse:
    """The same meetings as a file, once."""
    return _file(request, request.user, OPEN)


@require_safe
@login_not_required  # the key in the address says whose meetings these are
def calendar_feed(request: Any, words: str) -> HttpResponse:
    """What a calendar program fetches by itself; the rule is asked anew each time."""
    key = key_of_words(words)
    if key is None or not allows(key.person, OPEN):
        trail.denied(request, CalendarKey._meta.label_lower)
        raise Http404
    request.user, request.token = key.person, key
    return _file(request, key.person, "calendar key")


def _file(request: HttpRequest, person: User, capacity: str) -> HttpResponse:
    meetings = in_calendar(person)
    trail.noted(request, "calendar.fetched", [], capacity=capacity, meetings=len(meetings))
    return HttpResponse(
        as_calendar(meetings, person.language),
        content_type="text/calendar; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="meetings.ics"',
            "Cache-Control": "no-store, private",
        },
    )
