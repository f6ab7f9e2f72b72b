"""The release plan of a file: what is due, in what order, and what a date moves."""

from itertools import pairwise

import pytest

from bot_project.tests.cast import World
from bot_project.tests.crowd import (
    MOST_QUERIES,
    another_file,
    cost_of,
    in_days,
    key_date,
    milestone,
    walk,
)
from casework.queries.lanes import BESIDE, RIGHT, drawing_of
from casework.queries.plan_lines import lines_of
from casework.queries.release_plan import plan_view
from core.dates import today
from core.references import reference_of
from mentees.models import Enrolment, Mentee
from release_plans import operations
from release_plans.models import Milestone, MilestoneTemplate, ReleasePlan

pytestmark = pytest.mark.django_db
FILE = reference_of("00007")
URL = f"/mentees/{FILE}/plan/"
GATE = {
    "who_meets": "His sister",
    "where": "The main gate",
    "meets_at": "09:00",
    "plan_b": "The mentor drives",
    "bed": "The hostel",
    "first_hours": "Doctor, then the job centre",
    "phone": "On the card",
}


@pytest.fixture
def plan(world: World) -> ReleasePlan:
    """Of a mentee who walks with `mentor` and is released in six weeks; nothing is due yet."""
    mentee = world.files["new"] = another_file(world, 7)
    walk(world, "mentor", mentee)
    world.answers_for("caseworker", "new")
    plan = ReleasePlan.objects.get(enrolment__mentee=mentee)
    plan.milestones.all().delete()
    plan.release_on = in_days(42)
    plan.save()
    return plan


def due(world: World, days: int | None, **fields) -> Milestone:
    on = None if days is None else in_days(days)
    return milestone(world, world.files["new"], on, **fields)


def said(client, address: str = URL) -> str:
    return " ".join(client.get(address).content.decode().split())


def headings(world: World, plan: ReleasePlan, name: str = "mentor", shown: str = "all"):
    view = plan_view(plan, world.user(name), shown=shown)
    return {group.heading: [line.milestone for line in group.lines] for group in view.groups}


