from datetime import date

import pytest
from django.core.management import call_command

from release_plans import scheduling
from release_plans.load_holidays import NoCalendar, load_holidays
from release_plans.models import Holiday

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 1)


class TestTheHolidays:
    def test_are_those_of_the_law(self):
        load_holidays(by=None, on=DAY)
        known = scheduling.calendar()
        for holiday in (date(2026, 4, 2), date(2026, 4, 3), date(2026, 12, 25)):
            assert not known.is_working(holiday)
        assert known.is_working(date(2026, 5, 1))  # Great Prayer Day, until 2023
        assert Holiday.objects.filter(day__year=2036).exists()

    def test_are_entered_once_and_what_stands_is_left_alone(self):
        load_holidays(by=None, on=DAY)
        Holiday.objects.filter(day=date(2026, 4, 3)).update(name="As we call it")
        assert load_holidays(by=None, on=DAY) == []
        assert Holiday.objects.get(day=date(2026, 4, 3)).name == "As we call it"

    def test_of_an_unknown_country_are_refused_in_words(self, settings):
        settings.HOLIDAY_COUNTRY = "XX"
        with pytest.raises(NoCalendar, match="XX"):
            load_holidays(by=None, on=DAY)

    def test_come_with_the_reference_data(self):
        call_command("load_reference_data", verbosity=0)
        assert Holiday.objects.exists()
