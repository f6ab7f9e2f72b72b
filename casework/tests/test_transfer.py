"""The page that takes down a move to another institution, and says first what it calls off."""

import datetime

import pytest

from audit.models import AuditEvent
from bot_project.tests.crowd import MOST_QUERIES, cost_of
from core.dates import today
from mentees import operations as mentees
from mentees.models import Mentee, Placement
from mentorships.models import PlannedMeeting
from mentorships.operations import Appointment, plan_meeting
from notifications.models import Notice
from organisations.models import Organisation

pytestmark = [pytest.mark.django_db, pytest.mark.second_factor]
PAGE = "/mentees/M-a/transfer/"
OTHERS = {
    "mentor": 403,
    "coach": 403,
    "auditor": 404,
    "admin_b": 404,
    "barred_admin_a": 404,
    "trainer": 404,
    "technical": 404,
}


@pytest.fixture
def near(world):
    """Another institution of the same area, so that the file stays in reach."""
    return Organisation.objects.create(
        kind=Organisation.Kind.INSTITUTION,
        name="Prison a, the open wing",
        within=world.area["a"],
        valid_from=datetime.date(2020, 1, 1),
    )


@pytest.fixture
def meeting(world):
    PlannedMeeting.objects.all().delete()
    on = today() + datetime.timedelta(days=3)
    appointment = Appointment(on, datetime.time(13, 0))
    by = world.people["mentor"]
    return plan_meeting(world.mentorship_of("mentor"), by=by, appointment=appointment)


def sent(there, **fields):
    return {"institution": there.pk, "on": today().isoformat(), "reason": "", **fields}


class TestThePage:
    def test_opens_to_the_administrator_and_the_caseworker_and_to_nobody_else(self, as_user):
        for name in ("admin_a", "caseworker"):
            assert as_user(name).get(PAGE).status_code == 200
        assert {name: as_user(name).get(PAGE).status_code for name in OTHERS} == OTHERS

    def test_is_linked_from_the_file_for_whoever_may_open_it(self, as_user):
        for name in ("admin_a", "caseworker", "mentor", "coach"):
            page = as_user(name).get("/mentees/M-a/").content.decode()
            assert (f'href="{PAGE}"' in page) == (name in {"admin_a", "caseworker"}), name

    def test_says_so_where_there_is_nothing_to_move_from(self, as_user, world):
        home = Organisation.objects.create(
            kind=Organisation.Kind.MUNICIPALITY,
            name="Town a",
            within=world.area["a"],
            valid_from=datetime.date(2020, 1, 1),
        )
        Mentee.objects.filter(reference="M-a").update(home_municipality=home)
        mentees.release(world.files["a"], by=world.people["admin_a"], on=today())
        client = as_user("admin_a")
        page = client.get(PAGE).content.decode()
        assert "is not in custody" in page
        assert "<select" not in page
        assert f'href="{PAGE}"' not in client.get("/mentees/M-a/").content.decode()

    def test_costs_few_queries(self, as_user):
        assert cost_of(as_user("admin_a"), PAGE) <= MOST_QUERIES


class TestATransfer:
    def test_is_read_through_first(self, as_user, meeting, near):
        page = as_user("admin_a").post(PAGE, sent(near)).content.decode()
        assert "at Prison a, the open wing, no longer at" in page
        assert ", 13:00" in page
        assert meeting in PlannedMeeting.objects.open()
        assert not Placement.objects.filter(institution=near).exists()

    def test_says_no_date_to_who_may_not_know_of_sessions(self, as_user, meeting, near):
        page = as_user("caseworker").post(PAGE, sent(near)).content.decode()
        assert "Meetings planned after that day are called off" in page
        assert ", 13:00" not in page

    @pytest.mark.parametrize("name", ["admin_a", "caseworker"])
    def test_calls_off_what_was_planned_and_tells_the_mentor(
        self, as_user, world, meeting, near, name
    ):
        answer = as_user(name).post(PAGE, sent(near, reason="Nearer to home", confirm="1"))
        assert answer.url == "/mentees/M-a/"
        meeting.refresh_from_db()
        assert meeting.called_off_because == "transfer"
        assert Notice.objects.get(kind="meetings_called_off").recipient == world.people["mentor"]
        assert Mentee.objects.get(reference="M-a").institution == near
        placement = Placement.objects.get(institution=near)
        assert placement.transfer_reason == "Nearer to home"
        assert AuditEvent.objects.filter(kind="custody.event").exists()
        assert "Moved to Prison a" in as_user("mentor").get("/mentees/M-a/").content.decode()

    def test_tells_whoever_walks_with_the_mentee_and_the_caseworker(self, as_user, world, near):
        as_user("admin_a").post(PAGE, sent(near, confirm="1"))
        told = Notice.objects.filter(kind="mentee_transferred")
        names = {name for name, person in world.people.items() if told.filter(recipient=person)}
        assert {"mentor", "coach", "stand_in", "caseworker"} <= names
        assert not names & {"admin_a", *OTHERS} - {"mentor", "coach"}
        for name in sorted(names):
            assert as_user(name).get(told.first().link).status_code == 200, name

    def test_asks_in_the_plan_for_what_the_new_place_has_to_settle(self, as_user, world, near):
        as_user("admin_a").post(PAGE, sent(near, confirm="1"))
        page = as_user("mentor").get("/mentees/M-a/").content.decode()
        for title in ("Mentor approved", "Visit permits checked", "Caseworker named"):
            assert f"{title} at the new institution" in page

    def test_out_of_reach_leads_to_the_first_page(self, as_user, world):
        client = as_user("admin_a")
        Mentee.objects.filter(reference="M-a").update(home_municipality=None)
        answer = client.post(PAGE, sent(world.prison["b"], confirm="1"), follow=True)
        assert answer.redirect_chain[0] == ("/", 302)
        assert "in another area now" in answer.content.decode()
        assert client.get("/mentees/M-a/").status_code == 404

    def test_keeps_what_was_typed_to_change_it(self, as_user, near):
        page = as_user("admin_a").post(PAGE, sent(near, reason="Nearer", change="1"))
        text = page.content.decode()
        assert 'value="Nearer"' in text
        assert "Next: read it through" in text

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ({"institution": ""}, "Say to which institution."),
            ({"institution": "x"}, "Select a valid choice"),
            ({"on": ""}, "Give the day of the move."),
            ({"on": "yesterday"}, "This is no date."),
            ({"on": "2999-01-01"}, "has not come yet"),
            ({"on": "1990-01-01", "confirm": "1"}, "came to where they are now after this day"),
            ({"reason": "x" * 121}, "at most 120"),
            ({"reason": "a\x00b"}, "Null characters"),
        ],
    )
    def test_answers_bad_input_with_a_sentence_and_keeps_the_rest(
        self, as_user, near, typed, told
    ):
        fields = sent(near, **{"reason": "Nearer", **typed})
        page = as_user("admin_a").post(PAGE, fields)
        assert page.status_code == 200
        assert told in page.content.decode()
        assert not Placement.objects.filter(institution=near).exists()

    def test_to_where_the_mentee_is_already_is_refused(self, as_user, world):
        operate = mentees.transfer
        with pytest.raises(mentees.NotRecorded, match="there already"):
            operate(
                world.files["a"],
                by=world.people["admin_a"],
                institution=world.prison["a"],
                on=today(),
            )
        page = as_user("admin_a").post(PAGE, sent(world.prison["a"], confirm="1"))
        assert "Select a valid choice" in page.content.decode()
