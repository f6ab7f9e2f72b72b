import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.guard import requires
from casework.forms import EarlierForm
from casework.queries.file_access import access_of
from casework.queries.mentee_file import PARTS, file_of
from mentees.models import Mentee
from mentees.permissions import MenteePermission


@require_safe
@requires(
    MenteePermission.VIEW, on=Mentee, by="reference", related=("institution", "home_municipality")
)
def file_detail(request: HttpRequest, mentee: Mentee) -> HttpResponse:
    """The file: who it is about, what happened, what is open, and who can see it."""
    asked = request.GET.get("show", "")
    show = asked if asked in PARTS else ""
    before = _day(request.GET.get("before", ""))
    file = file_of(mentee, request.user, show=show, before=before)
    return render(request, "casework/file_detail.html", {"file": file})


@require_safe
@requires(
    MenteePermission.SEE_READERS,
    on=Mentee,
    by="reference",
    related=("institution", "home_municipality"),
)
def file_access(request: HttpRequest, mentee: Mentee) -> HttpResponse:
    """Who can see this file, and why; who has read it."""
    form = EarlierForm(request.GET)
    before = form.cleaned_data["before"] if form.is_valid() else None
    shown = access_of(mentee, request.user, before=before)
    return render(request, "casework/file_access.html", {"mentee": mentee, "access": shown})


def _day(text: str) -> datetime.date | None:
    """A day in an address; anything else is none."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None
