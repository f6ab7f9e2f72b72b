"""What a session's form asks beside the note: time, travel, scales, a co-mentor; and its check."""

import datetime
import uuid
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import IntegrityError, connection
from django.db.transaction import atomic
from django.test.utils import CaptureQueriesContext

from core.dates import today
from mentees.models import Mentee
from mentees.operations import release
from mentorships import operations
from mentorships.leave_out import LISTS, Topic
from mentorships.models import (
    MentoringSession,
    SessionDraft,
)
from mentorships.operations import NotLogged, Report, log_session
from mentorships.tests.changing import amend, lock
from mentorships.tests.writing import HELD, address, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.second_factor]


@pytest.fixture(autouse=True)
def in_november(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 21, 14, 0, tzinfo=datetime.UTC), tick=False)


@pytest.fixture
def mentor(as_user):
    return as_user("mentor")


# Domain.md section 8, row for row.
LEFT_OUT = [
    "who leads or recruits",
    "names of other inmates",
    "talk from the wing",
    "the offence, the defence, the victim",
    "diagnoses and medicine",
    "sexual life",
    "trade union",
    "belief or politics",
    "lawyer, chaplain or exit worker",
    "security routines",
    "your own address and phone number",
]
TIME = {
    "preparation_minutes": "15",
    "travel_minutes": "50",
    "kilometres": "38",
    "fare": "24,50",
    "outlay": "60.00",
    "claim_month": "2026-12-01",
}


def session_of(mentor, **change):
    """What came of a note that differs so from `HELD`."""
    key = uuid.uuid4()
    response = mentor.post(address(key), HELD | change)
    assert response.status_code == 302, text_of(response)
    return MentoringSession.objects.get(uuid=key)


class TestTheInstitution:
    """Where the mentee was placed that day, whenever it is written."""

    @pytest.fixture
    def moved(self, world):
        """On 10 November from one prison to another, and out on the 20th."""
        mentee, by = world.files["a"], world.people["admin_a"]
        Mentee.objects.filter(pk=mentee.pk).update(home_municipality=world.root)
        to = {"institution": world.prison["b"], "on": datetime.date(2026, 11, 10)}
        operations.transfer(mentee, by=by, **to)
        release(mentee, by=by, on=datetime.date(2026, 11, 20))

    @pytest.mark.parametrize(
        ("day", "prison"), [("09", "a"), ("10", "b"), ("20", "b"), ("21", None)]
    )
    def test_is_that_of_the_day(self, mentor, world, moved, day, prison):
        there = session_of(mentor, held_on=f"2026-11-{day}").institution
        assert there == (world.prison[prison] if prison else None)

    def test_follows_the_day_when_it_is_changed(self, mentor, world):
        session = session_of(mentor, held_on="2026-11-19")
        to = {"institution": world.prison["b"], "on": datetime.date(2026, 11, 20)}
        operations.transfer(world.files["a"], by=world.people["admin_a"], **to)
        edit = f"/sessions/{session.uuid}/edit/"
        for held_on, version, prison in (("2026-11-18", 1, "a"), ("2026-11-20", 2, "b")):
            mentor.post(edit, HELD | {"held_on": held_on, "version": version})
            session.refresh_from_db()
            assert session.institution == world.prison[prison]
        mentor.post(edit, HELD | {"held_on": "2026-11-20", "place": "cafe", "version": 3})
        session.refresh_from_db()
        assert session.institution is None

    @pytest.mark.parametrize("change", [{"place": "cafe"}, {"status": "no_show"}])
    def test_is_none_elsewhere(self, mentor, change):
        assert session_of(mentor, **change).institution is None

    def test_costs_no_statement(self, mentor):
        def cost_of(place):
            with CaptureQueriesContext(connection) as asked:
                session_of(mentor, place=place)
            return len(asked)

        assert cost_of("institution") == cost_of("cafe")


class TestTimeAndTravel:
    def test_are_kept_with_the_session_and_shown(self, mentor):
        session = session_of(mentor, **TIME)
        assert (session.preparation_minutes, session.travel_minutes) == (15, 50)
        assert (session.kilometres, session.fare) == (38, Decimal("24.50"))
        assert (session.outlay, session.claim_month) == (60, datetime.date(2026, 12, 1))
        shown = text_of(mentor.get(session.get_absolute_url()))
        assert "24.50 DKK" in shown
        assert "38 km" in shown

    def test_of_a_talk_from_afar_hold_no_travel(self, mentor):
        session = session_of(mentor, **TIME, modality="phone")
        assert (session.preparation_minutes, session.travel_minutes) == (15, None)
        assert (session.kilometres, session.fare, session.outlay) == (None, None, 60)

    def test_of_a_way_made_in_vain_count_and_of_a_cancelled_meeting_do_not(self, mentor):
        assert session_of(mentor, **TIME, status="no_show").travel_minutes == 50
        called_off = session_of(mentor, **TIME, status="cancelled", cancelled_by="mentee")
        assert called_off.travel_minutes is None

    @pytest.mark.parametrize(
        ("name", "typed"),
        [
            *[("travel_minutes", "961"), ("preparation_minutes", "-1"), ("kilometres", "far")],
            *[("fare", "12.345"), ("outlay", "1e9"), ("outlay", "-5"), ("claim_month", "soon")],
        ],
    )
    def test_of_a_strange_size_get_a_sentence_in_the_open_fold(self, mentor, name, typed):
        key = uuid.uuid4()
        shown = text_of(mentor.post(address(key), HELD | TIME | {name: typed}))
        assert 'class="fold unless-cancelled" open' in shown
        assert f'href="#id_{name}"' in shown
        assert HELD["facts"] in shown
        assert not MentoringSession.objects.filter(uuid=key).exists()


