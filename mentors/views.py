"""A coach's own absence, and for whom they cover."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.guard import requires
from accounts.office_forms import add_refusal
from core.dates import today
from mentors import operations
from mentors.forms import AbsenceForm
from mentors.models import Absence, Mentor
from mentors.permissions import MentorPermission


@require_http_methods(["GET", "HEAD", "POST"])
@requires(MentorPermission.OPEN_COVER)
def cover(request: HttpRequest) -> HttpResponse:
    """Record an absence; see one's own, and for whom one covers."""
    user = request.user
    coach = Mentor.objects.filter(user=user).first()
    form = AbsenceForm(request.POST or None, coach=coach)
    if coach is not None and request.method == "POST" and form.is_valid():
        try:
            operations.plan_absence(coach, by=user, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Recorded. Your cover has been told."))
            return redirect("mentors:cover")
    seen = Absence.objects.permitted(user, MentorPermission.VIEW_ABSENCE)
    absences = list(seen.select_related("coach__user", "cover__user"))
    context = {
        "coach": coach,
        "form": form,
        "own": [each for each in absences if each.coach.user_id == user.pk],
        "covering": [
            each for each in absences if each.cover.user_id == user.pk and not each.is_over
        ],
    }
    return render(request, "mentors/cover.html", context)


@require_POST
@requires(MentorPermission.END_ABSENCE, on=Absence)
def absence_end(request: HttpRequest, absence: Absence) -> HttpResponse:
    """Back early, or not away at all: from this request on the cover is out."""
    try:
        operations.end_absence(absence, by=request.user, on=today())
    except operations.IsOver as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Ended. Everything is yours again."))
    return redirect("mentors:cover")
