"""What a mentor sees before the first day and after the last, and what a coach keeps."""

import datetime
import uuid

import pytest
from django.utils import timezone

from accounts import access
from bot_project.tests.cast import LONG_AGO
from bot_project.tests.crowd import MOST_QUERIES, another_file, cost_of, in_days
from core.dates import today
from core.templatetags.house import day
from mentees.models import Mentee
from mentees.permissions import MenteePermission
from mentorships import operations
from mentorships.models import (
    Agreement,
    ClosingReport,
    ExpenseLine,
    MentoringSession,
    Mentorship,
    SessionDraft,
    SessionNarrative,
    SessionParticipant,
)
from mentorships.permissions import MentorshipPermission, SessionPermission
from networks.models import NetworkPerson

pytestmark = pytest.mark.django_db
ENDED = "/sessions/ended/"


def ended(world, days_ago, name="leaving_mentor"):
    last = in_days(-days_ago)
    Mentorship.objects.filter(mentor__user=world.people[name]).update(ended_on=last)
    return world.mentorship_of(name)


def report(on, **more):
    words = {"status": MentoringSession.Status.NO_SHOW, "held_on": on, "facts": "Nobody came."}
    return operations.Report(**{**words, **more})


class TestTheClosingWindow:
    MODELS = (MentoringSession, SessionNarrative, SessionDraft)

    @pytest.mark.parametrize(("days_ago", "is_open"), [(0, True), (14, True), (15, False)])
    def test_shows_ones_own_notes_and_draft_for_fourteen_days(self, world, days_ago, is_open):
        mentorship = ended(world, days_ago)
        mentor = world.user("leaving_mentor")
        seen = [model.objects.visible_to(mentor).count() for model in self.MODELS]
        assert seen == ([1, 1, 1] if is_open else [0, 0, 0])
        assert mentor.has_perm(MentorshipPermission.LOOK_BACK, mentorship) == is_open

    def test_is_as_long_as_the_installation_says(self, world, settings):
        settings.CLOSING_WINDOW = datetime.timedelta(days=2)
        ended(world, 3)
        access.forget()
        assert not SessionNarrative.objects.visible_to(world.user("leaving_mentor")).exists()
        access.forget()

    def test_opens_nothing_else_of_the_file(self, world):
        mentor = world.user("leaving_mentor")
        for model in (Mentee, Mentorship, NetworkPerson, SessionParticipant):
            assert not model.objects.visible_to(mentor).exists(), model
        session = world.session_of("leaving_mentor")
        assert not mentor.has_perm(SessionPermission.CHANGE, session)

    def test_shows_no_note_that_somebody_else_wrote(self, world):
        session = world.session_of("leaving_mentor")
        MentoringSession.objects.filter(pk=session.pk).update(logged_by=world.people["mentor"])
        mentor = world.user("leaving_mentor")
        assert not MentoringSession.objects.visible_to(mentor).exists()
        assert not SessionNarrative.objects.visible_to(mentor).exists()
        assert not Agreement.objects.visible_to(mentor).exists()

    def test_shows_what_was_agreed_in_ones_own_sessions(self, world):
        ended(world, 14)
        mentor, [agreed] = (
            world.user("leaving_mentor"),
            Agreement.objects.filter(mentorship=world.mentorship_of("leaving_mentor")),
        )
        assert list(Agreement.objects.visible_to(mentor)) == [agreed]
        ended(world, 15)
        access.forget()
        assert not Agreement.objects.visible_to(world.user("leaving_mentor")).exists()

    def test_lets_a_draft_be_finished_about_a_day_before_the_end(self, world):
        mentorship = ended(world, 2)
        draft = SessionDraft.objects.get(mentorship=mentorship)
        mentor = world.people["leaving_mentor"]
        with pytest.raises(operations.NotLogged, match="after the mentorship ended"):
            operations.log_session(
                mentorship, by=mentor, draft=draft.pk, report=report(in_days(-1))
            )
        session = operations.log_session(
            mentorship, by=mentor, draft=draft.pk, report=report(in_days(-2))
        )
        assert world.user("leaving_mentor").has_perm(SessionPermission.VIEW, session)

    def test_lets_no_note_be_begun_and_none_be_finished_later(self, world):
        mentor = world.people["leaving_mentor"]
        with pytest.raises(operations.NotLogged, match="not running"):
            operations.log_session(
                ended(world, 2), by=mentor, draft=uuid.uuid4(), report=report(in_days(-2))
            )
        mentorship = ended(world, 15)
        draft = SessionDraft.objects.get(mentorship=mentorship)
        with pytest.raises(operations.NotLogged, match="not running"):
            operations.log_session(
                mentorship, by=mentor, draft=draft.pk, report=report(in_days(-20))
            )


