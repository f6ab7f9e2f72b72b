"""Something that worries a mentor: written down, read, taken up."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allows
from accounts.decision_forms import carried_out
from accounts.guard import requires
from audit import trail
from core.errors_views import survives_a_bad_token
from mentees.permissions import MenteePermission
from mentorships import concerns, operations
from mentorships.forms.concern import ConcernForm
from mentorships.models import Concern, Mentorship
from mentorships.permissions import ConcernPermission, MentorshipPermission
from mentorships.views.drafts import in_the_tab

OF_CONCERN = ("mentorship__enrolment__mentee", "raised_by", "taken_up_by", "session")


@survives_a_bad_token
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(MentorshipPermission.RAISE_CONCERN, on=Mentorship, related=("enrolment__mentee",))
def concern_raise(request: HttpRequest, mentorship: Mentorship) -> HttpResponse:
    """The form of its own in which a worry stands; `?session=` says after which meeting."""
    form = ConcernForm(request.POST if request.method == "POST" else None)
    session = concerns.session_of(request.user, mentorship, request.GET.get("session", ""))
    told = concerns.told_of_concerns(mentorship)
    if getattr(request, "token_was_bad", False):
        form.add_error(None, _("The page had grown old. Please send again: nothing is lost."))
    elif form.is_valid() and carried_out(
        request,
        form,
        operations.raise_concern,
        mentorship,
        by=request.user,
        session=session,
        **form.cleaned_data,
    ):
        if told:
            messages.success(request, _("Recorded. Your coach has been told."))
        else:
            messages.warning(request, _("Recorded. You have no coach now: phone the office too."))
        return redirect("concerns:concern_list")
    context = {
        "form": form,
        "mentee": mentorship.enrolment.mentee,
        "session": session,
        "levels": list(zip(form["level"], concerns.LEVELS, strict=True)),
        "told": told,
        **in_the_tab(request, f"concern {concerns.next_one(request.user, mentorship)}"),
    }
    return render(request, "mentorships/concern_raise.html", context)


@require_safe
@requires(ConcernPermission.OPEN_LIST)
def concern_list(request: HttpRequest) -> HttpResponse:
    """The concerns that this person raised or answers for; those that wait stand first."""
    found = concerns.concerns_of(request.user)
    own = list(concerns.may_raise(request.user))
    mentorships = [*(each.mentorship for each in found), *own]
    trail.listed(request, {each.enrolment.mentee for each in mentorships})
    return render(request, "mentorships/concern_list.html", {"concerns": found, "own": own})


@require_safe
@requires(ConcernPermission.VIEW, on=Concern, by="uuid", related=OF_CONCERN)
def concern_detail(request: HttpRequest, concern: Concern) -> HttpResponse:
    """One concern, for its author and whoever answers for the mentorship."""
    mentee = concern.mentorship.enrolment.mentee
    context: dict[str, Any] = {
        "concern": concern,
        "mentee": mentee,
        "file_is_open": allows(request.user, MenteePermission.VIEW, mentee),
        "may_take_up": concern.taken_up_at is None
        and allows(request.user, ConcernPermission.TAKE_UP, concern),
    }
    return render(request, "mentorships/concern_detail.html", context)


@require_POST
@requires(ConcernPermission.TAKE_UP, on=Concern, by="uuid", related=OF_CONCERN)
def concern_take_up(request: HttpRequest, concern: Concern) -> HttpResponse:
    """Say that one has it."""
    try:
        operations.take_up_concern(concern, by=request.user)
    except operations.TakenUpBefore as refusal:
        messages.info(request, refusal.messages[0])
    else:
        messages.success(request, _("You have it. The mentor has been told."))
    return redirect(concern)
