"""From a due date to the people whom the rule names: swept once, told once, or not any more."""

import datetime

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bot_project.tests.cast import in_days
from core.dates import today
from mentees.models import Enrolment, MenteeExclusion
from mentorships.models import Mentorship
from notifications import mails, operations
from notifications.models import Notice
from release_plans.models import LadderRung, Milestone, ReminderStep, Responsible
from release_plans.operations import reminders
from release_plans.tasks import remind

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
BOTH = {"mentor", "two_hats"}  # who walk with this mentee


@pytest.fixture
def milestone(world):
    """One of the mentor's mentee, due today, the mentor's to do; nothing else is due."""
    reminders.load_ladder(by=None)
    ReminderStep.objects.all().delete()
    Milestone.objects.update(due_on=today() + 200 * DAY)
    found = Milestone.objects.filter(plan__enrolment__mentee=world.files["a"]).first()
    return change(found, status="planned", due_on=today(), responsible=Responsible.MENTOR)


def change(milestone, **fields):
    Milestone.objects.filter(pk=milestone.pk).update(**fields)
    milestone.refresh_from_db()
    return milestone


def told(world):
    """Who has which notice of a milestone."""
    names = {person.pk: name for name, person in world.people.items()}
    found = Notice.objects.filter(kind__startswith="milestone_")
    return {(names[n.recipient_id], n.kind) for n in found}


class TestTheSweep:
    def test_writes_a_step_once(self, milestone):
        assert reminders.sweep() == 1
        assert reminders.sweep() == 0
        step = ReminderStep.objects.get()
        assert (step.milestone, step.due_on, step.days) == (milestone, today(), 0)

    def test_is_one_statement_and_one_for_the_steps(self, milestone):
        with CaptureQueriesContext(connection) as queries:
            reminders.sweep()
        assert len(queries) == 2

    @pytest.mark.parametrize(
        "fields",
        [
            {"status": "done", "done_on": in_days(0), "evidence_kind": "document"},
            {"status": "waived", "reason": "x"},
            {"status": "unscheduled"},
            {"resume_on": in_days(3), "reason": "x"},
            {"taken_for": in_days(0)},
        ],
        ids=["done", "waived", "unscheduled", "on hold", "taken"],
    )
    def test_leaves_out_what_needs_no_reminding(self, world, milestone, fields):
        somebody = world.people["mentor"]
        if "done_on" in fields:
            fields = {**fields, "done_by": somebody}
        if "taken_for" in fields:
            fields = {**fields, "taken_by": somebody}
        change(milestone, **fields)
        assert reminders.sweep() == 0

    def test_takes_up_again_what_was_on_hold_until_today(self, milestone):
        change(milestone, resume_on=today(), reason="x")
        assert reminders.sweep() == 1

    def test_asks_again_when_the_date_moves_and_for_a_day_that_was_not_taken(
        self, world, milestone
    ):
        reminders.sweep()
        change(milestone, due_on=today() + DAY, taken_by=world.people["mentor"], taken_for=today())
        assert reminders.sweep() == 1
        assert reminders.sweep() == 0

    @pytest.mark.parametrize("status", [*Enrolment.OVER])
    def test_says_nothing_of_an_enrolment_that_is_over(self, milestone, status):
        Enrolment.objects.filter(pk=milestone.plan.enrolment_id).update(
            status=status, closed_on=today()
        )
        assert reminders.sweep() == 0

    def test_tells_the_coach_alone_while_an_enrolment_is_on_hold(self, milestone):
        Enrolment.objects.filter(pk=milestone.plan.enrolment_id).update(
            status="on_hold", review_on=today()
        )
        assert reminders.sweep() == 0
        change(milestone, due_on=today() - 7 * DAY)
        assert reminders.sweep() == 1
        assert ReminderStep.objects.get().audience == "coach"

    def test_follows_steps_that_the_office_changed(self, milestone):
        LadderRung.objects.all().delete()
        assert reminders.sweep() == 0
        LadderRung.objects.create(category=milestone.category, days=0, audience="coach")
        assert reminders.sweep() == 1


