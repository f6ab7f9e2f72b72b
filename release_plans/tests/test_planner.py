"""The rules of domain.md 6.1: its vectors, and an oracle that is written another way."""

import bisect
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from release_plans import planner
from release_plans.planner import Calendar, Days, Line, Standing

# Easter of the years in the vectors, as the law has it since 2024.
EASTER = [
    date(2026, 4, 2),
    date(2026, 4, 3),
    date(2026, 4, 5),
    date(2026, 4, 6),
    date(2026, 5, 14),
    date(2026, 5, 24),
    date(2026, 5, 25),
    date(2026, 12, 25),
    date(2026, 12, 26),
    date(2027, 1, 1),
]
DANISH = Calendar(EASTER)
LONG_AGO = date(2024, 1, 1)
ENROLLED = date(2024, 2, 5)
ANCHOR = date(2026, 9, 7)
MOVED = date(2026, 10, 19)
WEEK = timedelta(weeks=1)


def item(weeks=0, *, days=0, **fields):
    offset = weeks * 7 + days
    stands = {k: fields.pop(k) for k in list(fields) if k in Standing._fields}
    rule = {
        "key": 1,
        "anchored_to": "release",
        "offset": offset,
        "after_release": offset >= 0,
        "valid_for_weeks": None,
        "date_locked": False,
        **fields,
    }
    standing = Standing(**{"status": "unscheduled", "due_on": None, **stands})
    return Line(standing=standing, **rule)


def when(release=ANCHOR, *, released=False, court=None, today=LONG_AGO, enrolled=ENROLLED):
    return Days(release, released, enrolled, court, today)


def stands(line, days, calendar=DANISH):
    """How it stands after a recalculation."""
    found = planner.changes([line], days, calendar)
    return found[0].after if found else line.standing


def again(line, days, calendar=DANISH):
    return line._replace(standing=stands(line, days, calendar))


def moved(line, first, then, calendar=DANISH):
    """The line counted from the first days, and what the others change."""
    return planner.changes([again(line, first, calendar)], then, calendar)


class TestVectors:
    @pytest.mark.parametrize(
        ("release", "weeks", "due"),
        [
            (ANCHOR, -12, date(2026, 6, 15)),
            (ANCHOR, -4, date(2026, 8, 10)),
            (ANCHOR, 13, date(2026, 12, 7)),
            (MOVED, -12, date(2026, 7, 27)),
            (MOVED, -4, date(2026, 9, 21)),
            (date(2026, 6, 26), -12, date(2026, 4, 1)),  # Good Friday, Maundy Thursday
        ],
    )
    def test_of_the_table(self, release, weeks, due):
        assert stands(item(weeks), when(release)).due_on == due

    def test_moved_from_one_to_the_other(self):
        [change] = moved(item(-12), when(), when(MOVED))
        assert (change.old_on, change.new_on) == (date(2026, 6, 15), date(2026, 7, 27))
        assert change.cause == "release_moved"


class TestWorkingDays:
    SATURDAY = date(2026, 9, 12)

    def test_before_the_release_the_day_before_is_taken(self):
        line = item(days=-7)
        assert stands(line, when(self.SATURDAY + WEEK)).due_on == date(2026, 9, 11)

    @pytest.mark.parametrize("days", [0, 3, 14])
    def test_in_the_first_fortnight_nothing_moves(self, days):
        release = self.SATURDAY - timedelta(days=days)
        assert stands(item(days=days), when(release)).due_on == self.SATURDAY

    def test_later_the_day_after_is_taken(self):
        release = self.SATURDAY - timedelta(days=28)
        assert stands(item(4), when(release)).due_on == date(2026, 9, 14)

    def test_a_weekend_and_holidays_are_passed_together(self):
        """Saturday 4 April 2026 lies behind Good Friday and Maundy Thursday."""
        assert stands(item(-1), when(date(2026, 4, 11))).due_on == date(2026, 4, 1)
        assert stands(item(4), when(date(2026, 3, 7))).due_on == date(2026, 4, 7)

    def test_great_prayer_day_is_worked_since_2024(self):
        assert stands(item(-1), when(date(2026, 5, 8))).due_on == date(2026, 5, 1)


class TestLateStart:
    def test_gives_ten_working_days_and_says_so(self):
        after = stands(item(-26), when(today=date(2026, 5, 11)))
        # Ascension Day and Whit Monday lie between.
        assert (after.due_on, after.compressed) == (date(2026, 5, 27), True)

    def test_ends_before_the_release(self):
        after = stands(item(-26), when(release=date(2026, 6, 18), today=date(2026, 6, 8)))
        assert after.due_on == date(2026, 6, 17)

    def test_of_a_release_tomorrow_is_due_today(self):
        after = stands(item(-26), when(release=date(2026, 6, 9), today=date(2026, 6, 8)))
        assert after.due_on == date(2026, 6, 8)

    def test_after_the_release_has_its_ten_days_too(self):
        after = stands(item(0), when(release=date(2026, 6, 1), today=date(2026, 6, 8)))
        assert (after.due_on, after.compressed) == (date(2026, 6, 22), True)

    def test_is_counted_from_the_day_on_which_it_first_had_a_date(self):
        """A plan of long ago: with a judgment its dates become known, and half are over."""
        late = again(item(-26), when(today=date(2026, 5, 11)))
        assert late.standing.scheduled_on == date(2026, 5, 11)
        assert stands(late, when(MOVED, today=date(2026, 8, 1))).due_on == date(2026, 5, 27)

    def test_moved_out_far_enough_has_all_its_time(self):
        late = again(item(-12), when(today=date(2026, 7, 1)))
        assert late.standing.compressed
        assert not stands(late, when(date(2027, 1, 11))).compressed


