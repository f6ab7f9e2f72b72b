"""A note that is locked is amended, and stands beside its amendments."""

import datetime
import uuid

import pytest
from django.utils import timezone

from audit.models import AuditEvent
from bot_project.tests.crowd import MOST_QUERIES, cost_of
from core.dates import today
from mentorships import operations
from mentorships.models import (
    Addendum,
    Mentorship,
    NoteAnswer,
    SessionNarrative,
)
from mentorships.models.narrative import Texts
from mentorships.tests.changing import AMENDED, amend, edit, lock, proposed, text_of, typed_on
from notifications.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.second_factor]


@pytest.fixture
def session(world):
    return world.session_of("mentor")


@pytest.fixture
def mentor(as_user):
    return as_user("mentor")


class TestAnAmendment:
    def test_stands_beside_what_was_first_written(self, mentor, session):
        lock(session)
        assert mentor.post(amend(session), AMENDED).url == session.get_absolute_url()
        assert SessionNarrative.objects.get(session=session).facts == "They talked."
        shown = text_of(mentor.get(session.get_absolute_url()))
        assert "They talked in the yard." in shown
        assert "I had the place wrong." in shown
        assert "<del>" in shown
        assert "<ins>" in shown
        assert "As it was first written" in shown
        assert "<p>They talked.</p>" in shown
        line = AuditEvent.objects.get(kind="note.amended")
        assert line.details == {"why": "correction"}

    def test_tells_the_coach_unless_they_may_not_read_it(self, session, world):
        lock(session)
        operations.amend_note(session.narrative, by=world.people["mentor"], **proposed())
        told = Notice.objects.filter(kind="note_amended").values_list("recipient", flat=True)
        assert world.people["coach"].pk in told
        Notice.objects.all().delete()
        SessionNarrative.objects.update(tier="restricted")
        other = proposed(texts=Texts(facts="Elsewhere."), version=2)
        operations.amend_note(session.narrative, by=world.people["mentor"], **other)
        assert not Notice.objects.exists()

    @pytest.mark.parametrize("part", ["facts", "assessment", "own_words", "reason"])
    def test_is_gently_told_what_had_better_be_left_out(self, mentor, session, part):
        lock(session)
        sent = AMENDED | {part: "His cellmate was there."}
        shown = mentor.post(amend(session), sent)
        assert "You may be writing about other inmates" in text_of(shown)
        assert typed_on(shown)[part] == "His cellmate was there."
        assert not Addendum.objects.exists()
        assert mentor.post(amend(session), sent | {"checked": "1"}).status_code == 302
        assert Addendum.objects.count() == 1

    def test_can_follow_another(self, mentor, session):
        lock(session)
        mentor.post(amend(session), AMENDED)
        page = mentor.get(amend(session))
        assert page.context["form"]["facts"].value() == "They talked in the yard."
        mentor.post(amend(session), AMENDED | {"facts": "They sat in the yard.", "version": "2"})
        assert Addendum.objects.count() == 2
        shown = text_of(mentor.get(session.get_absolute_url()))
        for version in ("They sat in the yard.", "<p>They talked.</p>"):
            assert version in shown

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"why": ""}, "Say why the note is amended"),
            ({"why": "boredom"}, "Select a valid choice"),
            ({"reason": " "}, "Write the reason"),
            ({"reason": "x" * 501}, "at most 500"),
            ({"facts": " "}, "Write what happened"),
            ({"facts": "word " * 400}, "at most 1500"),
        ],
    )
    def test_needs_a_reason_and_a_difference(self, mentor, session, change, sentence):
        lock(session)
        shown = text_of(mentor.post(amend(session), AMENDED | {"own_words": "Once."} | change))
        assert sentence in shown
        assert "Once." in shown
        assert not Addendum.objects.exists()

    def test_is_none_where_only_spaces_differ(self, mentor, session):
        lock(session)
        shown = text_of(mentor.post(amend(session), AMENDED | {"facts": "They  talked.\n"}))
        assert "Nothing differs" in shown
        assert not Addendum.objects.exists()

    def test_is_refused_while_the_note_can_still_be_changed(self, session, world):
        with pytest.raises(operations.NotAmended, match="not locked yet"):
            operations.amend_note(session.narrative, by=world.people["mentor"], **proposed())

    def test_is_nobodys_but_the_authors(self, session, world):
        lock(session)
        for name in ("coach", "two_hats", "admin_a"):
            with pytest.raises(operations.NotYours):
                operations.amend_note(session.narrative, by=world.people[name], **proposed())

    def test_ends_with_the_mentorship(self, session, world):
        lock(session)
        Mentorship.objects.filter(pk=session.mentorship_id).update(
            status="ended", ended_on=today(), end_reason="completed"
        )
        with pytest.raises(operations.NotAmended, match="has ended"):
            operations.amend_note(session.narrative, by=world.people["mentor"], **proposed())

    def test_is_shown_as_text_whatever_it_says(self, mentor, session):
        lock(session)
        words = "<script>alert(1)</script> مرحبا 🙂 <ins>"
        mentor.post(amend(session), AMENDED | {"facts": words, "reason": "<b>so</b>"})
        shown = mentor.get(session.get_absolute_url()).content.decode()
        assert "<script>alert" not in shown
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
        assert "&lt;b&gt;so&lt;/b&gt;" in shown


