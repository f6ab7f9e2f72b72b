"""The holidays of the scheme's country, entered as rows that the office can see."""

import datetime

import holidays
from django.conf import settings
from django.db import transaction

from accounts.models import User
from audit.trail import ByHand, record
from core.errors import Refusal
from release_plans.models import Holiday


class NoCalendar(Refusal):
    """Nobody knows the holidays of this country."""


@transaction.atomic
def load_holidays(*, by: User | ByHand | None, on: datetime.date) -> list[Holiday]:
    """Enter what is not there yet of some years before and after a day; what stands is left
    alone. Raises NoCalendar."""
    country = settings.HOLIDAY_COUNTRY
    years = range(on.year - settings.HOLIDAY_YEARS, on.year + settings.HOLIDAY_YEARS + 1)
    try:
        known = holidays.country_holidays(country, years=years, language="en_US")
    except NotImplementedError:
        raise NoCalendar(f"HOLIDAY_COUNTRY: no calendar is known for {country}.") from None
    there = set(Holiday.objects.filter(country=country).values_list("day", flat=True))
    added = Holiday.objects.bulk_create(
        Holiday(country=country, day=day, name=name[:80])
        for day, name in sorted(known.items())
        if day not in there
    )
    if added:
        record("holidays.loaded", by=by, target=[], days=len(added), country=country)
    return added
