import datetime

import pytest

from audit.models import AuditEvent
from core.dates import today
from core.errors import Refusal
from mentees import operations as files
from release_plans import operations
from release_plans.models import Milestone, MilestoneComment, MilestoneDateChange

Status = Milestone.Status
ANCHOR = today() + datetime.timedelta(days=200)
TOMORROW = today() + datetime.timedelta(days=1)


@pytest.fixture
def planned(case):
    case.held().given("expiry", ANCHOR).planned(on=today())
    return case


class TestBeginning:
    def test_takes_it_for_its_date(self, planned):
        milestone = operations.begin_milestone(planned["P15"], by=planned.by)
        assert milestone.status == Status.IN_PROGRESS
        assert milestone.is_taken
        assert list(Milestone.objects.taken()) == [milestone]

    def test_with_another_date_it_is_asked_again(self, planned):
        operations.acknowledge_milestone(planned["P15"], by=planned.by)
        planned.moves("expiry", ANCHOR + datetime.timedelta(weeks=3))
        milestone = planned["P15"]
        assert milestone.taken_by == planned.by
        assert not milestone.is_taken

    def test_is_refused_of_what_is_settled(self, planned):
        done = planned.done("P15")
        for act in (operations.begin_milestone, operations.acknowledge_milestone):
            with pytest.raises(Refusal):
                act(done, by=planned.by)


class TestAHold:
    UNTIL = today() + datetime.timedelta(days=10)

    def test_has_a_reason_and_a_day_and_ends_by_itself(self, planned):
        milestone = operations.hold_milestone(
            planned["P15"], by=planned.by, until=self.UNTIL, reason="The office is closed"
        )
        assert milestone.is_on_hold(today())
        assert not milestone.is_on_hold(self.UNTIL)
        assert list(Milestone.objects.on_hold(today())) == [milestone]
        assert not Milestone.objects.on_hold(self.UNTIL).exists()
        assert AuditEvent.objects.filter(kind="milestone.held").exists()

    @pytest.mark.parametrize(
        ("field", "until", "reason"), [("reason", UNTIL, " "), ("until", today(), "Because")]
    )
    def test_is_refused_without_them(self, planned, field, until, reason):
        with pytest.raises(operations.NotChanged) as refusal:
            operations.hold_milestone(planned["P15"], by=planned.by, until=until, reason=reason)
        assert list(refusal.value.message_dict) == [field]

    def test_is_taken_back(self, planned):
        held = operations.hold_milestone(
            planned["P15"], by=planned.by, until=self.UNTIL, reason="The office is closed"
        )
        again = operations.resume_milestone(held, by=planned.by)
        assert (again.status, again.resume_on, again.reason) == (Status.PLANNED, None, None)


class TestSettingAside:
    def test_an_exemption_comes_back_with_the_date_of_now(self, planned):
        exempt = operations.exempt_milestone(planned["P12"], by=planned.by, reason="No leave")
        assert exempt.status == Status.NOT_APPLICABLE
        planned.moves("expiry", ANCHOR + datetime.timedelta(weeks=3))
        before = planned["P12"].due_on
        again = operations.resume_milestone(exempt, by=planned.by)
        assert again.status == Status.PLANNED
        assert again.due_on != before
        assert again.date_changes.get().new_on == again.due_on

    def test_needs_a_reason(self, planned):
        for act in (operations.exempt_milestone, operations.waive_milestone):
            with pytest.raises(operations.NotChanged):
                act(planned["P12"], by=planned.by, reason="")

    def test_of_what_is_done_is_refused(self, planned):
        done = planned.done("P12")
        with pytest.raises(Refusal):
            operations.waive_milestone(done, by=planned.by, reason="Too late")


class TestADateOfItsOwn:
    def test_is_kept_until_it_is_freed(self, planned):
        day = ANCHOR - datetime.timedelta(days=50)
        usual = planned["P15"].due_on
        fixed = operations.fix_date(planned["P15"], by=planned.by, on=day, reason="The room")
        assert (fixed.due_on, fixed.date_locked) == (day, True)
        assert MilestoneDateChange.objects.get(milestone=fixed).reason == "The room"
        assert operations.free_date(fixed, by=planned.by).due_on == usual

    @pytest.mark.parametrize("day", [datetime.date(1900, 1, 1), datetime.date(2200, 1, 1)])
    def test_is_refused_generations_away(self, planned, day):
        with pytest.raises(operations.NotChanged) as refusal:
            operations.fix_date(planned["P15"], by=planned.by, on=day, reason="The room")
        assert list(refusal.value.message_dict) == ["on"]