class TestAnAmendedNote:
    @pytest.fixture
    def amended(self, session, world):
        lock(session)
        operations.amend_note(session.narrative, by=world.people["mentor"], **proposed())
        return session

    @pytest.mark.parametrize("name", ["mentor", "coach", "stand_in"])
    def test_is_read_with_its_history_by_whoever_reads_the_note(self, as_user, amended, name):
        shown = text_of(as_user(name).get(amended.get_absolute_url()))
        assert "I had the place wrong." in shown
        assert "<p>They talked.</p>" in shown

    def test_is_read_so_by_a_named_reader(self, as_user, amended, world):
        until = timezone.now() + datetime.timedelta(days=1)
        operations.name_reader(
            amended.narrative,
            by=world.people["coach"],
            person=world.people["caseworker"],
            until=until,
            reason="Knows the family",
        )
        shown = text_of(as_user("caseworker").get(f"/sessions/{amended.uuid}/note/"))
        assert "I had the place wrong." in shown
        assert "<p>They talked.</p>" in shown

    def test_is_not_shown_where_the_note_is_restricted(self, as_user, amended):
        SessionNarrative.objects.filter(session=amended).update(tier="restricted")
        shown = text_of(as_user("coach").get(amended.get_absolute_url()))
        assert "I had the place wrong." not in shown
        assert "in the yard" not in shown
        assert "I had the place wrong." in text_of(
            as_user("mentor").get(amended.get_absolute_url())
        )

    def test_stands_in_the_file_as_it_reads_now(self, as_user, amended):
        shown = text_of(as_user("coach").get("/mentees/M-a/"))
        assert "They talked in the yard." in shown
        assert "note amended" in shown

    def test_is_printed_with_the_file_in_both_versions(self, as_user, amended):
        shown = text_of(as_user("coach").post("/mentees/M-a/print/"))
        assert "They talked in the yard." in shown
        assert "<p>They talked.</p>" in shown


class TestTheSessionPage:
    def test_offers_what_its_author_may_do_and_nobody_else(self, as_user, session):
        page = session.get_absolute_url()
        assert edit(session) in as_user("mentor").get(page).content.decode()
        assert edit(session) not in as_user("coach").get(page).content.decode()
        lock(session)
        shown = as_user("mentor").get(page).content.decode()
        assert edit(session) not in shown
        assert amend(session) in shown

    def test_costs_the_same_whatever_was_answered_and_amended(self, as_user, session, world):
        client = as_user("mentor")
        before = cost_of(client, session.get_absolute_url())
        for number in range(10):
            NoteAnswer.objects.create(
                narrative=session.narrative,
                kind="question",
                text=f"Question {number}",
                author=world.people["coach"],
            )
            Addendum.objects.create(
                narrative=session.narrative,
                why="other",
                reason="So",
                facts=f"Version {number}",
                author=world.people["mentor"],
            )
        assert cost_of(client, session.get_absolute_url()) == before <= MOST_QUERIES

    def test_is_404_for_a_session_that_never_was(self, mentor):
        assert mentor.get(f"/sessions/{uuid.uuid4()}/edit/").status_code == 404
        assert mentor.get(f"/sessions/{uuid.uuid4()}/amend/").status_code == 404
