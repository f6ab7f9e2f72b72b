"""A session that was recorded in error: it stays, and counts nowhere."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from audit.trail import record
from core.errors import Refusal
from mentors.models import Mentor
from mentorships import voiding
from mentorships.concerns import coaches_of
from mentorships.models import ExpenseLine, MentoringSession, Mentorship
from notifications.operations import promise

Reason = MentoringSession.VoidReason
SEALED = gettext_lazy("This session is void. It can be read, and nothing is added to it.")


class NotVoided(Refusal):
    """It cannot be marked so, or not taken back; a message beside its field where there is one."""


@transaction.atomic
def void_session(
    session: MentoringSession, *, by: User, reason: str, words: str = ""
) -> MentoringSession:
    """Mark a session as recorded in error; its author and the coaches are told.

    "Voiding needs a reason and keeps the original sealed" (access.md): it can be read as before,
    nobody changes, amends or answers it, and whatever counts sessions passes it over (`stands`).
    Who may is said in `voiding`. Raises NotVoided, also while a claim asks its costs back.
    """
    session = _locked(session)
    if session.is_void:
        raise NotVoided(_("This session is void already."))
    is_unlocked = voiding.is_unlocked(session)
    if fault := voiding.fault_of_voiding(session, by, is_unlocked=is_unlocked):
        raise NotVoided(fault)
    if reason == Reason.OTHER and not words.strip():
        raise NotVoided({"words": _("Write the reason, in a few words.")})
    if line := ExpenseLine.objects.filter(session=session, counts=True).first():
        claimed = _("Its expenses are in the claim of %(month)s. It has to be sent back first.")
        raise NotVoided(claimed % {"month": line.claim})
    session.voided_at, session.voided_by = timezone.now(), by
    session.void_reason, session.void_words = reason, words.strip()
    _save(session)
    record("session.voided", by=by, target=_records(session), reason=str(reason))
    promise(
        ({session.logged_by_id} | coaches_of(session.mentorship)) - {by.pk},
        "session_voided",
        by=by,
        link=session.get_absolute_url(),
        occurrence=f"void {session.uuid} {session.voided_at}",
    )
    return session


@transaction.atomic
def restore_session(session: MentoringSession, *, by: User) -> MentoringSession:
    """Let it count again, as if it had never been void. Raises NotVoided."""
    session = _locked(session)
    if not session.is_void:
        raise NotVoided(_("This session is not void."))
    is_unlocked = voiding.is_unlocked(session)
    if fault := voiding.fault_of_restoring(session, by, is_unlocked=is_unlocked):
        raise NotVoided(fault)
    session.voided_at, session.voided_by = None, None
    session.void_reason, session.void_words = "", ""
    _save(session)
    record("session.restored", by=by, target=_records(session))
    return session


def _locked(session: MentoringSession) -> MentoringSession:
    """As it stands, held until the end of the transaction."""
    # The mentor first, as when expenses are claimed; then the mentorship, as for a change.
    Mentor.objects.select_for_update().filter(user=session.logged_by_id).first()
    mentorships = Mentorship.objects.select_related("enrolment__mentee")
    mentorship = mentorships.select_for_update(of=("self",)).get(pk=session.mentorship_id)
    session = MentoringSession.objects.select_for_update().get(pk=session.pk)
    session.mentorship = mentorship
    return session


def _save(session: MentoringSession) -> None:
    session.full_clean()
    session.save(update_fields=["voided_at", "voided_by", "void_reason", "void_words"])


def _records(session: MentoringSession) -> list:
    return [session.mentorship.enrolment.mentee, session]