class TestLookingBack:
    def test_begins_on_the_caseload(self, as_user):
        client = as_user("leaving_mentor")
        assert ENDED in client.get("/caseload/").content.decode()
        assert ENDED not in as_user("mentor").get("/caseload/").content.decode()

    def test_lists_own_notes_with_the_days_that_are_left(self, world, as_user):
        client, session = as_user("leaving_mentor"), world.session_of("leaving_mentor")
        page = client.get(ENDED).content.decode()
        assert "M-a" in page
        assert "13 days left" in page
        assert session.get_absolute_url() in page
        assert "Given-a" not in page
        note = client.get(session.get_absolute_url()).content.decode()
        assert "They talked." in note
        assert "/mentees/M-a/" not in note  # a link to a file that is closed
        assert client.get("/mentees/M-a/").status_code == 404

    def test_says_what_is_still_to_do_and_what_happens_to_the_notes(self, world, as_user):
        mentorship = ended(world, 1)
        Mentorship.objects.filter(pk=mentorship.pk).update(end_reason="completed")
        client = as_user("leaving_mentor")
        page = client.get(ENDED).content.decode()
        assert f"To do until {day(mentorship.closes_on)}" in page
        for words in (
            "Unfinished note",
            "Phone the bank",
            "Completed as planned",
            "the file: the",
        ):
            assert words in page
        assert "that you have not claimed" not in page
        assert "Nothing is left to do." not in page
        ExpenseLine.objects.all().delete()
        mentorship.sessions.update(kilometres=12)
        assert "1 session cost something" in client.get(ENDED).content.decode()
        mentorship.sessions.update(kilometres=None)
        Agreement.objects.update(outcome="kept", settled_on=today())
        SessionDraft.objects.all().delete()
        page = client.get(ENDED).content.decode()
        assert "Nothing is left to do." not in page
        assert "Begun, and not finished." in page
        ClosingReport.objects.update(finished_at=timezone.now())
        assert "Nothing is left to do." in client.get(ENDED).content.decode()

    def test_ends_with_a_word_of_thanks_and_no_name(self, world, as_user):
        client = as_user("leaving_mentor")
        for address in (ENDED, "/caseload/"):
            assert "Thank you" not in client.get(address).content.decode()
        ended(world, 15)
        for address in (ENDED, "/caseload/"):
            page = client.get(address).content.decode()
            assert "Thank you" in page
            assert "M-a" not in page
            assert "Given-a" not in page
        assert "Thank you" not in as_user("mentor").get(ENDED).content.decode()

    def test_continues_a_draft_to_its_end(self, world, as_user):
        draft = SessionDraft.objects.get(author=world.people["leaving_mentor"])
        client = as_user("leaving_mentor")
        assert f"/sessions/log/{draft.pk}/" in client.get(ENDED).content.decode()
        assert client.get(f"/sessions/log/{draft.pk}/").status_code == 200
        sent = {"status": "no_show", "held_on": in_days(-1).isoformat(), "facts": "Waited."}
        answer = client.post(f"/sessions/log/{draft.pk}/", sent)
        assert answer.status_code == 302
        assert client.get(answer.url).status_code == 200

    def test_calls_the_mentee_by_no_name(self, world, as_user):
        mentorship = ended(world, 1)
        name = mentorship.enrolment.mentee.given_name
        MentoringSession.objects.update(mentee_present=True)
        SessionNarrative.objects.update(own_words="I shall try.")
        session, draft = mentorship.sessions.get(), mentorship.drafts.get()
        pages = [f"/sessions/{session.uuid}/", f"/sessions/log/{draft.pk}/"]
        client = as_user("leaving_mentor")
        assert not [each for each in pages if name in client.get(each).content.decode()]
        Mentorship.objects.filter(pk=mentorship.pk).update(
            status="active", role="co_mentor", ended_on=None, end_reason=""
        )  # the control: a file that is open has a name
        assert all(name in client.get(each).content.decode() for each in pages)

    def test_is_over_after_the_window_at_the_next_request(self, world, as_user):
        session = world.session_of("leaving_mentor")
        client = as_user("leaving_mentor")
        assert client.get(session.get_absolute_url()).status_code == 200
        ended(world, 15)
        assert client.get(session.get_absolute_url()).status_code == 404
        assert "Thank you" in client.get(ENDED).content.decode()

    def test_costs_the_same_for_one_row_and_for_fifty(self, world, as_user):
        client = as_user("leaving_mentor")
        one = cost_of(client, ENDED)
        for number in range(50):
            Mentorship.objects.create(
                mentor=world.mentor("leaving_mentor"),
                enrolment=another_file(world, number).enrolments.get(),
                status="ended",
                proposed_on=LONG_AGO,
                started_on=LONG_AGO,
                ended_on=today(),
                end_reason="other",
            )
        assert cost_of(client, ENDED) == one <= MOST_QUERIES


