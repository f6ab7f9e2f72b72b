import datetime

import pytest
from django.db.models import TextChoices
from django.utils import translation

from core.templatetags.house import day, days, due_days, due_state, icon, track

TODAY = datetime.date(2026, 11, 21)


@pytest.fixture(autouse=True)
def on_a_saturday(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC))


def after(count: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=count)


class TestADay:
    @pytest.mark.parametrize(
        ("language", "this_year", "next_year"),
        [
            ("en", "Mon 30 Nov", "Fri 1 Jan 2027"),
            ("da", "man 30. nov", "fre 1. jan 2027"),
            ("fr", "lun 30 nov", "ven 1 jan 2027"),
        ],
    )
    def test_is_written_as_its_reader_does(self, language, this_year, next_year):
        with translation.override(language):
            assert day(datetime.date(2026, 11, 30)).lower().replace(".", "") == (
                this_year.lower().replace(".", "")
            )
            assert day(datetime.date(2027, 1, 1)).lower().replace(".", "") == (
                next_year.lower().replace(".", "")
            )

    @pytest.mark.parametrize(
        ("count", "said", "due", "state"),
        [
            (-5, "5 days ago", "5 days late", "late"),
            (-1, "1 day ago", "1 day late", "late"),
            (0, "today", "today", "soon"),
            (1, "in 1 day", "in 1 day", "soon"),
            (14, "in 14 days", "in 14 days", "soon"),
            (15, "in 15 days", "in 15 days", "plan"),
        ],
    )
    def test_is_said_from_today(self, count, said, due, state):
        on = after(count)
        assert (days(on), due_days(on), due_state(on)) == (said, due, state)


class TestATrack:
    def test_lies_behind_at_and_ahead(self):
        way = TextChoices("way", "ONE TWO THREE")
        assert [(step.label, step.place) for step in track(way.TWO)] == [
            ("One", "past"),
            ("Two", "now"),
            ("Three", "ahead"),
        ]


def test_an_icon_is_silent_beside_its_word():
    drawn = icon("pen", "s")
    assert 'class="icon icon-s" aria-hidden="true"' in drawn
    assert "img/icons.svg#pen" in drawn
