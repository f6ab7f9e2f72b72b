"""Logging a session through its form, as a browser without script would send it."""

import datetime
import re
import uuid

import pytest
from django.db import connection
from django.test import Client

from accounts import access
from audit.models import AuditEvent
from bot_project.tests.cast import set_goal
from bot_project.tests.crowd import questions_in
from core.dates import today
from mentorships import queries
from mentorships.models import (
    Agreement,
    GoalRating,
    MentoringSession,
    SessionDraft,
    SessionNarrative,
    SessionParticipant,
)
from mentorships.models.session import Theme
from mentorships.permissions import SessionPermission
from mentorships.tests.writing import CALLED_OFF, HELD, address, text_of
from networks.models import NetworkPerson
from notifications.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.second_factor]


@pytest.fixture(autouse=True)
def in_november(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 21, 14, 0, tzinfo=datetime.UTC), tick=False)


@pytest.fixture
def mentor(as_user):
    return as_user("mentor")


class TestStarting:
    def test_goes_straight_to_the_form_with_one_mentee(self, mentor):
        response = mentor.get("/sessions/log/")
        assert response.status_code == 302
        assert response.url.endswith("?mentee=M-a")
        assert mentor.get(response.url).status_code == 200

    def test_asks_with_whom_where_there_are_several(self, as_user, world):
        world.mentorship("mentor", "b", role="co_mentor")
        response = as_user("mentor").get("/sessions/log/")
        assert response.status_code == 200
        assert "?mentee=M-a" in text_of(response)
        assert "?mentee=M-b" in text_of(response)

    def test_is_404_for_a_mentee_out_of_sight_and_403_for_another_role(self, as_user):
        assert as_user("mentor").get("/sessions/log/?mentee=M-b").status_code == 404
        assert as_user("mentor").get(f"{address()}?mentee=M-b").status_code == 404
        assert as_user("mentor").get(f"{address()}?mentee=M-zzz").status_code == 404
        assert as_user("mentor").get(address()).status_code == 404
        assert as_user("admin_a").get("/sessions/log/").status_code == 403
        assert as_user("former_mentor").get(f"{address()}?mentee=M-a").status_code == 404

    def test_writes_nothing_but_the_trail(self, mentor):
        before = SessionDraft.objects.count()
        mentor.get(f"{address()}?mentee=M-a")
        assert SessionDraft.objects.count() == before
        assert AuditEvent.objects.latest("pk").targets == ["mentees.mentee:M-a"]

    def test_offers_those_who_agreed_and_whom_no_rule_keeps_away(self, mentor):
        shown = text_of(mentor.get(f"{address()}?mentee=M-a"))
        assert "Sister, sister" in shown
        assert "Cousin" not in shown

    def test_says_by_name_who_will_read(self, mentor, world):
        shown = text_of(mentor.get(f"{address()}?mentee=M-a"))
        assert '<b class="fw-medium">coach</b> (mentor coach)' in shown
        assert '<b class="fw-medium">admin_a</b>' not in shown

    def test_remembers_how_it_was_when_they_last_met(self, mentor):
        usual = HELD | {"travel_minutes": "50", "kilometres": "38", "help_type": "practical"}
        mentor.post(address(), usual | {"held_on": "2026-11-17"})
        mentor.post(address(), CALLED_OFF)
        shown = text_of(mentor.get(f"{address()}?mentee=M-a"))
        assert "50 min travel, 38 km" in shown
        assert '<option value="practical" selected>' in shown
        assert re.search('name="modality"[^>]*value="prison" checked', shown)

    def test_offers_the_mentor_who_walks_along_too(self, mentor, world):
        shown = text_of(mentor.get(f"{address()}?mentee=M-a"))
        assert "two_hats, co-mentor" in shown
        assert "mentor_b, co-mentor" not in shown
        world.mentorship("mentor_b", "a", role="co_mentor")
        shown = text_of(mentor.get(f"{address()}?mentee=M-a"))
        assert "mentor_b, co-mentor" in shown

    def test_knows_no_theme_of_the_offence_on_remand_or_later(self):
        themes = "dialogue everyday_coping conflict motivation new_relations family identity"
        themes += " housing work money authorities health leisure release"
        assert set(Theme.values) == set(themes.split())

    def test_costs_at_most_9_queries(self, mentor, django_assert_max_num_queries, settings):
        with django_assert_max_num_queries(30) as captured:
            mentor.get(f"{address()}?mentee=M-a")
        asked = questions_in(captured, "INSERT")
        assert len(asked) <= 9 + settings.REQUIRE_SECOND_FACTOR


