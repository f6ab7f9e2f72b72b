"""The goals of one file: what the mentee wants to reach, how far it is, and how they live."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allows
from accounts.decision_forms import carried_out
from accounts.guard import requires
from accounts.office_forms import add_refusal
from audit import trail
from casework.queries.goals import goal_view, goals_of, versions_of
from casework.views.asking import is_sent
from core.dates import today
from core.errors_views import survives_a_bad_token
from mentees import operations
from mentees.forms import (
    DropForm,
    GoalChangeForm,
    LivingForm,
    NewGoalForm,
    ReachForm,
    StepForm,
)
from mentees.models import LEVEL_FIELDS, Goal, GoalStep, Mentee
from mentees.permissions import GoalPermission, MenteePermission


@require_safe
@requires(MenteePermission.VIEW, on=Mentee, by="reference")
def goal_list(request: HttpRequest, mentee: Mentee) -> HttpResponse:
    """Open goals with their steps and last rating, closed ones below, and living conditions."""
    context = {"mentee": mentee, "goals": goals_of(mentee, request.user)}
    return render(request, "casework/goal_list.html", context)


@require_safe
@requires(GoalPermission.VIEW, on=Goal, by="uuid", related=("mentee",))
def goal_detail(request: HttpRequest, goal: Goal) -> HttpResponse:
    """One goal: its levels, steps and ratings, and how it came to be what it is."""
    return _goal_page(request, goal, StepForm())


def _goal_page(request: HttpRequest, goal: Goal, form: StepForm) -> HttpResponse:
    context = {
        "view": goal_view(goal, request.user),
        "versions": versions_of(goal),
        "may_change": allows(request.user, GoalPermission.CHANGE, goal),
        "form": form,
    }
    return render(request, "casework/goal_detail.html", context)


@survives_a_bad_token
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(GoalPermission.SET, on=Mentee, by="reference")
def goal_add(request: HttpRequest, mentee: Mentee) -> HttpResponse:
    """A new goal, in the mentee's own words, with every level said beforehand."""
    form = NewGoalForm(request.POST if request.method == "POST" else None)
    if is_sent(request, form):
        try:
            goal = operations.set_goal(mentee, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The goal is set."))
            return redirect(goal)
    words = {
        "heading": _("A new goal"),
        "lead": _("Say beforehand what each level would look like. 0 is what you both expect."),
        "submit": _("Set the goal"),
    }
    return _form_page(request, mentee, form, _list(mentee), **words)


@survives_a_bad_token
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(GoalPermission.CHANGE, on=Goal, by="uuid", related=("mentee",))
def goal_change(request: HttpRequest, goal: Goal) -> HttpResponse:
    """Word an open goal anew; where somebody did so meanwhile, both stand side by side."""
    now: list[tuple[str, str]] = []
    status = 200
    if request.method == "POST":
        form = GoalChangeForm(request.POST)
        if is_sent(request, form):
            try:
                operations.change_goal(goal, by=request.user, **form.cleaned_data)
            except operations.ChangedMeanwhile as refusal:
                now, status = form.beside(goal), 409
                form.goes_on_from(goal)
                add_refusal(form, refusal)
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("Changed. The earlier words stay in the history."))
                return redirect(goal)
    else:
        names = ("words", "domain", "target_on", "baseline", "version", *LEVEL_FIELDS.values())
        form = GoalChangeForm(initial={name: getattr(goal, name) for name in names})
    words = {"heading": _("Change the goal"), "submit": _("Keep the change")}
    page = _form_page(request, goal.mentee, form, goal.get_absolute_url(), now=now, **words)
    page.status_code = status
    return page


@survives_a_bad_token
@require_http_methods(["GET", "HEAD", "POST"])
@requires(GoalPermission.CHANGE, on=Goal, by="uuid", related=("mentee",))
def goal_reach(request: HttpRequest, goal: Goal) -> HttpResponse:
    """Take down that it was reached."""
    form = ReachForm(request.POST if request.method == "POST" else None)
    words = {
        "heading": _("The goal is reached"),
        "lead": goal.words,
        "submit": _("It is reached"),
    }
    return _closed(request, goal, form, Goal.State.REACHED, _("Reached. Well done."), words)


