"""What waits for a second person: whoever may confirm it finds it here, and whoever asked."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import approvals
from accounts.approval_forms import ConfirmForm
from accounts.approvals import KINDS
from accounts.guard import anyone_signed_in, note_overreach
from accounts.models import Approval
from accounts.office_forms import add_refusal
from accounts.step_up import ask_again
from audit import trail

SHOWN = 50  # of those that one has asked for


@require_safe
@anyone_signed_in
def approval_list(request: HttpRequest) -> HttpResponse:
    """Those that this person may confirm, and those that they asked for; nobody else's."""
    waiting = approvals.waiting_for(request.user)
    asked = Approval.objects.filter(asked_by=request.user).select_related("answer")[:SHOWN]
    trail.listed(request, [*waiting, *asked], capacity="approval")
    context = {
        "waiting": [(each, KINDS[each.kind].label) for each in waiting],
        "asked": [(each, KINDS[each.kind].label) for each in asked],
    }
    return render(request, "accounts/approval_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@anyone_signed_in
def approval_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What was asked for, why and by whom; sent, the form confirms it."""
    approval = _found(request, pk)
    if request.method == "POST" and (question := ask_again(request)):
        return question
    kind = KINDS[approval.kind]
    sent = request.POST if request.method == "POST" else None
    form = ConfirmForm(sent, wanted=kind.typed and kind.typed(approval))
    if form.is_valid() and _confirmed(request, approval, form):
        return redirect("approvals:approval_list")
    if request.method != "POST":
        trail.shown(request, approval, capacity="approval")
    context = {
        "approval": approval,
        "label": kind.label,
        "facts": kind.facts(approval),
        "own": approval.asked_by == request.user,
        "form": form,
    }
    return render(request, "accounts/approval_detail.html", context)


@require_POST
@anyone_signed_in
def approval_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Refused by the second person, or taken back by the first."""
    approval = _found(request, pk)
    try:
        approvals.decline(approval, by=request.user)
    except approvals.NotApproved as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("It will not happen."))
    return redirect("approvals:approval_list")


def _found(request: HttpRequest, pk: int) -> Approval:
    """One that this person asked for or may confirm. Raises Http404, also for whom it concerns."""
    user: Any = request.user
    related = ("asked_by", "concerns", "answer__answered_by")
    approval = Approval.objects.select_related(*related).filter(pk=pk).first()
    theirs = approval and (approval.asked_by == user or approvals.entitled(user, [approval]))
    if approval is None or not theirs:
        trail.denied(request, f"{Approval._meta.label_lower}:{pk}")
        raise Http404
    user.acting = trail.Acting("approval", request.id)
    return approval


def _confirmed(request: HttpRequest, approval: Approval, form: ConfirmForm) -> bool:
    try:
        approvals.confirm(approval, by=request.user)
    except ValidationError as refusal:
        note_overreach(request, refusal, trail.reference(approval))
        add_refusal(form, refusal)
        return False
    messages.success(request, _("Confirmed. It has happened."))
    return True
