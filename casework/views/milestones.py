"""One milestone: how it stands, and everything that can be done with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decision_forms import carried_out
from accounts.guard import requires
from casework.queries.milestone import milestone_view
from casework.views.asking import decision_page, is_sent
from core.errors_views import survives_a_bad_token
from release_plans import forms, operations
from release_plans.models import Milestone
from release_plans.permissions import PlanPermission as P

RELATED = ("item", "plan__enrolment__mentee", "done_by", "taken_by")


@dataclass(frozen=True)
class Act:
    """Something that can be done with a milestone: who may, what it asks, and its words."""

    permission: str
    form: type[forms.AboutMilestone]
    operation: Callable[..., Any]
    heading: Any
    submit: Any
    said: Any
    lead: Any = ""


# By the last word of its address.
ACTS = {
    "done": Act(
        P.COMPLETE,
        forms.DoneForm,
        operations.complete_milestone,
        heading=gettext_lazy("Done"),
        lead=gettext_lazy("Say on which day, and what shows it."),
        submit=gettext_lazy("It is done"),
        said=gettext_lazy("Taken down as done."),
    ),
    "begin": Act(
        P.COMPLETE,
        forms.NothingToSay,
        operations.begin_milestone,
        heading=gettext_lazy("Begin"),
        lead=gettext_lazy("You take it with that, and reminders of it stop."),
        submit=gettext_lazy("I have begun"),
        said=gettext_lazy("Begun. Reminders of it stop until it has another date."),
    ),
    "take": Act(
        P.COMPLETE,
        forms.NothingToSay,
        operations.acknowledge_milestone,
        heading=gettext_lazy("I see to it"),
        lead=gettext_lazy("Reminders of it stop until it has another date."),
        submit=gettext_lazy("I see to it"),
        said=gettext_lazy("It is yours. Reminders of it stop until it has another date."),
    ),
    "tick": Act(
        P.COMPLETE,
        forms.TickForm,
        operations.tick_milestone,
        heading=gettext_lazy("Checklist"),
        lead=gettext_lazy("Tick what is there. All of it has to be before it is done."),
        submit=gettext_lazy("Keep the list"),
        said=gettext_lazy("The list is kept."),
    ),
    "comment": Act(
        P.COMPLETE,
        forms.CommentForm,
        operations.comment_on_milestone,
        heading=gettext_lazy("Comment"),
        lead=gettext_lazy("All who see the plan read it. It is no note about the person."),
        submit=gettext_lazy("Add the comment"),
        said=gettext_lazy("The comment stands below."),
    ),
    "hold": Act(
        P.CHANGE_MILESTONE,
        forms.HoldForm,
        operations.hold_milestone,
        heading=gettext_lazy("Let it rest"),
        lead=gettext_lazy("Until then only the coach is reminded. Its date stays."),
        submit=gettext_lazy("Let it rest"),
        said=gettext_lazy("It rests until that day."),
    ),
    "resume": Act(
        P.CHANGE_MILESTONE,
        forms.NothingToSay,
        operations.resume_milestone,
        heading=gettext_lazy("Take it up again"),
        lead=gettext_lazy("It gets the date that its rule gives it today."),
        submit=gettext_lazy("Take it up again"),
        said=gettext_lazy("It is taken up again."),
    ),
    "exempt": Act(
        P.CHANGE_MILESTONE,
        forms.ExemptForm,
        operations.exempt_milestone,
        heading=gettext_lazy("Does not apply"),
        lead=gettext_lazy("For what has no sense for this mentee, for a time or for good."),
        submit=gettext_lazy("It does not apply"),
        said=gettext_lazy("Taken down: it does not apply."),
    ),
    "waive": Act(
        P.WAIVE,
        forms.ReasonForm,
        operations.waive_milestone,
        heading=gettext_lazy("Waive"),
        lead=gettext_lazy("It would be due, and is let go. The reason stays with it."),
        submit=gettext_lazy("Waive it"),
        said=gettext_lazy("It is waived."),
    ),
    "hand-over": Act(
        P.CHANGE_MILESTONE,
        forms.HandOverForm,
        operations.hand_over_milestone,
        heading=gettext_lazy("Hand over"),
        lead=gettext_lazy("It becomes the move of another role, who is reminded from then on."),
        submit=gettext_lazy("Hand it over"),
        said=gettext_lazy("It is handed over."),
    ),
    "fix-date": Act(
        P.CHANGE_MILESTONE,
        forms.FixDateForm,
        operations.fix_date,
        heading=gettext_lazy("Fix its date"),
        lead=gettext_lazy("A fixed date stays where it is when the release moves."),
        submit=gettext_lazy("Fix the date"),
        said=gettext_lazy("Its date is fixed."),
    ),
    "free-date": Act(
        P.CHANGE_MILESTONE,
        forms.NothingToSay,
        operations.free_date,
        heading=gettext_lazy("Let its date follow again"),
        lead=gettext_lazy("It gets the date that its rule gives it, and moves with the release."),
        submit=gettext_lazy("Let it follow"),
        said=gettext_lazy("Its date follows the release again."),
    ),
    "carry-over": Act(
        P.CHANGE_MILESTONE,
        forms.NothingToSay,
        operations.carry_over_milestone,
        heading=gettext_lazy("Still wanted"),
        lead=gettext_lazy("It was not done before the release; it is due a week after it."),
        submit=gettext_lazy("It is still wanted"),
        said=gettext_lazy("It is due a week after the release."),
    ),
    "overtake": Act(
        P.CHANGE_MILESTONE,
        forms.ReasonForm,
        operations.overtake_milestone,
        heading=gettext_lazy("Overtaken by the release"),
        lead=gettext_lazy("It was not done before the release, and has no sense any more."),
        submit=gettext_lazy("It is overtaken"),
        said=gettext_lazy("Taken down: overtaken by the release."),
    ),
}


def address_of(milestone: Milestone) -> str:
    return reverse("casework:milestone_detail", args=[milestone.pk])


@require_safe
@requires(P.VIEW_MILESTONE, on=Milestone, related=RELATED)
def milestone_detail(request: HttpRequest, milestone: Milestone) -> HttpResponse:
    """How it stands, what can be done now, what was said of it and how its date moved."""
    view = milestone_view(milestone, request.user)
    acts = [
        (reverse(f"casework:{name_of(word)}", args=[milestone.pk]), ACTS[word].heading)
        for word in view.open_acts
    ]
    context = {"mentee": milestone.plan.enrolment.mentee, "view": view, "acts": acts}
    return render(request, "casework/milestone_detail.html", context)


def name_of(word: str) -> str:
    """How the addresses call what is done by this word."""
    return f"milestone_{word.replace('-', '_')}"


def view_of(word: str) -> Callable[..., HttpResponse]:
    """The page that does it."""
    act = ACTS[word]

    @survives_a_bad_token
    @require_http_methods(["GET", "HEAD", "POST"])
    @sensitive_post_parameters()
    @requires(act.permission, on=Milestone, related=RELATED)
    def view(request: HttpRequest, milestone: Milestone) -> HttpResponse:
        form = act.form(request.POST if request.method == "POST" else None, milestone=milestone)
        if is_sent(request, form) and carried_out(
            request, form, act.operation, milestone, by=request.user, **form.cleaned_data
        ):
            messages.success(request, str(act.said))
            return redirect(address_of(milestone))
        words = {
            "heading": f"{act.heading}: {milestone.title}",
            "lead": act.lead,
            "submit": act.submit,
            "way_out": _("Back"),
        }
        mentee = milestone.plan.enrolment.mentee
        return decision_page(request, mentee, form, back=address_of(milestone), **words)

    view.__name__ = name_of(word)
    return view
