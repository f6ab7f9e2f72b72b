"""Logging a session: choose whom it was with, write, keep, finish."""

import re
import uuid
from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guard import requires
from accounts.unsent import keeps_unsent
from audit import trail
from core.errors_views import survives_a_bad_token
from mentorships import operations, queries, sheets
from mentorships.forms.checked import Advice
from mentorships.forms.sent import draft_sent, sent_of
from mentorships.forms.session import SessionForm, remembered
from mentorships.forms.versions import Difference, differences, says_the_same, with_lines_for
from mentorships.models import (
    MentoringSession,
    Mentorship,
    SessionDraft,
)
from mentorships.models.draft import talk_of
from mentorships.permissions import MentorshipPermission, SessionPermission
from mentorships.views.drafts import as_a_draft, given_back, next_save, saved_at
from mentorships.views.meetings import warn_of_clashes

IS_TEXT = re.compile(r"facts|assessment|own_words|agreement_\d+_text").fullmatch
FINISHING = {"finish", "finish_and_log"}


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


def _kept_of_form(request: HttpRequest, key: uuid.UUID) -> str:
    """Keep what a shut session sent with the form's button; says where it stands."""
    opened = queries.opened(request, key)
    if not opened.is_finished:
        _keep(request, opened, key)
    return reverse("mentorships:session_form", args=[key])


def _kept_of_save(request: HttpRequest, key: uuid.UUID) -> str:
    """Keep what a shut session sent after a pause; a save that comes late is passed over."""
    opened = queries.opened(request, key)
    if not opened.is_finished:
        _keep_save(request, opened, key)
    return reverse("mentorships:session_form", args=[key])


