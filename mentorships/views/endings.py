"""A mentorship that passes on, or ended lately."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allows
from accounts.guard import requires
from accounts.office_forms import add_refusal
from audit import trail
from core.errors_views import survives_a_bad_token
from mentees.permissions import MenteePermission
from mentorships import endings, operations
from mentorships.forms.decisions import HandOverForm
from mentorships.models import (
    Mentorship,
)
from mentorships.permissions import MentorshipPermission


@require_safe
@requires(MentorshipPermission.LOOK_BACK)
def recently_ended(request: HttpRequest) -> HttpResponse:
    """What is still to do, and own notes, for as many days as are left; then a word of thanks."""
    found = endings.ended_lately(request.user)
    trail.listed(request, [each.mentorship.enrolment.mentee for each in found])
    thanks = not found and endings.has_walked(request.user)
    context = {"ended": found, "thanks": thanks}
    return render(request, "mentorships/recently_ended.html", context)


@survives_a_bad_token
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(
    MentorshipPermission.HAND_OVER, on=Mentorship, related=("enrolment__mentee", "mentor__user")
)
def mentorship_hand_over(request: HttpRequest, mentorship: Mentorship) -> HttpResponse:
    """To whom the mentee goes, and what the next mentor sees of the earlier notes."""
    user, mentee = request.user, mentorship.enrolment.mentee
    sent = request.POST if request.method == "POST" else None
    form = HandOverForm(sent, row=mentorship, user=user)
    if getattr(request, "token_was_bad", False):
        form.add_error(None, _("The page had grown old. Please send again: nothing is lost."))
    elif request.method == "POST" and form.is_valid():
        try:
            operations.hand_over(mentorship, by=user, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Handed over. Both mentors have been told."))
            open_still = allows(user, MenteePermission.VIEW, mentee)
            return redirect(mentee if open_still else "casework:landing")
    context = {"form": form, "mentorship": mentorship, "mentee": mentee}
    return render(request, "mentorships/mentorship_hand_over.html", context)
