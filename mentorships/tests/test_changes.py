"""A note that its author changes while it is open, and amends when it is locked."""

import datetime
import re

import pytest
from django.test import Client

from audit.models import AuditEvent
from bot_project.tests.crowd import MOST_QUERIES, cost_of
from core.dates import today
from mentees.models import Goal
from mentorships import operations
from mentorships.models import (
    Addendum,
    Agreement,
    GoalRating,
    MentoringSession,
    Mentorship,
    PlannedMeeting,
    SessionNarrative,
    SessionParticipant,
)
from mentorships.operations import changes
from mentorships.tests.changing import AMENDED, amend, edit, lock, text_of, typed_on
from networks.models import NetworkPerson
from notifications.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.second_factor]


@pytest.fixture
def session(world):
    return world.session_of("mentor")


@pytest.fixture
def mentor(as_user):
    return as_user("mentor")


@pytest.fixture
def earlier(session, world):
    """What was agreed in another session and is open."""
    mentorship = session.mentorship
    made_in = MentoringSession.objects.create(
        mentorship=mentorship,
        status="no_show",
        held_on=session.held_on,
        logged_by=world.people["mentor"],
    )
    return Agreement.objects.create(
        mentorship=mentorship, made_in=made_in, text="Ask the bank", who="mentor"
    )