class TestThePage:
    def test_groups_what_waits_before_what_is_settled(self, world, plan):
        late, soon, before = due(world, -3), due(world, 5), due(world, 30)
        undated = due(world, None, status="unscheduled")
        waived = due(world, 9, status="waived", reason="He has one already")
        resting = due(world, 9, reason="No answer yet", resume_on=in_days(20))
        found = headings(world, plan)
        assert list(found) == [
            "Late and due soon",
            "After release",
            "Without a date",
            "Resting",
            "Set aside",
        ]
        assert found["Late and due soon"] == [late, soon]
        assert found["After release"] == [before]  # its item says so, not its day
        assert found["Without a date"] == [undated]
        assert found["Resting"] == [resting]
        assert found["Set aside"] == [waived]

    def test_shows_what_is_open_or_own_or_all(self, as_user, world, plan):
        own, others = due(world, 5), due(world, 6, responsible="caseworker")
        waived = due(world, 9, status="waived", reason="He has one already")
        for shown, expected in (
            ("open", {own, others}),
            ("mine", {own}),
            ("all", {own, others, waived}),
            ("nonsense", {own, others}),
        ):
            page = as_user("mentor").get(f"{URL}?show={shown}")
            lines = [line for group in page.context["view"].groups for line in group.lines]
            assert {line.milestone for line in lines} == expected, shown

    def test_offers_to_tick_off_what_presses_and_is_ones_own(self, as_user, world, plan):
        own, others, later = due(world, 5), due(world, 6, responsible="caseworker"), due(world, 90)
        page = said(as_user("mentor"))
        assert f"/milestones/{own.pk}/done/" in page
        assert f"/milestones/{others.pk}/done/" not in page
        assert f"/milestones/{later.pk}/done/" not in page

    def test_says_when_the_release_is(self, as_user, world, plan):
        assert "Release on" in said(as_user("mentor"))
        assert "in 42 days" in said(as_user("mentor"))
        ReleasePlan.objects.update(release_on=None, court_deadline=in_days(9))
        page = said(as_user("mentor"))
        assert "No release is known. The court decides by" in page
        assert "in 9 days" in page
        assert 'class="lanes"' not in page  # no false dates

    def test_of_a_remand_shows_the_pack_and_no_empty_gate(self, as_user, world, plan):
        assert "If released without warning" not in said(as_user("mentor"))
        operations.load_templates(by=None)
        remand = MilestoneTemplate.objects.get(code="remand")
        ReleasePlan.objects.update(template=remand, release_on=None)
        page = said(as_user("mentor"))
        assert "If released without warning" in page
        assert "5 of 5 still empty" in page
        assert 'id="gate"' not in page

    def test_names_nobody_in_its_title(self, as_user, plan):
        page = said(as_user("mentor"))
        assert page.partition("<title>")[2].partition("</title>")[0].strip() == (
            f"{FILE}, release plan · BOT"
        )

    def test_of_who_came_back_is_the_latest(self, as_user, world, plan):
        Enrolment.objects.filter(mentee=world.files["new"]).update(
            status="closed", closed_on=today()
        )
        again = Enrolment.objects.create(
            mentee=world.files["new"],
            programme=world.programme,
            status="active",
            controller=world.root,
        )
        latest = ReleasePlan.objects.create(
            enrolment=again, template=world.template, made_on=today()
        )
        page = as_user("admin_a").get(URL)
        assert page.context["view"].plan == latest

    def test_costs_the_same_for_one_milestone_and_for_fifty(self, as_user, world, plan):
        client = as_user("mentor")
        due(world, 1)
        one = cost_of(client, URL)
        for number in range(50):
            due(world, number)
        assert cost_of(client, URL) == one <= MOST_QUERIES

    @pytest.mark.parametrize("name", ["mentor_b", "admin_b", "former_mentor"])
    def test_is_not_there_for_others(self, as_user, plan, name):
        client = as_user(name)
        hidden, missing = client.get(URL), client.get("/mentees/M-00000A/plan/")
        assert hidden.status_code == missing.status_code == 404
        assert hidden.content == missing.content


class TestTheLanes:
    def drawn(self, world, plan, *days):
        for each in days:
            due(world, each)
        lines = lines_of(plan.milestones.select_related("item"), world.user("mentor"))
        return drawing_of(lines, release=plan.release_on, on=today())

    def test_go_from_left_to_right_and_never_cover_each_other(self, world, plan):
        [lane] = self.drawn(world, plan, 40, 42, 42, 43, 900, 901, 902).lanes
        places = [stop.x for stop in lane.stops]
        assert all(after - before >= BESIDE for before, after in pairwise(places))
        assert places[-1] == RIGHT

    def test_have_the_release_between_before_and_after(self, world, plan):
        drawing = self.drawn(world, plan, 41, 43)
        before, after = (stop.x for stop in drawing.lanes[0].stops)
        assert before < drawing.release_x < after
        assert drawing.today_x < before

    def test_are_not_drawn_where_nothing_has_a_day(self, world, plan):
        due(world, None, status="unscheduled")
        lines = lines_of(plan.milestones.select_related("item"), world.user("mentor"))
        assert drawing_of(lines, release=plan.release_on, on=today()) is None