class TestPassingOn:
    def test_goes_to_the_mentor_with_a_link_and_no_word_more(self, world, milestone):
        reminders.sweep()
        assert reminders.pass_on() == 1
        assert told(world) == {(name, "milestone_today") for name in BOTH}
        assert Notice.objects.filter(kind="milestone_today").first().link == "/mentees/M-a/"
        assert reminders.pass_on() == 0

    @pytest.mark.parametrize(
        ("late", "kinds"),
        [
            (-14, {"milestone_soon"}),
            (3, {"milestone_late"}),
            (7, {"milestone_late", "milestone_passed_on"}),
            (14, {"milestone_late", "milestone_passed_on"}),
        ],
    )
    def test_climbs_with_the_days(self, world, milestone, late, kinds):
        change(milestone, due_on=today() - late * DAY)
        remind()
        assert {kind for _name, kind in told(world)} == kinds
        assert {name for name, kind in told(world) if kind != "milestone_passed_on"} == BOTH
        if late == 7:
            assert ("coach", "milestone_passed_on") in told(world)
        if late == 14:
            assert ("admin_a", "milestone_passed_on") in told(world)

    def test_goes_up_where_nobody_is_there_to_do_it(self, world, milestone):
        Mentorship.objects.filter(enrolment=milestone.plan.enrolment).update(
            status="ended", ended_on=today() - 60 * DAY, end_reason="other"
        )
        remind()
        assert "mentor" not in {name for name, _kind in told(world)}
        assert told(world)

    def test_passes_by_whoever_is_kept_from_the_file(self, world, milestone):
        MenteeExclusion.objects.create(
            mentee=world.files["a"], person=world.people["mentor"], reason="kin"
        )
        remind()
        assert "mentor" not in {name for name, _kind in told(world)}

    def test_leaves_what_was_settled_since(self, world, milestone):
        reminders.sweep()
        change(milestone, taken_by=world.people["mentor"], taken_for=today())
        assert reminders.pass_on() == 1
        assert told(world) == set()
        assert ReminderStep.objects.get().told == 0

    def test_asks_as_much_for_many_as_for_one(self, world, milestone, monkeypatch):
        def cost():
            with CaptureQueriesContext(connection) as queries:
                reminders.pass_on()
            return len(queries)

        reminders.sweep()
        one = cost()
        Milestone.objects.update(
            due_on=today(), status="planned", done_on=None, done_by=None, evidence_kind=""
        )
        ReminderStep.objects.all().delete()
        assert reminders.sweep() > 1
        assert cost() == one

    def test_works_through_more_than_a_chunk(self, world, milestone, monkeypatch):
        monkeypatch.setattr(reminders, "CHUNK", 1)
        change(milestone, due_on=today() - 7 * DAY)
        assert reminders.sweep() == 2
        assert reminders.pass_on() == 2

    def test_is_undone_as_a_whole_when_it_fails(self, world, milestone):
        reminders.sweep()
        with transaction.atomic():
            reminders.pass_on()
            transaction.set_rollback(True)
        assert told(world) == set()
        assert reminders.pass_on() == 1


class TestAMailOfIt:
    def mailed(self, world):
        operations.dispatch()
        with time_machine.travel(datetime.datetime.now(datetime.UTC) + 4 * DAY):
            mails.send_mails()
        return Notice.objects.get(kind="milestone_today", recipient=world.people["mentor"])

    def test_goes_out_while_it_holds(self, world, milestone, mailoutbox):
        remind()
        assert self.mailed(world).settled_at is None
        assert len(mailoutbox) == len(BOTH)

    @pytest.mark.parametrize(
        "fields", [{"status": "waived", "reason": "x"}, {"due_on": in_days(9)}]
    )
    def test_stays_at_home_when_it_does_not(self, world, milestone, mailoutbox, fields):
        remind()
        change(milestone, **fields)
        assert self.mailed(world).settled_at
        assert not mailoutbox

    def test_stays_at_home_when_its_reader_may_not_see_it_any_more(
        self, world, milestone, mailoutbox
    ):
        remind()
        MenteeExclusion.objects.create(
            mentee=world.files["a"], person=world.people["mentor"], reason="kin"
        )
        assert self.mailed(world).settled_at
        assert [each.to for each in mailoutbox] == [[world.people["two_hats"].email]]


def test_one_command_does_it_all_without_a_worker(milestone, capsys):
    call_command("dispatch_reminders")
    said = capsys.readouterr().out
    assert "1 reminders written, 1 passed on" in said
    call_command("dispatch_reminders")
    assert "0 reminders written, 0 passed on, 0 notices" in capsys.readouterr().out
