"""The coming meetings: on a page, and in a calendar that says nothing of whom one meets."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext, override
from icalendar import Calendar

from accounts.operations import change_account
from audit.models import AuditEvent
from bot_project.tests.crowd import (
    MOST_QUERIES,
    another_file,
    cost_of,
    in_days,
    meet,
    walk,
)
from core.dates import today
from mentorships.models import Mentorship, PlannedMeeting
from mentorships.operations import end_mentorship
from notifications.models import CalendarKey

pytestmark = pytest.mark.django_db
PAGE, FILE = "/calendar/", "/calendar/meetings.ics"


@pytest.fixture
def planned(world):
    """The mentor's next meeting: the day after tomorrow at one."""
    return meet(
        world.mentorship_of("mentor"),
        in_days(-1),
        next_on=in_days(2),
        next_at=datetime.time(13),
    )


def address_of(client) -> str:
    """Of a feed that this person makes."""
    return client.post(PAGE).context["address"].removeprefix("http://testserver")


def events_of(answer):
    assert answer.status_code == 200
    return Calendar.from_ical(answer.content).walk("VEVENT")


class TestThePage:
    def test_shows_the_next_meeting(self, as_user, planned):
        [meeting] = as_user("mentor").get(PAGE).context["meetings"]
        assert (meeting.planned_on, meeting.planned_at) == (in_days(2), datetime.time(13))

    def test_shows_none_of_other_mentors(self, as_user, planned):
        assert as_user("two_hats").get(PAGE).context["meetings"] == []

    @pytest.mark.parametrize(("at", "clashes"), [((14, 59), True), ((15, 0), False)])
    def test_warns_where_two_are_within_two_hours(self, as_user, world, planned, at, clashes):
        meet(
            walk(world, "mentor", another_file(world, 1)),
            in_days(-1),
            next_on=in_days(2),
            next_at=datetime.time(*at),
        )
        page = as_user("mentor").get(PAGE)
        assert ("within two hours" in page.content.decode()) == clashes

    def test_costs_the_same_for_one_meeting_and_for_many(self, as_user, world, planned):
        client = as_user("mentor")
        one = cost_of(client, PAGE)
        for number in range(20):
            meet(
                walk(world, "mentor", another_file(world, number)),
                in_days(-1),
                next_on=in_days(3),
            )
        assert cost_of(client, PAGE) == one <= MOST_QUERIES


class TestTheFile:
    def test_tells_when_and_nothing_else(self, as_user, world, planned):
        answer = as_user("mentor").get(FILE)
        [event] = events_of(answer)
        office = timezone.get_default_timezone()
        starts = datetime.datetime.combine(in_days(2), datetime.time(13), office)
        assert event.decoded("dtstart") == starts
        assert event["summary"] == "Mentor meeting"
        text = answer.content.decode()
        mentee = world.files["a"]
        for told in (mentee.reference, mentee.given_name, "Prison", "LOCATION", "ATTENDEE"):
            assert told not in text
        assert set(event) == {"UID", "DTSTAMP", "SUMMARY", "CLASS", "DTSTART", "DURATION"}

    def test_is_written_as_the_standard_has_it(self, as_user, planned):
        lines = as_user("mentor").get(FILE).content.split(b"\r\n")
        assert not any(b"\n" in line for line in lines)
        assert max(map(len, lines)) <= 75

    def test_has_a_day_where_the_time_is_open(self, as_user, world):
        meet(world.mentorship_of("mentor"), in_days(-1), next_on=in_days(2))
        [event] = events_of(as_user("mentor").get(FILE))
        assert event.decoded("dtstart") == in_days(2)

    def test_knows_the_same_meeting_again(self, as_user, planned):
        client = as_user("mentor")
        assert events_of(client.get(FILE))[0]["uid"] == events_of(client.get(FILE))[0]["uid"]

    def test_says_what_is_off_for_as_long_as_the_mentor_looks_back(
        self, as_user, world, planned, time_machine
    ):
        address = address_of(as_user("mentor"))
        [before] = events_of(Client().get(address))
        assert "status" not in before
        meeting = planned.next_meetings.get()
        PlannedMeeting.objects.filter(pk=meeting.pk).update(planned_on=in_days(20))
        mentorship = world.mentorship_of("mentor")
        end_mentorship(mentorship, by=world.people["admin_a"], on=today(), reason="other")
        [event] = events_of(Client().get(address))
        assert (event["uid"], event["status"]) == (before["uid"], "CANCELLED")
        assert event["sequence"] == 1
        time_machine.move_to(timezone.now() + datetime.timedelta(days=15))
        assert events_of(Client().get(address)) == []

    def test_speaks_the_language_of_its_owner(self, as_user, world, planned):
        world.people["mentor"].language = "da"
        world.people["mentor"].save()
        [event] = events_of(Client().get(address_of(as_user("mentor"))))
        with override("da"):
            assert event["summary"] == gettext("Mentor meeting")


class TestTheFeed:
    def test_opens_to_whoever_has_the_address(self, as_user, world, planned):
        address = address_of(as_user("mentor"))
        [event] = events_of(Client().get(address))
        assert event["summary"] == "Mentor meeting"
        line = AuditEvent.objects.get(kind="calendar.fetched")
        assert line.actor == str(world.people["mentor"].pk)
        key = CalendarKey.objects.get()
        assert key.last_used_on == today()
        assert address.split("/")[-1].removesuffix(".ics") not in str(vars(key))

    def test_opens_nothing_else(self, as_user, planned):
        words = address_of(as_user("mentor")).split("/")[-1].removesuffix(".ics")
        answer = Client().get("/api/v1/mentees/", headers={"Authorization": f"Bearer {words}"})
        assert answer.status_code == 401

    def test_under_a_made_up_address_is_not_there(self, as_user, planned):
        address = address_of(as_user("mentor"))
        assert Client().get("/calendar/made-up.ics").status_code == 404
        assert Client().get(f"{address[:-4]}A.ics").status_code == 404
        assert AuditEvent.objects.filter(kind="denied").count() == 2

    def test_follows_the_rule_at_each_request(self, as_user, world, planned):
        address = address_of(as_user("mentor"))
        assert events_of(Client().get(address))
        Mentorship.objects.filter(mentor__user=world.people["mentor"]).update(
            status="ended", ended_on=today(), end_reason="other"
        )
        assert events_of(Client().get(address)) == []

    @pytest.mark.parametrize("end", ["inactive", "role", "password", "closed", "new"])
    def test_ends_at_once(self, as_user, world, planned, end):
        client = as_user("mentor")
        address = address_of(client)
        assert Client().get(address).status_code == 200
        person = world.people["mentor"]
        if end == "inactive":
            type(person).objects.filter(pk=person.pk).update(is_active=False)
        elif end == "role":
            person.role_assignments.update(valid_until=today() - datetime.timedelta(days=1))
        elif end == "password":
            person.set_password("another passphrase for tests")
            person.save()
        elif end == "closed":
            client.post("/calendar/close/")
        else:
            assert address_of(client) != address
        assert Client().get(address).status_code == 404

    def test_stays_closed_when_the_account_is_opened_again(self, as_user, world, planned):
        address = address_of(as_user("mentor"))
        person, by = world.people["mentor"], world.people["technical"]
        for is_active in (False, True):
            person = change_account(person, by=by, is_active=is_active)
        assert Client().get(address).status_code == 404

    def test_is_shown_once(self, as_user, planned):
        client = as_user("mentor")
        address = address_of(client)
        assert address not in client.get(PAGE).content.decode()
