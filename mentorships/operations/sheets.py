"""Sheets of paper: numbered when they are printed, so that each is accounted for."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.trail import record
from core.dates import today
from core.errors import Refusal
from mentees.models import Enrolment
from mentorships.models import MentoringSession, Mentorship, SessionSheet


class NotPrinted(Refusal):
    """No sheet can be made for this mentorship."""


class NotSetAside(Refusal):
    """This sheet cannot be set aside."""


@transaction.atomic
def print_sheet(mentorship: Mentorship, *, by: User) -> SessionSheet:
    """A sheet under the next number of the day. Raises NotPrinted."""
    # Two mentors of one mentee count together.
    enrolments = Enrolment.objects.select_related("mentee").select_for_update(of=("self",))
    mentee = enrolments.get(pk=mentorship.enrolment_id).mentee
    if not mentorship.is_running:
        raise NotPrinted(_("This mentorship is not running, so no sheet can be printed."))
    of_the_day = f"{mentee.reference}-{today():%y%m%d}-"
    before = SessionSheet.objects.filter(number__startswith=of_the_day).count()
    sheet = SessionSheet.objects.create(
        mentorship=mentorship, number=f"{of_the_day}{before + 1}", printed_by=by
    )
    record("sheet.printed", by=by, target=[mentee, sheet])
    return sheet


@transaction.atomic
def set_sheet_aside(sheet: SessionSheet, *, by: User) -> SessionSheet:
    """It was not used, or it is gone. Raises NotSetAside where it has been entered."""
    sheet = SessionSheet.objects.select_for_update().get(pk=sheet.pk)
    if MentoringSession.objects.filter(uuid=sheet.uuid).exists():
        raise NotSetAside(_("This sheet has been entered."))
    if sheet.unused_at is None:
        sheet.unused_at = timezone.now()
        sheet.save(update_fields=["unused_at"])
        record("sheet.set_aside", by=by, target=[sheet.mentorship.enrolment.mentee, sheet])
    return sheet


def _enter_sheet(number: str, session: MentoringSession) -> None:
    """The sheet that the author of a session noted it on takes its key, as when one begins from
    the sheet."""
    if not number:
        return
    sheet = SessionSheet.objects.named(number, session.mentorship, session.logged_by_id)
    sheet.update(uuid=session.uuid, unused_at=None)