class TestHandingOver:
    def test_makes_it_the_move_of_another_role(self, planned):
        taken = operations.acknowledge_milestone(planned["P15"], by=planned.by)
        milestone = operations.hand_over_milestone(taken, by=planned.by, to="mentor")
        assert (milestone.responsible, milestone.taken_by) == ("mentor", None)

    @pytest.mark.parametrize("to", ["caseworker", "nobody"])
    def test_to_the_same_or_to_nobody_is_refused(self, planned, to):
        with pytest.raises(operations.NotChanged):
            operations.hand_over_milestone(planned["P15"], by=planned.by, to=to)


class TestAnOwnOne:
    def test_keeps_its_date_and_is_reviewed_at_release(self, planned):
        plan = planned.enrolment.release_plan
        added = operations.add_milestone(
            plan,
            by=planned.by,
            title="Guitar fetched from the shop",
            category="papers",
            responsible="mentor",
            due_on=ANCHOR - datetime.timedelta(days=9),
        )
        assert (added.title, added.code) == ("Guitar fetched from the shop", "")
        planned.moves("expiry", ANCHOR + datetime.timedelta(weeks=3))
        added.refresh_from_db()
        assert added.due_on == ANCHOR - datetime.timedelta(days=9)

    def test_needs_a_title_and_a_day_to_come(self, planned):
        plan = planned.enrolment.release_plan
        usual = {"category": "papers", "responsible": "mentor"}
        for title, day in ((" ", ANCHOR), ("Guitar", datetime.date(1900, 1, 1))):
            with pytest.raises(operations.NotChanged):
                operations.add_milestone(plan, by=planned.by, title=title, due_on=day, **usual)


class TestAfterARelease:
    @pytest.fixture
    def released(self, planned):
        files.release(planned.mentee, by=planned.by, on=today())
        return planned

    def test_what_is_still_wanted_is_carried_over(self, released):
        carried = operations.carry_over_milestone(released["P11"], by=released.by)
        assert carried.due_on == today() + datetime.timedelta(days=7)
        assert carried.date_changes.first().cause == "carried_over"
        operations.follow_dates([released.mentee.pk], by=None)
        assert released["P11"].due_on == carried.due_on

    def test_what_has_no_sense_is_overtaken_with_a_reason(self, released):
        with pytest.raises(operations.NotChanged):
            operations.overtake_milestone(released["P12"], by=released.by, reason="")
        over = operations.overtake_milestone(released["P12"], by=released.by, reason="He is out")
        assert (over.status, over.to_review) == (Status.OVERTAKEN, False)

    def test_what_comes_after_it_is_not_reviewed(self, released):
        with pytest.raises(operations.NotChanged):
            operations.carry_over_milestone(released["R05"], by=released.by)


class TestACarriedOverOne:
    def test_stays_when_dates_are_counted_again(self, planned):
        files.release(planned.mentee, by=planned.by, on=today())
        carried = operations.carry_over_milestone(planned["P11"], by=planned.by)
        operations.follow_dates([planned.mentee.pk], by=None)
        carried.refresh_from_db()
        assert not carried.to_review


class TestAChecklist:
    def test_is_ticked_thing_by_thing(self, planned):
        ticked = operations.tick_milestone(planned["P23"], by=planned.by, things=["phone", "eid"])
        assert ticked.ticked == ["eid", "phone"]
        with pytest.raises(operations.NotChanged):
            operations.tick_milestone(ticked, by=planned.by, things=["yacht"])

    def test_remarks_stay_as_they_were_written(self, planned):
        operations.comment_on_milestone(planned["P23"], by=planned.by, text=" Nearly ")
        assert MilestoneComment.objects.filter(author=planned.by).last().text == "Nearly"
        with pytest.raises(operations.NotChanged):
            operations.comment_on_milestone(planned["P23"], by=planned.by, text=" ")