class TestAMilestone:
    def post(self, client, row: Milestone, word: str, **data):
        return client.post(f"/milestones/{row.pk}/{word}/", data)

    def test_is_done_with_evidence(self, as_user, world, plan):
        row = due(world, 5)
        page = self.post(
            as_user("mentor"),
            row,
            "done",
            on=today().isoformat(),
            evidence_kind="document",
            evidence="Letter of 12 May",
        )
        row.refresh_from_db()
        assert page.status_code == 302
        assert (row.status, row.evidence, row.done_by) == (
            "done",
            "Letter of 12 May",
            world.people["mentor"],
        )
        assert "Letter of 12 May" in said(as_user("mentor"), f"/milestones/{row.pk}/")

    def test_is_not_done_without(self, as_user, world, plan):
        row = due(world, 5)
        page = self.post(
            as_user("mentor"),
            row,
            "done",
            on=in_days(3).isoformat(),
            evidence_kind="document",
            evidence="Letter of 12 May",
        )
        shown = page.content.decode()
        row.refresh_from_db()
        assert page.status_code == 200
        assert row.status == "planned"
        assert "That day has not come yet." in shown
        assert "Letter of 12 May" in shown

    def test_rests_with_a_reason_and_a_day_and_is_taken_up_again(self, as_user, world, plan):
        row, coach = due(world, 5), as_user("coach")
        assert (
            "Why" in self.post(coach, row, "hold", until=in_days(9).isoformat()).content.decode()
        )
        self.post(coach, row, "hold", until=in_days(9).isoformat(), reason="Waits for the council")
        row.refresh_from_db()
        assert row.is_on_hold(today())
        page = said(coach, f"/milestones/{row.pk}/")
        assert "Waits for the council" in page
        assert f"/milestones/{row.pk}/resume/" in page
        assert f"/milestones/{row.pk}/hold/" not in page
        self.post(coach, row, "resume")
        row.refresh_from_db()
        assert not row.is_on_hold(today())

    def test_is_handed_over_fixed_and_waived_by_a_coach(self, as_user, world, plan):
        row, coach = due(world, 5), as_user("coach")
        self.post(coach, row, "hand-over", to="caseworker")
        self.post(
            coach, row, "fix-date", on=in_days(12).isoformat(), reason="The landlord is away"
        )
        row.refresh_from_db()
        assert (row.responsible, row.due_on, row.date_locked) == ("caseworker", in_days(12), True)
        assert "The landlord is away" in said(coach, f"/milestones/{row.pk}/")
        self.post(coach, row, "waive", reason="He moves to his mother")
        row.refresh_from_db()
        assert row.status == "waived"

    def test_is_commented_on_for_all_who_see_the_plan(self, as_user, world, plan):
        row = due(world, 5)
        self.post(as_user("mentor"), row, "comment", text="The office opens at ten")
        assert "The office opens at ten" in said(as_user("caseworker"), f"/milestones/{row.pk}/")

    def test_offers_each_only_what_they_may(self, as_user, world, plan):
        row = due(world, 5)
        acts = {
            name: {
                address.rstrip("/").rpartition("/")[2]
                for address, _label in as_user(name).get(f"/milestones/{row.pk}/").context["acts"]
            }
            for name in ("mentor", "coach", "caseworker", "admin_a")
        }
        own = {"done", "begin", "take", "comment"}
        office = {"hold", "fix-date", "hand-over", "exempt", "waive"}
        assert acts["mentor"] == own
        assert acts["coach"] == office
        assert acts["caseworker"] == set()
        assert acts["admin_a"] == own | office

    def test_of_another_role_is_refused(self, as_user, world, plan):
        row = due(world, 5, responsible="caseworker")
        assert self.post(as_user("mentor"), row, "begin").status_code == 403
        row.refresh_from_db()
        assert row.status == "planned"

    def test_of_ones_own_is_added(self, as_user, world, plan):
        given = {"title": "Fetch the guitar", "category": "papers", "responsible": "mentor"}
        page = as_user("mentor").post(f"{URL}add/", {**given, "due_on": "1900-01-01"})
        assert "This is before the plan was made" in page.content.decode()
        assert "Fetch the guitar" in page.content.decode()
        as_user("mentor").post(f"{URL}add/", {**given, "due_on": in_days(20).isoformat()})
        assert "Fetch the guitar" in said(as_user("mentor"))