@pytest.mark.parametrize("tier", SessionNarrative.Tier)
def test_readers_of_a_note_to_be_are_the_holders_of_one_that_is(world, tier):
    mentorship = world.mentorship_of("mentor")
    notes = SessionNarrative.objects.filter(session=world.session_of("mentor"))
    notes.update(tier=tier)
    held = {h.person for h in access.holders(SessionPermission.VIEW_NOTE, notes)}
    promised = {each.tier: each.readers for each in queries.readers_by_tier(mentorship)}
    assert {user.pk for user, _role in promised[tier]} == held


class TestFinishing:
    def test_makes_a_session_a_note_and_tells_the_coach(self, mentor, world):
        key = uuid.uuid4()
        sister = NetworkPerson.objects.get(mentee=world.files["a"], relation="sister")
        sent = HELD | {
            "people": [sister.pk],
            "others": ["interpreter"],
            "agreement_0_text": "Ask the bank",
            "agreement_0_who": "mentor",
            "agreement_0_due_on": "2026-11-27",
            "next_meeting_on": "2026-11-24",
            "next_meeting_at": "13:00",
        }
        response = mentor.post(address(key), sent)
        assert response.status_code == 302, text_of(response)
        assert response.url == f"/sessions/{key}/"
        session = MentoringSession.objects.get(uuid=key)
        assert (session.minutes, session.themes) == (60, ["family", "release"])
        assert session.institution == world.prison["a"]
        assert session.narrative.facts == HELD["facts"]
        assert SessionParticipant.objects.filter(session=session).count() == 2
        assert Agreement.objects.get(made_in=session).due_on == datetime.date(2026, 11, 27)
        told = Notice.objects.get(occurrence=str(key), recipient=world.people["coach"])
        assert told.kind == "session_logged"
        line = AuditEvent.objects.get(kind="session.logged")
        assert line.targets[0] == "mentees.mentee:M-a"
        assert line.capacity.startswith("mentor:")

    def test_keeps_the_tier_that_was_chosen_and_tells_the_coach_of_none_they_cannot_read(
        self, mentor
    ):
        key = uuid.uuid4()
        mentor.post(address(key), HELD | {"tier": "restricted"})
        assert SessionNarrative.objects.get(session__uuid=key).tier == "restricted"
        assert not Notice.objects.filter(occurrence=str(key)).exists()

    def test_takes_no_tier_that_does_not_exist(self, mentor):
        key = uuid.uuid4()
        shown = text_of(mentor.post(address(key), HELD | {"tier": "public"}))
        assert "public is not one of the available choices" in shown
        assert not SessionNarrative.objects.filter(session__uuid=key).exists()

    def test_twice_makes_one_session(self, mentor):
        key = uuid.uuid4()
        first = mentor.post(address(key), HELD)
        second = mentor.post(address(key), HELD)
        assert first.url == second.url
        assert MentoringSession.objects.filter(uuid=key).count() == 1
        assert MentoringSession.objects.get(uuid=key).narrative.facts == HELD["facts"]
        other = uuid.uuid4()
        mentor.post(address(other), HELD)
        assert MentoringSession.objects.filter(uuid__in=[key, other]).count() == 2

    def test_settles_agreements_that_were_kept(self, mentor, world):
        agreement = Agreement.objects.get(mentorship=world.mentorship_of("mentor"))
        mentor.post(address(), HELD | {"kept": [agreement.pk]})
        agreement.refresh_from_db()
        assert (agreement.outcome, agreement.settled_on) == ("kept", datetime.date(2026, 11, 19))

    def test_drops_an_agreement_which_then_comes_back_no_more(self, mentor, world):
        agreement = Agreement.objects.get(mentorship=world.mentorship_of("mentor"))
        shown = mentor.get(f"{address()}?mentee=M-a").content.decode()
        assert f'name="dropped" id="id_dropped_{agreement.pk}"' in shown
        mentor.post(address(), HELD | {"dropped": [agreement.pk]})
        agreement.refresh_from_db()
        assert (agreement.outcome, agreement.settled_on) == (
            "dropped",
            datetime.date(2026, 11, 19),
        )
        assert agreement.text not in mentor.get(f"{address()}?mentee=M-a").content.decode()

    @pytest.mark.parametrize("outcome", ["kept", "dropped"])
    def test_twice_leads_to_it_also_where_it_settled_an_agreement(self, mentor, world, outcome):
        agreement = Agreement.objects.get(mentorship=world.mentorship_of("mentor"))
        key = uuid.uuid4()
        for _try in range(2):
            answer = mentor.post(address(key), HELD | {outcome: [agreement.pk]})
            assert (answer.status_code, answer["Location"]) == (302, f"/sessions/{key}/")
        other = "dropped" if outcome == "kept" else "kept"
        assert mentor.post(address(key), HELD | {other: [agreement.pk]}).status_code == 409
        assert mentor.post(address(key), HELD).status_code == 409

    def test_settles_no_agreement_as_kept_and_dropped(self, mentor, world):
        agreement = Agreement.objects.get(mentorship=world.mentorship_of("mentor"))
        key, both = uuid.uuid4(), {"kept": [agreement.pk], "dropped": [agreement.pk]}
        shown = text_of(mentor.post(address(key), HELD | both | {"minutes": "481"}))
        assert f"“{agreement.text}” cannot be both" in shown
        assert "Between 5 and 480 minutes" in shown
        assert Agreement.objects.open().filter(pk=agreement.pk).exists()
        draft = SessionDraft.objects.get(pk=key).typed
        assert draft["kept"] == draft["dropped"] == [str(agreement.pk)]
        again = mentor.get(address(key)).content.decode()
        for box in ("kept", "dropped"):
            assert re.search(rf'id="id_{box}_{agreement.pk}"[^>]* checked', again)

    def test_keeps_how_far_each_goal_is_and_which_were_not_discussed(self, mentor, world):
        goal, other = world.files["a"].goals.get(), set_goal(world.files["a"], "A job")
        mentor.post(address(), HELD | {f"goal_{goal.pk}": "-2", f"goal_{other.pk}": ""})
        session = MentoringSession.objects.latest("pk")
        rated = dict(GoalRating.objects.filter(session=session).values_list("goal", "level"))
        assert rated == {goal.pk: -2, other.pk: None}

    def test_rates_no_goal_that_is_over_or_of_somebody_else(self, mentor, world):
        over = set_goal(world.files["a"], state="reached", closed_on=today())
        elsewhere = world.files["b"].goals.get()
        mentor.post(address(), HELD | {f"goal_{over.pk}": "1", f"goal_{elsewhere.pk}": "1"})
        session = MentoringSession.objects.latest("pk")
        assert not session.ratings.filter(goal__in=[over, elsewhere]).exists()
        assert session.ratings.count() == 1

    def test_of_a_cancelled_meeting_needs_no_note(self, mentor):
        key = uuid.uuid4()
        assert mentor.post(address(key), CALLED_OFF).status_code == 302
        session = MentoringSession.objects.get(uuid=key)
        assert (session.status, session.minutes) == ("cancelled", None)
        assert not SessionNarrative.objects.filter(session=session).exists()

    def test_of_a_worry_says_so_to_the_coach(self, mentor):
        key = uuid.uuid4()
        mentor.post(address(key), HELD | {"concern_raised": "yes"})
        told = Notice.objects.filter(occurrence=str(key)).values_list("kind", flat=True)
        assert set(told) == {"concern_raised"}

    def test_removes_the_draft(self, mentor):
        key = uuid.uuid4()
        mentor.post(f"{address(key)}save/", HELD | {"sequence": "1"})
        assert SessionDraft.objects.filter(pk=key).exists()
        mentor.post(address(key), HELD)
        assert not SessionDraft.objects.filter(pk=key).exists()
        assert mentor.get(address(key)).url == f"/sessions/{key}/"
        late = mentor.post(f"{address(key)}save/", HELD | {"sequence": "9"})
        assert late.status_code == 409


