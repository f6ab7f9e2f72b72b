"""Which rung a due date stands on, day by day, beside a reckoning written the other way round."""

import datetime

from hypothesis import given
from hypothesis import strategies as st

from release_plans import catalogue
from release_plans.ladder import CATCH_UP, DAY, Rung, windows

DUE = datetime.date(2026, 9, 7)
LADDER = {"": [Rung(*each) for each in catalogue.LADDER]}


def rungs_on(on, ladders=LADDER, category="housing", due=DUE):
    found = windows(ladders, [category], on)
    return [(w.days, w.audience) for w in found if w.first <= due <= w.last]


def sent(first, last, every=1):
    """What a sweep every so many days would write for one due date, each rung once."""
    told = []
    for number in range(first, last, every):
        told += [each for each in rungs_on(DUE + number * DAY) if each not in told]
    return told


def test_each_rung_comes_once_and_in_its_order():
    assert sent(-30, 30) == list(catalogue.LADDER)


def test_after_days_without_a_sweep_each_audience_hears_once():
    assert sent(-30, 30, every=60) == []
    assert rungs_on(DUE + 8 * DAY) == [(7, "coach"), (3, "responsible")]


def test_what_is_older_than_the_catch_up_is_let_go():
    assert rungs_on(DUE + 14 * DAY + CATCH_UP - DAY) == [(14, "probation_admin")]
    assert rungs_on(DUE + 14 * DAY + CATCH_UP) == []


def test_a_category_with_steps_of_its_own_has_these_alone():
    ladders = {**LADDER, "health": [Rung(-2, "responsible")]}
    assert rungs_on(DUE - 2 * DAY, ladders, "health") == [(-2, "responsible")]
    assert rungs_on(DUE + 7 * DAY, ladders, "health") == [(-2, "responsible")]
    assert rungs_on(DUE + 7 * DAY, ladders) == [(7, "coach"), (3, "responsible")]


def test_without_any_steps_nobody_is_reminded():
    assert windows({}, ["housing"], DUE) == []


@given(
    st.sets(st.tuples(st.integers(-60, 60), st.sampled_from(["responsible", "coach"]))),
    st.integers(-90, 90),
)
def test_the_highest_rung_reached_is_the_one(rungs, late):
    """The oracle: of those of an audience that the day has reached the last, if not too old."""
    expected = set()
    for audience in ("responsible", "coach"):
        reached = [days for days, who in rungs if who == audience and days <= late]
        if reached and late - max(reached) < CATCH_UP.days:
            expected.add((max(reached), audience))
    ladders = {"": [Rung(*each) for each in rungs]}
    assert set(rungs_on(DUE + late * DAY, ladders)) == expected