@survives_a_bad_token
@keeps_unsent(_kept_of_form)
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(MentorshipPermission.LOG_SESSION)
def session_form(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The form of one draft: shown, kept, given one more line, or finished into a session."""
    try:
        opened = queries.opened(request, key)
    except Http404:
        # Whoever walked with the mentee knows of them; to anybody else this tells nothing.
        if queries.walked_with(request.user, request.POST.get("mentee", "")):
            says = _("Nothing was recorded: this form is closed to you.")
            return given_back(request, says, 404, is_text=IS_TEXT)
        raise
    if opened.is_finished and request.method != "POST":
        return redirect("mentorships:session_detail", key)
    around = queries.surroundings(request.user, opened.mentorship)
    if opened.talk:
        around = replace(around, others=[])  # with whom it was is said already
    if request.method == "POST":
        form = SessionForm(request.POST, mentorship=opened.mentorship, around=around, key=key)
        try:
            if opened.is_finished:
                raise operations.AlreadyFinished
            answer = _sent(request, opened, key, form)
        except operations.TwoVersions as two:
            return _both(request, opened, key, around, two.draft)
        except operations.AlreadyFinished:
            return _sent_again(request, key, form)
        return answer or _page(request, opened, key, form)
    trail.shown(request, opened.mentee, capacity=request.user.acting.capacity)
    if opened.draft is not None:
        typed = sent_of(opened.draft.typed)
        form = SessionForm.restored(typed, mentorship=opened.mentorship, around=around)
    else:
        form = SessionForm(initial=remembered(around), mentorship=opened.mentorship, around=around)
    return _page(request, opened, key, form)


def _page(
    request: HttpRequest,
    opened: queries.Opened,
    key: uuid.UUID,
    form: SessionForm,
    *,
    other: list[Difference] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The form; `other` says in what another version differs from it."""
    if form.asks_with_whom_else:
        trail.listed(request, form.around.others)
    context = {
        "form": form,
        "key": key,
        "sheet": opened.sheet,
        "mentee": opened.mentee,
        "called": opened.mentorship.mentee_called,
        "file_is_open": opened.mentorship.is_running,
        "tiers": list(zip(form["tier"], queries.readers_by_tier(opened.mentorship), strict=True)),
        **as_a_draft(request, opened.draft, other, tab=key),
    }
    return render(request, "mentorships/session_form.html", context, status=status)


def _both(
    request: HttpRequest,
    opened: queries.Opened,
    key: uuid.UUID,
    around: queries.Surroundings,
    kept: SessionDraft,
) -> HttpResponse:
    """What was typed here in the form, above it what another page typed: the author chooses."""
    typed = with_lines_for(request.POST, kept.typed)
    form = SessionForm.restored(typed, mentorship=opened.mentorship, around=around)
    opened.draft = kept
    other = differences(form, kept.typed)
    return _page(request, opened, key, form, other=other, status=409)


def _sent_again(request: HttpRequest, key: uuid.UUID, form: SessionForm) -> HttpResponse:
    """Of a note that is finished: the same leads to it, anything else is shown beside it."""
    own = MentoringSession.objects.permitted(request.user, SessionPermission.CHANGE)
    session = own.select_related("narrative").filter(uuid=key, logged_by=request.user).first()
    if session is None:
        trail.denied(request, f"{MentoringSession._meta.label_lower}:{key}")
        raise Http404
    # What it settled and reported is open no more, and was offered when it was sent first.
    around = replace(queries.logged(request.user, session).around, others=form.around.others)
    around = replace(around, meetings=[*around.meetings, *queries.reported_in(session)])
    form = SessionForm(request.POST, mentorship=form.mentorship, around=around, key=key)
    if form.is_valid() and says_the_same(form.report(), session):
        return redirect(session)
    note = getattr(session, "narrative", None)
    texts = [
        (form[name], str(getattr(note, name, "")), form.data.get(name, ""))
        for name in ("facts", "assessment", "own_words")
    ]
    trail.shown(request, form.mentorship.enrolment.mentee, capacity=request.user.acting.capacity)
    context = {
        "session": session,
        "typed": sent_of(draft_sent(request.POST).typed).lists(),
        "texts": [text for text in texts if any(text[1:])],
    }
    return render(request, "mentorships/session_sent_again.html", context, status=409)


def _sent(
    request: HttpRequest, opened: queries.Opened, key: uuid.UUID, form: SessionForm
) -> HttpResponse | None:
    """Do what the button says. None shows the form again with what is wrong; all typed is kept.

    Raises TwoVersions where the page does not know what is kept, AlreadyFinished.
    """
    if getattr(request, "token_was_bad", False):
        form.say_only(
            _("The page had grown old. Everything you typed is here: please send again.")
        )
        return None
    action = request.POST.get("action")
    if action == "add_row":
        form.add_row()
    elif action not in {"draft", "mine"} and form.is_valid() and not _to_check(request, form):
        try:
            session = operations.log_session(
                opened.mentorship,
                by=request.user,
                draft=key,
                report=form.report(),
                sent=draft_sent(request.POST),
                also=queries.mentorships_with(request.user, form.others_there),
            )
        except (operations.AlreadyFinished, operations.TwoVersions):
            raise
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Recorded. Those whom you chose can read it now."))
            if form.cleaned_data["next_meeting_on"]:
                for meeting in session.next_meetings.all():
                    warn_of_clashes(request, meeting)
            return redirect(_after(request, session, opened, form))
    opened.draft = _keep(request, opened, key, form.data)
    if action == "draft":
        messages.success(request, _("Kept as a draft. It waits on your caseload."))
        return redirect("casework:caseload")
    return redirect("mentorships:session_form", key) if action == "mine" else None


def _to_check(request: HttpRequest, form: SessionForm) -> list[Advice]:
    """What to look at before finishing: said once, where a button asks to finish."""
    asks = request.POST.get("action") in FINISHING and "checked" not in request.POST
    form.to_check = form.advice() if asks else []
    return form.to_check


def _after(
    request: HttpRequest, session: MentoringSession, opened: queries.Opened, form: SessionForm
) -> str:
    """Where one goes next: a worry has a form of its own, before all else; then the next note of
    the same talk; behind a sheet are the others."""
    if not session.concern_raised:
        talk = talk_of(session.uuid) if form.others_there else opened.talk
        if following := queries.next_of_talk(request.user, talk):
            return reverse("mentorships:session_form", args=[following.pk])
        if opened.sheet:
            return _next_sheet(request, session.uuid)
        goes_on = request.POST.get("action") == "finish_and_log"
        again = reverse("mentorships:session_start")
        return again if goes_on else session.get_absolute_url()
    address = reverse("concerns:concern_raise", args=[session.mentorship_id])
    return f"{address}?session={session.uuid}"


def _next_sheet(request: HttpRequest, entered: uuid.UUID) -> str:
    """The form of the next sheet that waits, or the list of them where none does."""
    following = sheets.next_to_enter(request.user, entered)
    if following is None:
        return reverse("mentorships:sheet_list")
    address = reverse("mentorships:session_form", args=[following.uuid])
    return f"{address}?mentee={following.mentorship.enrolment.mentee.reference}"


def _keep(
    request: HttpRequest, opened: queries.Opened, key: uuid.UUID, data: QueryDict | None = None
) -> SessionDraft:
    kept = opened.draft.sequence if opened.draft else 0
    sent = next_save(request.POST if data is None else data, kept)
    return operations.save_draft(opened.mentorship, by=request.user, draft=key, sent=sent)


def _keep_save(request: HttpRequest, opened: queries.Opened, key: uuid.UUID) -> SessionDraft:
    """Save what the script sent, in the order in which it counts."""
    sent = draft_sent(request.POST)
    return operations.save_draft(opened.mentorship, by=request.user, draft=key, sent=sent)


@keeps_unsent(_kept_of_save)
@require_POST
@sensitive_post_parameters()
@requires(MentorshipPermission.LOG_SESSION)
def draft_save(request: HttpRequest, key: uuid.UUID) -> JsonResponse:
    """Keep what the page sends after each pause; "Saved 14:03" only once it is committed.

    409 where another page went further: the text stays, and its author is to see both.
    """
    opened = queries.opened(request, key)
    try:
        if opened.is_finished:
            raise operations.AlreadyFinished
        draft = _keep_save(request, opened, key)
    except operations.AlreadyFinished:
        told = _("This note was finished on another page. What you type here is not saved.")
    except operations.TwoVersions:
        told = _("This note was changed on another page. What you type here is not saved.")
    else:
        return JsonResponse({"sequence": draft.sequence, "says": saved_at(draft)})
    return JsonResponse({"says": told}, status=409)


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
