"""What a coach answers to a note, and what its author writes back."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.trail import record
from core.errors import Refusal
from mentorships.models import MentoringSession, NoteAnswer, SessionNarrative
from mentorships.operations.drafts import NotYours
from mentorships.operations.voiding import SEALED
from notifications.operations import promise

Kind = NoteAnswer.Kind


class NotAnswered(Refusal):
    """This answer cannot be given; a message beside its field where there is one."""


@transaction.atomic
def answer_note(note: SessionNarrative, *, by: User, kind: str, text: str = "") -> NoteAnswer:
    """Answer somebody else's note in one stroke; from now on it is locked, and its author told.

    Raises NotAnswered.
    """
    # One at a time with a change of the note, which sees the answer or comes before it.
    session = MentoringSession.objects.select_for_update().get(pk=note.session_id)
    if by.pk in {session.logged_by_id, session.mentorship.mentor.user_id}:
        raise NotAnswered(_("Nobody answers a note of their own mentorship."))
    if session.is_void:
        raise NotAnswered(SEALED)
    if kind not in NoteAnswer.BY_COACH:
        raise NotAnswered({"kind": _("Choose one of the answers.")})
    if kind == Kind.QUESTION and not text.strip():
        raise NotAnswered({"text": _("Write the question.")})
    answer = note.answers.create(kind=kind, text=text.strip() or None, author=by)
    mentee = session.mentorship.enrolment.mentee
    record("note.answered", by=by, target=[mentee, session], answer=str(kind))
    promise(
        [session.logged_by_id],
        "note_answered",
        by=by,
        link=session.get_absolute_url(),
        occurrence=f"answer {answer.pk}",
    )
    return answer


@transaction.atomic
def reply_to_question(question: NoteAnswer, *, by: User, text: str) -> NoteAnswer:
    """Write back to a question, once; whoever asked is told. Raises NotYours, NotAnswered."""
    session = MentoringSession.objects.select_for_update().get(pk=question.narrative.session_id)
    if session.logged_by_id != by.pk:
        raise NotYours(_("There is no such question."))
    if session.is_void:
        raise NotAnswered(SEALED)
    if not session.mentorship.is_running:
        raise NotAnswered(_("The mentorship has ended. Talk to your coach."))
    if question.kind != Kind.QUESTION:
        raise NotAnswered(_("This was no question."))
    if NoteAnswer.objects.filter(question=question).exists():
        raise NotAnswered(_("You have answered this question already."))
    if not text.strip():
        raise NotAnswered({"text": _("Write the answer.")})
    reply = NoteAnswer.objects.create(
        narrative=question.narrative,
        kind=Kind.REPLY,
        text=text.strip(),
        question=question,
        author=by,
    )
    mentee = session.mentorship.enrolment.mentee
    record("question.answered", by=by, target=[mentee, session])
    promise(
        [question.author_id],
        "question_answered",
        by=by,
        link=session.get_absolute_url(),
        occurrence=f"answer {reply.pk}",
    )
    return reply
