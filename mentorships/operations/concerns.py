"""Something that worries a mentor: raised, and taken up by whoever answers for the mentorship."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.trail import record
from core.errors import Refusal
from mentorships.concerns import coaches_of
from mentorships.models import Concern, MentoringSession, Mentorship
from notifications.operations import promise


class NotRaised(Refusal):
    """A concern cannot be so; each message stands beside its field."""


class TakenUpBefore(Refusal):
    """Somebody has it already."""


@transaction.atomic
def raise_concern(
    mentorship: Mentorship,
    *,
    by: User,
    level: int,
    observed: str,
    source: str,
    session: MentoringSession | None = None,
    assessment: str = "",
    talked_with: str = Concern.Talked.NOBODY,
    phoned: str = "",
    phoned_at: datetime.datetime | None = None,
) -> Concern:
    """Write down what worries a mentor and tell the coach at once. Raises NotRaised.

    Where danger is immediate one phones first: without whom and when it is not taken.
    """
    mentorship = Mentorship.objects.select_for_update().get(pk=mentorship.pk)
    if faults := _faults(mentorship, session, level, phoned, phoned_at):
        raise NotRaised(faults)
    concern = Concern(
        mentorship=mentorship,
        session=session,
        level=level,
        observed=observed,
        source=source,
        assessment=assessment,
        talked_with=talked_with,
        phoned=phoned,
        phoned_at=phoned_at,
        raised_by=by,
    )
    concern.full_clean()
    concern.save()
    record("concern.raised", by=by, target=[mentorship.enrolment.mentee, concern], level=level)
    link = concern.get_absolute_url()
    promise(coaches_of(mentorship), "concern_told", by=by, link=link, occurrence=str(concern.uuid))
    return concern


def _faults(
    mentorship: Mentorship,
    session: MentoringSession | None,
    level: int,
    phoned: str,
    phoned_at: datetime.datetime | None,
) -> dict[str, str]:
    faults = {}
    if not mentorship.is_running and not mentorship.is_closing:
        faults["__all__"] = _("This mentorship has ended. Phone the coach or the office instead.")
    if session is not None and session.mentorship_id != mentorship.pk:
        faults["__all__"] = _("The session belongs to another mentorship.")
    if level == Concern.Level.IMMEDIATE and not phoned:
        faults["phoned"] = _("Phone first, then write whom you reached.")
    if phoned and phoned_at is None:
        faults["phoned_at"] = _("Say when you phoned.")
    if phoned_at is not None and not phoned:
        faults["phoned"] = _("Say whom you phoned.")
    if phoned_at is not None and phoned_at > timezone.now():
        faults["phoned_at"] = _("This has not come yet. Phone first, then write it down.")
    return faults


@transaction.atomic
def take_up_concern(concern: Concern, *, by: User) -> Concern:
    """Say that one has it; the mentor is told. Raises TakenUpBefore."""
    concern = Concern.objects.select_for_update().get(pk=concern.pk)
    if concern.taken_up_at is not None:
        raise TakenUpBefore(_("Somebody has taken this up already."))
    concern.taken_up_by, concern.taken_up_at = by, timezone.now()
    concern.full_clean()
    concern.save(update_fields=["taken_up_by", "taken_up_at"])
    mentee = concern.mentorship.enrolment.mentee
    record("concern.taken_up", by=by, target=[mentee, concern])
    promise(
        {concern.raised_by_id},
        "concern_taken_up",
        by=by,
        link=concern.get_absolute_url(),
        occurrence=str(concern.uuid),
    )
    return concern
