"""Who reads a note by its tier, and by name."""

import datetime

import pytest
from django.db.models import Q
from django.utils import timezone

from accounts import access, decisions
from audit.models import AuditEvent
from audit.trail import reference
from bot_project.tests.cast import in_days
from core.dates import today
from mentees import operations as mentee_operations
from mentorships import operations
from mentorships.models import NamedReader, SessionNarrative
from mentorships.permissions import SessionPermission
from notifications.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.second_factor]

Tier = SessionNarrative.Tier
VIEW_NOTE = SessionPermission.VIEW_NOTE


@pytest.fixture
def note(world):
    return SessionNarrative.objects.get(session=world.session_of("mentor"))


@pytest.fixture
def restricted(note):
    note.tier = Tier.RESTRICTED
    note.save(update_fields=["tier"])
    return note


def readers(world, note):
    """By the rule, and the same by the reverse of it."""
    held = {h.person for h in access.holders(VIEW_NOTE, [note])}
    seen = {
        name
        for name in world.people
        if SessionNarrative.objects.visible_to(world.user(name)).filter(pk=note.pk).exists()
    }
    assert held == {world.people[name].pk for name in seen}
    return seen


def opened_in_emergency(world, name):
    return mentee_operations.open_in_emergency(
        world.files["a"].reference,
        by=world.user(name),
        category="life",
        reason="He has said that he will not live.",
    )


def name_a_reader(world, note, name, by="mentor", days=5):
    return operations.name_reader(
        note,
        by=world.people[by],
        person=world.people[name],
        until=in_days(days),
        reason="Knows the family",
    )


class TestTheTier:
    @pytest.mark.parametrize("tier", [Tier.ORDINARY, Tier.COACH_AND_MENTOR])
    def test_opens_a_note_to_mentor_and_coach(self, world, note, tier):
        SessionNarrative.objects.filter(pk=note.pk).update(tier=tier)
        assert readers(world, note) == {"mentor", "coach", "stand_in"}
        opened_in_emergency(world, "admin_a")
        assert readers(world, note) == {"mentor", "coach", "stand_in", "admin_a"}

    def test_restricted_is_its_authors_alone_in_an_emergency_too(self, world, restricted):
        opened_in_emergency(world, "admin_a")
        opened_in_emergency(world, "coach")
        assert readers(world, restricted) == {"mentor"}

    def test_is_what_keeps_an_emergency_out(self, world, restricted, monkeypatch):
        """The control: without the condition the emergency opens the note."""
        opened_in_emergency(world, "admin_a")
        monkeypatch.setattr(SessionNarrative, "shown_where", Q())
        access.forget()
        assert "admin_a" in readers(world, restricted)

    def test_is_told_where_the_note_is_closed(self, as_user, restricted):
        page = as_user("coach").get(restricted.session.get_absolute_url()).content.decode()
        assert "restricted to its author" in page
        assert restricted.facts not in page


class TestANamedReader:
    def test_reads_this_note_and_nothing_else(self, world, restricted):
        name_a_reader(world, restricted, "caseworker")
        assert readers(world, restricted) == {"mentor", "caseworker"}
        assert SessionNarrative.objects.visible_to(world.user("caseworker")).count() == 1

    def test_is_told_and_finds_the_note(self, world, restricted, as_user):
        name_a_reader(world, restricted, "partner")
        told = Notice.objects.get(recipient=world.people["partner"], kind="note_opened")
        page = as_user("partner").get(told.link)
        assert restricted.facts in page.content.decode()
        line = AuditEvent.objects.latest("pk")
        assert "mentees.mentee:M-a" in line.targets
        assert line.capacity == "decision: named reader"

    def test_reads_no_longer_than_until_the_end(self, world, restricted, time_machine):
        name_a_reader(world, restricted, "caseworker", days=2)
        time_machine.move_to(timezone.now() + datetime.timedelta(days=3))
        assert readers(world, restricted) == {"mentor"}

    def test_reads_nothing_once_dismissed_excluded_or_without_a_role(self, world, restricted):
        dismissed, barred, left = (
            name_a_reader(world, restricted, name) for name in ("caseworker", "admin_b", "trainer")
        )
        operations.dismiss_reader(dismissed, by=world.people["mentor"], reason="Done")
        world.files["a"].exclusions.create(person=barred.person, reason="kin")
        left.person.role_assignments.update(valid_until=datetime.date(2020, 2, 1))
        assert readers(world, restricted) == {"mentor"}

    def test_is_never_whoever_is_kept_from_the_file_nor_oneself(self, world, note):
        for name, by in (("barred_by_kin", "mentor"), ("mentor", "mentor")):
            with pytest.raises(decisions.NotGranted):
                name_a_reader(world, note, name, by)
        assert not NamedReader.objects.exists()


