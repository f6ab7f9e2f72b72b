"""Work for a mentee that is no meeting."""

import datetime
import re
import uuid

import pytest
from django.db import IntegrityError, connection
from django.db.transaction import atomic

from audit.models import AuditEvent
from bot_project.tests.crowd import MOST_QUERIES, cost_of
from casework.models import CaseloadRow
from mentorships.models import OtherWork
from mentorships.operations import NotLogged, log_other_work
from mentorships.tests.writing import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.second_factor]
PAGE = "/sessions/other-work/"
NOTE = "Phoned the bank about an account."


@pytest.fixture(autouse=True)
def in_november(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 21, 14, 0, tzinfo=datetime.UTC), tick=False)


@pytest.fixture
def mentor(as_user):
    return as_user("mentor")


@pytest.fixture
def sent(world):
    return {
        "key": uuid.uuid4(),
        "mentorship": world.mentorship_of("mentor").pk,
        "kind": "authority",
        "worked_on": "2026-11-20",
        "minutes": "25",
        "note": NOTE,
    }


class TestLogging:
    def test_keeps_it_and_shows_it_on_the_page_and_in_the_file(self, mentor, sent):
        assert mentor.post(PAGE, sent).url == PAGE
        work = OtherWork.objects.get(uuid=sent["key"])
        assert (work.minutes, work.kind, work.note) == (25, "authority", NOTE)
        assert NOTE in text_of(mentor.get(PAGE))
        file = text_of(mentor.get("/mentees/M-a/"))
        assert NOTE in file
        assert "Without a meeting: talk with an authority" in file
        line = AuditEvent.objects.get(kind="work.logged")
        assert line.targets[0] == "mentees.mentee:M-a"

    def test_is_no_contact(self, mentor, world, sent):
        row = CaseloadRow.objects.get(pk=world.mentorship_of("mentor").pk)
        mentor.post(PAGE, sent)
        again = CaseloadRow.objects.get(pk=row.pk)
        assert (again.last_held_on, again.sessions_held) == (row.last_held_on, row.sessions_held)

    def test_twice_makes_one(self, mentor, sent):
        before = OtherWork.objects.count()
        for _ in range(2):
            assert mentor.post(PAGE, sent).status_code == 302
        assert OtherWork.objects.count() == before + 1

    def test_offers_a_new_key_each_time(self, mentor):
        keys = {
            re.search('name="key" value="([^"]+)"', text_of(mentor.get(PAGE)))[1] for _ in "ab"
        }
        assert len(keys) == 2

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"minutes": "0"}, "Between 1 and 480 minutes"),
            ({"minutes": "481"}, "less than or equal to 480"),
            ({"minutes": "long"}, "Enter a whole number"),
            ({"minutes": ""}, "This field is required"),
            ({"worked_on": "2026-11-22"}, "This day has not come yet"),
            ({"worked_on": "2019-12-31"}, "before the mentorship began"),
            ({"kind": ""}, "This field is required"),
            ({"kind": "golf"}, "Select a valid choice"),
            ({"mentorship": "99999"}, "Select a valid choice"),
            ({"key": "no-key"}, "Enter a valid UUID"),
            ({"note": NOTE + "x" * 300}, "at most 300 characters"),
            ({"note": NOTE + "\x00"}, "Null characters"),
        ],
    )
    def test_of_what_cannot_be_gets_a_sentence_and_keeps_what_was_typed(
        self, mentor, sent, change, sentence
    ):
        before = OtherWork.objects.count()
        shown = text_of(mentor.post(PAGE, sent | change))
        assert sentence in shown
        assert NOTE in shown
        assert OtherWork.objects.count() == before

    def test_is_for_ones_own_running_mentorships(self, mentor, world, sent):
        foreign = sent | {"mentorship": world.mentorship_of("mentor_b").pk}
        assert "Select a valid choice" in text_of(mentor.post(PAGE, foreign))
        ended = world.mentorship_of("former_mentor")
        with pytest.raises(NotLogged, match="not running"):
            log_other_work(
                ended,
                by=ended.mentor.user,
                key=uuid.uuid4(),
                worked_on=datetime.date(2026, 11, 20),
                minutes=5,
                kind="other",
            )


class TestReading:
    def test_is_for_whoever_walks_along_and_their_coach(self, as_user, world):
        work = OtherWork.objects.get(mentorship=world.mentorship_of("mentor"))
        work.note = "zqx-beside"
        work.save()
        for name in ("mentor", "coach"):
            assert "zqx-beside" in text_of(as_user(name).get("/mentees/M-a/"))
        for name in ("admin_a", "caseworker", "two_hats"):
            assert "zqx-beside" not in text_of(as_user(name).get("/mentees/M-a/"))

    def test_of_the_note_needs_the_key(self, world):
        with connection.cursor() as cursor:
            cursor.execute("SELECT note FROM mentorships_otherwork")
            notes = [note for (note,) in cursor.fetchall()]
        assert notes
        assert not any("promised" in note for note in notes)


def test_minutes_fit_into_a_day(world):
    for minutes in (0, 481):
        with pytest.raises(IntegrityError), atomic():
            OtherWork.objects.update(minutes=minutes)
    OtherWork.objects.update(minutes=480)


def test_the_page_costs_the_same_for_one_and_for_twenty(mentor, sent):
    mentor.post(PAGE, sent)
    one = cost_of(mentor, PAGE)
    for _ in range(19):
        mentor.post(PAGE, sent | {"key": uuid.uuid4()})
    assert cost_of(mentor, PAGE) == one <= MOST_QUERIES
