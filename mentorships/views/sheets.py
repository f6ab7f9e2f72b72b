"""Paper: a sheet to take along, and several sheets to enter one after another."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guard import load, requires
from audit import trail
from mentorships import operations, sheets
from mentorships.forms.sheet import fields_of_paper
from mentorships.models import Mentorship, SessionSheet
from mentorships.permissions import MentorshipPermission, SessionPermission


@require_http_methods(["GET", "HEAD", "POST"])
@requires(MentorshipPermission.LOG_SESSION)
def session_sheet(request: HttpRequest) -> HttpResponse:
    """A blank sheet; sent with the reference of a mentee, a numbered one is made."""
    if request.method != "POST":
        return _paper(request, None)
    mentorship = load(
        request,
        MentorshipPermission.LOG_SESSION,
        Mentorship,
        enrolment__mentee__reference=request.POST.get("mentee", ""),
    )
    try:
        sheet = operations.print_sheet(mentorship, by=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return redirect("mentorships:sheet_list")
    return redirect("mentorships:sheet_detail", sheet.uuid)


@require_safe
@requires(SessionPermission.VIEW_SHEET, on=SessionSheet, by="uuid", related=(sheets.OF_SHEET,))
def sheet_detail(request: HttpRequest, sheet: SessionSheet) -> HttpResponse:
    """A numbered sheet, to be printed: the reference, and no name."""
    return _paper(request, sheet)


def _paper(request: HttpRequest, sheet: SessionSheet | None) -> HttpResponse:
    context = {"sheet": sheet, "fields": fields_of_paper()}
    return render(request, "mentorships/session_sheet.html", context)


@require_safe
@requires(MentorshipPermission.LOG_SESSION)
def sheet_list(request: HttpRequest) -> HttpResponse:
    """Sheets to enter one after another, how late each was, and whom to print one for."""
    found = sheets.sheets_of(request.user)
    trail.listed(request, found.mentees)
    return render(request, "mentorships/sheet_list.html", {"sheets": found})


@require_POST
@requires(SessionPermission.VIEW_SHEET, on=SessionSheet, by="uuid", related=(sheets.OF_SHEET,))
def sheet_set_aside(request: HttpRequest, sheet: SessionSheet) -> HttpResponse:
    """It was not used: nobody waits for it any more."""
    try:
        operations.set_sheet_aside(sheet, by=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, _("Sheet %(number)s is set aside.") % {"number": sheet})
    return redirect("mentorships:sheet_list")
