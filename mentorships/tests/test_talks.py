"""A talk with several mentees: one note in each file, and in none a word about another."""

import json
import re
import uuid

import pytest
from django.db import IntegrityError, transaction

from audit.models import AuditEvent
from bot_project.tests.crowd import MOST_QUERIES, another_file, cost_of, walk
from core.dates import today
from mentorships import operations
from mentorships.models import MentoringSession, Mentorship, SessionDraft, SessionNarrative
from mentorships.operations import NotShared, Report, log_session

pytestmark = [pytest.mark.django_db, pytest.mark.second_factor]
MARK = "Zqxmark"
KEY = "00000000-0000-4000-8000-00000000abcd"


@pytest.fixture
def others(world) -> list[Mentorship]:
    """Two further mentees of the mentor of M-a."""
    SessionDraft.objects.all().delete()
    others = [walk(world, "mentor", another_file(world, number)) for number in (1, 2)]
    for each in others:
        mentee = each.enrolment.mentee
        mentee.family_name = f"Clan-{mentee.reference}"
        mentee.save(update_fields=["family_name"])
    return others


@pytest.fixture
def mentor(as_user):
    return as_user("mentor")


def address(key: object = KEY, mentee: str = "M-a") -> str:
    return f"/sessions/log/{key}/?mentee={mentee}"


def report_of(others: list[Mentorship]) -> dict:
    """Text, and all that one meeting takes once, with a mark in each text."""
    return {
        "mentee": "M-a",
        "status": "held",
        "held_on": today().isoformat(),
        "started_at": "00:00",  # of today too it has passed at any hour
        "minutes": "90",
        "modality": "community",
        "place": "outdoors",
        "purpose": "network",
        "help_type": "personal",
        "mentee_present": "on",
        "others": ["interpreter"],
        "themes": ["leisure", "new_relations"],
        "facts": f"{MARK} facts",
        "assessment": f"{MARK} assessment",
        "own_words": f"{MARK} words",
        "agreement_0_text": f"{MARK} agreed",
        "agreement_0_who": "mentee",
        "rows": "1",
        "wellbeing_asked": "3",
        "next_meeting_on": "",
        "preparation_minutes": "31",
        "travel_minutes": "47",
        "kilometres": "38",
        "fare": "24",
        "outlay": "55",
        "concern_raised": "no",
        "also": [each.enrolment.mentee_id for each in others],
    }


def drafts() -> list[SessionDraft]:
    return list(SessionDraft.objects.order_by("part"))


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


class TestATalkWithSeveral:
    def test_finishes_one_note_and_leads_through_the_others(self, mentor, others):
        before = MentoringSession.objects.count()
        answer = mentor.post(address(), report_of(others))
        second, third = drafts()
        assert answer["Location"] == f"/sessions/log/{second.pk}/"
        assert MentoringSession.objects.count() == before + 1
        shown = text_of(mentor.get(answer["Location"]))
        assert "Note 2 of 3 of one talk." in shown
        own = {"mentee": second.mentorship.enrolment.mentee.reference}
        answer = mentor.post(answer["Location"], second.typed | own | {"facts": "She led."})
        assert answer["Location"] == f"/sessions/log/{third.pk}/"
        own = {"mentee": third.mentorship.enrolment.mentee.reference}
        answer = mentor.post(answer["Location"], third.typed | own | {"facts": "He watched."})
        assert answer["Location"] == f"/sessions/{third.pk}/"
        made = MentoringSession.objects.filter(uuid__in=[KEY, second.pk, third.pk])
        assert len({each.mentorship_id for each in made}) == 3
        assert len({(each.held_on, each.minutes, str(each.themes)) for each in made}) == 1

    def test_takes_over_the_circumstances_and_what_is_spent_once_only_once(self, mentor, others):
        mentor.post(address(), report_of(others))
        for draft in drafts():
            session = MentoringSession.objects.get(uuid=KEY)
            for name in ("minutes", "modality", "place", "purpose", "help_type", "themes"):
                assert str(draft.typed[name]) == str(getattr(session, name)), name
            assert draft.typed["held_on"] == today().isoformat()
            assert draft.typed["started_at"] == "00:00"
            once = {"preparation_minutes", "travel_minutes", "kilometres", "fare", "outlay"}
            assert not draft.typed.keys() & (once | {"others", "people", "mentors", "also"})
            assert session.travel_minutes == 47

    def test_waits_on_the_caseload_where_one_stops(self, mentor, others):
        mentor.post(address(), report_of(others))
        shown = text_of(mentor.get("/caseload/"))
        for draft in drafts():
            assert f"/sessions/log/{draft.pk}/" in shown

    def test_is_one_talk_however_often_it_is_sent(self, mentor, others):
        for _twice in range(2):
            mentor.post(address(), report_of(others))
        assert len(drafts()) == 2

    def test_keeps_what_was_ticked_in_the_draft_of_the_first(self, mentor, others):
        mentor.post(address(), report_of(others) | {"action": "draft"})
        shown = text_of(mentor.get(f"/sessions/log/{KEY}/"))
        for each in others:
            box = rf'value="{each.enrolment.mentee_id}" checked'
            assert re.search(box, shown)
        assert len(drafts()) == 1

    def test_that_was_not_held_is_with_one_only(self, mentor, others):
        sent = report_of(others) | {"status": "cancelled", "cancelled_by": "institution"}
        assert mentor.post(address(), sent)["Location"] == f"/sessions/{KEY}/"
        assert not drafts()


