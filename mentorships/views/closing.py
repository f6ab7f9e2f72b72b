"""The closing report: written in the window, kept as it is typed, finished once, then read."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allows
from accounts.decision_forms import carried_out
from accounts.guard import load, requires
from accounts.office_forms import add_refusal
from accounts.unsent import keeps_unsent
from audit import trail
from core.errors_views import survives_a_bad_token
from mentees.permissions import MenteePermission
from mentorships import endings, operations, queries
from mentorships.endings import Closing
from mentorships.forms.closing import AdditionForm, ClosingForm, reached
from mentorships.forms.sent import draft_sent, sent_of
from mentorships.forms.versions import Difference, differences
from mentorships.models import ClosingReport, Mentorship
from mentorships.permissions import MentorshipPermission
from mentorships.views.drafts import as_a_draft, given_back, next_save, saved_at
from mentorships.views.reading import called_by

OF_MENTORSHIP = ("enrolment__mentee", "mentor__user")


def _loaded(request: HttpRequest, mentorship: int) -> Mentorship:
    return load(
        request,
        MentorshipPermission.LOOK_BACK,
        Mentorship,
        related=OF_MENTORSHIP,
        pk=mentorship,
    )


def _kept_of_form(request: HttpRequest, mentorship: int) -> str:
    """Keep what a shut session sent with the form's button; says where it stands."""
    ended = _loaded(request, mentorship)
    _keep(request, ended, endings.closing_of(request.user, ended))
    return reverse("mentorships:closing_form", args=[mentorship])


def _kept_of_save(request: HttpRequest, mentorship: int) -> str:
    """Keep what a shut session sent after a pause; a save that comes late is passed over."""
    ended, sent = _loaded(request, mentorship), draft_sent(request.POST)
    operations.save_closing_report(ended, by=request.user, sent=sent)
    return reverse("mentorships:closing_form", args=[mentorship])


@survives_a_bad_token
@keeps_unsent(_kept_of_form)
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(MentorshipPermission.LOOK_BACK)
def closing_form(request: HttpRequest, mentorship: int) -> HttpResponse:
    """The report of one mentorship: shown, kept, or finished."""
    try:
        ended = _loaded(request, mentorship)
    except Http404:
        return _closed_to_its_mentor(request, mentorship)
    closing = endings.closing_of(request.user, ended)
    if closing.report is not None and closing.report.finished_at is not None:
        return redirect(closing.report) if request.method != "POST" else _finished_before(request)
    if request.method == "POST":
        form = ClosingForm(request.POST, agreements=closing.agreements)
        try:
            answer = _sent(request, ended, closing, form)
        except operations.TwoVersions as two:
            return _both(request, ended, closing, two.draft)
        except operations.AlreadyFinished:
            return _finished_before(request)
        return answer or _page(request, ended, closing.report, form)
    trail.shown(request, ended.enrolment.mentee, capacity=request.user.acting.capacity)
    if closing.report is not None:
        typed = sent_of(closing.report.typed)
        form = ClosingForm.restored(typed, agreements=closing.agreements)
    else:
        begun = {"reached": reached(closing.ratings)}
        form = ClosingForm(initial=begun, agreements=closing.agreements)
    return _page(request, ended, closing.report, form)


def _sent(
    request: HttpRequest, ended: Mentorship, closing: Closing, form: ClosingForm
) -> HttpResponse | None:
    """Do what the button says. None shows the form again with what is wrong; all typed is kept."""
    if getattr(request, "token_was_bad", False):
        form.say_only(
            _("The page had grown old. Everything you typed is here: please send again.")
        )
        return None
    action = request.POST.get("action")
    if action not in {"draft", "mine"} and form.is_valid():
        sent = draft_sent(request.POST)
        try:
            report = operations.finish_closing_report(
                ended, by=request.user, sent=sent, **form.report()
            )
        except (operations.AlreadyFinished, operations.TwoVersions):
            raise
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Finished. Those whom you chose can read it now."))
            return redirect(report)
    closing.report = _keep(request, ended, closing)
    if action == "draft":
        messages.success(request, _("Kept as a draft, for you alone."))
        return redirect("mentorships:recently_ended")
    return redirect("mentorships:closing_form", ended.pk) if action == "mine" else None


def _keep(request: HttpRequest, ended: Mentorship, closing: Closing) -> ClosingReport:
    sent = next_save(request.POST, closing.report.sequence if closing.report else 0)
    return operations.save_closing_report(ended, by=request.user, sent=sent)


