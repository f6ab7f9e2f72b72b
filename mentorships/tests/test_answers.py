"""What a coach answers to a note, and what its author writes back."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from audit.models import AuditEvent
from bot_project.tests.crowd import MOST_QUERIES, cost_of
from casework.queries.caseload import caseload_of
from core.dates import today
from mentorships import operations
from mentorships.models import Mentorship, NoteAnswer, SessionNarrative
from notifications.models import Notice

pytestmark = pytest.mark.django_db
COACHES = [kind for kind in NoteAnswer.Kind if kind != NoteAnswer.Kind.REPLY]


@pytest.fixture
def session(world):
    return world.session_of("mentor")


@pytest.fixture
def question(world, session):
    return operations.answer_note(
        session.narrative, by=world.people["coach"], kind="question", text="Where was it?"
    )


def answer(session):
    return f"/sessions/{session.uuid}/answer/"


def reply(question):
    return f"/sessions/{question.narrative.session.uuid}/answers/{question.pk}/reply/"


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


class TestAnAnswer:
    @pytest.mark.parametrize("kind", COACHES)
    def test_is_one_press_and_its_author_is_told(self, as_user, session, world, kind):
        sent = {"kind": kind, "text": "Where was it?" if kind == "question" else ""}
        response = as_user("coach").post(answer(session), sent)
        assert response.url == session.get_absolute_url()
        given = NoteAnswer.objects.get(narrative=session.narrative)
        assert (given.kind, given.author) == (kind, world.people["coach"])
        told = Notice.objects.get(kind="note_answered")
        assert (told.recipient, told.link) == (world.people["mentor"], response.url)
        line = AuditEvent.objects.get(kind="note.answered")
        assert line.details == {"answer": kind}
        assert line.capacity.startswith("coach:")
        assert "Where" not in told.occurrence
        shown = text_of(as_user("mentor").get(response.url))
        assert str(NoteAnswer.Kind(kind).label) in shown

    def test_is_offered_to_the_coach_and_to_nobody_else(self, as_user, session):
        for name, offered in (("coach", True), ("stand_in", True), ("mentor", False)):
            shown = as_user(name).get(session.get_absolute_url()).content.decode()
            assert (answer(session) in shown) == offered
            assert all((f'value="{kind}"' in shown) == offered for kind in COACHES)

    def test_is_refused_to_everybody_else(self, as_user, session):
        sent = {"kind": "read"}
        for name, status in (("mentor", 403), ("admin_a", 404), ("caseworker", 404)):
            assert as_user(name).post(answer(session), sent).status_code == status
        assert as_user("former_coach").post(answer(session), sent).status_code == 404
        assert as_user("coach").get(answer(session)).status_code == 405
        assert not NoteAnswer.objects.exists()

    def test_of_ones_own_mentorship_is_refused_whoever_asks(self, session, world):
        with pytest.raises(operations.NotAnswered, match="of their own"):
            operations.answer_note(session.narrative, by=world.people["mentor"], kind="read")

    @pytest.mark.parametrize(
        ("sent", "sentence"),
        [
            ({"kind": "question", "text": " "}, "Write the question"),
            ({"kind": "", "text": "Typed"}, "Choose one of the answers"),
            ({"kind": "reply", "text": "Typed"}, "Choose one of the answers"),
            ({"kind": "talk", "text": "word " * 101}, "at most 500"),
            ({"kind": "talk", "text": "a \x00 b"}, "Null characters"),
        ],
    )
    def test_that_says_too_little_or_too_much_keeps_what_was_typed(
        self, as_user, session, sent, sentence
    ):
        response = as_user("coach").post(answer(session), sent)
        assert response.status_code == 200
        assert sentence in text_of(response)
        assert sent["text"].strip() in response.content.decode()
        assert not NoteAnswer.objects.exists()

    def test_with_a_bad_token_keeps_what_was_typed(self, world, session):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(world.people["coach"])
        response = strict.post(answer(session), {"kind": "talk", "text": "On Monday"})
        assert response.status_code == 403
        assert "On Monday" in text_of(response)
        assert "nothing is lost" in text_of(response)

    def test_of_a_restricted_note_is_nobodys(self, as_user, session):
        SessionNarrative.objects.update(tier="restricted")
        assert as_user("coach").post(answer(session), {"kind": "read"}).status_code == 404

    def test_is_for_the_author_and_the_coach(self, as_user, session, question, world):
        for name in ("mentor", "coach", "stand_in"):
            assert NoteAnswer.objects.visible_to(world.user(name)).exists(), name
        for name in ("two_hats", "admin_a", "auditor", "partner", "former_coach", "mentor_b"):
            assert not NoteAnswer.objects.visible_to(world.user(name)).exists(), name

    def test_closes_with_the_window_after_the_end(self, session, question, world, time_machine):
        Mentorship.objects.filter(pk=session.mentorship_id).update(
            status="ended", ended_on=today(), end_reason="completed"
        )
        assert NoteAnswer.objects.visible_to(world.user("mentor")).exists()

    @pytest.mark.parametrize(
        "broken",
        [
            {"kind": "question"},
            {"kind": "reply", "text": "A reply to nothing"},
        ],
    )
    def test_that_makes_no_sense_is_refused_by_the_database(self, session, world, broken):
        with pytest.raises(IntegrityError), transaction.atomic():
            NoteAnswer.objects.create(
                narrative=session.narrative, author=world.people["coach"], **broken
            )


class TestAReply:
    def test_is_written_once_and_tells_whoever_asked(self, as_user, session, question, world):
        mentor = as_user("mentor")
        assert reply(question) in mentor.get(session.get_absolute_url()).content.decode()
        assert mentor.post(reply(question), {"text": "In the yard."}).status_code == 302
        shown = text_of(mentor.get(session.get_absolute_url()))
        assert "In the yard." in shown
        assert reply(question) not in shown
        told = Notice.objects.get(kind="question_answered")
        assert told.recipient == world.people["coach"]
        assert "answered this question already" in text_of(
            mentor.post(reply(question), {"text": "Again."})
        )
        assert NoteAnswer.objects.filter(kind="reply").count() == 1

    def test_needs_words_and_keeps_them(self, as_user, question):
        mentor = as_user("mentor")
        assert "Write the answer" in text_of(mentor.post(reply(question), {"text": " "}))
        long = "word " * 101
        assert long.strip() in mentor.post(reply(question), {"text": long}).content.decode()

    def test_is_its_authors_alone(self, as_user, question, world):
        sent = {"text": "In the yard."}
        assert as_user("coach").post(reply(question), sent).status_code == 403
        assert as_user("mentor_b").post(reply(question), sent).status_code == 404
        with pytest.raises(operations.NotYours):
            operations.reply_to_question(question, by=world.people["coach"], text="Mine")

    def test_answers_questions_only(self, as_user, session, world):
        read = operations.answer_note(session.narrative, by=world.people["coach"], kind="read")
        shown = as_user("mentor").post(reply(read), {"text": "Thanks"})
        assert "no question" in text_of(shown)
        shown = as_user("mentor").post(reply(read).replace(str(read.pk), "999999"), {"text": "x"})
        assert shown.status_code == 404

    def test_after_the_end_is_refused_and_the_words_stay(self, as_user, session, question):
        Mentorship.objects.filter(pk=session.mentorship_id).update(
            status="ended", ended_on=today(), end_reason="completed"
        )
        shown = text_of(as_user("mentor").post(reply(question), {"text": "In the yard."}))
        assert "Talk to your coach" in shown


class TestTheCaseload:
    def test_says_what_the_coach_answered_until_it_is_opened(self, as_user, session, question):
        mentor = as_user("mentor")
        shown = text_of(mentor.get("/caseload/"))
        assert "coach asks you something about Given-a" in shown
        notice = Notice.objects.get(kind="note_answered")
        assert mentor.post(f"/reminders/{notice.pk}/open/").url == session.get_absolute_url()
        assert "asks you something" not in text_of(mentor.get("/caseload/"))

    def test_tells_nobody_else(self, world, question):
        for name in ("coach", "mentor_b", "two_hats"):
            assert not [w for w in caseload_of(world.user(name)).worklist if w.is_sent]

    def test_costs_no_more_for_many_answers(self, as_user, session, world, question):
        client = as_user("mentor")
        one = cost_of(client, "/caseload/")
        for _ in range(20):
            operations.answer_note(session.narrative, by=world.people["coach"], kind="read")
        assert cost_of(client, "/caseload/") == one <= MOST_QUERIES
