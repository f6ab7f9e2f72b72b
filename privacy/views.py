from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.approvals import asked_in_words
from accounts.guard import requires
from accounts.office_forms import add_refusal
from accounts.step_up import recently_signed_in
from mentees.models import Mentee
from mentees.permissions import MenteePermission
from privacy import operations
from privacy.forms import ErasureForm


@require_http_methods(["GET", "HEAD", "POST"])
@requires(MenteePermission.ERASE, on=Mentee, by="reference")
@recently_signed_in
def erasure_ask(request: HttpRequest, mentee: Mentee) -> HttpResponse:
    """Ask a second person to let this file be erased."""
    form = ErasureForm(request.POST if request.method == "POST" else None, mentee=mentee)
    if form.is_valid():
        try:
            ground = form.cleaned_data["ground"]
            asked = operations.ask_for_erasure(mentee, by=request.user, ground=ground)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, asked_in_words(asked))
            return redirect("approvals:approval_list")
    obstacle = operations.STILL_RUNS if mentee.enrolments.open().exists() else ""
    context = {"mentee": mentee, "form": form, "obstacle": obstacle}
    return render(request, "privacy/erasure_ask.html", context)
