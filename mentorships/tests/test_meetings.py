"""A meeting that is planned first, and reported later by one session."""

import datetime
import re
import uuid

import pytest
from django.db import IntegrityError
from django.db.transaction import atomic

from audit.models import AuditEvent
from bot_project.tests.crowd import MOST_QUERIES, cost_of, in_days
from casework.models import CaseloadRow
from core.dates import today
from mentees.models import Consent
from mentorships.models import MentoringSession, PlannedMeeting
from mentorships.operations import (
    Appointment,
    NotPlanned,
    call_off_meeting,
    end_mentorship,
    move_meeting,
    plan_meeting,
    transfer,
    withdraw_consent,
)
from mentorships.tests.writing import CALLED_OFF, HELD, address, text_of
from notifications.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.second_factor]
LIST, PLAN = "/sessions/meetings/", "/sessions/meetings/plan/"


@pytest.fixture(autouse=True)
def in_november(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 21, 14, 0, tzinfo=datetime.UTC), tick=False)


@pytest.fixture(autouse=True)
def nothing_is_planned(world):
    PlannedMeeting.objects.all().delete()


@pytest.fixture
def mentor(as_user):
    return as_user("mentor")


def planned(world, on, at=None, name="mentor"):
    appointment = Appointment(on, at)
    return plan_meeting(world.mentorship_of(name), by=world.people[name], appointment=appointment)


def file(world):
    return world.files["a"]


def next_of(world, name="mentor"):
    row = CaseloadRow.objects.get(pk=world.mentorship_of(name).pk)
    return row.next_meeting_on, row.next_meeting_at


def logged(mentor, **change):
    key = uuid.uuid4()
    response = mentor.post(address(key), HELD | change)
    assert response.status_code == 302, text_of(response)
    return MentoringSession.objects.get(uuid=key)


class TestPlanning:
    def test_puts_it_into_the_list_and_the_caseload(self, mentor, world):
        sent = {"mentorship": world.mentorship_of("mentor").pk, "planned_on": "2026-11-26"}
        response = mentor.post(PLAN, sent | {"planned_at": "13:00", "modality": "prison"})
        assert response.url == LIST
        assert "13:00" in text_of(mentor.get(LIST))
        assert next_of(world) == (datetime.date(2026, 11, 26), datetime.time(13))
        line = AuditEvent.objects.get(kind="meeting.planned")
        assert line.targets[0] == "mentees.mentee:M-a"

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"planned_on": "2026-11-20"}, "This day has passed"),
            ({"planned_on": "2062-11-20"}, "more than a year ahead"),
            ({"planned_on": "soon"}, "This is no date"),
            ({"planned_at": "noon"}, "This is no time"),
            ({"modality": "raven"}, "Select a valid choice"),
            ({"mentorship": "99999"}, "Select a valid choice"),
        ],
    )
    def test_of_what_cannot_be_gets_a_sentence(self, mentor, world, change, sentence):
        sent = {"mentorship": world.mentorship_of("mentor").pk, "planned_on": "2026-11-26"}
        assert sentence in text_of(mentor.post(PLAN, sent | {"place": "cafe"} | change))
        assert not PlannedMeeting.objects.exists()

    def test_is_for_a_mentee_of_ones_own(self, mentor, world):
        sent = {"mentorship": world.mentorship_of("mentor_b").pk, "planned_on": "2026-11-26"}
        assert "Select a valid choice" in text_of(mentor.post(PLAN, sent))
        assert not PlannedMeeting.objects.exists()

    def test_ends_with_the_mentorship(self, world):
        mentorship = world.mentorship_of("mentor")
        end_mentorship(mentorship, by=world.people["admin_a"], on=today(), reason="other")
        with pytest.raises(NotPlanned, match="not running"):
            planned(world, in_days(3))

    def test_says_what_begins_at_about_that_time_and_refuses_nothing(self, mentor, world):
        world.mentorship("mentor", "b", role="co_mentor")
        own = {m.enrolment.mentee.reference: m for m in world.mentor("mentor").mentorships.all()}
        sent = {"mentorship": own["M-a"].pk, "planned_on": "2026-11-26", "planned_at": "13:00"}
        mentor.post(PLAN, sent)
        sent |= {"mentorship": own["M-b"].pk, "planned_at": "15:00"}
        assert "You also meet" not in text_of(mentor.post(PLAN, sent, follow=True))
        sent |= {"planned_at": "14:59"}
        shown = text_of(mentor.post(PLAN, sent, follow=True))
        assert "You also meet M-a at 13:00" in shown
        assert "You also meet M-b at 15:00" in shown
        assert PlannedMeeting.objects.filter(planned_on="2026-11-26").count() == 3


