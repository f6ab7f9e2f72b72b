"""Where a mentee is on the way, in words: domain.md section 6.1, rule 1."""

import datetime

import pytest

from bot_project.tests.crowd import in_days
from casework.queries.way import way
from core.templatetags.house import day
from mentees.models import KeyDate

SENTENCE, REMAND = {"sentence"}, {"remand"}


def of(kinds: set[str], parole_refused: bool = False, **dates: tuple[datetime.date, str]):
    newest = [KeyDate(kind=k, value=v, certainty=c) for k, (v, c) in dates.items()]
    return way(kinds, newest, parole_refused=parole_refused)


class TestTheWay:
    def test_of_somebody_on_remand_has_no_date_but_a_deadline(self):
        found = of(
            REMAND,
            court_deadline=(in_days(11), "recorded"),
            expiry=(in_days(300), "recorded"),
        )
        assert (found.phase, found.headline, found.release) == ("remand", "No date yet", None)
        assert found.detail == f"court deadline {day(in_days(11))}, in 11 days"

    def test_of_somebody_on_remand_without_a_deadline_says_so(self):
        assert of(REMAND).detail == "no court deadline recorded"

    def test_before_release_says_how_sure_the_date_is(self):
        found = of(
            SENTENCE, two_thirds=(in_days(23), "expected"), expiry=(in_days(90), "recorded")
        )
        assert (found.phase, found.headline) == ("re_entry", "In 23 days")
        assert found.detail.endswith("two-thirds date, expected")

    def test_falls_back_when_parole_is_refused(self):
        dates = {
            "two_thirds": (in_days(23), "expected"),
            "expiry": (in_days(90), "recorded"),
        }
        assert of(SENTENCE, **dates).release == in_days(23)
        assert of(SENTENCE, parole_refused=True, **dates).release == in_days(90)

    def test_after_release_counts_the_weeks_out(self):
        found = of(set(), actual_release=(in_days(-47), "actual"))
        assert (found.phase, found.headline) == ("community", "47 days out")
        assert found.detail.endswith("week 7")
        assert found.release is None

    @pytest.mark.parametrize(
        ("away", "words"),
        [
            (0, "Today"),
            (1, "In 1 day"),
            (69, "In 69 days"),
            (70, "In 10 weeks"),
            (-1, "The date has passed"),
        ],
    )
    def test_is_said_in_weeks_when_it_is_far(self, away, words):
        assert of(SENTENCE, decided_release=(in_days(away), "decided")).headline == words

    def test_without_any_date_says_so(self):
        assert of(SENTENCE).detail == "no release date recorded"
