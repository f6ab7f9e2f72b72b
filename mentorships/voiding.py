"""Who may mark a session as void, and take that back."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from mentorships.models import MentoringSession


def fault_of_voiding(session: MentoringSession, user: User, *, is_unlocked: bool) -> str:
    """Why it is not theirs to say, of those whom a rule lets; empty where it is.

    Its author for as long as the note may be changed freely, the coach afterwards: "Nobody but
    its author edits a note; it locks 72 hours after it was finished or when the coach has
    answered it" (access.md); a session is never deleted but by erasure (domain.md section 7).
    """
    is_author = session.logged_by_id == user.pk
    if is_author and not is_unlocked:
        return _("The time for changes is over. Ask your coach, who can do this now.")
    if is_unlocked and not is_author:
        return _("Its author may still change it. You can do this when the note is locked.")
    return ""


def fault_of_restoring(session: MentoringSession, user: User, *, is_unlocked: bool) -> str:
    """As `fault_of_voiding`; and a coach takes it back within the same time as an author."""
    fault = fault_of_voiding(session, user, is_unlocked=is_unlocked)
    is_late = session.voided_at and timezone.now() > session.voided_at + settings.NOTE_LOCKS_AFTER
    if not fault and is_late:
        return _("It has been void for too long to be taken back.")
    return fault


def is_unlocked(session: MentoringSession) -> bool:
    return MentoringSession.objects.unlocked().filter(pk=session.pk).exists()