class TestMoving:
    def test_keeps_what_was_planned_and_says_why(self, mentor, world):
        first = planned(world, in_days(3))
        path = f"{LIST}{first.uuid}/move/"
        assert 'value="2026-11-24"' in text_of(mentor.get(path))
        sent = {"planned_on": "2026-11-27", "planned_at": "10:30", "reason": "escort"}
        assert mentor.post(path, sent).url == LIST
        moved = PlannedMeeting.objects.open().get()
        assert (moved.supersedes, moved.moved_because) == (first, "escort")
        assert next_of(world) == (datetime.date(2026, 11, 27), datetime.time(10, 30))
        assert "moved from" in text_of(mentor.get(LIST))

    def test_needs_a_reason(self, mentor, world):
        path = f"{LIST}{planned(world, in_days(3)).uuid}/move/"
        shown = text_of(mentor.post(path, {"planned_on": "2026-11-27", "reason": ""}))
        assert "This field is required" in shown
        assert 'value="2026-11-27"' in shown
        assert PlannedMeeting.objects.count() == 1
        meeting = PlannedMeeting.objects.get()
        meeting.pk, meeting.uuid, meeting.supersedes_id = None, uuid.uuid4(), meeting.pk
        with pytest.raises(IntegrityError), atomic():
            meeting.save(force_insert=True)

    def test_of_one_that_was_moved_meanwhile_says_so(self, mentor, world):
        first = planned(world, in_days(3))
        path = f"{LIST}{first.uuid}/move/"
        sent = {"planned_on": "2026-11-27", "reason": "work"}
        mentor.post(path, sent)
        assert "meanwhile" in text_of(mentor.post(path, sent))
        assert PlannedMeeting.objects.count() == 2

    def test_is_the_mentors_alone(self, as_user, world):
        path = f"{LIST}{planned(world, in_days(3)).uuid}/"
        for name, status in (("mentor_b", 404), ("coach", 403), ("admin_a", 404)):
            client = as_user(name)
            assert client.get(f"{path}move/").status_code == status
            assert client.post(f"{path}call-off/", {"reason": "work"}).status_code == status
        assert PlannedMeeting.objects.open().count() == 1


class TestCallingOff:
    def test_takes_it_out_of_the_calendar_and_keeps_that_it_was(self, mentor, world):
        meeting = planned(world, in_days(3))
        mentor.post(f"{LIST}{meeting.uuid}/call-off/", {"reason": "illness"})
        meeting.refresh_from_db()
        assert meeting.called_off_because == "illness"
        assert not PlannedMeeting.objects.open().exists()
        assert next_of(world) == (None, None)
        assert AuditEvent.objects.filter(kind="meeting.called_off").exists()

    def test_is_not_done_twice_nor_to_what_was_reported(self, world):
        by = world.people["mentor"]
        meeting = call_off_meeting(planned(world, in_days(3)), by=by, reason="work")
        for act in (
            lambda: call_off_meeting(meeting, by=by, reason="work"),
            lambda: move_meeting(
                meeting, by=by, appointment=Appointment(in_days(5)), reason="work"
            ),
        ):
            with pytest.raises(NotPlanned, match="meanwhile"):
                act()
        with pytest.raises(IntegrityError), atomic():
            PlannedMeeting.objects.update(reported_in=world.session_of("mentor"))

    def test_is_done_to_what_was_to_come_when_the_mentorship_ends(self, world):
        done, to_come = planned(world, today()), planned(world, in_days(3))
        others = planned(world, in_days(3), name="mentor_b")
        by = world.people["admin_a"]
        end_mentorship(world.mentorship_of("mentor"), by=by, on=today(), reason="other")
        assert set(PlannedMeeting.objects.open()) == {done, others}
        to_come.refresh_from_db()
        assert to_come.called_off_because == "ended"

    def test_is_done_when_the_mentee_no_longer_takes_part(self, world):
        done, to_come = planned(world, today()), planned(world, in_days(3))
        others = planned(world, in_days(3), name="mentor_b")
        by, consents = (
            world.people["admin_a"],
            Consent.objects.filter(enrolment__mentee=file(world)),
        )
        for other in consents.exclude(purpose="take_part"):
            withdraw_consent(other, by=by, on=today())
        assert set(PlannedMeeting.objects.open()) == {done, to_come, others}
        withdraw_consent(consents.get(purpose="take_part"), by=by, on=today())
        assert set(PlannedMeeting.objects.open()) == {done, others}
        to_come.refresh_from_db()
        assert to_come.called_off_because == "consent"
        assert AuditEvent.objects.filter(kind="meeting.called_off").count() == 1
        anew = planned(world, in_days(4))
        assert anew in PlannedMeeting.objects.open()  # whoever agreed anew is met anew

    def test_is_done_when_the_mentee_is_moved_to_another_institution(self, world):
        by, elsewhere = world.people["admin_a"], world.prison["b"]
        planned(world, in_days(3))
        transfer(file(world), by=by, institution=elsewhere, on=today())
        assert PlannedMeeting.objects.get().called_off_because == "transfer"

    @pytest.mark.parametrize("own_act", [False, True])
    def test_of_all_that_was_to_come_is_told_once(self, mentor, world, own_act):
        for days in (3, 4):
            planned(world, in_days(days))
        by = world.people["mentor" if own_act else "admin_a"]
        end_mentorship(world.mentorship_of("mentor"), by=by, on=today(), reason="other")
        told = Notice.objects.filter(kind="meetings_called_off")
        assert [each.recipient for each in told] == [world.people["mentor"]] * (not own_act)
        shown = text_of(mentor.get(LIST))
        assert shown.count("the mentorship has ended") == 2
        assert file(world).given_name not in shown

    def test_is_said_to_nobody_else(self, as_user, world):
        planned(world, in_days(3))
        by = world.people["admin_a"]
        end_mentorship(world.mentorship_of("mentor"), by=by, on=today(), reason="other")
        for name in ("mentor_b", "two_hats"):
            assert "Called off" not in text_of(as_user(name).get(LIST))