BAD = {
    "a wrong date": ({"held_on": "the 19th"}, "This is no date"),
    "a date that never was": ({"held_on": "2026-02-30"}, "This is no date"),
    "no date": ({"held_on": ""}, "Give the day of the meeting"),
    "a session in the future": ({"held_on": "2026-11-22"}, "This day has not come yet"),
    "a session later today": ({"held_on": "2026-11-21", "started_at": "15:01"}, "not come yet"),
    "a session before the mentorship": ({"held_on": "2019-12-31"}, "before the mentorship began"),
    "481 minutes": ({"minutes": "481"}, "Between 5 and 480 minutes"),
    "minutes without end": ({"minutes": "9" * 500}, "number"),
    "a negative length": ({"minutes": "-60"}, "Between 5 and 480 minutes"),
    "no theme": ({"themes": []}, "Choose one to 4 themes"),
    "five themes": (
        {"themes": ["family", "release", "work", "money", "leisure"]},
        "Choose one to 4 themes",
    ),
    "a theme of another scheme": ({"themes": ["offence"]}, "Select a valid choice"),
    "no facts": ({"facts": "  "}, "Write what happened"),
    "a note of 100 000 characters": ({"facts": "word " * 20_000}, "at most 1500 characters"),
    "a null character": ({"facts": "before \x00 after"}, "Null characters"),
    "somebody of another file": ({"people": ["99999"]}, "may not take part any more"),
    "an agreement of another file": ({"kept": ["99999"]}, "Select a valid choice"),
    "a meeting before this one": ({"next_meeting_on": "2026-11-18"}, "before this one"),
    "a meeting in another century": ({"next_meeting_on": "2099-01-01"}, "a year ahead"),
    "a time without a date": ({"next_meeting_at": "13:00"}, "a date too"),
    "a status nobody knows": ({"status": "sleeping"}, "Select a valid choice"),
    "nobody who cancelled": ({"status": "cancelled"}, "Say who cancelled"),
    "a day for no agreement": ({"agreement_0_due_on": "2026-11-27"}, "Say what was agreed"),
    "broken rows": ({"rows": "-7", "themes": []}, "Choose one"),
}