class TestAChange:
    def test_shows_what_is_recorded_and_puts_back_what_is_sent(self, mentor, session, world):
        NetworkPerson.objects.filter(mentee=world.files["a"], relation="sister").update(
            consent_withdrawn_on=today()
        )
        sister = NetworkPerson.objects.get(mentee=world.files["a"], relation="sister")
        session.participants.create(part="network", network_person=sister)
        before = MentoringSession.objects.values().get(pk=session.pk)
        made = list(session.agreements.values())
        sent = typed_on(mentor.get(edit(session)))
        assert sent["facts"] == "They talked."
        assert mentor.post(edit(session), sent).url == session.get_absolute_url()
        after = MentoringSession.objects.values().get(pk=session.pk)
        assert after == {**before, "version": 2}
        assert session.narrative.facts == "They talked."
        assert list(session.agreements.values()) == made
        there = SessionParticipant.objects.filter(session=session)
        assert set(there.values_list("part", "network_person")) == {
            ("interpreter", None),
            ("network", sister.pk),
        }

    def test_replaces_everything_at_once_and_is_recorded(self, mentor, session):
        sent = typed_on(mentor.get(edit(session))) | {
            "facts": "They talked twice.",
            "minutes": "75",
            "themes": ["work"],
            "others": ["coach"],
            "agreement_0_text": "Phone the landlord",
            "rows": "2",
            "agreement_1_text": "Bring the letter",
            "agreement_1_who": "mentor",
        }
        assert mentor.post(edit(session), sent).status_code == 302
        session.refresh_from_db()
        assert (session.minutes, session.themes, session.version) == (75, ["work"], 2)
        assert SessionNarrative.objects.get(session=session).facts == "They talked twice."
        assert [p.part for p in session.participants.all()] == ["coach"]
        agreed = session.agreements.order_by("pk").values_list("who", flat=True)
        assert list(agreed) == ["mentee", "mentor"]
        assert {a.text for a in session.agreements.all()} == {
            "Phone the landlord",
            "Bring the letter",
        }
        line = AuditEvent.objects.get(kind="session.changed")
        assert line.targets[0] == "mentees.mentee:M-a"
        assert line.details == {"version": 2}

    def test_leaves_the_clock_of_the_lock_as_it_was(self, mentor, session):
        lock(session, hours=71)
        before = MentoringSession.objects.get(pk=session.pk).locks_at
        mentor.post(edit(session), typed_on(mentor.get(edit(session))))
        assert MentoringSession.objects.get(pk=session.pk).locks_at == before

    def test_opens_an_agreement_again_that_it_no_longer_settles(self, mentor, session, earlier):
        kept, sent = earlier, typed_on(mentor.get(edit(session)))
        mentor.post(edit(session), sent | {"kept": [kept.pk]})
        kept.refresh_from_db()
        assert (kept.outcome, kept.settled_in) == ("kept", session)
        page = mentor.get(edit(session))
        assert page.context["form"].initial["kept"] == [kept.pk]
        mentor.post(edit(session), typed_on(page) | {"kept": []})
        kept.refresh_from_db()
        assert (kept.outcome, kept.settled_in, kept.settled_on) == ("", None, None)

    def test_leaves_an_agreement_dropped_until_it_says_otherwise(self, mentor, session, earlier):
        def saved(**more):
            mentor.post(edit(session), typed_on(mentor.get(edit(session))) | more)
            earlier.refresh_from_db()
            return earlier.outcome

        assert saved(dropped=[earlier.pk]) == "dropped"
        assert saved() == "dropped"
        assert saved(dropped=[], kept=[earlier.pk]) == "kept"
        assert saved(kept=[], dropped=[earlier.pk]) == "dropped"
        assert earlier.settled_in == session

    def test_keeps_an_agreement_that_a_later_session_settled(self, session, world):
        Agreement.objects.filter(made_in=session).update(outcome="kept", settled_on=today())
        changed = report_of(session, agreements=(operations.Promise("New", "mentor"),))
        operations.change_session(session, by=world.people["mentor"], report=changed, version=1)
        assert {a.text for a in session.agreements.all()} == {"Phone the bank", "New"}

    def test_takes_a_scale_back_and_leaves_ratings_as_they_are(self, mentor, session):
        rated = list(GoalRating.objects.filter(session=session).values())
        SessionNarrative.objects.filter(session=session).update(wellbeing_asked=5)
        sent = typed_on(mentor.get(edit(session)))
        assert sent.pop("wellbeing_asked") == 5
        assert mentor.post(edit(session), sent).status_code == 302
        assert SessionNarrative.objects.get(session=session).wellbeing_asked is None
        assert rated
        assert list(GoalRating.objects.filter(session=session).values()) == rated

    def test_corrects_a_rating_and_keeps_the_earlier_one(self, mentor, session, world):
        [first] = GoalRating.objects.filter(session=session)
        sent = typed_on(mentor.get(edit(session)))
        assert sent[f"goal_{first.goal_id}"] == "1"
        mentor.post(edit(session), sent | {f"goal_{first.goal_id}": "-2"})
        [now] = GoalRating.objects.current().filter(session=session)
        assert (now.level, now.replaces) == (-2, first)
        assert GoalRating.objects.get(pk=first.pk).level == 1
        for address in (session.get_absolute_url(), "/mentees/M-a/"):
            page = text_of(mentor.get(address))
            assert "much less than expected" in page
            assert "more than expected" not in page

    def test_corrects_the_rating_of_a_goal_that_is_over_by_now(self, mentor, session):
        [first] = GoalRating.objects.filter(session=session)
        Goal.objects.filter(pk=first.goal_id).update(state="reached", closed_on=today())
        sent = typed_on(mentor.get(edit(session)))
        answer = mentor.post(edit(session), sent | {f"goal_{first.goal_id}": ""})
        assert answer.status_code == 302
        [now] = GoalRating.objects.current().filter(session=session)
        assert now.level is None

    def test_leaves_a_rating_that_the_page_did_not_ask_about(self, mentor, session):
        [first] = GoalRating.objects.filter(session=session)
        sent = typed_on(mentor.get(edit(session)))
        del sent[f"goal_{first.goal_id}"]
        assert mentor.post(edit(session), sent).status_code == 302
        assert list(GoalRating.objects.filter(session=session)) == [first]

    def test_rates_nothing_in_a_meeting_that_was_not_held(self, session, world):
        missed = report_of(session, status="no_show")
        operations.change_session(session, by=world.people["mentor"], report=missed, version=1)
        [now] = GoalRating.objects.current().filter(session=session)
        assert now.level is None

    def test_keeps_the_meeting_that_it_reports_unless_another_is_named(self, mentor, session):
        first, second = (
            PlannedMeeting.objects.create(
                mentorship_id=session.mentorship_id,
                planned_on=session.held_on,
                planned_by_id=session.logged_by_id,
                reported_in=reported,
            )
            for reported in (session, None)
        )
        sent = typed_on(mentor.get(edit(session)))
        mentor.post(edit(session), sent)
        assert PlannedMeeting.objects.get(reported_in=session) == first
        sent = typed_on(mentor.get(edit(session)))
        mentor.post(edit(session), sent | {"planned": second.pk})
        assert PlannedMeeting.objects.get(reported_in=session) == second

    def test_tells_the_coach_of_a_worry_that_is_new_and_of_nothing_else(self, mentor, session):
        sent = typed_on(mentor.get(edit(session)))
        mentor.post(edit(session), sent | {"facts": "Other words"})
        assert not Notice.objects.exists()
        sent = typed_on(mentor.get(edit(session)))
        mentor.post(edit(session), sent | {"concern_raised": "yes"})
        assert set(Notice.objects.values_list("kind", flat=True)) == {"concern_raised"}

    def test_is_its_authors_alone(self, as_user, session, world):
        for name, status in (("coach", 403), ("admin_a", 404), ("two_hats", 404)):
            for address in (edit(session), amend(session)):
                assert as_user(name).get(address).status_code == status
                assert as_user(name).post(address, AMENDED).status_code == status
        MentoringSession.objects.filter(pk=session.pk).update(logged_by=world.people["coach"])
        assert as_user("mentor").get(edit(session)).status_code == 403
        with pytest.raises(operations.NotYours):
            operations.change_session(
                session, by=world.people["mentor"], report=report_of(session), version=1
            )

    def test_is_possible_for_72_hours_or_until_the_coach_answers(self, mentor, session, world):
        lock(session)
        assert mentor.get(edit(session)).url == amend(session)
        lock(session, hours=71)
        assert mentor.get(edit(session)).status_code == 200
        assert mentor.get(amend(session)).url == edit(session)
        note = session.narrative
        operations.answer_note(note, by=world.people["coach"], kind="read")
        assert mentor.get(edit(session)).url == amend(session)
        with pytest.raises(operations.Locked):
            operations.change_session(
                session, by=world.people["mentor"], report=report_of(session), version=1
            )

    def test_of_a_cancelled_meeting_may_add_a_note_and_take_it_out(self, mentor, session):
        SessionNarrative.objects.filter(session=session).delete()
        sent = typed_on(mentor.get(edit(session)))
        mentor.post(edit(session), sent | {"facts": "Now there is one."})
        assert SessionNarrative.objects.get(session=session).facts == "Now there is one."

    def test_costs_at_most_as_many_queries_as_any_page(self, mentor, session):
        assert cost_of(mentor, edit(session)) <= MOST_QUERIES
        lock(session)
        assert cost_of(mentor, amend(session)) <= MOST_QUERIES


