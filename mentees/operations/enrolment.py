"""Enrolments with their consents, and the programmes that they belong to."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.trail import record
from core.changes import apply
from core.dates import today
from mentees.models import (
    Consent,
    Enrolment,
    Mentee,
    Programme,
    StatusChange,
)
from mentees.operations.person import NotRecorded
from organisations.models import Organisation


@transaction.atomic
def refer(
    mentee: Mentee,
    *,
    by: User,
    programme: Programme,
    controller: Organisation,
    on: datetime.date,
    follows: Enrolment | None = None,
) -> Enrolment:
    """Begin an enrolment: the mentee was referred to the programme."""
    enrolment = Enrolment(
        mentee=mentee,
        programme=programme,
        controller=controller,
        opened_on=on,
        follows=follows,
    )
    enrolment.full_clean()
    enrolment.save()
    StatusChange.objects.create(
        enrolment=enrolment, to_status=enrolment.status, changed_on=on, changed_by=by
    )
    record("enrolment.opened", by=by, target=mentee, on=on.isoformat())
    return enrolment


@transaction.atomic
def move_enrolment(
    enrolment: Enrolment,
    *,
    by: User,
    to: Enrolment.Status,
    on: datetime.date,
    reason: str = "",
    review_on: datetime.date | None = None,
) -> Enrolment:
    """Take the next step. Raises IllegalStatus where the table has none, Refusal where a reason,
    a day of review or the mentee's consent is wanting."""
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    before = enrolment.status
    if on > today():
        raise NotRecorded({"on": _("That day has not come yet.")})
    if to in {Enrolment.Status.WAITING, Enrolment.Status.MATCHING} and not _takes_part(enrolment):
        raise NotRecorded(_("The mentee has not yet consented to take part."))
    enrolment.move_to(to)
    over = to in Enrolment.OVER
    if (over or to == Enrolment.Status.ON_HOLD) and not reason:
        raise NotRecorded({"reason": _("Say why.")})
    enrolment.closed_on = on if over else None
    enrolment.review_on = review_on if to == Enrolment.Status.ON_HOLD else None
    enrolment.full_clean()
    enrolment.save(update_fields=["status", "closed_on", "review_on", "held_from"])
    StatusChange.objects.create(
        enrolment=enrolment,
        from_status=before,
        to_status=to,
        reason=reason,
        changed_on=on,
        changed_by=by,
    )
    record(
        "enrolment.moved",
        by=by,
        target=enrolment.mentee,
        before=str(before),
        after=str(to),
        reason=str(reason),
    )
    return enrolment


def _takes_part(enrolment: Enrolment) -> bool:
    purpose = Consent.Purpose.TAKE_PART
    return enrolment.consents.filter(purpose=purpose, withdrawn_on=None).exists()


@transaction.atomic
def record_consent(
    enrolment: Enrolment,
    *,
    by: User,
    purpose: Consent.Purpose,
    wording_version: str,
    language: str,
    on: datetime.date,
    expires_on: datetime.date | None = None,
) -> Consent:
    """Take down that the mentee agreed, in these words, with `by` as the witness."""
    consent = Consent(
        enrolment=enrolment,
        purpose=purpose,
        wording_version=wording_version,
        language=language,
        given_on=on,
        expires_on=expires_on,
        witnessed_by=by,
    )
    consent.full_clean()
    consent.save()
    record("consent.given", by=by, target=enrolment.mentee, purpose=str(purpose))
    return consent


@transaction.atomic
def withdraw_consent(consent: Consent, *, by: User, on: datetime.date) -> Consent:
    """Take down that the mentee took it back; nothing is asked, nothing is deleted."""
    consent = Consent.objects.select_for_update().get(pk=consent.pk)
    if consent.withdrawn_on is not None:
        return consent
    consent.withdrawn_on = on
    consent.full_clean()
    consent.save(update_fields=["withdrawn_on"])
    record("consent.withdrawn", by=by, target=consent.enrolment.mentee, purpose=consent.purpose)
    return consent


@transaction.atomic
def open_programme(*, by: User, **particulars: object) -> Programme:
    """Add a scheme with its funder and dates; `particulars` are the fields of `Programme`."""
    programme = Programme(**particulars)
    programme.full_clean()
    programme.save()
    record("programme.opened", by=by, target=programme)
    return programme


@transaction.atomic
def change_programme(programme: Programme, *, by: User, **changes: object) -> Programme:
    """Change a scheme's particulars."""
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    changed = apply(programme, changes)
    if not changed:
        return programme
    programme.save(update_fields=changed)
    record("programme.changed", by=by, target=programme, fields=changed)
    return programme