class TestAnUnknownRelease:
    def test_leaves_no_date(self):
        assert stands(item(-12), when(None)).status == "unscheduled"

    def test_keeps_the_last_date_and_comes_back(self):
        line = again(item(-12), when())
        [lost] = planner.changes([line], when(None), DANISH)
        assert (lost.after.status, lost.after.due_on) == ("unscheduled", date(2026, 6, 15))
        assert (lost.old_on, lost.new_on, lost.cause) == (
            date(2026, 6, 15),
            None,
            "release_unknown",
        )
        [back] = planner.changes([line._replace(standing=lost.after)], when(MOVED), DANISH)
        assert (back.old_on, back.new_on, back.cause) == (
            None,
            date(2026, 7, 27),
            "release_known",
        )


class TestWhatStays:
    @pytest.mark.parametrize("status", ["waived", "not_applicable", "overtaken", "cancelled"])
    def test_is_what_is_set_aside(self, status):
        line = item(-12, status=status, due_on=date(2026, 6, 15))
        assert not planner.changes([line], when(MOVED), DANISH)

    def test_is_a_date_that_somebody_fixed(self):
        line = item(-12, status="planned", due_on=date(2026, 6, 20), date_locked=True)
        assert not planner.changes([line], when(MOVED), DANISH)
        assert not planner.changes([line], when(None), DANISH)

    def test_is_what_is_done(self):
        done = {"status": "done", "due_on": date(2026, 6, 15), "counted_from": ANCHOR}
        assert not planner.changes([item(-12, **done)], when(MOVED), DANISH)


class TestEvidence:
    DONE = {"status": "done", "due_on": date(2026, 7, 27), "counted_from": ANCHOR}

    @pytest.mark.parametrize(("weeks", "stale"), [(6, False), (8, False), (9, True)])
    def test_is_confirmed_again_when_the_release_moves_by_more(self, weeks, stale):
        line = item(-6, valid_for_weeks=8, **self.DONE)
        changes = planner.changes([line], when(ANCHOR + weeks * WEEK), DANISH)
        assert [c.after.recheck_needed for c in changes] == [True] * stale
        if stale:
            assert changes[0].cause == "confirm_again"
            assert changes[0].new_on == ANCHOR + 3 * WEEK

    def test_is_not_when_it_moves_earlier(self):
        line = item(-6, valid_for_weeks=8, **self.DONE)
        assert not planner.changes([line], when(ANCHOR - 20 * WEEK), DANISH)

    def test_is_when_it_moves_twice_by_less(self):
        line = item(-6, valid_for_weeks=8, **self.DONE)
        line = again(line, when(ANCHOR + 5 * WEEK))
        assert stands(line, when(ANCHOR + 10 * WEEK)).recheck_needed


class TestARelease:
    @pytest.mark.parametrize("status", ["planned", "in_progress", "unscheduled"])
    def test_leaves_what_is_open_to_be_reviewed(self, status):
        day = date(2026, 8, 10)
        line = item(-4, status=status, due_on=day, counted_from=ANCHOR)
        [change] = planner.changes([line], when(date(2026, 7, 1), released=True), DANISH)
        assert (change.after.status, change.after.due_on) == (status, day)
        assert (change.after.to_review, change.cause) == (True, "released")

    def test_from_remand_dates_what_comes_after_it(self):
        """Tomorrow: acceptance scenario 7 of domain.md section 15."""
        pack = item(-2, anchored_to="court_deadline", status="planned", due_on=date(2026, 7, 1))
        first, second = item(0), item(days=3)
        tomorrow = when(date(2026, 6, 9), released=True, today=date(2026, 6, 8))
        assert stands(first, tomorrow).due_on == date(2026, 6, 9)
        assert stands(second, tomorrow).due_on == date(2026, 6, 12)
        assert stands(pack, tomorrow).to_review

    def test_reviews_an_own_one_that_was_due_before(self):
        own = item(anchored_to="own", status="planned", due_on=date(2026, 6, 1))
        later = item(anchored_to="own", status="planned", due_on=date(2026, 9, 1))
        out = when(date(2026, 7, 1), released=True)
        assert stands(own, out).to_review
        assert not planner.changes([later], out, DANISH)

    def test_that_was_a_mistake_leaves_nothing_to_review(self):
        line = item(-4, status="planned", due_on=date(2026, 8, 10), to_review=True)
        assert not stands(line, when()).to_review


