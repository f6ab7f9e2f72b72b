"""Work for a mentee that is no meeting."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.guard import requires
from accounts.office_forms import add_refusal
from audit import trail
from mentorships import operations, queries
from mentorships.forms.other_work import OtherWorkForm
from mentorships.permissions import MentorshipPermission


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(MentorshipPermission.LOG_SESSION)
def other_work(request: HttpRequest) -> HttpResponse:
    """Log it, and see what one logged of late."""
    own = queries.own_mentorships(request.user)
    form = OtherWorkForm(request.POST if request.method == "POST" else None, own=own)
    if form.is_valid():
        try:
            operations.log_other_work(by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Logged."))
            return redirect("mentorships:other_work")
    done = queries.other_work_of(request.user)
    walking = {each.enrolment.mentee for each in own}
    trail.listed(request, walking | {each.mentorship.enrolment.mentee for each in done})
    return render(request, "mentorships/other_work.html", {"form": form, "done": done})
