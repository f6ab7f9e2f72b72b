"""Work for a mentee that is no meeting."""

import datetime
import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.trail import record
from core.dates import today
from mentorships.models import Mentorship, OtherWork
from mentorships.operations.drafts import NotYours
from mentorships.operations.sessions import NotLogged


@transaction.atomic
def log_other_work(
    mentorship: Mentorship,
    *,
    by: User,
    key: uuid.UUID,
    worked_on: datetime.date,
    minutes: int,
    kind: str,
    note: str = "",
) -> OtherWork:
    """Note what was done and how long it took; sent twice under one key it is noted once.

    Raises NotYours for somebody else's key, NotLogged with a message for each field.
    """
    mentorship = Mentorship.objects.select_for_update().get(pk=mentorship.pk)
    logged = OtherWork.objects.filter(uuid=key).first()
    if logged is not None:
        if logged.logged_by_id != by.pk:
            raise NotYours(_("There is no such entry."))
        return logged
    if faults := _faults(mentorship, worked_on, minutes):
        raise NotLogged(faults)
    work = OtherWork(
        uuid=key,
        mentorship=mentorship,
        worked_on=worked_on,
        minutes=minutes,
        kind=kind,
        note=note,
        logged_by=by,
    )
    work.full_clean()
    work.save()
    record("work.logged", by=by, target=[mentorship.enrolment.mentee, work])
    return work


def _faults(mentorship: Mentorship, worked_on: datetime.date, minutes: int) -> dict[str, Any]:
    faults: dict[str, Any] = {}
    if not mentorship.is_running:
        faults["__all__"] = _("This mentorship is not running, so no work can be logged.")
    if worked_on > today():
        faults["worked_on"] = _("This day has not come yet.")
    elif mentorship.started_on and worked_on < mentorship.started_on:
        faults["worked_on"] = _("This is before the mentorship began.")
    longest = settings.SESSION_MINUTES[1]
    if not 1 <= minutes <= longest:
        faults["minutes"] = _("Between 1 and %(longest)d minutes.") % {"longest": longest}
    return faults
