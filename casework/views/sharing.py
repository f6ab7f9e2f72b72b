"""What somebody decides about one file: who else sees parts of it, and who must not see it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decision_forms import WithdrawalForm, carried_out
from accounts.guard import anyone_signed_in, note_overreach, requires
from accounts.step_up import recently_signed_in
from audit import trail
from casework.forms import ExclusionForm, ShareForm, SubstituteForm
from casework.queries.sharing import exclusions_of, shared_with, shares_of
from casework.views.asking import asking_page, decision_page, is_sure
from mentees import operations
from mentees.models import Decision, Mentee, MenteeExclusion
from mentees.permissions import MenteePermission


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(MenteePermission.SHARE, on=Mentee, by="reference")
def file_share(request: HttpRequest, mentee: Mentee) -> HttpResponse:
    """Show parts of the file to somebody of another service, for at most 30 days."""
    form = ShareForm(request.POST if request.method == "POST" else None, by=request.user)
    words = {
        "heading": _("Share parts of this file"),
        "lead": _(
            "Somebody of another service, or whoever stands in for a caseworker on leave, sees "
            "the parts that you choose, to read, for at most 30 days. Nothing that was said in a "
            "session goes along."
        ),
        "submit": _("Share it"),
    }
    done = _("Shared. The reader has been told.")
    return _asked_twice(request, mentee, form, operations.share_file, done, words)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(MenteePermission.SHARE, on=Mentee, by="reference")
def file_substitute(request: HttpRequest, mentee: Mentee) -> HttpResponse:
    """Show what a mentor needs who steps in for an absent one, for at most 30 days."""
    form = SubstituteForm(request.POST if request.method == "POST" else None, by=request.user)
    words = {
        "heading": _("Appoint a substitute"),
        "lead": _(
            "A mentor who steps in while another is away sees what it takes, to read, for at "
            "most 30 days. Nothing that was said in a session goes along."
        ),
        "submit": _("Open it to the substitute"),
    }
    done = _("The substitute sees these parts now, and has been told.")
    return _asked_twice(request, mentee, form, operations.appoint_substitute, done, words)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(MenteePermission.EXCLUDE, on=Mentee, by="reference")
def file_exclude(request: HttpRequest, mentee: Mentee) -> HttpResponse:
    """Keep somebody from the file, whatever else would open it."""
    form = ExclusionForm(request.POST if request.method == "POST" else None)
    words = {
        "heading": _("Keep somebody from this file"),
        "lead": _(
            "A relative, a party to the same case, an investigator in it, or somebody with "
            "another conflict of interest. It goes before everything that would open the file, "
            "emergency access too."
        ),
        "submit": _("Keep them out"),
    }
    done = _("This person sees nothing of the file any more, and was told nothing.")
    return _asked_twice(request, mentee, form, operations.exclude_person, done, words)


def _asked_twice(
    request: HttpRequest,
    mentee: Mentee,
    form: Any,
    act: Callable[..., Any],
    done: str,
    words: dict[str, str],
) -> HttpResponse:
    """First what it will mean, in words, then the act."""
    for refusal in form.errors.as_data().get("person", ()):
        note_overreach(request, refusal, trail.reference(mentee))
    if is_sure(request, form) and carried_out(
        request, form, act, mentee, by=request.user, **form.decided()
    ):
        messages.success(request, done)
        return redirect("casework:file_access", mentee.reference)
    return asking_page(request, mentee, form, words, back=_back(mentee))


def _back(mentee: Mentee) -> str:
    return reverse("casework:file_access", args=[mentee.reference])


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(MenteePermission.SHARE, on=Mentee, by="reference")
def share_withdraw(request: HttpRequest, mentee: Mentee, decision: int) -> HttpResponse:
    """Ask why, then end a share or a substitute's sight before its day."""
    found = _one(request, shares_of(mentee), decision, Decision)
    words = {"name": found.person.name}
    return _ended(
        request,
        mentee,
        found,
        operations.withdraw_decision,
        _("End what %(name)s sees") % words,
        _("From this moment %(name)s sees nothing of this file by it.") % words,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(MenteePermission.EXCLUDE, on=Mentee, by="reference")
@recently_signed_in
def exclusion_lift(request: HttpRequest, mentee: Mentee, exclusion: int) -> HttpResponse:
    """Ask why, then let the rules speak again."""
    found = _one(request, exclusions_of(mentee), exclusion, MenteeExclusion)
    words = {"name": found.person.name}
    return _ended(
        request,
        mentee,
        found,
        operations.lift_exclusion,
        _("Lift the exclusion of %(name)s") % words,
        _("%(name)s will see what their roles open to them, and nothing more.") % words,
    )


def _one(request: HttpRequest, rows: list[Any], key: int, model: type[Any]) -> Any:
    """The row behind an address. Raises Http404 for one of another file, or that is over."""
    found = next((row for row in rows if row.pk == key), None)
    if found is None:
        trail.denied(request, f"{model._meta.label_lower}:{key}")
        raise Http404
    return found


def _ended(
    request: HttpRequest,
    mentee: Mentee,
    row: Any,
    act: Callable[..., Any],
    title: str,
    lead: str,
) -> HttpResponse:
    form: forms.Form = WithdrawalForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and carried_out(
        request, form, act, row, by=request.user, **form.cleaned_data
    ):
        messages.success(request, _("Done, and recorded with your reason."))
        return redirect("casework:file_access", mentee.reference)
    return decision_page(
        request,
        mentee,
        form,
        back=_back(mentee),
        heading=title,
        lead=lead,
        submit=_("End it now"),
        way_out=_("Leave it as it is"),
    )


@require_safe
@anyone_signed_in  # what was decided for this very person
def shared(request: HttpRequest) -> HttpResponse:
    """What others have opened to me, and until when: an agency partner's first page."""
    found = shared_with(request.user)
    trail.listed(request, [each.mentee for each in found])
    return render(request, "casework/shared.html", {"shares": found})