class TestReporting:
    def test_is_by_the_session_of_that_day(self, mentor, world):
        meeting, later = planned(world, today()), planned(world, in_days(1))
        session = logged(mentor, held_on="2026-11-21")
        assert session.planned == meeting
        assert PlannedMeeting.objects.open().get() == later

    def test_is_by_a_session_that_names_it(self, mentor, world):
        meeting = planned(world, in_days(1))
        key = uuid.uuid4()
        mentor.post(address(key), CALLED_OFF | {"planned": meeting.pk})
        meeting.refresh_from_db()
        assert meeting.reported_in.uuid == key

    def test_is_done_once(self, mentor, world):
        meeting = planned(world, today())
        first = logged(mentor, held_on="2026-11-21")
        assert not hasattr(logged(mentor, held_on="2026-11-21"), "planned")
        meeting.refresh_from_db()
        assert meeting.reported_in == first
        shown = text_of(mentor.post(address(), HELD | {"planned": meeting.pk}))
        assert "Select a valid choice" in shown

    def test_of_somebody_elses_meeting_is_refused(self, mentor, world):
        other = planned(world, today(), name="mentor_b")
        shown = text_of(mentor.post(address(), HELD | {"planned": other.pk}))
        assert "Select a valid choice" in shown

    def test_sent_twice_is_one_session(self, mentor, world):
        meeting, key = planned(world, today()), uuid.uuid4()
        sent = HELD | {"planned": meeting.pk}
        answers = [mentor.post(address(key), sent)["Location"] for _try in range(2)]
        assert answers == [f"/sessions/{key}/"] * 2

    def test_begins_with_the_day_and_way_that_were_planned(self, mentor, world):
        plan_meeting(
            world.mentorship_of("mentor"),
            by=world.people["mentor"],
            appointment=Appointment(today(), datetime.time(14, 15), "phone"),
        )
        shown = text_of(mentor.get(f"{address()}?mentee=M-a"))
        assert 'value="14:15"' in shown
        assert re.search('value="phone" checked', shown)

    def test_begins_with_no_time_that_is_still_to_come(self, mentor, world):
        planned(world, today(), datetime.time(16, 15))
        page = mentor.get(f"{address()}?mentee=M-a")
        assert page.context["form"].initial["held_on"] == today()
        assert "started_at" not in page.context["form"].initial


class TestTheNextMeeting:
    def test_of_a_session_is_planned_with_it(self, mentor, world):
        session = logged(mentor, next_meeting_on="2026-11-26", next_meeting_at="13:00")
        meeting = PlannedMeeting.objects.get(made_in=session)
        assert (meeting.planned_on, meeting.planned_at) == (
            datetime.date(2026, 11, 26),
            datetime.time(13),
        )
        assert "26 Nov, 13:00" in text_of(mentor.get(session.get_absolute_url()))
        assert "Planned already: " in text_of(mentor.get(f"{address()}?mentee=M-a"))

    def test_that_is_in_the_calendar_already_is_not_planned_twice(self, mentor, world):
        planned(world, in_days(5), datetime.time(13))
        logged(mentor, next_meeting_on="2026-11-26", next_meeting_at="13:00")
        assert PlannedMeeting.objects.count() == 1

    def test_that_clashes_is_said_when_the_session_is_finished(self, mentor, world):
        world.mentorship("mentor", "b", role="co_mentor")
        other = world.mentor("mentor").mentorships.get(enrolment__mentee=world.files["b"])
        plan_meeting(
            other,
            by=world.people["mentor"],
            appointment=Appointment(in_days(5), datetime.time(12)),
        )
        sent = HELD | {"next_meeting_on": "2026-11-26", "next_meeting_at": "13:00"}
        assert "You also meet M-b" in text_of(mentor.post(address(), sent, follow=True))

    def test_that_lies_before_the_last_session_waits_for_nobody(self, mentor, world):
        planned(world, today())
        PlannedMeeting.objects.update(planned_on="2026-11-10")
        assert next_of(world)[0] == datetime.date(2026, 11, 10)
        logged(mentor)
        assert next_of(world) == (None, None)
        assert "Not reported yet" in text_of(mentor.get(LIST))


def test_the_list_costs_the_same_for_one_and_for_twenty(mentor, world):
    planned(world, in_days(1))
    one = cost_of(mentor, LIST)
    for number in range(19):
        planned(world, in_days(number + 2))
    assert cost_of(mentor, LIST) == one <= MOST_QUERIES