def report_of(session, **more):
    words = {
        "status": "held",
        "held_on": session.held_on,
        "started_at": datetime.time(13),
        "minutes": 60,
        "modality": "prison",
        "purpose": "planned",
        "themes": ("family",),
        "facts": "They talked.",
    }
    return operations.Report(**{**words, **more})


BAD = {
    "no facts": ({"facts": " "}, "Write what happened"),
    "481 minutes": ({"minutes": "481"}, "Between 5 and 480 minutes"),
    "481 minutes and no start": ({"minutes": "481", "started_at": "noon"}, "Between 5 and 480"),
    "a word for minutes": ({"minutes": "an hour"}, "Enter a whole number"),
    "a day to come": ({"held_on": "2099-01-01"}, "has not come yet"),
    "a text too long": ({"facts": "word " * 400}, "at most 1500"),
    "a null character": ({"facts": "a \x00 b"}, "Null characters"),
    "five themes": ({"themes": ["work", "money", "family", "health", "housing"]}, "one to 4"),
}


class TestBadInput:
    @pytest.mark.parametrize("case", BAD)
    def test_gets_a_sentence_and_everything_typed_is_kept(self, mentor, session, case):
        change, sentence = BAD[case]
        sent = typed_on(mentor.get(edit(session))) | {"assessment": "Calmer."} | change
        response = mentor.post(edit(session), sent)
        shown = text_of(response)
        assert response.status_code == 200
        assert sentence in shown
        assert "Calmer." in shown
        session.refresh_from_db()
        assert (session.version, session.narrative.facts) == (1, "They talked.")

    @pytest.mark.parametrize("address", [edit, amend])
    def test_of_a_bad_token_acts_on_nothing_and_keeps_the_text(self, world, session, address):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(world.people["mentor"])
        response = strict.post(address(session), AMENDED | {"csrfmiddlewaretoken": "x" * 64})
        assert response.status_code == 403
        assert AMENDED["facts"] in text_of(response)
        assert not Addendum.objects.exists()

    @pytest.mark.parametrize("address", [edit, amend])
    def test_of_a_mentorship_that_ended_meanwhile_keeps_the_text(self, mentor, session, address):
        Mentorship.objects.filter(pk=session.mentorship_id).update(
            status="ended", ended_on=today(), end_reason="completed"
        )
        assert mentor.get(address(session)).status_code == 403
        response = mentor.post(address(session), AMENDED)
        assert "not running any more" in text_of(response)
        assert AMENDED["facts"] in text_of(response)

    def test_of_a_note_that_was_locked_meanwhile_goes_on_to_an_amendment(
        self, mentor, session, world
    ):
        sent = typed_on(mentor.get(edit(session))) | {"facts": "They talked in the yard."}
        operations.answer_note(session.narrative, by=world.people["coach"], kind="read")
        shown = text_of(mentor.post(edit(session), sent))
        assert "The note is locked by now" in shown
        assert f'formaction="{amend(session)}"' in shown
        taken_over = mentor.post(amend(session), sent | {"action": "resume"})
        assert "They talked in the yard." in text_of(taken_over)
        assert "Say why" not in text_of(taken_over)
        assert not Addendum.objects.exists()


