"""When a mail may go out; every change of the clock in Copenhagen from 2024 to 2036."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from notifications.hours import next_moment
from notifications.models import MailWish, Rhythm

OFFICE = ZoneInfo("Europe/Copenhagen")
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=OFFICE)


def wish(rhythm=Rhythm.AT_ONCE, begins="20:00", ends="07:00", weekends=False):
    quiet = {
        "quiet_from": datetime.time.fromisoformat(begins),
        "quiet_until": datetime.time.fromisoformat(ends),
    }
    return MailWish(rhythm=rhythm, weekends=weekends, **quiet)


@pytest.mark.parametrize(
    ("given", "after", "then"),
    [
        (wish(), "2026-11-24T12:00", "2026-11-24T12:00"),
        (wish(), "2026-11-24T20:00", "2026-11-25T07:00"),
        (wish(), "2026-11-24T23:59", "2026-11-25T07:00"),
        (wish(), "2026-11-25T06:59", "2026-11-25T07:00"),
        (wish(), "2026-11-25T07:00", "2026-11-25T07:00"),
        (wish(), "2026-11-27T21:00", "2026-11-30T07:00"),  # a Friday evening
        (wish(), "2026-11-28T12:00", "2026-11-30T07:00"),
        (wish(weekends=True), "2026-11-28T12:00", "2026-11-28T12:00"),
        (wish(begins="12:00", ends="13:00"), "2026-11-24T12:30", "2026-11-24T13:00"),
        (wish(begins="00:00", ends="00:00"), "2026-11-24T03:00", "2026-11-24T03:00"),
        (wish(Rhythm.DAILY), "2026-11-24T06:00", "2026-11-24T07:00"),
        (wish(Rhythm.DAILY), "2026-11-24T07:00", "2026-11-24T07:00"),
        (wish(Rhythm.DAILY), "2026-11-24T07:01", "2026-11-25T07:00"),
        (wish(Rhythm.DAILY), "2026-11-27T12:00", "2026-11-30T07:00"),
    ],
)
def test_a_mail_goes_out(given, after, then):
    assert next_moment(given, at(after)) == at(then)


def changes_of_the_clock():
    day = datetime.date(2024, 1, 1)
    while day.year < 2037:
        noon = datetime.datetime.combine(day, datetime.time(12), OFFICE)
        if noon.utcoffset() != (noon - DAY).utcoffset():
            yield day
        day += DAY


def test_there_are_two_changes_a_year():
    assert len(list(changes_of_the_clock())) == 26


@pytest.mark.parametrize("ends", ["02:00", "02:30", "03:00", "07:00"])
@pytest.mark.parametrize("changed_on", [*changes_of_the_clock()], ids=str)
def test_a_daily_mail_comes_once_a_day_whatever_the_clock_does(changed_on, ends):
    """From each hour of the three days around a change the next mail is that of one of them."""
    given = wish(Rhythm.DAILY, ends=ends, weekends=True)
    moment = datetime.datetime.combine(changed_on - DAY, datetime.time(0), OFFICE)
    moment = moment.astimezone(datetime.UTC)
    days = []
    for _hour in range(72):
        then = next_moment(given, moment)
        assert moment <= then <= moment + 25 * HOUR
        days.append(then.astimezone(OFFICE).date())
        moment += HOUR
    assert days == sorted(days)
    assert len(set(days)) in {3, 4}