class TestACourtDeadline:
    COURT = date(2026, 3, 30)

    def test_is_what_the_pack_hangs_on(self):
        pack = item(-2, anchored_to="court_deadline")
        assert stands(pack, when(None, court=self.COURT)).due_on == date(2026, 3, 16)

    def test_asks_again_for_what_was_done_for_the_one_before(self):
        line = item(
            *(-2,),
            anchored_to="court_deadline",
            status="done",
            due_on=date(2026, 3, 16),
            counted_from=self.COURT,
        )
        [change] = planner.changes([line], when(None, court=date(2026, 4, 27)), DANISH)
        assert (change.after.status, change.new_on) == ("planned", date(2026, 4, 13))
        assert change.is_due_again
        assert not planner.changes([line], when(None, court=self.COURT), DANISH)


# --- an oracle -------------------------------------------------------------------------------

FIRST, LAST = date(2020, 1, 1), date(2035, 12, 31)
EVERY_DAY = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days)]
near = st.dates(date(2025, 1, 1), date(2028, 12, 31))
holidays = st.sets(near, max_size=200)
offsets = st.integers(-400, 400)


class Oracle:
    """The same sentences over lists of days: nothing is stepped through, all is looked up."""

    def __init__(self, off: set[date]) -> None:
        self.open = [d for d in EVERY_DAY if d.isoweekday() not in (6, 7) and d not in off]

    def on_or_before(self, day: date) -> date:
        return self.open[bisect.bisect_right(self.open, day) - 1]

    def on_or_after(self, day: date) -> date:
        return self.open[bisect.bisect_left(self.open, day)]

    def due(self, offset: int, anchor: date, start: date, after: bool, release: date | None):
        ideal = date.fromordinal(anchor.toordinal() + offset)
        if not after:
            ideal = self.on_or_before(ideal)
        elif offset > 14:
            ideal = self.on_or_after(ideal)
        if not ideal < start:
            return ideal, False
        tenth = self.open[bisect.bisect_right(self.open, start) + 9]
        if not after and release is not None and not tenth < release:
            eve = self.on_or_before(date.fromordinal(release.toordinal() - 1))
            tenth = max(eve, start)
        return tenth, True


@settings(max_examples=400, deadline=None)
@given(off=holidays, offset=offsets, release=near, start=near)
def test_every_date_is_that_of_the_oracle(off, offset, release, start):
    after = stands(item(days=offset), when(release, today=start), Calendar(off))
    expected = Oracle(off).due(offset, release, start, offset >= 0, release)
    assert (after.due_on, after.compressed) == expected
    assert after.status == "planned"


lines = st.builds(
    lambda offset, status, due, locked, weeks, counted: item(
        days=offset,
        status=status,
        due_on=due if status != "unscheduled" else None,
        date_locked=locked and status != "unscheduled",
        valid_for_weeks=weeks,
        counted_from=counted,
        scheduled_on=LONG_AGO,
    ),
    offsets,
    st.sampled_from(["unscheduled", "planned", "in_progress", "done", "waived", "cancelled"]),
    near,
    st.booleans(),
    st.sampled_from([None, 2, 8]),
    near,
)


@settings(max_examples=400, deadline=None)
@given(off=holidays, line=lines, release=st.none() | near, released=st.booleans())
def test_how_every_line_stands_is_what_the_sentences_say(off, line, release, released):
    days = when(release, released=released and release is not None)
    now, after = line.standing, stands(line, days, Calendar(off))
    before_release, oracle = line.offset < 0, Oracle(off)
    is_open = now.status in {"unscheduled", "planned", "in_progress"}
    if now.status in {"waived", "cancelled"}:
        assert after == now
    elif days.is_released and (now.due_on < release if line.date_locked else before_release):
        assert after == (now._replace(to_review=True) if is_open else now)
    elif now.status == "done":
        later = release is not None and release - now.counted_from
        stale = bool(later and line.valid_for_weeks and not line.date_locked)
        stale = stale and later.days > 7 * line.valid_for_weeks
        assert after.recheck_needed == stale
        assert after.status == "done"
        assert (after.due_on == now.due_on) or stale
    elif line.date_locked:
        assert after == now
    elif release is None:
        assert (after.status, after.due_on) == ("unscheduled", now.due_on)
    else:
        expected = oracle.due(line.offset, release, LONG_AGO, not before_release, release)
        assert (after.due_on, after.compressed) == expected
        assert after.status == ("planned" if now.status == "unscheduled" else now.status)


@settings(max_examples=300, deadline=None)
@given(off=holidays, line=lines, releases=st.lists(st.none() | near, min_size=1, max_size=5))
def test_asked_twice_nothing_changes(off, line, releases):
    for release in releases:
        line = again(line, when(release), Calendar(off))
        assert not planner.changes([line], when(release), Calendar(off))
        assert not planner.changes([line], when(release, today=LAST), Calendar(off))


def test_an_oracle_that_disagrees_is_found(monkeypatch):
    monkeypatch.setattr(planner, "EXACT_UNTIL", 28)
    with pytest.raises(AssertionError):
        test_every_date_is_that_of_the_oracle.hypothesis.inner_test(
            set(), 21, date(2026, 9, 12) - timedelta(days=21), LONG_AGO
        )