class TestTheGate:
    def test_is_red_while_it_is_empty_and_the_release_is_near(self, as_user, world, plan):
        assert "7 of 7 still empty" in said(as_user("mentor"))
        ReleasePlan.objects.update(release_on=in_days(9))
        page = said(as_user("mentor"))
        assert '<span class="state state-late">7 of 7 still empty</span>' in page

    def test_is_filled_in_and_printed(self, as_user, world, plan):
        client = as_user("mentor")
        assert client.post(f"{URL}gate/", {**GATE, "version": 0}).status_code == 302
        page = said(client)
        assert "ready" in page
        assert "His sister" in page
        paper = said(client, f"{URL}gate/print/")
        for words in ("His sister", "The mentor drives", "09:00", "Confidential"):
            assert words in paper

    def test_that_somebody_wrote_meanwhile_stands_beside(self, as_user, world, plan):
        as_user("mentor").post(f"{URL}gate/", {**GATE, "version": 0})
        answer = as_user("coach").post(f"{URL}gate/", {"bed": "At the uncle's", "version": 0})
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "At the uncle&#x27;s" in page
        assert "The hostel" in page
        assert plan.gate_plans.count() == 1
        again = as_user("coach").post(
            f"{URL}gate/",
            {"bed": "At the uncle's", "version": answer.context["form"].data["version"]},
        )
        assert again.status_code == 302
        assert plan.gate_plans.first().bed == "At the uncle's"

    def test_with_nothing_in_it_is_not_written(self, as_user, world, plan):
        page = as_user("mentor").post(f"{URL}gate/", {"version": 0}).content.decode()
        assert "Write at least one thing down." in page


class TestADateThatMoves:
    def asked(self, **more) -> dict[str, str]:
        given = {
            "kind": "decided_release",
            "value": in_days(70).isoformat(),
            "certainty": "decided",
            "source": "court",
            "reason": "Parole was refused",
        }
        return {**given, **more}

    @pytest.fixture
    def following(self, world, plan) -> Mentee:
        mentee = world.files["new"]
        due(world, 42)
        key_date(mentee, "decided_release", in_days(42), "decided")
        operations.follow_dates([mentee.pk], by=None)
        return mentee

    def test_is_shown_before_it_counts(self, as_user, world, following):
        client = as_user("caseworker")
        row = Milestone.objects.filter(
            plan__enrolment__mentee=following, item__isnull=False
        ).first()
        before = row.due_on
        page = client.post(f"{URL}date/", self.asked())
        row.refresh_from_db()
        assert page.status_code == 200
        assert row.due_on == before
        moved = {each.milestone.pk: each.new_on for each in page.context["moved"]}
        assert moved
        done = client.post(f"{URL}date/", self.asked(confirm="1"))
        row.refresh_from_db()
        assert done.status_code == 302
        assert row.due_on == moved.get(row.pk, before) != before
        assert "got another date: the release moved" in said(client)

    def test_can_be_changed_once_more(self, as_user, following):
        page = as_user("caseworker").post(f"{URL}date/", self.asked(change="1"))
        assert "Parole was refused" in page.content.decode()
        assert not page.context["asks"]

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ({"reason": ""}, "This field is required."),
            ({"value": "soon"}, "This is no date."),
            ({"source": "import"}, "Select a valid choice"),
        ],
    )
    def test_needs_its_reason_a_date_and_somebody_who_says_so(
        self, as_user, following, typed, sentence
    ):
        page = as_user("caseworker").post(f"{URL}date/", self.asked(**typed, confirm="1"))
        assert sentence in page.content.decode()
        assert page.status_code == 200

    @pytest.mark.parametrize("value", ["1900-01-01", "2200-01-01"])
    def test_of_another_age_is_refused_in_words(self, as_user, following, value):
        page = as_user("caseworker").post(f"{URL}date/", self.asked(value=value, confirm="1"))
        assert page.status_code == 200
        assert "invalid-feedback" in page.content.decode() or "alert" in page.content.decode()

    def test_is_no_mentors_to_move(self, as_user, following):
        assert as_user("mentor").get(f"{URL}date/").status_code == 403
        assert "plan/date/" not in said(as_user("mentor"))

    def test_of_a_file_without_a_plan_says_so(self, as_user, plan):
        plan.delete()
        assert "There is no release plan yet" in said(as_user("caseworker"), f"{URL}date/")
