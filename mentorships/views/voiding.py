"""Marking a session as void, and taking that back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.guard import requires
from accounts.office_forms import add_refusal
from mentorships import operations, voiding
from mentorships.forms.voiding import VoidForm
from mentorships.models import MentoringSession
from mentorships.permissions import SessionPermission
from mentorships.views.reading import OF_SESSION


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(SessionPermission.VOID, on=MentoringSession, by="uuid", related=OF_SESSION)
def session_void(request: HttpRequest, session: MentoringSession) -> HttpResponse:
    """Ask why, then let the session count nowhere."""
    form = VoidForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            operations.void_session(session, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Marked as void. It can still be read."))
            return redirect(session)
    is_unlocked = voiding.is_unlocked(session)
    context = {
        "form": form,
        "session": session,
        "mentee": session.mentorship.enrolment.mentee,
        "fault": voiding.fault_of_voiding(session, request.user, is_unlocked=is_unlocked),
    }
    return render(request, "mentorships/session_void.html", context)


@require_POST
@requires(SessionPermission.VOID, on=MentoringSession, by="uuid", related=OF_SESSION)
def session_restore(request: HttpRequest, session: MentoringSession) -> HttpResponse:
    """It was no error: the session counts again."""
    try:
        operations.restore_session(session, by=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, _("The session counts again."))
    return redirect(session)