class TestTheCoach:
    def test_keeps_reading_what_has_ended_while_supervising(self, world):
        mentorship = world.mentorship_of("mentor")
        operations.end_mentorship(
            mentorship, by=world.people["admin_a"], on=LONG_AGO, reason="completed"
        )
        coach, note = world.user("coach"), world.session_of("mentor").narrative
        assert coach.has_perm(SessionPermission.VIEW_NOTE, note)
        assert coach.has_perm(MenteePermission.VIEW, world.files["a"])
        assert not coach.has_perm(MentorshipPermission.CHANGE, mentorship)
        assert not coach.has_perm(MenteePermission.REVIEW_EMERGENCY, world.files["a"])
        world.mentor("mentor").coach_assignments.update(valid_until=in_days(-1))
        assert not world.user("coach").has_perm(SessionPermission.VIEW_NOTE, note)

    def test_has_on_the_desk_what_runs(self, world, as_user):
        operations.end_mentorship(
            world.mentorship_of("mentor"),
            by=world.people["admin_a"],
            on=today(),
            reason="completed",
        )
        assert "M-a" not in as_user("coach").get("/desk/").content.decode()

    def test_sees_nothing_of_what_was_never_taken_up(self, world):
        Mentorship.objects.filter(mentor=world.mentor("mentor")).update(
            status="ended", started_on=None, ended_on=today(), end_reason="not_taken_up"
        )
        assert not Mentee.objects.visible_to(world.user("coach")).exists()


class TestAProposal:
    def test_shows_reference_area_language_and_wishes_and_no_more(self, world, as_user):
        Mentee.objects.filter(reference="M-a").update(wishes="A woman", needs_interpreter=True)
        client = as_user("proposed_mentor")
        page = client.get("/caseload/").content.decode()
        for word in ("M-a", "Area a", "Danish", "A woman", "with an interpreter"):
            assert word in page
        assert "Given-a" not in page
        assert "Prison a" not in page
        assert client.get("/mentees/M-a/").status_code == 404

    def test_gives_nothing_but_its_own_permission(self, world):
        mentor, own = world.user("proposed_mentor"), world.mentorship_of("proposed_mentor")
        assert mentor.has_perm(MentorshipPermission.SEE_PROPOSAL, own)
        assert not mentor.has_perm(MentorshipPermission.VIEW, own)
        assert not mentor.has_perm(
            MentorshipPermission.SEE_PROPOSAL, world.mentorship_of("mentor")
        )
        for model in (Mentee, MentoringSession, SessionNarrative, SessionDraft, NetworkPerson):
            assert not model.objects.visible_to(mentor).exists(), model

    def test_is_gone_from_the_card_when_it_begins(self, world, as_user):
        operations.move_mentorship(
            Mentorship.objects.create(
                mentor=world.mentor("proposed_mentor"),
                enrolment=world.files["b"].enrolments.get(),
                proposed_on=today(),
                role="co_mentor",
            ),
            by=world.people["admin_b"],
            to=Mentorship.Status.TRIAL,
            on=today(),
        )
        page = as_user("proposed_mentor").get("/caseload/").content.decode()
        assert "Given-b" in page
        assert "proposal-M-b" not in page
