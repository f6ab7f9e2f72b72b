"""The programme's figures: sums with small numbers hidden, and nothing that leads further."""

import datetime
import re

import pytest

from audit.models import AuditEvent
from bot_project.tests.cast import World
from bot_project.tests.crowd import MOST_QUERIES, another_file, cost_of, meet, walk
from core.dates import today
from reports.figures import Figure, figures, half_years

pytestmark = pytest.mark.django_db
URL = "/reports/"


def of(key: str) -> Figure:
    [figure] = [figure for figure in figures() if figure.key == key]
    return figure


def values(figure: Figure) -> dict[str, list[str]]:
    return {row.label: [str(cell) for _column, cell in row.cells] for row in figure.rows}


def last_month() -> datetime.date:
    return today().replace(day=1) - datetime.timedelta(days=10)


class TestThePage:
    def test_opens_to_the_programme_manager_and_the_auditor(self, as_user):
        for name in ("manager", "auditor"):
            assert as_user(name).get(URL).status_code == 200

    def test_is_closed_to_other_roles(self, as_user):
        for name in ("mentor", "coach", "admin_a", "caseworker", "trainer", "technical"):
            assert as_user(name).get(URL).status_code == 403

    def test_names_nobody_and_leads_to_nobody(self, as_user, world):
        main = as_user("manager").get(URL).content.decode().partition("<main")[2]
        assert not re.search(r"<a\b", main)
        assert "M-a" not in main
        assert "Given" not in main

    def test_is_recorded(self, as_user):
        as_user("manager").get(URL)
        assert AuditEvent.objects.filter(targets=["reports.figures:figures"]).count() == 1

    def test_costs_the_same_for_two_files_and_for_fifty(self, as_user, world):
        client = as_user("manager")
        few = cost_of(client, URL)
        for number in range(48):
            walk(world, "mentor", another_file(world, number))
        assert cost_of(client, URL) == few <= MOST_QUERIES


class TestAFigure:
    def test_of_few_is_hidden(self, world):
        assert all(cells == ["<5"] for cells in values(of("enrolments")).values())
        assert str(of("enrolments").total) == "<5"

    def test_of_many_is_hidden_where_it_would_tell_that_all_are_there(self, world: World):
        for number in range(10):
            another_file(world, number)
        found = of("enrolments")
        assert (values(found)["Active"], str(found.total)) == (["–"], "12")

    def test_of_many_is_shown_beside_others(self, world: World):
        for number in range(20):
            mentee = another_file(world, number)
            if number % 2:
                mentee.enrolments.update(status="aftercare")
            if number % 5 == 0:
                mentee.enrolments.update(status="referred")
        found = values(of("enrolments"))
        assert (found["Active"], found["Referred or being screened"]) == (["10"], ["<5"])

    def test_counts_only_what_runs(self, world: World):
        for number in range(8):
            walk(world, "mentor", another_file(world, number))
        assert str(of("mentorships").total) == "12"  # the cast's four and these


class TestSessions:
    def test_are_shown_when_enough_mentees_stand_behind_them(self, world: World):
        for number in range(5):
            meet(walk(world, "mentor", another_file(world, number)), last_month())
        held, hours, cancelled, missed = list(values(of("sessions")).values())[1]
        assert (held, hours, cancelled, missed) == ("5", "5", "<5", "<5")

    def test_of_one_mentee_are_hidden_however_many(self, world: World):
        mentorship = walk(world, "mentor", another_file(world, 1))
        for _number in range(9):
            meet(mentorship, last_month())
        held, hours, *_ = list(values(of("sessions")).values())[1]
        assert (held, hours) == ("–", "–")

    def test_of_this_month_wait_for_its_end(self, world: World):
        for number in range(5):
            meet(walk(world, "mentor", another_file(world, number)), today())
        assert all(set(row) == {"<5"} for row in values(of("sessions")).values())


@pytest.mark.parametrize(
    ("on", "halves"),
    [
        ("2026-11-21", [("2025-11-01", "2026-04-30"), ("2026-05-01", "2026-10-31")]),
        ("2026-01-01", [("2025-01-01", "2025-06-30"), ("2025-07-01", "2025-12-31")]),
        ("2024-03-31", [("2023-03-01", "2023-08-31"), ("2023-09-01", "2024-02-29")]),
    ],
)
def test_half_years_end_with_the_last_whole_month(on, halves):
    day = datetime.date.fromisoformat
    assert half_years(day(on)) == [(day(first), day(last)) for first, last in halves]