class TestThePageOfReaders:
    def url(self, note):
        return f"/sessions/{note.session.uuid}/readers/"

    def sent(self, **fields):
        day = today() + datetime.timedelta(days=9)
        return {
            "person": "caseworker@test.example",
            "last_day": day.isoformat(),
            "reason": "Knows the family",
            **fields,
        }

    def test_asks_once_in_words_and_then_does_it(self, as_user, world, note):
        client = as_user("mentor")
        asked = client.post(self.url(note), self.sent()).content.decode()
        assert "caseworker (caseworker, Prison a) will be able to see, until" in asked
        assert "This one note" in asked
        assert not NamedReader.objects.exists()
        done = client.post(self.url(note), self.sent(confirm="1"))
        assert done.status_code == 302
        assert "caseworker" in readers(world, note)
        assert "Knows the family" in client.get(self.url(note)).content.decode()

    @pytest.mark.parametrize(
        ("fields", "says"),
        [
            ({"person": "nobody@test.example"}, "Nobody with a role"),
            ({"person": "stranger@test.example"}, "Nobody with a role"),
            ({"person": "inactive@test.example"}, "Nobody with a role"),
            ({"person": "mentor@test.example"}, "Nobody opens a file to themselves"),
            ({"person": "barred_by_kin@test.example"}, "must not see the file"),
            ({"last_day": "2020-01-01"}, "This day is over"),
            ({"last_day": "2090-01-01"}, "At the latest"),
            ({"last_day": "soon"}, "This is no date"),
            ({"reason": ""}, "This field is required"),
        ],
    )
    def test_says_what_is_wrong_and_keeps_what_was_typed(self, as_user, note, fields, says):
        page = as_user("mentor").post(self.url(note), self.sent(confirm="1", **fields))
        text = page.content.decode()
        assert page.status_code == 200
        assert says in text
        assert fields.get("reason", "Knows the family") in text
        assert not NamedReader.objects.exists()
        denied = AuditEvent.objects.filter(kind="denied", targets=[reference(note)])
        assert denied.exists() == ("themselves" in says)

    def test_ends_one_with_a_reason(self, as_user, world, note):
        decision = name_a_reader(world, note, "caseworker")
        client = as_user("mentor")
        address = f"{self.url(note)}{decision.pk}/dismiss/"
        assert client.get(address).status_code == 200
        assert client.post(address, {"reason": ""}).status_code == 200
        assert "caseworker" in readers(world, note)
        assert client.post(address, {"reason": "Done"}).status_code == 302
        assert "caseworker" not in readers(world, note)
        assert client.post(address, {"reason": "Done"}).status_code == 404

    def test_is_the_authors_and_the_coachs(self, as_user, world, note):
        answers = {
            name: as_user(name).get(self.url(note)).status_code
            for name in ("mentor", "coach", "two_hats", "admin_a", "mentor_b", "partner")
        }
        assert answers == {
            "mentor": 200,
            "coach": 200,
            "two_hats": 404,
            "admin_a": 404,
            "mentor_b": 404,
            "partner": 404,
        }
        name_a_reader(world, note, "partner")
        assert as_user("partner").get(self.url(note)).status_code == 403
