"""How a mentee lives, at the points of the way at which it is asked."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.trail import record
from core.dates import today
from mentees.models import KeyDate, LivingCondition, Mentee
from mentees.operations.person import NotRecorded


@transaction.atomic
def record_living_conditions(
    mentee: Mentee, *, by: User, point: str, as_of: datetime.date, **facts: str
) -> LivingCondition:
    """Take down how somebody lives at one point; what was taken down before stays.

    Raises NotRecorded for a day that has not come, for nothing at all, and for a point after a
    release that is not recorded.
    """
    if as_of > today():
        raise NotRecorded({"as_of": _("That day has not come yet.")})
    if not any(facts.values()):
        raise NotRecorded(_("Choose at least one answer: what is not known is left out."))
    released_on = _released_on(mentee)
    if point != LivingCondition.Point.START and released_on is None:
        raise NotRecorded({"point": _("No release is recorded yet.")})
    if point != LivingCondition.Point.START and released_on and as_of < released_on:
        raise NotRecorded({"as_of": _("This is before the release.")})
    taken = LivingCondition(mentee=mentee, point=point, as_of=as_of, recorded_by=by, **facts)
    taken.full_clean()
    taken.save()
    record("living.recorded", by=by, target=mentee, point=str(point))
    return taken


def _released_on(mentee: Mentee) -> datetime.date | None:
    newest = mentee.key_dates.newest().filter(kind=KeyDate.Kind.ACTUAL_RELEASE).first()
    return newest.value if newest else None