def _both(
    request: HttpRequest, ended: Mentorship, closing: Closing, kept: ClosingReport
) -> HttpResponse:
    """What was typed here in the form, above it what another page typed: the author chooses."""
    form = ClosingForm.restored(request.POST, agreements=closing.agreements)
    other = differences(form, kept.typed)
    return _page(request, ended, kept, form, other=other, status=409)


def _finished_before(request: HttpRequest) -> HttpResponse:
    return _closed(request, _("This report is finished already. Nothing was changed."), 409)


def _closed_to_its_mentor(request: HttpRequest, mentorship: int) -> HttpResponse:
    """After the window the words come back; to anybody else there is nothing here."""
    own = Mentorship.objects.filter(pk=mentorship, mentor__user=request.user)
    if request.method == "POST" and own.exists():
        return _closed(request, _("Nothing was recorded: this form is closed to you."), 404)
    raise Http404


def _closed(request: HttpRequest, says: str, status: int) -> HttpResponse:
    return given_back(
        request, says, status, is_text={*ClosingReport.QUESTIONS, "text"}.__contains__
    )


def _page(
    request: HttpRequest,
    ended: Mentorship,
    kept: ClosingReport | None,
    form: ClosingForm,
    *,
    other: list[Difference] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The form; `other` says in what another version differs from it."""
    offered = queries.readers_by_tier(ended)[: len(form["tier"])]
    context: dict[str, Any] = {
        "form": form,
        "mentorship": ended,
        "reference": ended.enrolment.mentee.reference,
        "tiers": list(zip(form["tier"], offered, strict=True)),
        **as_a_draft(request, kept, other, tab=f"closing {ended.pk}"),
    }
    return render(request, "mentorships/closing_form.html", context, status=status)


@keeps_unsent(_kept_of_save)
@require_POST
@sensitive_post_parameters()
@requires(MentorshipPermission.LOOK_BACK)
def closing_save(request: HttpRequest, mentorship: int) -> JsonResponse:
    """Keep what the page sends after each pause; 409 where another page went further."""
    ended, sent = _loaded(request, mentorship), draft_sent(request.POST)
    try:
        kept = operations.save_closing_report(ended, by=request.user, sent=sent)
    except operations.AlreadyFinished:
        told = _("This report was finished on another page. What you type here is not saved.")
    except operations.TwoVersions:
        told = _("This report was changed on another page. What you type here is not saved.")
    else:
        return JsonResponse({"sequence": kept.sequence, "says": saved_at(kept)})
    return JsonResponse({"says": told}, status=409)


@require_safe
@requires(
    MentorshipPermission.VIEW_CLOSING,
    on=ClosingReport,
    by="mentorship",
    related=("mentorship__enrolment__mentee", "author"),
)
def closing_detail(request: HttpRequest, report: ClosingReport) -> HttpResponse:
    """The report as it was finished, for whoever may read it."""
    if report.finished_at is None:
        return redirect("mentorships:closing_form", report.mentorship_id)
    mentee = report.mentorship.enrolment.mentee
    is_open = allows(request.user, MenteePermission.VIEW, mentee)
    context = {
        "report": report,
        "addenda": report.addenda.select_related("author"),
        "may_add": report.author_id == request.user.pk and report.mentorship.is_closing,
        **called_by(mentee, is_open=is_open),
    }
    return render(request, "mentorships/closing_detail.html", context)


@survives_a_bad_token
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(MentorshipPermission.LOOK_BACK)
def closing_add(request: HttpRequest, mentorship: int) -> HttpResponse:
    """Something more to a finished report, which stays as it is."""
    try:
        ended = _loaded(request, mentorship)
    except Http404:
        return _closed_to_its_mentor(request, mentorship)
    own = ClosingReport.objects.permitted(request.user, MentorshipPermission.VIEW_CLOSING)
    report = own.finished().filter(mentorship=ended).select_related("author").first()
    if report is None:
        return redirect("mentorships:closing_form", mentorship)
    form = AdditionForm(request.POST if request.method == "POST" else None)
    if getattr(request, "token_was_bad", False):
        form.say_only(_("The page had grown old. Please send again: nothing is lost."))
    elif form.is_valid() and carried_out(
        request,
        form,
        operations.add_to_closing_report,
        ended,
        by=request.user,
        **form.cleaned_data,
    ):
        messages.success(request, _("Added. The report stays as you finished it."))
        return redirect(report)
    trail.shown(request, ended.enrolment.mentee, capacity=request.user.acting.capacity)
    context = {"form": form, "report": report, "reference": ended.enrolment.mentee.reference}
    return render(request, "mentorships/closing_add.html", context)