@survives_a_bad_token
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(GoalPermission.CHANGE, on=Goal, by="uuid", related=("mentee",))
def goal_drop(request: HttpRequest, goal: Goal) -> HttpResponse:
    """Ask why, then put the goal aside."""
    form = DropForm(request.POST if request.method == "POST" else None)
    words = {"heading": _("Drop the goal"), "lead": goal.words, "submit": _("Drop it")}
    done = _("Dropped. It stays here with your reason.")
    return _closed(request, goal, form, Goal.State.DROPPED, done, words)


def _closed(
    request: HttpRequest,
    goal: Goal,
    form: Any,
    state: Goal.State,
    done: str,
    words: dict[str, str],
) -> HttpResponse:
    given = {"by": request.user, "state": state}
    if is_sent(request, form) and carried_out(
        request, form, operations.close_goal, goal, **given, **form.cleaned_data
    ):
        messages.success(request, done)
        return redirect(goal)
    return _form_page(request, goal.mentee, form, goal.get_absolute_url(), **words)


@require_POST
@requires(GoalPermission.CHANGE, on=Goal, by="uuid", related=("mentee",))
def goal_reopen(request: HttpRequest, goal: Goal) -> HttpResponse:
    """Take it up again; that it was closed stays in the history."""
    return _done(request, goal, operations.reopen_goal, goal)


@survives_a_bad_token
@require_POST
@sensitive_post_parameters()
@requires(GoalPermission.CHANGE, on=Goal, by="uuid", related=("mentee",))
def step_add(request: HttpRequest, goal: Goal) -> HttpResponse:
    """One more step; what is refused stands on the goal's page with what was typed."""
    form = StepForm(request.POST)
    if is_sent(request, form) and carried_out(
        request, form, operations.add_step, goal, by=request.user, **form.cleaned_data
    ):
        return redirect(goal)
    return _goal_page(request, goal, form)


@require_POST
@requires(GoalPermission.CHANGE, on=Goal, by="uuid", related=("mentee",))
def step_tick(request: HttpRequest, goal: Goal, step: int) -> HttpResponse:
    """Tick one step, or take its tick back."""
    found = goal.steps.filter(pk=step).first()
    if found is None:
        trail.denied(request, f"{GoalStep._meta.label_lower}:{step}")
        raise Http404
    if "undo" in request.POST:
        return _done(request, goal, operations.untick_step, found)
    return _done(request, goal, operations.tick_step, found, on=today())


@survives_a_bad_token
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(GoalPermission.SET, on=Mentee, by="reference")
def living_record(request: HttpRequest, mentee: Mentee) -> HttpResponse:
    """How the mentee lives at one point of the way."""
    form = LivingForm(request.POST if request.method == "POST" else None)
    if is_sent(request, form) and carried_out(
        request,
        form,
        operations.record_living_conditions,
        mentee,
        by=request.user,
        **form.cleaned_data,
    ):
        messages.success(request, _("Taken down. What stood before is kept."))
        return redirect("casework:goal_list", mentee.reference)
    words = {
        "heading": _("Living conditions"),
        "lead": _("Facts, in coarse words. What is not known stays open."),
        "submit": _("Take it down"),
    }
    return _form_page(request, mentee, form, _list(mentee), **words)


def _done(
    request: HttpRequest, goal: Goal, act: Callable[..., Any], row: Any, **given: Any
) -> HttpResponse:
    """Do what a button says; what is refused is told on the goal's page."""
    try:
        act(row, by=request.user, **given)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(goal)


def _list(mentee: Mentee) -> str:
    return reverse("casework:goal_list", args=[mentee.reference])


def _form_page(
    request: HttpRequest, mentee: Mentee, form: Any, back: str, **context: Any
) -> HttpResponse:
    context |= {"mentee": mentee, "form": form, "back": back}
    return render(request, "casework/goal_form.html", context)
