"""The release plan of one file: what is due, the gate, and a date that moves."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decision_forms import carried_out
from accounts.guard import requires
from accounts.office_forms import add_refusal
from audit import trail
from casework.queries.release_plan import GATE, plan_view, sheet_lines
from casework.views.asking import decision_page, is_sent, is_sure
from core.dates import today
from core.errors_views import survives_a_bad_token
from core.templatetags.house import day
from mentees.models import Mentee
from mentees.permissions import CustodyPermission
from release_plans import operations
from release_plans.forms import GatePlanForm, MoveDateForm, OwnMilestoneForm, ReleasePackForm
from release_plans.models import ReleasePlan
from release_plans.permissions import PlanPermission
from release_plans.queries import Moved, preview

# The plan of a file: the latest, where there was an enrolment before.
OF_FILE: dict[str, Any] = {
    "on": ReleasePlan,
    "by": "enrolment__mentee__reference",
    "at": "reference",
    "related": ("enrolment__mentee", "template"),
}


def address_of(plan: ReleasePlan) -> str:
    return reverse("casework:plan_detail", args=[plan.enrolment.mentee.reference])


@require_safe
@requires(PlanPermission.VIEW, **OF_FILE)
def plan_detail(request: HttpRequest, plan: ReleasePlan) -> HttpResponse:
    """The lanes, the milestones that are picked, the gate and the pack."""
    view = plan_view(plan, request.user, shown=request.GET.get("show", ""))
    words = {
        "open": pgettext("milestones", "Open"),
        "mine": pgettext("milestones", "Mine"),
        "all": pgettext("milestones", "All"),
    }
    released = _("Released, %(day)s") if plan.is_released else _("Release, %(day)s")
    context = {
        "mentee": plan.enrolment.mentee,
        "view": view,
        "shown": [(name, label, view.counts[name]) for name, label in words.items()],
        "legend": [
            ("done", _("done")),
            ("soon", _("due soon")),
            ("late", _("late")),
            ("plan", _("to do")),
            ("off", _("set aside, or resting")),
        ],
        "says": {
            "today": _("Today, %(day)s") % {"day": day(today())},
            "release": released % {"day": day(plan.release_on)} if plan.release_on else "",
        },
    }
    return render(request, "casework/plan_detail.html", context)


@survives_a_bad_token
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(PlanPermission.ADD_OWN, **OF_FILE)
def milestone_add(request: HttpRequest, plan: ReleasePlan) -> HttpResponse:
    """A milestone that no template has."""
    form = OwnMilestoneForm(request.POST if request.method == "POST" else None)
    if is_sent(request, form) and carried_out(
        request, form, operations.add_milestone, plan, by=request.user, **form.cleaned_data
    ):
        messages.success(request, _("Added to the plan."))
        return redirect(address_of(plan))
    words = {
        "heading": _("Add a milestone"),
        "lead": _("For what no template has. Its day stays where it is when the release moves."),
        "submit": _("Add it"),
        "way_out": _("Back"),
    }
    return decision_page(request, plan.enrolment.mentee, form, back=address_of(plan), **words)


# --- the gate, and the pack for a release without warning -------------------------------------


def _sheet(
    request: HttpRequest,
    plan: ReleasePlan,
    form_class: Any,
    write: Callable[..., Any],
    sheets: Any,
    words: dict[str, str],
) -> HttpResponse:
    """One form; where somebody wrote it meanwhile, both stand side by side."""
    now: list[tuple[str, Any]] = []
    if request.method == "POST":
        form = form_class(request.POST)
        if is_sent(request, form):
            try:
                write(plan, by=request.user, **form.cleaned_data)
            except ValidationError as refusal:
                latest = sheets.first()
                if latest and latest.version != form.cleaned_data["version"]:
                    now = form.beside(latest)
                    form.goes_on_from(latest)
                add_refusal(form, refusal)
            else:
                messages.success(request, _("Kept. The version before stays in the history."))
                return redirect(address_of(plan))
    else:
        form = form_class.of(sheets.first())
    words |= {"submit": _("Keep it"), "way_out": _("Back")}
    context = {
        "mentee": plan.enrolment.mentee,
        "form": form,
        "now": now,
        "back": address_of(plan),
        **words,
    }
    status = 409 if now else 200
    return render(request, "casework/sheet_form.html", context, status=status)


@survives_a_bad_token
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(PlanPermission.PREPARE_GATE, **OF_FILE)
def gate_write(request: HttpRequest, plan: ReleasePlan) -> HttpResponse:
    """Who meets whom at the gate, and what if not."""
    words = {
        "heading": _("The gate plan"),
        "lead": _("Leave empty what is not known yet. Being met decides whether somebody stays."),
    }
    return _sheet(
        request, plan, GatePlanForm, operations.write_gate_plan, plan.gate_plans.all(), words
    )


@survives_a_bad_token
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(PlanPermission.PREPARE_GATE, **OF_FILE)
def pack_write(request: HttpRequest, plan: ReleasePlan) -> HttpResponse:
    """What to know tonight, looked at again before each deadline of the court."""
    words = {
        "heading": _("If released without warning"),
        "lead": _(
            "The court may let somebody go today. Whoever answers the phone then needs this."
        ),
    }
    return _sheet(request, plan, ReleasePackForm, operations.refresh_pack, plan.packs.all(), words)


@require_safe
@requires(PlanPermission.VIEW, **OF_FILE)
def gate_print(request: HttpRequest, plan: ReleasePlan) -> HttpResponse:
    """The gate plan on one page, to be taken along."""
    user: Any = request.user
    trail.shown(request, plan, capacity=user.acting.capacity, kind="printed")
    gate = plan.gate_plans.first()
    context = {
        "mentee": plan.enrolment.mentee,
        "plan": plan,
        "gate": gate,
        "lines": sheet_lines(gate, GATE) if gate else [],
        "printed_at": timezone.localtime(),
        "back": address_of(plan),
    }
    return render(request, "casework/gate_print.html", context)


# --- a date that moves ------------------------------------------------------------------------


@survives_a_bad_token
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(CustodyPermission.RECORD, on=Mentee, by="reference")
def plan_date(request: HttpRequest, mentee: Mentee) -> HttpResponse:
    """Another date from an authority: what it would move is read through before it does."""
    plans = ReleasePlan.objects.permitted(request.user, PlanPermission.VIEW)
    plan = plans.filter(enrolment__mentee=mentee).select_related("enrolment__mentee").first()
    if plan is None:
        words = {
            "heading": _("Move a date"),
            "lead": "",
            "obstacle": _("There is no release plan yet that could follow."),
        }
        back = mentee.get_absolute_url()
        return decision_page(request, mentee, MoveDateForm(), back=back, **words)
    form = MoveDateForm(request.POST if request.method == "POST" else None)
    if (
        is_sent(request, form)
        and is_sure(request, form)
        and carried_out(
            request, form, operations.move_date, plan, by=request.user, **form.cleaned_data
        )
    ):
        messages.success(request, _("The date is taken down, and the plan follows it."))
        return redirect(address_of(plan))
    asks = form.is_valid() and "change" not in request.POST
    context = {
        "mentee": mentee,
        "form": form,
        "asks": asks,
        "moved": _preview(plan, form) if asks else [],
        "back": address_of(plan),
    }
    return render(request, "casework/plan_date.html", context)


def _preview(plan: ReleasePlan, form: MoveDateForm) -> list[Moved]:
    given = form.cleaned_data
    return preview(plan, kind=given["kind"], value=given["value"], on=today())