class TestAStaleVersion:
    def stale(self, mentor, session):
        """Two tabs: what the second sends after the first was saved."""
        opened = typed_on(mentor.get(edit(session)))
        mentor.post(edit(session), opened | {"facts": "First tab.", "minutes": "75"})
        return opened | {"facts": "Second tab."}

    def test_shows_both_texts_and_changes_nothing(self, mentor, session):
        sent = self.stale(mentor, session)
        answer = mentor.post(edit(session), sent)
        shown = text_of(answer)
        assert answer.status_code == 409
        assert "First tab." in shown
        assert "Second tab." in shown
        words = re.sub("<span.*?</span>", "", shown)
        assert re.search("<del>First </del><ins>Second </ins>tab.", words)
        assert re.search(r"Minutes</th> <td>75</td> <td>60</td>", shown)
        assert SessionNarrative.objects.get(session=session).facts == "First tab."

    def test_is_what_the_check_finds(self, mentor, session, monkeypatch):
        """The control: without the check the second tab buries the first."""

        def unchecked(session, *, by, version):
            return locked(session, by=by, version=session.version)

        locked = changes._locked
        monkeypatch.setattr(changes, "_locked", unchecked)
        sent = self.stale(mentor, session)
        session.refresh_from_db()
        assert mentor.post(edit(session), sent).status_code == 302
        assert SessionNarrative.objects.get(session=session).facts == "Second tab."

    def test_lets_the_author_save_what_was_merged_by_hand(self, mentor, session):
        page = mentor.post(edit(session), self.stale(mentor, session))
        sent = dict(page.context["sent_along"]) | {
            "version": page.context["version"],
            "facts": "First tab. Second tab.",
            "action": "save",
        }
        assert mentor.post(edit(session), sent).status_code == 302
        session.refresh_from_db()
        assert (session.version, session.minutes) == (3, 60)
        assert session.narrative.facts == "First tab. Second tab."

    def test_lets_the_author_go_on_in_the_form(self, mentor, session):
        page = mentor.post(edit(session), self.stale(mentor, session))
        sent = dict(page.context["sent_along"]) | {
            "version": page.context["version"],
            "facts": "Second tab.",
            "action": "resume",
        }
        shown = mentor.post(edit(session), sent)
        assert shown.templates[0].name == "mentorships/session_change.html"
        assert shown.context["form"]["facts"].value() == "Second tab."
        assert shown.context["form"].based_on == 2

    def test_is_none_where_both_say_the_same(self, mentor, session):
        sent = typed_on(mentor.get(edit(session))) | {"facts": "Sent twice."}
        mentor.post(edit(session), sent)
        assert mentor.post(edit(session), sent).status_code == 302
        session.refresh_from_db()
        assert session.version == 2

    @pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "0"])
    def test_is_one_that_is_no_number(self, mentor, session, version):
        sent = typed_on(mentor.get(edit(session))) | {"version": version, "facts": "Other."}
        assert "Two versions" in text_of(mentor.post(edit(session), sent))

    def test_of_an_amendment_shows_both_too(self, mentor, session):
        lock(session)
        mentor.post(amend(session), AMENDED)
        other = AMENDED | {"facts": "They talked in the hall."}
        shown = text_of(mentor.post(amend(session), other))
        assert "They talked in the yard." in shown
        assert "They talked in the hall." in shown
        assert "I had the place wrong." in shown
        assert Addendum.objects.count() == 1
