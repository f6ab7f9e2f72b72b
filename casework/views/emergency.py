from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.access import allows
from accounts.guard import note_overreach, requires
from accounts.step_up import recently_signed_in
from audit import trail
from casework.forms import EmergencyForm
from casework.queries.emergency import emergencies_of, open_to, reviewable
from mentees import operations
from mentees.models import Mentee
from mentees.permissions import MenteePermission


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(MenteePermission.OPEN_IN_EMERGENCY)
@recently_signed_in
def emergency(request: HttpRequest) -> HttpResponse:
    """Break-glass: a reference and a reason open one file for a while, and others are told."""
    form = EmergencyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        opened = _opened(request, form)
        if opened is not None:
            return redirect(opened)
    standing = open_to(request.user)
    trail.listed(request, [mentee for mentee, _until in standing])
    context = {
        "form": form,
        "standing": standing,
        "may_review": allows(request.user, MenteePermission.REVIEW_EMERGENCY),
    }
    return render(request, "casework/emergency.html", context)


def _opened(request: HttpRequest, form: EmergencyForm) -> Mentee | None:
    """The file that is open now; or None, and the form says why not and keeps what was typed."""
    try:
        return operations.open_in_emergency(by=request.user, **form.cleaned_data).mentee
    except operations.NotInReach as refusal:
        trail.denied(request, f"{Mentee._meta.label_lower}:{form.cleaned_data['reference']}")
        form.add_error("reference", refusal)
    except ValidationError as refusal:
        form.add_error("reason", refusal)
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@requires(MenteePermission.REVIEW_EMERGENCY)
def emergency_review(request: HttpRequest) -> HttpResponse:
    """What was opened in an emergency, and whether somebody has looked at it since."""
    if request.method == "POST":
        decision = reviewable(request, request.POST.get("decision", ""))
        try:
            operations.review_emergency(decision, by=request.user)
        except operations.NotReviewed as refusal:
            note_overreach(request, refusal, trail.reference(decision))
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("Marked as reviewed."))
        return redirect("casework:emergency_review")
    found = emergencies_of(request.user)
    trail.listed(request, {each.mentee.pk: each.mentee for each in found}.values())
    return render(request, "casework/emergency_review.html", {"emergencies": found})
