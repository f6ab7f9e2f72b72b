"""Reading what was recorded, and who else may."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allows
from accounts.decision_forms import WithdrawalForm, carried_out
from accounts.guard import requires
from audit import trail
from mentees.models import Mentee
from mentees.permissions import MenteePermission
from mentorships import history, operations, queries, voiding
from mentorships.forms.answers import AnswerForm, ReplyForm
from mentorships.forms.decisions import NamedReaderForm
from mentorships.models import (
    MentoringSession,
    NamedReader,
    SessionNarrative,
)
from mentorships.permissions import SessionPermission

OF_SESSION = (
    "mentorship__enrolment__mentee__institution",
    "mentorship__mentor__user",
    "institution",
    "voided_by",
)
OF_NOTE = tuple(f"session__{path}" for path in OF_SESSION)


@require_safe
@requires(SessionPermission.VIEW, on=MentoringSession, by="uuid", related=OF_SESSION)
def session_detail(request: HttpRequest, session: MentoringSession) -> HttpResponse:
    """One session as it was recorded, with its note for those who may read notes."""
    return session_page(request, session)


def session_page(
    request: HttpRequest,
    session: MentoringSession,
    *,
    answering: AnswerForm | None = None,
    replying: ReplyForm | None = None,
) -> HttpResponse:
    """The page of a session, with what a coach was answering, or its author replying to one."""
    user, mentee = request.user, session.mentorship.enrolment.mentee
    told = queries.told_in(user, session)
    about = history.told_of(told["note"], user)
    is_unlocked = history.is_unlocked(session, about["answers"])
    fault_of = voiding.fault_of_restoring if session.is_void else voiding.fault_of_voiding
    context: dict[str, Any] = {
        "session": session,
        **called_by(mentee, is_open=told["file_is_open"]),
        "answering": answering or AnswerForm(),
        "may_alter": told["may_change"] and is_unlocked,
        **told,
        "may_void": told["may_void"] and not fault_of(session, user, is_unlocked=is_unlocked),
        **about,
        "conversation": [
            (each, _reply_to(each, replying, offered=each.waits and told["may_change"]))
            for each in about["answers"]
        ],
    }
    return render(request, "mentorships/session_detail.html", context)


def _reply_to(
    each: history.Answered, sent: ReplyForm | None, *, offered: bool
) -> ReplyForm | None:
    """What was sent to this question stays on the page, also where it comes too late."""
    if sent is not None and sent.question == each.answer.pk:
        return sent
    return ReplyForm(question=each.answer.pk) if offered else None


@require_safe
@requires(SessionPermission.VIEW_NOTE, on=SessionNarrative, by="session__uuid", related=OF_NOTE)
def note_detail(request: HttpRequest, note: SessionNarrative) -> HttpResponse:
    """One note alone, for whoever was named as its reader."""
    mentee = note.session.mentorship.enrolment.mentee
    trail.shown(request, mentee, capacity=request.user.acting.capacity)
    context = {
        "note": note,
        "as_amended": history.as_amended(note),
        **called_by(mentee, is_open=allows(request.user, MenteePermission.VIEW, mentee)),
    }
    return render(request, "mentorships/note_detail.html", context)


def called_by(mentee: Mentee, *, is_open: bool) -> dict[str, Any]:
    """The mentee, and what this reader may call them: by name only where the file is open."""
    called = mentee.given_name if is_open else _("the mentee")
    return {"mentee": mentee, "file_is_open": is_open, "called": called}


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(SessionPermission.NAME_READERS, on=SessionNarrative, by="session__uuid", related=OF_NOTE)
def note_readers(request: HttpRequest, note: SessionNarrative) -> HttpResponse:
    """Who else may read this one note: named, and dismissed again."""
    form = NamedReaderForm(request.POST if request.method == "POST" else None)
    sure = form.is_valid() and "confirm" in request.POST
    if sure and carried_out(
        request, form, operations.name_reader, note, by=request.user, **form.decided()
    ):
        messages.success(request, _("The note is open to this reader, who has been told."))
        return redirect("mentorships:note_readers", note.session.uuid)
    context = {
        "note": note,
        "mentee": note.session.mentorship.enrolment.mentee,
        "form": form,
        "asks": form.is_valid() and "change" not in request.POST,
        "named": queries.named_readers(note),
    }
    return render(request, "mentorships/note_readers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(SessionPermission.NAME_READERS, on=SessionNarrative, by="session__uuid", related=OF_NOTE)
def note_reader_dismiss(
    request: HttpRequest, note: SessionNarrative, decision: int
) -> HttpResponse:
    """Ask why, then close the note to one reader again."""
    found = next((each for each in queries.named_readers(note) if each.pk == decision), None)
    if found is None:
        trail.denied(request, f"{NamedReader._meta.label_lower}:{decision}")
        raise Http404
    form = WithdrawalForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and carried_out(
        request, form, operations.dismiss_reader, found, by=request.user, **form.cleaned_data
    ):
        messages.success(request, _("The note is closed to this reader."))
        return redirect("mentorships:note_readers", note.session.uuid)
    context = {
        "form": form,
        "decision": found,
        "note": note,
        "mentee": note.session.mentorship.enrolment.mentee,
    }
    return render(request, "mentorships/note_reader_dismiss.html", context)
