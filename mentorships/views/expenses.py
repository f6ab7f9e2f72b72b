"""What mentors paid: own months, claims to decide on, what a kilometre is worth, an export."""

import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allows
from accounts.decision_forms import carried_out
from accounts.guard import requires
from accounts.office_forms import add_refusal
from accounts.step_up import recently_signed_in
from audit import trail
from core.dates import today
from core.spreadsheets import lines
from mentorships import expenses, operations
from mentorships.forms.expenses import DecideForm, RateForm, SubmitForm
from mentorships.models import ExpenseClaim, ExpenseRate
from mentorships.permissions import ExpensePermission

OF_CLAIM = ("mentor__user", "decided_by")


@require_safe
@requires(ExpensePermission.OPEN_LIST)
def expense_list(request: HttpRequest) -> HttpResponse:
    """One's own months, and the claims of those for whom one answers."""
    may_claim = allows(request.user, ExpensePermission.CLAIM)
    may_decide = allows(request.user, ExpensePermission.DECIDE)
    claims = expenses.claims_to_decide(request.user) if may_decide else []
    trail.listed(request, claims)
    context = {
        "may_claim": may_claim,
        "may_decide": may_decide,
        "may_export": allows(request.user, ExpensePermission.EXPORT),
        "months": expenses.months_of(request.user) if may_claim else [],
        "claims": claims,
        "currency": settings.CURRENCY,
        "years": [today().year, today().year - 1],
    }
    return render(request, "mentorships/expense_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(ExpensePermission.CLAIM)
def expense_month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """What the sessions of one's own month cost; submitted, it is frozen."""
    try:
        first = datetime.date(year, month, 1)
    except ValueError as no_month:
        raise Http404 from no_month
    form = SubmitForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            claim = operations.submit_expenses(first, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            messages.error(request, refusal.messages[0])
        else:
            messages.success(request, _("Submitted. You are told when it is decided."))
            return redirect(claim)
    costs = expenses.costs_of(request.user, first)
    trail.listed(
        request, {each.session.mentorship.enrolment.mentee for each in costs if each.reference}
    )
    context = {
        "month": first,
        "costs": costs,
        "total": (total := expenses.total_of(costs)),
        "total_exact": str(total),
        "currency": settings.CURRENCY,
        "lacks_rate": not all(cost.has_rate for cost in costs),
        "is_to_come": first > today(),
        "claims": expenses.claims_of(request.user, first),
    }
    return render(request, "mentorships/expense_month.html", context)


@require_safe
@requires(ExpensePermission.VIEW, on=ExpenseClaim, by="uuid", related=OF_CLAIM)
def claim_detail(request: HttpRequest, claim: ExpenseClaim) -> HttpResponse:
    """A claim with its lines, for its mentor and whoever decides on it."""
    return _claim(request, claim, DecideForm())


@require_POST
@requires(ExpensePermission.DECIDE, on=ExpenseClaim, by="uuid", related=OF_CLAIM)
def claim_decide(request: HttpRequest, claim: ExpenseClaim) -> HttpResponse:
    """Approve it, or send it back with a reason."""
    form = DecideForm(request.POST)
    if form.is_valid():
        approves = form.cleaned_data["action"] == DecideForm.APPROVE
        if approves:
            done = carried_out(request, form, operations.approve_expenses, claim, by=request.user)
        else:
            reason = form.cleaned_data["reason"]
            done = carried_out(
                request, form, operations.send_back_expenses, claim, by=request.user, reason=reason
            )
        if done:
            said = _("Approved. The mentor is told.") if approves else _("Sent back, with why.")
            messages.success(request, said)
            return redirect(claim)
    return _claim(request, claim, form)


def _claim(request: HttpRequest, claim: ExpenseClaim, form: DecideForm) -> HttpResponse:
    may_decide = claim.is_waiting and claim.mentor.user_id != request.user.pk
    shown = expenses.lines_of(request.user, claim)
    trail.listed(request, [line.session.mentorship.enrolment.mentee for line in shown.lines])
    context: dict[str, Any] = {
        "claim": claim,
        "shown": shown,
        "form": form,
        "may_decide": may_decide and allows(request.user, ExpensePermission.DECIDE, claim),
    }
    return render(request, "mentorships/claim_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(ExpensePermission.SET_RATES)
def expense_rates(request: HttpRequest) -> HttpResponse:
    """What a kilometre is worth, year by year."""
    rates, status = list(ExpenseRate.objects.all()), 200
    form = RateForm(
        request.POST if request.method == "POST" else None,
        initial={"version": expenses.version_of(rates)},
    )
    if form.is_valid():
        try:
            operations.set_expense_rate(by=request.user, **form.cleaned_data)
        except operations.RatesChanged as refusal:
            form.add_error(None, refusal)
            form.go_on_from(refusal.version)
            rates, status = list(ExpenseRate.objects.all()), 409
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Set. Claims that are submitted keep the rate they had."))
            return redirect("expenses:expense_rates")
    context = {"form": form, "rates": rates, "currency": settings.CURRENCY}
    return render(request, "mentorships/expense_rates.html", context, status=status)


@require_safe
@requires(ExpensePermission.EXPORT)
@recently_signed_in
def expense_export(request: HttpRequest, year: int) -> HttpResponseBase:
    """The approved claims of a year, as a file for whoever pays."""
    claims = expenses.approved_claims(request.user, year)
    trail.noted(
        request,
        "expenses.exported",
        [trail.reference(claim) for claim in claims],
        capacity=ExpensePermission.EXPORT,
        year=year,
        claims=len(claims),
    )
    return StreamingHttpResponse(
        lines(expenses.export_rows(claims)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="expenses-{year}.csv"'},
    )
