"""A session that was recorded in error: read as before, struck out, and counted nowhere."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import AuditEvent
from bot_project.tests.cast import World
from bot_project.tests.crowd import MOST_QUERIES, cost_of, meet
from casework.models import CaseloadRow
from casework.queries.file_facts import facts_of
from casework.queries.goals import goal_view
from core.dates import today
from mentees.models import Goal
from mentorships import operations, queries
from mentorships.expenses import costs_of, months_of, total_of
from mentorships.models import (
    Agreement,
    ExpenseLine,
    ExpenseRate,
    GoalRating,
    MentoringSession,
    PlannedMeeting,
    SessionNarrative,
)
from mentorships.operations import NotVoided, restore_session, void_session
from notifications.models import Notice
from reports.figures import figures

pytestmark = [pytest.mark.django_db, pytest.mark.second_factor]
TWICE = {"reason": "twice"}
LAST_MONTH = today().replace(day=1) - datetime.timedelta(days=3)


@pytest.fixture
def session(world) -> MentoringSession:
    """The newest of the mentor, with everything that hangs on one."""
    ExpenseLine.objects.all().delete()
    ExpenseRate.objects.get_or_create(year=LAST_MONTH.year, defaults={"per_kilometre": 3})
    mentorship = world.mentorship_of("mentor")
    session = meet(
        mentorship, LAST_MONTH, fare=Decimal(24), travel_minutes=50, concern_raised=True
    )
    goal = Goal.objects.get(mentee=world.files["a"])
    GoalRating.objects.create(goal=goal, session=session, level=2)
    Agreement.objects.filter(mentorship=mentorship).exclude(made_in=session).update(
        outcome="kept", settled_in=session, settled_on=session.held_on
    )
    Agreement.objects.filter(made_in=session).update(due_on=today())
    PlannedMeeting.objects.filter(mentorship=mentorship).update(
        reported_in=session, planned_on=session.held_on
    )
    return session


def lock(session: MentoringSession) -> None:
    since = timezone.now() - datetime.timedelta(hours=73)
    MentoringSession.objects.filter(pk=session.pk).update(finished_at=since)
    session.refresh_from_db()


def page(session: MentoringSession, name: str = "") -> str:
    return f"/sessions/{session.uuid}/{name}"


def counted(world: World) -> dict[str, Any]:
    """Everything that counts sessions, or what hangs on one."""
    mentor, mentee = world.user("mentor"), world.files["a"]
    mentorship = world.mentorship_of("mentor")
    row = CaseloadRow.objects.get(mentorship=mentorship)
    around = queries.surroundings(mentor, mentorship)
    [held] = [figure for figure in figures() if figure.key == "sessions"]
    goal = goal_view(Goal.objects.get(mentee=mentee), mentor)
    facts = [fact for fact in facts_of(mentee, mentor) if fact.kind in ("Agreement", "GoalRating")]
    return {
        "row": (row.sessions_held, row.last_held_on, row.last_status),
        "open agreements": (row.open_agreements, row.earliest_agreement_on),
        "next meeting": row.next_meeting_on,
        "last": around.last and around.last.held_on,
        "open in the form": [each.text for each in around.agreements],
        "to report in the form": [each.planned_on for each in around.meetings],
        "hours": [month.times for month in months_of(mentor)],
        "costs": total_of(costs_of(mentor)),
        "figures": [[str(cell) for _column, cell in row.cells] for row in held.rows],
        "ratings": [rating.level for rating in goal.ratings],
        "facts": [(fact.kind, fact.other, fact.code) for fact in facts],
    }


class TestAVoidSession:
    def test_counts_nowhere_until_it_is_taken_back(self, world, session, settings):
        settings.SMALLEST_FIGURE = 1
        before = counted(world)
        void_session(session, by=world.user("mentor"), **TWICE)
        without = counted(world)
        assert {name for name in before if before[name] == without[name]} == set()
        assert without["row"][0] == before["row"][0] - 1
        assert without["ratings"] == before["ratings"][1:]
        restore_session(session, by=world.user("mentor"))
        assert counted(world) == before

    def test_is_no_reason_to_talk_for_the_coach(self, as_user, world, session):
        client, worried = as_user("coach"), "The mentor is worried"
        MentoringSession.objects.filter(pk=session.pk).update(held_on=today())
        assert worried in client.get("/desk/").content.decode()
        void_session(session, by=world.user("mentor"), **TWICE)
        assert worried not in client.get("/desk/").content.decode()

    def test_stays_readable_struck_out_with_why_who_and_when(self, as_user, world, session):
        said = SessionNarrative.objects.get(session=session).facts
        client = as_user("coach")
        file = world.files["a"].get_absolute_url()
        assert "is-void" not in client.get(page(session)).content.decode()
        assert "is-void" not in client.get(file).content.decode()
        words = "Written in the train and again at home."
        void_session(session, by=world.user("mentor"), reason="other", words=words)
        for address in (page(session), file):
            shown = client.get(address).content.decode()
            assert "is-void" in shown
            assert said in shown
            assert words in shown
            assert f"arked by {world.user('mentor').name} on" in shown

    def test_is_void_also_to_whoever_knows_no_more_than_that_it_was(self, as_user, session, world):
        client, address = as_user("admin_a"), world.files["a"].get_absolute_url()
        assert "Session void" not in client.get(address).content.decode()
        void_session(session, by=world.user("mentor"), reason="other", words="Quite private.")
        shown = client.get(address).content.decode()
        assert "Session void" in shown
        assert "Quite private." not in shown

    def test_is_sealed(self, as_user, world, session):
        note = SessionNarrative.objects.get(session=session)
        client = as_user("mentor")
        assert client.get(page(session, "edit/")).status_code == 200
        void_session(session, by=world.user("mentor"), **TWICE)
        assert client.get(page(session, "edit/"))["Location"] == page(session)
        assert client.get(page(session, "amend/"))["Location"] == page(session)
        kept = client.post(
            page(session, "amend/"),
            {"facts": "Never.", "why": "correction", "reason": "So.", "version": "1"},
        ).content.decode()
        assert "This session is void." in kept
        assert "Never." in kept
        with pytest.raises(operations.NotAnswered):
            operations.answer_note(note, by=world.user("coach"), kind="read")
        note.refresh_from_db()
        assert note.facts != "Never."

    def test_is_void_for_a_reason_that_somebody_gave_at_a_time(self, session):
        row = MentoringSession.objects.filter(pk=session.pk)
        for half in ({"voided_at": timezone.now()}, {"void_reason": "twice"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                row.update(**half)
        whole = {"voided_by": session.logged_by, "void_reason": "twice"}
        assert row.update(voided_at=timezone.now(), **whole) == 1


class TestWhoMayVoid:
    def test_is_its_author_while_the_note_is_open_and_the_coach_afterwards(self, world, session):
        with pytest.raises(NotVoided, match="may still change it"):
            void_session(session, by=world.user("coach"), **TWICE)
        lock(session)
        with pytest.raises(NotVoided, match="Ask your coach"):
            void_session(session, by=world.user("mentor"), **TWICE)
        assert void_session(session, by=world.user("coach"), **TWICE).is_void

    def test_and_take_it_back_are_the_same_within_the_same_time(self, world, session):
        void_session(session, by=world.user("mentor"), **TWICE)
        with pytest.raises(NotVoided):
            restore_session(session, by=world.user("coach"))
        lock(session)
        with pytest.raises(NotVoided):
            restore_session(session, by=world.user("mentor"))
        ago = timezone.now() - datetime.timedelta(hours=73)
        MentoringSession.objects.filter(pk=session.pk).update(voided_at=ago)
        with pytest.raises(NotVoided, match="too long"):
            restore_session(session, by=world.user("coach"))
        MentoringSession.objects.filter(pk=session.pk).update(voided_at=timezone.now())
        assert not restore_session(session, by=world.user("coach")).is_void
        with pytest.raises(NotVoided):
            restore_session(session, by=world.user("coach"))

    def test_is_nobody_else(self, as_user, session):
        for name in ("mentor_b", "admin_a", "caseworker", "partner", "auditor"):
            for address in (page(session, "void/"), page(session, "restore/")):
                assert as_user(name).post(address, TWICE).status_code in {403, 404}
        session.refresh_from_db()
        assert not session.is_void

    def test_is_offered_it_where_it_is_theirs(self, as_user, session):
        offer = page(session, "void/")
        assert offer in as_user("mentor").get(page(session)).content.decode()
        assert offer not in as_user("coach").get(page(session)).content.decode()
        lock(session)
        assert offer not in as_user("mentor").get(page(session)).content.decode()
        assert offer in as_user("coach").get(page(session)).content.decode()


class TestThePage:
    def test_asks_why_and_records_it(self, as_user, world, session):
        client = as_user("mentor")
        sent = {"reason": "wrong_mentee", "words": "Meant for another file."}
        assert client.post(page(session, "void/"), sent)["Location"] == page(session)
        event = AuditEvent.objects.get(kind="session.voided")
        assert event.targets[0] == "mentees.mentee:M-a"
        assert event.details["reason"] == "wrong_mentee"
        assert "Meant for" not in str(event.details)
        assert Notice.objects.filter(
            kind="session_voided", recipient=world.people["coach"]
        ).exists()
        assert client.post(page(session, "restore/"))["Location"] == page(session)
        session.refresh_from_db()
        assert not session.is_void
        assert AuditEvent.objects.filter(kind="session.restored").count() == 1

    @pytest.mark.parametrize(
        ("sent", "sentence"),
        [
            ({"words": "Kept words"}, "Say why the session is void."),
            ({"reason": "mood", "words": "Kept words"}, "Select a valid choice"),
            ({"reason": "other", "words": " "}, "Write the reason, in a few words."),
            ({"reason": "twice", "words": "Kept words" * 200}, "Ensure this value"),
        ],
    )
    def test_says_at_the_field_what_is_missing(self, as_user, session, sent, sentence):
        answer = as_user("mentor").post(page(session, "void/"), sent)
        shown = answer.content.decode()
        assert sentence in shown
        assert sent["words"].strip() in shown
        session.refresh_from_db()
        assert not session.is_void

    def test_says_beforehand_that_it_is_not_theirs_yet(self, as_user, session):
        sentence = "may still change it"
        assert sentence in as_user("coach").get(page(session, "void/")).content.decode()
        lock(session)
        assert sentence not in as_user("coach").get(page(session, "void/")).content.decode()

    def test_is_refused_while_a_claim_asks_for_its_costs(self, as_user, world, session):
        mentor, month = world.user("mentor"), LAST_MONTH.replace(day=1)
        claim = operations.submit_expenses(month, by=mentor, total=Decimal(24))
        shown = as_user("mentor").post(page(session, "void/"), TWICE).content.decode()
        assert f"{month:%Y-%m}" in shown
        session.refresh_from_db()
        assert not session.is_void
        operations.send_back_expenses(claim, by=world.user("coach"), reason="Look again.")
        assert as_user("mentor").post(page(session, "void/"), TWICE).status_code == 302

    def test_costs_no_more_than_any(self, as_user, session):
        assert cost_of(as_user("mentor"), page(session, "void/")) <= MOST_QUERIES
        assert cost_of(as_user("mentor"), page(session)) <= MOST_QUERIES


def test_a_meeting_that_a_void_session_reported_may_be_called_off(world, session):
    meeting = PlannedMeeting.objects.get(reported_in=session)
    with pytest.raises(operations.NotPlanned):
        operations.call_off_meeting(meeting, by=world.user("mentor"), reason="other")
    void_session(session, by=world.user("mentor"), **TWICE)
    operations.call_off_meeting(meeting, by=world.user("mentor"), reason="other")
    restore_session(session, by=world.user("mentor"))
    meeting.refresh_from_db()
    assert meeting.reported_in is None
