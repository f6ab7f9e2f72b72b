"""Logging a session: choose whom it was with, write, finish; and reading one afterwards."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guard import requires
from audit import trail
from core.errors_views import survives_a_bad_token
from mentorships import operations, queries
from mentorships.forms import SessionForm, remembered, sent_of, sequence_sent, typed_of
from mentorships.models import MentoringSession, Mentorship, SessionDraft
from mentorships.permissions import MentorshipPermission, SessionPermission


@require_safe
@requires(MentorshipPermission.LOG_SESSION)
def session_start(request: HttpRequest) -> HttpResponse:
    """Choose the mentorship; with only one, or with ?mentee=, straight to an empty form."""
    own = Mentorship.objects.permitted(request.user, MentorshipPermission.LOG_SESSION)
    mentees = [m.enrolment.mentee for m in own.select_related("enrolment__mentee")]
    mentees.sort(key=lambda mentee: mentee.reference)
    references = [mentee.reference for mentee in mentees]
    wanted = request.GET.get("mentee") or (references[0] if len(references) == 1 else "")
    if wanted and wanted not in references:
        trail.denied(request, f"{Mentorship._meta.label_lower}:{wanted}")
        raise Http404
    if wanted:
        address = reverse("mentorships:session_form", args=[uuid.uuid4()])
        return redirect(f"{address}?mentee={wanted}")
    trail.listed(request, mentees)
    return render(request, "mentorships/session_start.html", {"mentees": mentees})


@survives_a_bad_token
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(MentorshipPermission.LOG_SESSION)
def session_form(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The form of one draft: shown, kept, given one more line, or finished into a session."""
    opened = queries.opened(request, key)
    if opened.is_finished:
        return redirect("mentorships:session_detail", key)
    around = queries.surroundings(request.user, opened.mentorship)
    if request.method == "POST":
        form = SessionForm(request.POST, mentorship=opened.mentorship, around=around)
        answer = _sent(request, opened, key, form)
        if answer is not None:
            return answer
    else:
        trail.shown(request, opened.mentee, capacity=request.user.acting.capacity)
        if opened.draft is not None:
            typed = sent_of(opened.draft.typed)
            form = SessionForm.restored(typed, mentorship=opened.mentorship, around=around)
        else:
            start = remembered(queries.last_session(request.user, opened.mentorship))
            form = SessionForm(initial=start, mentorship=opened.mentorship, around=around)
    context = {
        "form": form,
        "key": key,
        "draft": opened.draft,
        "mentee": opened.mentee,
        "readers": queries.readers_of_notes(opened.mentorship),
    }
    return render(request, "mentorships/session_form.html", context)


def _sent(
    request: HttpRequest, opened: queries.Opened, key: uuid.UUID, form: SessionForm
) -> HttpResponse | None:
    """Do what the button says. None shows the form again with what is wrong; all typed is kept."""
    if getattr(request, "token_was_bad", False):
        form.say_only(
            _("The page had grown old. Everything you typed is here: please send again.")
        )
        return None
    action = request.POST.get("action")
    if action == "add_row":
        form.add_row()
    elif action != "draft" and form.is_valid():
        try:
            session = operations.log_session(
                opened.mentorship, by=request.user, draft=key, report=form.report()
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Recorded. Your coach can read it now."))
            return redirect(session)
    opened.draft = _keep(request, opened, key, form)
    if action == "draft":
        messages.success(request, _("Kept as a draft. It waits on your caseload."))
        return redirect("casework:caseload")
    return None


def _keep(
    request: HttpRequest, opened: queries.Opened, key: uuid.UUID, form: SessionForm
) -> SessionDraft:
    """Save what was typed; a page without script counts no saves, so each counts as the next."""
    kept = opened.draft.sequence if opened.draft else 0
    return operations.save_draft(
        opened.mentorship,
        by=request.user,
        draft=key,
        typed=typed_of(form.data),
        sequence=max(kept + 1, sequence_sent(form.data)),
    )


@require_POST
@sensitive_post_parameters()
@requires(MentorshipPermission.LOG_SESSION)
def draft_save(request: HttpRequest, key: uuid.UUID) -> JsonResponse:
    """Keep what the page sends after each pause; "Saved 14:03" only once it is committed."""
    opened = queries.opened(request, key)
    if opened.is_finished:
        address = reverse("mentorships:session_detail", args=[key])
        return JsonResponse({"finished": address}, status=409)
    draft = operations.save_draft(
        opened.mentorship,
        by=request.user,
        draft=key,
        typed=typed_of(request.POST),
        sequence=sequence_sent(request.POST),
    )
    return JsonResponse({"sequence": draft.sequence, "says": saved_at(draft)})


def saved_at(draft: SessionDraft) -> str:
    """ "Saved 14:03", in the reader's language."""
    at = formats.time_format(timezone.localtime(draft.saved_at), "TIME_FORMAT")
    return _("Saved %(time)s") % {"time": at}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(
    SessionPermission.VIEW_DRAFT, on=SessionDraft, related=("mentorship__enrolment__mentee",)
)
def draft_discard(request: HttpRequest, draft: SessionDraft) -> HttpResponse:
    """Ask once, then throw the draft away."""
    if request.method == "POST":
        operations.discard_draft(draft, by=request.user)
        messages.success(request, _("The draft is gone."))
        return redirect("casework:caseload")
    context = {"draft": draft, "mentee": draft.mentorship.enrolment.mentee}
    return render(request, "mentorships/draft_discard.html", context)


@require_safe
@requires(
    SessionPermission.VIEW,
    on=MentoringSession,
    by="uuid",
    related=(
        "mentorship__enrolment__mentee",
        "mentorship__mentor__user",
        "institution",
    ),
)
def session_detail(request: HttpRequest, session: MentoringSession) -> HttpResponse:
    """One session as it was recorded, with its note for those who may read notes."""
    mentee = session.mentorship.enrolment.mentee
    trail.shown(request, mentee, capacity=request.user.acting.capacity)
    context: dict[str, Any] = {
        "session": session,
        "mentee": mentee,
        **queries.told_in(request.user, session),
    }
    return render(request, "mentorships/session_detail.html", context)
