from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from audit.models import AuditEvent
from core import sql
from core.encryption import Undecipherable
from core.rotation import columns_of, encrypted_models
from mentees.models import Decision, Mentee

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))


@pytest.fixture
def under_the_old_key(settings, request):
    settings.FIELD_KEYS = [OLD]
    world = request.getfixturevalue("world")  # two shares with a reason are in it
    settings.FIELD_KEYS = [NEW, OLD]
    return world


def rotate() -> str:
    said = StringIO()
    call_command("rotate_keys", stdout=said)
    return said.getvalue()


def read_everything() -> int:
    """Read every row of every model that has an encrypted column; how many there were."""
    return sum(len(list(model._base_manager.all())) for model in encrypted_models())


def says_something(model) -> bool:
    """Is a text in any of its encrypted columns? An empty one stands there as it is."""
    columns = columns_of(model)
    encrypted = [f.attname for f in model._meta.concrete_fields if f.column in columns]
    return any(getattr(row, name) for row in model._base_manager.all() for name in encrypted)


class TestRotateKeys:
    def test_knows_every_encrypted_column_and_those_of_histories(self):
        tables = {model._meta.label for model in encrypted_models()}
        assert {
            "mentees.Mentee",
            "mentees.HistoricalMentee",
            "mentees.Decision",
            "mentees.Withdrawal",
            "mentorships.SessionNarrative",
            "mentorships.SessionDraft",
        } <= tables

    def test_makes_the_old_key_superfluous(self, under_the_old_key, settings):
        rotate()
        settings.FIELD_KEYS = [NEW]
        assert read_everything() > 5
        assert all(decision.reason for decision in Decision.objects.all())

    def test_is_what_makes_it_superfluous(self, under_the_old_key, settings):
        """The control: without it, dropping the old key is loud."""
        settings.FIELD_KEYS = [NEW]
        with pytest.raises(Undecipherable):
            read_everything()

    def test_leaves_nothing_for_the_old_key_to_open(self, under_the_old_key, settings):
        rotate()
        settings.FIELD_KEYS = [NEW]
        written = [model for model in encrypted_models() if says_something(model)]
        assert len(written) > 5
        settings.FIELD_KEYS = [OLD]
        for model in written:
            with pytest.raises(Undecipherable):
                list(model._base_manager.all())

    def test_changes_nothing_the_second_time(self, under_the_old_key):
        rotate()
        assert " 0 rotated" in rotate()
        assert AuditEvent.objects.filter(kind="keys.rotated", details={"values": 0}).count() == 1

    def test_adds_no_version_to_any_history(self, under_the_old_key):
        before = Mentee.history.count()
        rotate()
        assert Mentee.history.count() == before

    def test_leaves_the_guards_standing(self, under_the_old_key):
        rotate()
        assert sql.missing(connection) == []
        with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
            connection.cursor().execute("UPDATE mentees_decision SET kind = 'share'")

    def test_is_an_event_of_the_trail(self, under_the_old_key):
        rotate()
        event = AuditEvent.objects.get(kind="keys.rotated")
        assert (event.capacity, event.details["values"] > 5) == ("command: rotate_keys", True)

    def test_is_loud_about_what_no_key_opens_and_does_the_rest(self, under_the_old_key, settings):
        lost = Mentee.objects.order_by("pk").first()
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE mentees_mentee SET given_name = %s WHERE id = %s",
                [Fernet(Fernet.generate_key()).encrypt(b"lost").decode(), lost.pk],
            )
        with pytest.raises(CommandError, match="No key opens 1 in mentees_mentee"):
            rotate()
        settings.FIELD_KEYS = [NEW]
        assert all(decision.reason for decision in Decision.objects.all())

    def test_goes_on_past_one_batch(self, under_the_old_key, settings, monkeypatch):
        monkeypatch.setattr("core.rotation.BATCH", 1)
        rotate()
        settings.FIELD_KEYS = [NEW]
        assert read_everything() > 5


def test_every_encrypted_column_belongs_to_a_model_that_is_rotated():
    """Found a second way: by the name of the class, not by its kind."""
    named = {
        model
        for model in apps.get_models(include_auto_created=True)
        if any(type(f).__name__.startswith("Encrypted") for f in model._meta.get_fields())
    }
    assert named == set(encrypted_models())
