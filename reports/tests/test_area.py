"""An administrator sees sums of the trail of the area, and never whom they are about."""

import re

import pytest

from accounts.models import User
from audit.models import AuditEvent
from bot_project.tests.cast import World
from bot_project.tests.crowd import MOST_QUERIES, another_file, cost_of
from mentees.models import Mentee, MenteeExclusion
from reports.area import area_summary

pytestmark = pytest.mark.django_db
URL = "/reports/area/"
READ, LISTED = "Read …", "Saw a list with …"
NOW, OCTOBER = "2026-11-20 09:00 +0000", "2026-10-12 09:00 +0000"


class Past:
    """The trail as it stood before this month."""

    def __init__(self, time_machine) -> None:
        self.time_machine = time_machine
        time_machine.move_to(NOW, tick=False)

    def holds(self, *targets: list[Mentee], people: int = 5, at: str = OCTOBER, **fields) -> None:
        """A line for each of these lists of files; the people take turns."""
        self.time_machine.move_to(at, tick=False)
        for number, files in enumerate(targets):
            AuditEvent.objects.create(
                **{"kind": "consulted", "act": "consult", **fields},
                actor=str(1000 + number % people),
                targets=[f"mentees.mentee:{file.reference}" for file in files],
            )
        self.time_machine.move_to(NOW, tick=False)


@pytest.fixture
def past(world, time_machine) -> Past:
    return Past(time_machine)


@pytest.fixture
def files(world: World, past) -> list[Mentee]:
    return [another_file(world, number) for number in range(6)]


@pytest.fixture
def each(files) -> list[list[Mentee]]:
    return [[file] for file in files]


def told(user: User) -> dict[str, list[str]]:
    rows = [row for figure in area_summary(user) for row in figure.rows]
    return {row.label: [str(cell) for _month, cell in row.cells] for row in rows}


class TestASum:
    def test_stands_under_its_act_and_month(self, world, past, each):
        past.holds(*each)
        past.holds(*each, *each, at="2026-08-31 22:00 +0000")  # September at the office
        [consulted] = area_summary(world.people["admin_a"])
        [row] = consulted.rows
        assert (consulted.title, row.label) == ("Consultation", READ)
        cells = [(month, str(cell)) for month, cell in row.cells]
        assert cells == [("August 2026", "<5"), ("September 2026", "12"), ("October 2026", "6")]

    def test_counts_a_list_once_however_many_files_it_names(self, world, past, files):
        past.holds(*[files] * 5, kind="listed")
        assert told(world.people["admin_a"])[LISTED][-1] == "5"

    def test_is_of_the_own_area_alone(self, world, past, files, each):
        past.holds(*each)
        Mentee.objects.filter(pk=files[0].pk).update(institution=world.prison["b"])
        assert told(world.people["admin_a"])[READ][-1] == "5"
        assert told(world.people["admin_b"]) == {}

    def test_of_files_that_somebody_is_kept_from_is_not_theirs(self, world, past, each, files):
        past.holds(*each)
        admin = world.people["admin_a"]
        MenteeExclusion.objects.create(person=admin, mentee=files[0], reason="kin")
        assert told(User.objects.get(pk=admin.pk))[READ][-1] == "5"

    @pytest.mark.parametrize("at", ["2026-11-03 09:00 +0000", "2026-07-20 09:00 +0000"])
    def test_is_of_whole_months_and_of_three(self, world, past, each, at):
        past.holds(*each, at=at)
        assert told(world.people["admin_a"]) == {}


class TestASmallSum:
    def test_is_left_out(self, world, past, each):
        past.holds(*each[:4])
        assert told(world.people["admin_a"]) == {}

    def test_is_hidden_beside_one_that_is_not(self, world, past, each):
        past.holds(*each)
        past.holds(*each[:4], at="2026-09-12 09:00 +0000")
        assert told(world.people["admin_a"])[READ] == ["<5", "<5", "6"]

    def test_of_few_people_is_hidden_however_large(self, world, past, each):
        """What four did, three of them may subtract from: it would be a figure of the fourth."""
        past.holds(*each * 5, people=4)
        assert told(world.people["admin_a"]) == {}

    def test_of_few_files_is_hidden_however_large(self, world, past, each):
        past.holds(*each[:4] * 5)
        assert told(world.people["admin_a"]) == {}


class TestThePage:
    def test_opens_to_the_administrator_and_to_nobody_else(self, as_user):
        assert as_user("admin_a").get(URL).status_code == 200
        for name in ("mentor", "coach", "caseworker", "trainer", "manager", "auditor"):
            assert as_user(name).get(URL).status_code == 403

    def test_is_reached_from_the_office(self, as_user):
        assert f'href="{URL}"' in as_user("admin_a").get("/admin/").content.decode()
        assert URL not in as_user("trainer").get("/admin/").content.decode()

    def test_names_nobody_and_leads_to_nobody(self, as_user, past, each, files):
        past.holds(*each)
        main = as_user("admin_a").get(URL).content.decode().partition("<main")[2]
        assert READ in main
        assert not re.search(r"<a\b", main)
        assert not any(file.reference in main for file in files)

    def test_says_so_where_there_is_too_little(self, as_user):
        assert "Too little happened" in as_user("admin_a").get(URL).content.decode()

    def test_is_recorded(self, as_user):
        as_user("admin_a").get(URL)
        assert AuditEvent.objects.filter(targets=["reports.figures:area"]).count() == 1

    def test_costs_the_same_for_six_lines_and_for_sixty(self, as_user, past, each):
        past.holds(*each)
        few = cost_of(as_user("admin_a"), URL)
        past.holds(*each * 10)
        assert cost_of(as_user("admin_a"), URL) == few <= MOST_QUERIES
