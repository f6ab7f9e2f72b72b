"""Sums of the mentors' expenses: what few of them were paid is told by nothing on the page."""

import datetime
import re
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.roles import Role
from audit.models import AuditEvent
from bot_project.tests.crowd import MOST_QUERIES, cost_of
from mentors.models import Mentor
from mentorships.models import ExpenseClaim
from reports.expenses import expense_sums

pytestmark = pytest.mark.django_db
URL = "/reports/expenses/"
DASHES = ["–", "–", "–"]


@pytest.fixture(autouse=True)
def in_november(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 21, 14, 0, tzinfo=datetime.UTC), tick=False)


@pytest.fixture
def mentors(world):
    people = [world.person(f"walker-{number}", Role.MENTOR, "a") for number in range(6)]
    return [
        Mentor.objects.get_or_create(user=person, defaults={"area": world.area["a"]})[0]
        for person in people
    ]


def approved(mentors, year, month, total="100.40", **fields):
    moment = datetime.datetime(year, month, 15, 12, 0, tzinfo=datetime.UTC)
    for mentor in mentors:
        ExpenseClaim.objects.create(
            **{
                "mentor": mentor,
                "month": datetime.date(year, month, 1),
                "status": "approved",
                "kilometres": 10,
                "total": Decimal(total),
                "currency": "DKK",
                "submitted_at": moment,
                "decided_by": mentor.user,
                "decided_at": moment,
                **fields,
            }
        )


def of(year):
    """Each month, and the year where it is over, with its cells."""
    [figure] = [each for each in expense_sums() if each.key == f"expenses-{year}-DKK"]
    return {row.label: [str(cell) for _column, cell in row.cells] for row in figure.rows}


class TestThePage:
    def test_opens_to_the_programme_manager_alone(self, as_user):
        assert as_user("manager").get(URL).status_code == 200
        for name in (
            "auditor",
            "admin_a",
            "mentor",
            "coach",
            "caseworker",
            "trainer",
            "technical",
        ):
            assert as_user(name).get(URL).status_code == 403

    def test_stands_in_the_rail(self, as_user):
        assert f'href="{URL}"' in as_user("manager").get("/reports/").content.decode()
        assert f'href="{URL}"' not in as_user("auditor").get("/reports/").content.decode()

    def test_names_nobody_leads_to_nobody_and_is_recorded(self, as_user, mentors):
        approved(mentors, 2026, 3)
        main = as_user("manager").get(URL).content.decode().partition("<main")[2]
        assert not re.search(r"<a\b", main)
        assert "walker" not in main
        assert "602" in main
        assert AuditEvent.objects.filter(targets=["reports.figures:expenses"]).count() == 1

    def test_costs_the_same_for_none_and_for_many(self, as_user, mentors):
        client = as_user("manager")
        none = cost_of(client, URL)
        for month in range(1, 11):
            approved(mentors, 2026, month)
        assert cost_of(client, URL) == none <= MOST_QUERIES


class TestASum:
    def test_is_of_what_was_approved_that_month(self, mentors):
        approved(mentors[:5], 2026, 3)
        approved(mentors[5:], 2026, 3, total="98.00", kilometres=0)
        approved(mentors, 2026, 3, status="sent_back")
        waiting = {"status": "submitted", "decided_by": None, "decided_at": None}
        approved(mentors, 2026, 3, **waiting)
        assert of(2026)["March 2026"] == ["6", "50", "600"]

    def test_of_few_mentors_is_hidden_however_many_their_claims(self, mentors):
        for _again in range(3):
            approved(mentors[:4], 2026, 3)
        assert of(2026)["March 2026"] == of(2026)["February 2026"] == DASHES
        approved(mentors[4:5], 2026, 3)
        assert of(2026)["March 2026"][0] == "13"

    def test_waits_for_the_end_of_the_month_and_has_no_total_before_the_years(self, mentors):
        for month in (10, 11):
            approved(mentors, 2026, month)
        assert list(of(2026))[-1] == "October 2026"

    def test_counts_when_it_was_approved_by_the_clock_of_the_office(self, mentors):
        last_evening = datetime.datetime(2026, 1, 31, 23, 30, tzinfo=datetime.UTC)  # 0:30 here
        approved(mentors, 2026, 1, decided_at=last_evening)
        assert of(2026)["January 2026"] == DASHES
        assert of(2026)["February 2026"][0] == "6"

    def test_is_of_one_currency(self, mentors):
        approved(mentors, 2026, 3)
        approved(mentors, 2026, 3, currency="EUR")
        assert {each.key for each in expense_sums()} >= {"expenses-2026-EUR", "expenses-2026-DKK"}
        assert of(2026)["March 2026"][0] == "6"

    def test_is_shown_in_january_too(self, mentors, time_machine):
        time_machine.move_to(timezone.make_aware(datetime.datetime(2027, 1, 2)))
        approved(mentors, 2026, 3)
        assert {each.key for each in expense_sums()} == {"expenses-2026-DKK"}
        assert len(of(2026)) == 13


class TestATotal:
    def year(self, mentors, *, few=()):
        for month in range(1, 13):
            approved(dict(few).get(month, mentors), 2025, month)
        return of(2025)["The whole year"]

    def test_adds_the_months(self, mentors):
        assert self.year(mentors) == ["72", "720", "7,229"]

    def test_is_hidden_where_one_month_could_be_worked_out(self, mentors):
        assert self.year(mentors, few={3: mentors[:2]}.items()) == DASHES

    def test_is_hidden_where_few_stand_behind_the_hidden_months_together(self, mentors):
        few = {3: mentors[:2], 4: mentors[1:4]}
        assert self.year(mentors, few=few.items()) == DASHES

    def test_is_shown_where_many_stand_behind_the_hidden_months_together(self, mentors):
        few = {3: mentors[:2], 4: mentors[2:5]}
        assert self.year(mentors, few=few.items())[0] == "65"

    def test_that_would_betray_is_found_out(self, mentors, monkeypatch):
        few = {3: mentors[:2]}
        monkeypatch.setattr("reports.expenses._betrays", lambda sums: False)
        months = self.year(mentors, few=few.items())
        shown = [of(2025)[label] for label in of(2025) if of(2025)[label] != DASHES][:-1]
        assert int(months[0]) - sum(int(cells[0]) for cells in shown) == 2
