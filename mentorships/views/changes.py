"""What its author does to a note afterwards: change it while it is open, then amend it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.guard import requires
from accounts.office_forms import add_refusal
from audit import trail
from core.errors_views import survives_a_bad_token
from mentorships import history, operations, queries
from mentorships.forms import conflict
from mentorships.forms.changes import AmendmentForm, ChangeForm, recorded
from mentorships.models import MentoringSession, SessionNarrative
from mentorships.permissions import SessionPermission
from mentorships.views.drafts import in_the_tab
from mentorships.views.reading import OF_NOTE, OF_SESSION


def only_for_its_author(
    request: HttpRequest, session: MentoringSession
) -> MentoringSession | None:
    """The session, as far as they may still act on it, with `is_unlocked`; one query.

    Raises PermissionDenied for everybody else. An author who may no longer act is let in with
    what was typed, to be told so and to keep it.
    """
    own = MentoringSession.objects.filter(pk=session.pk, logged_by=request.user)
    unlocked = MentoringSession.objects.unlocked().filter(pk=OuterRef("pk"))
    mine = (
        own.permitted(request.user, SessionPermission.CHANGE)
        .annotate(is_unlocked=Exists(unlocked))
        .first()
    )
    is_sent = request.method == "POST" and session.logged_by_id == request.user.pk
    if mine is None and not is_sent:
        trail.denied(request, trail.reference(session))
        raise PermissionDenied
    return mine


def _is_to_be_done(request: HttpRequest, form: ChangeForm | AmendmentForm, *, may: bool) -> bool:
    """If not, the form shows what was typed, with a sentence where one is due."""
    action = request.POST.get("action")
    if getattr(request, "token_was_bad", False):
        form.say_only(
            _("The page had grown old. Everything you typed is here: please send again.")
        )
    elif not may:
        form.say_only(_("This mentorship is not running any more: nothing can be changed."))
    elif action == "resume":
        form.say_nothing()
    elif action == "add_row" and isinstance(form, ChangeForm):
        form.add_row()
    else:
        return form.is_valid() and not (isinstance(form, AmendmentForm) and form.look_once_more())
    return False


def _about(session: MentoringSession) -> dict[str, Any]:
    """What its author's pages say of a session: the mentee by name while the file is open."""
    mentorship = session.mentorship
    return {
        "session": session,
        "mentee": mentorship.enrolment.mentee,
        "called": mentorship.mentee_called,
        "file_is_open": mentorship.is_running,
    }


@survives_a_bad_token
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(
    SessionPermission.VIEW, on=MentoringSession, by="uuid", related=(*OF_SESSION, "narrative")
)
def session_change(request: HttpRequest, session: MentoringSession) -> HttpResponse:
    """The session form with what is recorded; what is saved takes its place."""
    mine = only_for_its_author(request, session)
    mentee, note = session.mentorship.enrolment.mentee, _note_of(session)
    if request.method != "POST":
        if session.is_void:
            return redirect(session)
        if mine is not None and not mine.is_unlocked:
            return redirect("mentorships:note_amend", session.uuid) if note else redirect(session)
        trail.shown(request, mentee, capacity=request.user.acting.capacity)
    form = _filled(request, session)
    is_locked = False
    if request.method == "POST" and _is_to_be_done(request, form, may=mine is not None):
        try:
            operations.change_session(
                session, by=request.user, report=form.report(), version=form.based_on
            )
        except operations.Stale as stale:
            return _both(request, _filled(request, stale.session), stale.session)
        except operations.Locked as refusal:
            is_locked = note is not None
            form.add_error(None, refusal)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(session)
    context = {
        "form": form,
        **_about(session),
        "tiers": list(zip(form["tier"], queries.readers_by_tier(session.mentorship), strict=True)),
        "is_locked": is_locked,
        **in_the_tab(request, f"change {session.uuid}"),
    }
    return render(request, "mentorships/session_change.html", context)


def _note_of(session: MentoringSession) -> SessionNarrative | None:
    return getattr(session, "narrative", None)


def _filled(request: HttpRequest, session: MentoringSession) -> ChangeForm:
    """What was sent, if anything, over what is recorded."""
    logged = queries.logged(request.user, session)
    return ChangeForm(
        request.POST if request.method == "POST" else None,
        initial=recorded(session, _note_of(session), logged),
        mentorship=session.mentorship,
        around=logged.around,
    )


@survives_a_bad_token
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(SessionPermission.VIEW_NOTE, on=SessionNarrative, by="session__uuid", related=OF_NOTE)
def note_amend(request: HttpRequest, note: SessionNarrative) -> HttpResponse:
    """How a locked note should read, and why; what was written stays beside it."""
    session = note.session
    mine = only_for_its_author(request, session)
    mentee = session.mentorship.enrolment.mentee
    if request.method != "POST":
        if session.is_void:
            return redirect(session)
        if mine is not None and mine.is_unlocked:
            return redirect("mentorships:session_change", session.uuid)
        trail.shown(request, mentee, capacity=request.user.acting.capacity)
    form = _as_it_reads(request, note, session)
    if request.method == "POST" and _is_to_be_done(request, form, may=mine is not None):
        try:
            operations.amend_note(note, by=request.user, version=form.based_on, **form.proposed())
        except operations.Stale as stale:
            return _both(request, _as_it_reads(request, note, stale.session), session)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Amended. What you first wrote stays with it."))
            return redirect(session)
    context = {
        "form": form,
        **_about(session),
        **in_the_tab(request, f"amendment {session.uuid}"),
    }
    return render(request, "mentorships/note_amend.html", context)


def _as_it_reads(
    request: HttpRequest, note: SessionNarrative, session: MentoringSession
) -> AmendmentForm:
    stands = history.as_amended(note).texts._asdict()
    return AmendmentForm(
        request.POST if request.method == "POST" else None,
        initial={**stands, "version": session.version},
    )


def _both(
    request: HttpRequest, form: ChangeForm | AmendmentForm, session: MentoringSession
) -> HttpResponse:
    """What stands and what was typed, side by side; where they are the same there is no choice."""
    texts, others = conflict.texts_beside(form), conflict.beside(form)
    if isinstance(form, ChangeForm) and not others and not any(text.pieces for text in texts):
        messages.success(request, _("Saved."))
        return redirect(session)
    context = {
        "texts": texts,
        "others": others,
        "sent_along": list(conflict.sent_along(request.POST)),
        "version": form.initial["version"],
        **_about(session),
    }
    return render(request, "mentorships/session_conflict.html", context, status=409)