class TestNothingOfOne:
    """The mark stands in every text of the first note; the others have names of their own."""

    def told(self, others: list[Mentorship]) -> list[str]:
        mentees = [each.enrolment.mentee for each in others]
        return [text for m in mentees for text in (m.reference, m.given_name, m.family_name)]

    def test_stands_in_the_draft_or_the_form_of_another(self, mentor, others):
        mentor.post(address(), report_of(others))
        for draft in drafts():
            assert MARK not in json.dumps(draft.typed)
            page = text_of(mentor.get(f"/sessions/log/{draft.pk}/"))
            assert MARK not in page
            assert "M-a" not in page
            assert "Given-a" not in page
            assert "00:00" in page  # what is shared does stand there

    def test_stands_in_the_file_or_the_trail_of_another(self, mentor, others):
        mentor.post(address(), report_of(others))
        note = SessionNarrative.objects.get(session__uuid=KEY)
        assert note.facts.startswith(MARK)
        first = text_of(mentor.get(f"/sessions/{KEY}/"))
        file = text_of(mentor.get("/mentees/M-a/"))
        assert MARK in first
        assert MARK in file
        [logged] = AuditEvent.objects.filter(kind="session.logged")
        row = json.dumps([logged.targets, logged.details])
        assert "M-a" in row
        for word in self.told(others):
            assert word not in first
            assert word not in file
            assert word not in row
        for each in others:
            reference = each.enrolment.mentee.reference
            assert MARK not in text_of(mentor.get(f"/mentees/{reference}/"))
            targets = [f"mentees.mentee:{reference}"]
            assert AuditEvent.objects.filter(kind="draft.begun", targets=targets).count() == 1

    def test_is_missed_by_these_tests_where_a_draft_takes_over_all(
        self, mentor, others, monkeypatch
    ):
        """The control: a draft that copies what was typed is found."""
        monkeypatch.setattr(
            operations.talks, "_shared", lambda session: {"facts": session.narrative.facts}
        )
        mentor.post(address(), report_of(others))
        assert all(MARK in json.dumps(draft.typed) for draft in drafts())
        assert MARK in text_of(mentor.get(f"/sessions/log/{drafts()[0].pk}/"))


class TestWhoElseMayBeTicked:
    def test_are_further_mentees_of_ones_own_and_nobody_else(self, mentor, world, others):
        shown = text_of(mentor.get(address()))
        assert "Also with" in shown
        for each in others:
            assert each.enrolment.mentee.reference in shown
        assert "M-b" not in shown

    def test_is_not_asked_with_one_mentee_in_a_later_note_or_in_a_change(
        self, as_user, mentor, others
    ):
        mentor.post(address(), report_of(others))
        [second, _third] = drafts()
        assert 'name="also"' not in text_of(mentor.get(f"/sessions/log/{second.pk}/"))
        assert 'name="also"' not in text_of(mentor.get(f"/sessions/{KEY}/edit/"))
        alone = as_user("mentor_b").get(address(uuid.uuid4(), "M-b"))
        assert alone.status_code == 200
        assert 'name="also"' not in text_of(alone)

    def test_is_said_at_the_field_and_nothing_is_lost(self, mentor, world, others):
        sent = report_of(others) | {"also": [world.files["b"].pk]}
        shown = text_of(mentor.post(address(), sent))
        assert "You do not walk with one of these any more." in shown
        assert f"{MARK} facts" in shown
        assert not MentoringSession.objects.filter(uuid=KEY).exists()

    def test_is_asked_again_of_what_happens(self, world, others):
        report = Report(status="no_show", held_on=today())
        foreign, own = (
            world.mentorship_of("mentor_b"),
            Mentorship.objects.get(
                enrolment__mentee__reference="M-a", mentor__user=world.people["mentor"]
            ),
        )
        for wrong in (foreign, own):
            with pytest.raises(NotShared):
                log_session(
                    own, by=world.user("mentor"), draft=uuid.uuid4(), report=report, also=[wrong]
                )
        assert not MentoringSession.objects.filter(status="no_show").exists()

    def test_costs_no_more_than_any_page(self, mentor, others):
        assert cost_of(mentor, address()) <= MOST_QUERIES


def test_a_draft_of_a_talk_is_one_of_its_notes(mentor, others):
    mentor.post(address(), report_of(others))
    for half in ({"part": None}, {"talk": None}, {"part": 1}, {"part": 4}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SessionDraft.objects.update(**half)
