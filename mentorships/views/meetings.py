"""Meetings to come: planned, moved, called off."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guard import requires
from accounts.office_forms import add_refusal
from audit import trail
from core.dates import today
from mentorships import operations, queries
from mentorships.forms.meetings import MoveForm, PlanForm, ReasonForm
from mentorships.models import PlannedMeeting
from mentorships.permissions import MentorshipPermission, SessionPermission

OF_MEETING = ("mentorship__enrolment__mentee", "mentorship__mentor")


@require_safe
@requires(MentorshipPermission.LOG_SESSION)
def meeting_list(request: HttpRequest) -> HttpResponse:
    """One's own meetings: those to report first, then those to come, then those called off."""
    meetings = queries.open_meetings(request.user)
    off = queries.called_off_meetings(request.user)
    trail.listed(request, {meeting.mentorship.enrolment.mentee for meeting in [*meetings, *off]})
    context = {
        "off": off,
        "past": [meeting for meeting in meetings if meeting.planned_on < today()],
        "coming": [meeting for meeting in meetings if meeting.planned_on >= today()],
    }
    return render(request, "mentorships/meeting_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(MentorshipPermission.LOG_SESSION)
def meeting_plan(request: HttpRequest) -> HttpResponse:
    """Plan a meeting with a mentee of one's own."""
    own = queries.own_mentorships(request.user)
    form = PlanForm(request.POST if request.method == "POST" else None, own=own)
    if form.is_valid():
        mentorship, appointment = form.cleaned_data["mentorship"], form.appointment()
        try:
            meeting = operations.plan_meeting(mentorship, by=request.user, appointment=appointment)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Planned."))
            warn_of_clashes(request, meeting)
            return redirect("mentorships:meeting_list")
    trail.listed(request, [each.enrolment.mentee for each in own])
    return render(request, "mentorships/meeting_plan.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(SessionPermission.CHANGE_MEETING, on=PlannedMeeting, by="uuid", related=OF_MEETING)
def meeting_move(request: HttpRequest, meeting: PlannedMeeting) -> HttpResponse:
    """Another day or hour, and why; what was planned before is kept."""
    form = MoveForm.of(meeting, request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason, appointment = form.cleaned_data["reason"], form.appointment()
        try:
            moved = operations.move_meeting(
                meeting, by=request.user, appointment=appointment, reason=reason
            )
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Moved. What was planned before is kept."))
            warn_of_clashes(request, moved)
            return redirect("mentorships:meeting_list")
    return _shown(request, meeting, form, _("Move the meeting"), _("Move the meeting"))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(SessionPermission.CHANGE_MEETING, on=PlannedMeeting, by="uuid", related=OF_MEETING)
def meeting_call_off(request: HttpRequest, meeting: PlannedMeeting) -> HttpResponse:
    """Ask why, then take the meeting out of the calendar."""
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            operations.call_off_meeting(meeting, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Called off."))
            return redirect("mentorships:meeting_list")
    return _shown(request, meeting, form, _("Call off the meeting"), _("Call off"))


def _shown(
    request: HttpRequest, meeting: PlannedMeeting, form: ReasonForm, title: str, submit: str
) -> HttpResponse:
    """`form`, under its title and with its button."""
    context = {
        "form": form,
        "meeting": meeting,
        "mentee": meeting.mentorship.enrolment.mentee,
        "title": title,
        "submit": submit,
    }
    return render(request, "mentorships/meeting_change.html", context)


def warn_of_clashes(request: HttpRequest, meeting: PlannedMeeting) -> None:
    """Say what else begins at about that time; both stay planned."""
    for other in queries.clashes(request.user, meeting):
        words = {
            "reference": other.mentorship.enrolment.mentee.reference,
            "time": time_format(other.planned_at) if other.planned_at else "",
        }
        messages.warning(
            request,
            _("You also meet %(reference)s at %(time)s that day. Both stay planned.") % words,
        )