class TestScales:
    def test_are_kept_with_the_note_and_shown_one_by_one(self, mentor):
        session = session_of(mentor, wellbeing_asked="6", engagement_seen="0", wellbeing_seen="")
        note = session.narrative
        assert (note.wellbeing_asked, note.wellbeing_seen) == (6, None)
        assert (note.engagement_asked, note.engagement_seen) == (None, 0)
        shown = text_of(mentor.get(session.get_absolute_url()))
        assert "6 of 10" in shown
        assert "0 of 10" in shown

    def test_go_from_0_to_10(self, mentor):
        shown = text_of(mentor.post(address(), HELD | {"wellbeing_asked": "11"}))
        assert "Select a valid choice. 11" in shown
        note = session_of(mentor).narrative
        note.wellbeing_seen = 11
        with pytest.raises(IntegrityError), atomic():
            note.save()

    def test_are_read_by_those_who_read_the_note(self, mentor, as_user):
        closed = session_of(mentor, wellbeing_asked="6", tier="restricted")
        opened = session_of(mentor, wellbeing_asked="6")
        coach = as_user("coach")
        assert "6 of 10" in text_of(coach.get(opened.get_absolute_url()))
        assert "6 of 10" not in text_of(coach.get(closed.get_absolute_url()))


class TestACoMentor:
    def test_who_was_there_is_named(self, mentor, world):
        beside = world.mentorship("mentor_b", "a", role="co_mentor")
        session = session_of(mentor, mentors=[beside.mentor_id])
        assert session.participants.get().mentor == beside.mentor
        assert "mentor_b" in text_of(mentor.get(session.get_absolute_url()))
        assert "mentor_b" in text_of(mentor.get("/mentees/M-a/"))

    def test_is_one_who_walks_with_this_mentee(self, mentor, world):
        stranger = world.mentor("mentor_b")
        shown = text_of(mentor.post(address(), HELD | {"mentors": [stranger.pk]}))
        assert "may not take part any more" in shown
        report = Report(
            status="held",
            held_on=today(),
            minutes=60,
            themes=("family",),
            facts="They met.",
            mentors=(stranger,),
        )
        with pytest.raises(NotLogged, match="does not walk"):
            log_session(
                world.mentorship_of("mentor"),
                by=world.people["mentor"],
                draft=uuid.uuid4(),
                report=report,
            )


class TestTheCheck:
    """Before a note is finished by its button: once, and only where something may be missing."""

    FINISH = HELD | {"action": "finish", "next_meeting_on": "2026-11-26"}

    def test_says_what_is_missing_and_then_finishes_as_it_is(self, mentor):
        key, sent = uuid.uuid4(), self.FINISH | {"assessment": " ", "next_meeting_on": ""}
        shown = text_of(mentor.post(address(key), sent))
        assert "No assessment" in shown
        assert "No next meeting" in shown
        assert "Finish as it is" in shown
        assert HELD["facts"] in shown
        assert SessionDraft.objects.get(pk=key).typed["facts"] == HELD["facts"]
        assert not MentoringSession.objects.filter(uuid=key).exists()
        assert mentor.post(address(key), sent | {"checked": "1"}).url == f"/sessions/{key}/"

    def test_is_passed_where_nothing_is_missing(self, mentor):
        key = uuid.uuid4()
        assert mentor.post(address(key), self.FINISH).url == f"/sessions/{key}/"

    def test_is_of_the_next_meeting_only_where_none_is_planned(self, mentor):
        mentor.post(address(), self.FINISH)
        sent = self.FINISH | {"next_meeting_on": ""}
        assert mentor.post(address(), sent).status_code == 302

    @pytest.mark.parametrize(
        ("words", "topic"),
        [
            ("His cellmate snores.", "other inmates"),
            ("Han fik ny medicin i går.", "medicine"),
            ("Il parle de sa SCHIZOPHRÉNIE.", "a diagnosis"),
            ("They spoke after prayers.", "belief"),
        ],
    )
    def test_says_gently_what_one_may_be_writing_about(self, mentor, words, topic):
        sent = self.FINISH | {"facts": words}
        shown = text_of(mentor.post(address(), sent))
        assert f"You may be writing about {topic}" in shown
        assert mentor.post(address(), sent | {"checked": "1"}).status_code == 302

    @pytest.mark.parametrize("words", ["He offered help.", "Medical leave? No.", "Adhesive tape."])
    def test_says_nothing_of_other_words(self, mentor, words):
        assert mentor.post(address(), self.FINISH | {"facts": words}).status_code == 302

    def test_goes_on_to_another_session_where_that_was_wished(self, mentor):
        sent = self.FINISH | {"action": "finish_and_log"}
        assert mentor.post(address(), sent).url == "/sessions/log/"
        sent |= {"assessment": ""}
        shown = text_of(mentor.post(address(), sent))
        assert 'name="action" value="finish_and_log">Finish as it is' in shown

    def test_leads_to_a_list_beside_the_note_and_its_amendment(self, mentor, world):
        session = world.session_of("mentor")
        lock(session)
        for page in (f"{address()}?mentee=M-a", amend(session)):
            beside = text_of(mentor.get(page)).partition('<ul class="leave-out">')[2]
            beside = beside.partition("</ul>")[0]
            assert [each for each in LEFT_OUT if each not in beside] == []

    @pytest.mark.parametrize("path", sorted(LISTS.glob("*.txt")), ids=lambda p: p.name)
    def test_has_words_of_every_topic_in_every_language(self, path):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert [line.partition(":")[0] for line in lines] == Topic.values
        assert path.stem in dict(settings.LANGUAGES)
