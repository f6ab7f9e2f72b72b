"""What a coach answers to a note, and what its author writes back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.decision_forms import carried_out
from accounts.guard import requires
from audit import trail
from core.errors_views import survives_a_bad_token
from mentorships import operations
from mentorships.forms.answers import AnswerForm, ReplyForm
from mentorships.models import MentoringSession, NoteAnswer, SessionNarrative
from mentorships.permissions import SessionPermission
from mentorships.views.changes import only_for_its_author
from mentorships.views.reading import OF_NOTE, OF_SESSION, session_page


@survives_a_bad_token
@require_POST
@sensitive_post_parameters()
@requires(SessionPermission.ANSWER_NOTE, on=SessionNarrative, by="session__uuid", related=OF_NOTE)
def note_answer(request: HttpRequest, note: SessionNarrative) -> HttpResponse:
    """Read, well done, let us talk, or a question; the button says which."""
    form = AnswerForm(request.POST)
    if getattr(request, "token_was_bad", False):
        form.add_error(None, _("The page had grown old. Please send again: nothing is lost."))
    elif form.is_valid() and carried_out(
        request, form, operations.answer_note, note, by=request.user, **form.cleaned_data
    ):
        messages.success(request, _("Answered. The mentor has been told."))
        return redirect(note.session)
    return session_page(request, note.session, answering=form)


@survives_a_bad_token
@require_POST
@sensitive_post_parameters()
@requires(SessionPermission.VIEW, on=MentoringSession, by="uuid", related=OF_SESSION)
def question_reply(request: HttpRequest, session: MentoringSession, answer: int) -> HttpResponse:
    """Write back to a question of one's coach, once."""
    only_for_its_author(request, session)
    seen = NoteAnswer.objects.permitted(request.user, SessionPermission.VIEW_ANSWER)
    question = seen.filter(pk=answer, narrative__session=session).first()
    if question is None:
        trail.denied(request, f"{NoteAnswer._meta.label_lower}:{answer}")
        raise Http404
    form = ReplyForm(request.POST, question=answer)
    if getattr(request, "token_was_bad", False):
        form.add_error(None, _("The page had grown old. Please send again: nothing is lost."))
    elif form.is_valid() and carried_out(
        request, form, operations.reply_to_question, question, by=request.user, **form.cleaned_data
    ):
        messages.success(request, _("Sent to your coach."))
        return redirect(session)
    return session_page(request, session, replying=form)