class TestALaterHour:
    """It is 15:00 at the office."""

    TODAY = HELD | {"held_on": "2026-11-21"}

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"started_at": "15:00"}, 302),
            ({"started_at": "15:01"}, 200),
            ({"started_at": "23:00", "held_on": "2026-11-20"}, 302),
            ({"started_at": "23:00", "status": "no_show"}, 200),
            ({"started_at": "23:00", "status": "cancelled", "cancelled_by": "mentee"}, 302),
        ],
    )
    def test_has_not_come_but_for_what_was_cancelled(self, mentor, change, code):
        assert mentor.post(address(), self.TODAY | change).status_code == code

    def test_of_last_time_is_not_taken_over(self, mentor, world):
        form, times = f"{address()}?mentee=M-a", {"15:00:00": True, "15:01:00": False}
        for last, is_offered in times.items():
            MentoringSession.objects.filter(pk=world.session_of("mentor").pk).update(
                started_at=last
            )
            assert (f'value="{last[:5]}"' in mentor.get(form).content.decode()) is is_offered


class TestBadInput:
    @pytest.mark.parametrize("case", BAD)
    def test_gets_a_sentence_and_everything_typed_is_kept(self, mentor, case):
        change, sentence = BAD[case]
        key = uuid.uuid4()
        response = mentor.post(address(key), HELD | change)
        shown = text_of(response)
        assert response.status_code == 200
        assert sentence in shown
        assert HELD["assessment"] in shown
        assert not MentoringSession.objects.filter(uuid=key).exists()
        assert SessionDraft.objects.get(pk=key).typed["assessment"] == HELD["assessment"]

    @pytest.mark.parametrize("minutes", ["0", "481", "an hour", "", "4"])
    def test_of_several_kinds_is_said_at_once(self, mentor, minutes):
        wrong = {"minutes": minutes, "started_at": "noon", "themes": [], "facts": " "}
        page = mentor.post(address(), HELD | wrong)
        faulty = {"minutes", "started_at", "themes", "facts"}
        assert set(page.context["form"].errors) == faulty
        assert all(len(each) == 1 for each in page.context["form"].errors.values())
        assert f'value="{minutes}"' in page.content.decode() or not minutes

    def test_of_the_day_is_said_beside_the_rest(self, mentor):
        wrong = {"held_on": "2026-11-22", "minutes": "0", "started_at": "noon"}
        page = mentor.post(address(), HELD | wrong)
        assert set(page.context["form"].errors) == {"held_on", "minutes", "started_at"}

    def test_is_not_the_length_of_what_was_not_held(self, mentor):
        for status in ({"status": "no_show"}, {"status": "cancelled", "cancelled_by": "mentee"}):
            key = uuid.uuid4()
            sent = HELD | status | {"minutes": "481", "themes": []}
            assert mentor.post(address(key), sent).status_code == 302
            assert MentoringSession.objects.get(uuid=key).minutes is None

    def test_is_not_what_is_strange_but_sound(self, mentor):
        key = uuid.uuid4()
        words = "Emoji 🙂, مرحبا, שלום, <b>no tag</b> {{ no.variable }} '; DROP TABLE"
        assert mentor.post(address(key), HELD | {"facts": words}).status_code == 302
        assert SessionNarrative.objects.get(session__uuid=key).facts == words
        shown = mentor.get(f"/sessions/{key}/").content.decode()
        assert "&lt;b&gt;no tag" in shown
        assert "🙂, مرحبا" in shown

    def test_of_broken_bytes_is_no_fault_of_the_server(self, mentor):
        body = b"mentee=M-a&status=held&facts=\xff\xfe%FF&held_on=2026-11-19"
        kind = "application/x-www-form-urlencoded"
        assert mentor.post(address(), body, content_type=kind).status_code == 200

    def test_of_a_long_note_keeps_every_character(self, mentor):
        key, words = uuid.uuid4(), "word " * 20_000
        shown = mentor.post(address(key), HELD | {"facts": words}).content.decode()
        assert words in shown
        assert SessionDraft.objects.get(pk=key).typed["facts"] == words


