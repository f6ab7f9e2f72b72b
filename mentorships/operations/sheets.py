"""Sheets of paper: numbered when they are printed, so that each is accounted for."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.trail import record
from core.dates import today
from core.errors import Refusal
from mentees.models import Enrolment
from mentorships.models import MentoringSession, Mentorship, SessionDraft, SessionSheet


class NotPrinted(Refusal):
    """No sheet can be made for this mentorship."""


class NotEntered(Refusal):
    """The session was not noted on this sheet; the message stands beside its field."""


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
    the sheet. Raises NotEntered.

    Somebody else's sheet is as unknown as one that was never printed. One that was set aside is
    found again.
    """
    if not number:
        return
    own = SessionSheet.objects.filter(mentorship=session.mentorship, printed_by=session.logged_by)
    sheet = own.select_for_update().filter(number__iexact=number).first()
    if fault := _fault_of(sheet, session):
        raise NotEntered({"sheet": fault})
    if sheet is not None:
        sheet.uuid, sheet.unused_at = session.uuid, None
        sheet.save(update_fields=["uuid", "unused_at"])


def _fault_of(sheet: SessionSheet | None, session: MentoringSession) -> str:
    """Why a session cannot have been noted on this sheet."""
    if sheet is None:
        return _("You have printed no sheet with this number for this mentee.")
    if sheet.uuid == session.uuid:
        return ""
    entered = MentoringSession.objects.filter(uuid=sheet.uuid, mentorship=sheet.mentorship_id)
    if entered.exists():
        return _("This sheet has been entered already.")
    if SessionDraft.objects.filter(pk=sheet.uuid).exists():
        return _("This sheet is being entered: its draft waits on your caseload.")
    if SessionSheet.objects.filter(uuid=session.uuid).exists():
        return _("This note is entered from another sheet.")
    return ""
