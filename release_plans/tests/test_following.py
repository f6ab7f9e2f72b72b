"""Plans follow custody and its dates, in the same transaction, one person or a thousand."""

import datetime
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEvent
from bot_project.tests.crowd import cost
from core.dates import today
from mentees import operations as files
from mentees.models import CustodyEvent, Enrolment, KeyDate
from release_plans import operations, queries
from release_plans.models import Milestone, MilestoneDateChange, MilestoneTemplate, ReleasePlan
from release_plans.tests.conftest import Case

Status = Milestone.Status
ANCHOR, MOVED = date(2026, 9, 7), date(2026, 10, 19)
WEEK = datetime.timedelta(weeks=1)
AT_MOST = 10  # statements


def told(case, **where):
    return MilestoneDateChange.objects.filter(milestone__plan__enrolment=case.enrolment, **where)


class TestAMovedDate:
    def test_moves_what_is_open_with_a_row_for_each(self, case):
        case.held().given("expiry", ANCHOR).planned()
        case.moves("expiry", MOVED, reason="Days on remand credited")
        assert case.due("P15", "P24") == ["2026-07-27", "2026-09-21"]
        change = told(case, milestone__item__code="P15").get()
        assert (change.old_on, change.new_on) == (date(2026, 6, 15), date(2026, 7, 27))
        assert (change.cause, change.reason) == ("release_moved", "Days on remand credited")
        assert change.changed_by == case.by
        assert told(case).count() == 44  # all but what hangs on the enrolment

    def test_leaves_a_line_in_the_trail(self, case):
        case.held().given("expiry", ANCHOR).planned()
        case.moves("expiry", MOVED)
        line = AuditEvent.objects.get(kind="release_plan.followed")
        assert line.targets == ["mentees.mentee:M-new1"]
        assert line.actor == str(case.by.pk)

    def test_changes_nothing_the_second_time(self, case):
        case.held().given("expiry", ANCHOR).planned()
        case.moves("expiry", MOVED)
        before = told(case).count()
        assert operations.follow_dates([case.mentee.pk], by=None) == 0
        case.moves("expiry", MOVED)
        assert told(case).count() == before

    def test_is_refused_without_a_reason(self, case):
        case.held().given("expiry", ANCHOR).planned()
        for reason in ("  ", "x" * 121):
            with pytest.raises(operations.NotMoved) as refusal:
                case.moves("expiry", MOVED, reason=reason)
            assert list(refusal.value.message_dict) == ["reason"]
        assert not told(case).exists()

    @pytest.mark.parametrize("day", [date(1900, 1, 1), date(2200, 1, 1)])
    def test_is_refused_generations_away(self, case, day):
        case.held().given("expiry", ANCHOR).planned()
        with pytest.raises(files.NotRecorded) as refusal:
            case.moves("expiry", day)
        assert list(refusal.value.message_dict) == ["value"]

    def test_is_refused_before_the_admission(self, case):
        case.held().given("expiry", ANCHOR).planned()
        with pytest.raises(files.NotRecorded):
            case.moves("decided_release", OPENED_BEFORE)

    def test_is_taken_back_with_the_rest_when_the_plan_cannot_follow(self, case, monkeypatch):
        case.held().given("expiry", ANCHOR).planned()
        monkeypatch.setattr("release_plans.planner.changes", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            case.moves("expiry", MOVED)
        assert case.mentee.key_dates.newest().get(kind="expiry").value == ANCHOR

    def test_is_shown_before_it_is_applied(self, case):
        plan = case.held().given("expiry", ANCHOR).planned()
        seen = queries.preview(plan, kind=KeyDate.Kind.EXPIRY, value=MOVED, on=today())
        assert not told(case).exists()
        case.moves("expiry", MOVED)
        shown = {(m.milestone.pk, m.old_on, m.new_on, str(m.cause)) for m in seen}
        assert shown == set(told(case).values_list("milestone", "old_on", "new_on", "cause"))

    def test_leaves_a_fixed_date(self, case):
        case.held().given("expiry", ANCHOR).planned()
        operations.fix_date(case["P15"], by=case.by, on=date(2026, 6, 20), reason="The room")
        case.moves("expiry", MOVED)
        assert case["P15"].due_on == date(2026, 6, 20)

    def test_leaves_an_enrolment_that_is_over(self, case):
        case.held().given("expiry", ANCHOR).planned()
        Enrolment.objects.filter(pk=case.enrolment.pk).update(status="closed", closed_on=today())
        files.record_key_date(
            case.mentee,
            by=case.by,
            kind=KeyDate.Kind.EXPIRY,
            value=MOVED,
            certainty=KeyDate.Certainty.RECORDED,
            source=KeyDate.Source.IMPORT,
        )
        assert case["P15"].due_on == date(2026, 6, 15)


OPENED_BEFORE = date(2024, 12, 31)


class TestParoleRefused:
    """Acceptance scenario 6 of domain.md section 15."""

    def test_falls_back_to_the_end_and_asks_for_fresh_evidence(self, case):
        case.held().given("two_thirds", ANCHOR).given("expiry", ANCHOR + 30 * WEEK).planned()
        case.done("P21")
        files.record_event(
            case.mentee, by=case.by, kind=CustodyEvent.Kind.PAROLE_REFUSED, on=today()
        )
        plan = ReleasePlan.objects.get(enrolment=case.enrolment)
        assert plan.release_on == ANCHOR + 30 * WEEK
        residence = case["P21"]
        assert (residence.status, residence.recheck_needed) == (Status.DONE, True)
        assert set(told(case).values_list("milestone__item__code", flat=True)) == {
            *(m.code for m in plan.milestones.select_related("item")),
        } - {"P01"}
        assert told(case, cause="confirm_again").count() == 1
        before = told(case).count()
        assert operations.follow_dates([case.mentee.pk], by=None) == 0
        assert told(case).count() == before

    def test_confirmed_again_it_is_done(self, case):
        case.held().given("two_thirds", ANCHOR).given("expiry", ANCHOR + 30 * WEEK).planned()
        case.done("P21")
        case.moves("two_thirds", ANCHOR + 20 * WEEK)
        assert case["P21"].recheck_needed
        assert not case.done("P21").recheck_needed
        with pytest.raises(operations.NotCompleted):
            case.done("P21")


class TestRemand:
    DEADLINE = date(2026, 12, 14)

    def on_remand(self, case):
        case.held("remand").given("court_deadline", self.DEADLINE)
        case.given("expiry", ANCHOR).planned("remand")
        return case

    def test_has_no_release_even_where_an_old_date_stands(self, case):
        self.on_remand(case)
        assert ReleasePlan.objects.get(enrolment=case.enrolment).release_on is None
        assert case["R01"].status == Status.UNSCHEDULED
        assert case["U02"].due_on == date(2026, 11, 30)

    def test_asks_for_the_pack_again_at_each_deadline(self, case):
        self.on_remand(case)
        plan = case.enrolment.release_plan
        pack = dict.fromkeys(("bed", "cash", "phone_numbers", "medicines", "mentor_phone"), "x")
        operations.refresh_pack(plan, by=case.by, version=0, **pack)
        assert case["U02"].status == Status.DONE
        plan.refresh_from_db()
        assert queries.pack_state(plan, plan.packs.first(), today()) == "ready"
        case.moves("court_deadline", date(2027, 1, 11))
        again = case["U02"]
        assert (again.status, again.due_on, again.done_by) == (
            Status.PLANNED,
            date(2026, 12, 28),
            None,
        )
        plan.refresh_from_db()
        assert queries.pack_state(plan, plan.packs.first(), today()) == "red"

    def test_is_red_when_the_deadline_has_passed(self, case):
        self.on_remand(case)
        plan = case.enrolment.release_plan
        pack = dict.fromkeys(("bed", "cash", "phone_numbers", "medicines", "mentor_phone"), "x")
        operations.refresh_pack(plan, by=case.by, version=0, **pack)
        assert queries.pack_state(plan, plan.packs.first(), self.DEADLINE + WEEK) == "red"

    def test_released_tomorrow_everybody_knows_what_to_do(self, case):
        """Acceptance scenario 7."""
        self.on_remand(case)
        tomorrow = today() + datetime.timedelta(days=1)
        case.moves("decided_release", tomorrow)
        assert case["R01"].due_on == tomorrow
        assert case["R02"].due_on == tomorrow + datetime.timedelta(days=3)
        files.release(case.mentee, by=case.by, on=today())
        assert case["U02"].to_review
        assert case["R01"].due_on == today()
        assert not told(case, cause="release_moved", milestone__item__code="U02").exists()

    def test_after_the_judgment_goes_on_by_the_sentence(self, case):
        self.on_remand(case)
        case.done("U04")
        files.record_event(case.mentee, by=case.by, kind=CustodyEvent.Kind.JUDGMENT, on=today())
        plan = ReleasePlan.objects.get(enrolment=case.enrolment)
        assert plan.template.code == "sentence"
        assert case["U04"].status == Status.DONE
        assert case["U03"].status == Status.CANCELLED
        assert case["P15"].status == Status.UNSCHEDULED

    def test_forgets_a_release_of_long_ago(self, case):
        case.given("actual_release", date(2025, 3, 3)).held("remand", date(2026, 5, 4))
        case.planned("remand")
        plan = ReleasePlan.objects.get(enrolment=case.enrolment)
        assert (plan.release_on, plan.is_released) == (None, False)


class TestATemplate:
    def another_version(self, by):
        draft = operations.begin_version(
            MilestoneTemplate.objects.get(code="sentence", version=1), by=by
        )
        items = {item.code: item for item in draft.items.all()}
        operations.change_item(items["P15"], by=by, offset_days=-91)
        operations.drop_item(items["P03"], by=by)
        operations.add_item(
            draft,
            by=by,
            code="P31",
            category="papers",
            titles={"en": "Driving licence", "da": "Kørekort", "fr": "Permis"},
            responsible="mentor",
            offset_days=-35,
        )
        return operations.publish_template(draft, by=by, on=today())

    def test_in_a_new_version_is_adopted_by_running_plans(self, case):
        case.held().given("expiry", ANCHOR).planned()
        case.done("P05")
        version = self.another_version(case.by)
        assert case.due("P15") == ["2026-06-15"]
        assert operations.adopt_version(version, by=case.by) == 1
        assert case.due("P15") == ["2026-06-08"]
        assert case["P31"].due_on is not None
        assert case["P03"].status == Status.CANCELLED
        assert case["P05"].status == Status.DONE
        here = Milestone.objects.filter(plan__enrolment=case.enrolment, item__template=version)
        assert here.count() == 45
        causes = dict(told(case).values_list("milestone__item__code", "cause"))
        assert causes == {"P15": "template", "P03": "template"}
        assert operations.adopt_version(version, by=case.by) == 0

    def test_is_adopted_by_nobody_in_another_area(self, case, world):
        case.held().given("expiry", ANCHOR).planned()
        version = self.another_version(case.by)
        assert operations.adopt_version(version, by=world.user("admin_b")) == 0
        assert case.due("P15") == ["2026-06-15"]

    def test_switched_and_back_keeps_what_is_done(self, case):
        plan = case.held().given("expiry", ANCHOR).planned()
        case.done("P05")
        operations.hand_over_milestone(case["P15"], by=case.by, to="mentor")
        due = dict(plan.milestones.values_list("item__code", "due_on"))
        for code in ("short", "sentence"):
            template = MilestoneTemplate.objects.get(code=code)
            operations.switch_template(plan, by=case.by, template=template, reason="Less left")
            if code == "short":
                assert case["P03"].status == Status.CANCELLED
                assert case["P05"].status == Status.DONE
        assert dict(plan.milestones.values_list("item__code", "due_on")) == due
        assert set(plan.milestones.values_list("status", flat=True)) == {"planned", "done"}
        assert case["P15"].responsible == "mentor"
        assert plan.milestones.count() == 45

    def test_is_not_switched_without_a_reason_nor_to_itself(self, case):
        plan = case.held().given("expiry", ANCHOR).planned()
        short = MilestoneTemplate.objects.get(code="short")
        for template, reason in ((short, " "), (plan.template, "Why not")):
            with pytest.raises(operations.NotSwitched):
                operations.switch_template(plan, by=case.by, template=template, reason=reason)


class TestMany:
    def many(self, world, number):
        return [
            case
            for case in (Case(world, n) for n in range(number))
            if case.held().given("expiry", ANCHOR).planned()
        ]

    def imported(self, cases):
        for case in cases:
            case.given("expiry", MOVED)
        return [case.mentee.pk for case in cases]

    @pytest.mark.parametrize("number", [2, 9])
    def test_dates_are_followed_in_few_statements(self, world, number):
        mentees = self.imported(self.many(world, number))
        with CaptureQueriesContext(connection):
            assert cost(lambda: operations.follow_dates(mentees, by=None)) <= AT_MOST
        assert not Milestone.objects.filter(
            plan__enrolment__mentee__in=mentees, item__code="P15"
        ).exclude(due_on=date(2026, 7, 27))

    @pytest.mark.parametrize("number", [2, 9])
    def test_a_template_is_adopted_in_few_statements(self, world, number):
        cases = self.many(world, number)
        by = cases[0].by
        version = TestATemplate().another_version(by)
        assert by.standing  # loaded with the page
        assert cost(lambda: operations.adopt_version(version, by=by)) <= AT_MOST
        assert {case.due("P15")[0] for case in cases} == {"2026-06-08"}