class TestABadToken:
    @pytest.fixture
    def strict(self, world):
        client = Client(enforce_csrf_checks=True)
        client.force_login(world.people["mentor"])
        return client

    @pytest.mark.parametrize("token", ["", "malformed", "x" * 64])
    def test_acts_on_nothing_and_shows_what_was_typed(self, strict, token):
        key = uuid.uuid4()
        response = strict.post(address(key), HELD | {"csrfmiddlewaretoken": token})
        assert response.status_code == 403
        assert HELD["facts"] in text_of(response)
        assert "please send again" in text_of(response)
        assert not MentoringSession.objects.filter(uuid=key).exists()
        assert not SessionDraft.objects.filter(pk=key).exists()

    def test_is_not_held_against_the_next_try(self, strict):
        key = uuid.uuid4()
        shown = strict.post(address(key), HELD).content.decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', shown)[1]
        assert strict.post(address(key), HELD | {"csrfmiddlewaretoken": token}).status_code == 302


class TestADraft:
    def test_is_kept_from_the_first_word_and_comes_back(self, mentor):
        key = uuid.uuid4()
        saved = mentor.post(
            f"{address(key)}save/",
            {"mentee": "M-a", "facts": "W", "minutes": "481", "sequence": 1},
        )
        assert saved.json() == {"sequence": 1, "says": "Saved 15:00"}
        shown = text_of(mentor.get(address(key)))
        assert ">\nW</textarea>".replace("\n", " ") in shown
        assert 'value="481"' in shown
        assert "Between" not in shown

    def test_that_comes_late_is_passed_over(self, mentor):
        key = uuid.uuid4()
        for sequence, words in ((2, "second"), (1, "first"), (2, "again"), (3, "third")):
            sent = {"mentee": "M-a", "facts": words, "sequence": sequence}
            mentor.post(f"{address(key)}save/", sent)
            assert SessionDraft.objects.get(pk=key).typed["facts"] != "again"
        assert SessionDraft.objects.get(pk=key).typed["facts"] == "third"

    def test_of_somebody_else_does_not_exist(self, as_user, world):
        draft = SessionDraft.objects.get(author=world.people["mentor_b"])
        mentor = as_user("mentor")
        for path in (address(draft.pk), f"{address(draft.pk)}discard/"):
            assert mentor.get(path).status_code == 404
            assert mentor.post(path, HELD).status_code == 404
        assert mentor.post(f"{address(draft.pk)}save/", HELD).status_code == 404
        assert SessionDraft.objects.get(pk=draft.pk).typed == {"facts": "Begun"}

    def test_is_the_authors_even_to_the_coach(self, as_user, world):
        draft = SessionDraft.objects.get(author=world.people["mentor"])
        assert as_user("coach").get(address(draft.pk)).status_code == 404

    def test_is_unreadable_in_the_database(self, mentor):
        mentor.post(f"{address()}save/", {"mentee": "M-a", "facts": "canary", "sequence": 1})
        with connection.cursor() as cursor:
            cursor.execute("SELECT typed FROM mentorships_sessiondraft")
            assert not any("canary" in typed for (typed,) in cursor.fetchall())

    def test_may_be_kept_by_its_button(self, mentor):
        key = uuid.uuid4()
        assert mentor.post(address(key), HELD | {"action": "draft"}).status_code == 302
        assert SessionDraft.objects.get(pk=key).typed["facts"] == HELD["facts"]

    def test_gets_one_more_line_without_losing_a_word(self, mentor):
        key = uuid.uuid4()
        shown = text_of(mentor.post(address(key), HELD | {"action": "add_row", "minutes": "481"}))
        assert 'name="agreement_1_text"' in shown
        assert HELD["facts"] in shown
        assert "Between" not in shown

    def test_is_thrown_away_when_asked_twice(self, mentor, world):
        draft = SessionDraft.objects.get(author=world.people["mentor"])
        path = f"{address(draft.pk)}discard/"
        assert mentor.get(path).status_code == 200
        assert SessionDraft.objects.filter(pk=draft.pk).exists()
        assert mentor.post(path).status_code == 302
        assert not SessionDraft.objects.filter(pk=draft.pk).exists()


class TestReading:
    def test_is_for_those_who_walk_along_and_their_coach(self, as_user, world):
        session = world.session_of("mentor")
        for name in world.people:
            if name == "inactive":
                continue
            status = as_user(name).get(f"/sessions/{session.uuid}/").status_code
            assert status == (200 if name in {"mentor", "coach", "stand_in"} else 404), name

    def test_shows_what_was_recorded(self, mentor, world):
        shown = text_of(mentor.get(f"/sessions/{world.session_of('mentor').uuid}/"))
        assert "They talked." in shown
        assert "Phone the bank" in shown

    def test_is_noted_for_the_session_and_its_file(self, mentor, world):
        mentor.get(f"/sessions/{world.session_of('mentor').uuid}/")
        line = AuditEvent.objects.latest("pk")
        assert "mentees.mentee:M-a" in line.targets

    def test_of_one_that_never_was_is_404(self, mentor):
        assert mentor.get(f"/sessions/{uuid.uuid4()}/").status_code == 404
        assert mentor.get("/sessions/not-a-key/").status_code == 404
        assert today().year == 2026
