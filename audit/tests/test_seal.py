"""The seal, and whoever goes past it: in SQL, with the triggers down, as the owner could."""

import datetime
import json
import threading
from io import StringIO

import pytest
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from audit import operations, sealing
from audit.models import AuditEvent, Seal
from audit.tasks import seal_trail
from audit.trail import record
from core import sql

pytestmark = pytest.mark.django_db
EVENTS, SEALS = AuditEvent._meta.db_table, Seal._meta.db_table
SEALED_TWICE = 6  # lines in each of two seals


@pytest.fixture(autouse=True)
def file_of_heads(settings, tmp_path):
    settings.TRAIL_HEADS = tmp_path / "trail-heads.log"
    return settings.TRAIL_HEADS


@pytest.fixture
def keys():
    """Keys of a trail under two seals, in their order."""
    for _seal in range(2):
        for number in range(SEALED_TWICE):
            record("keys.rotated", by=None, target=[], values=number)
        seal_trail()
    return list(AuditEvent.objects.order_by("pk").values_list("pk", flat=True))


@pytest.fixture
def unguarded(keys):
    """As the owner of the database, who takes the triggers down first."""
    sql.drop()
    yield keys
    sql.create()


def execute(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def verify() -> str:
    said = StringIO()
    call_command("verify_trail", stdout=said)
    return said.getvalue()


def broken() -> str:
    with pytest.raises(CommandError, match="Broken: ") as refused:
        verify()
    return str(refused.value)


def put_in(key: int, at: datetime.datetime | None = None) -> None:
    """A line with a key of its own, as SQL would put it in."""
    AuditEvent.objects.bulk_create([AuditEvent(pk=key, kind="signed_in", act="sign_in")])
    if at:
        execute(f"UPDATE {EVENTS} SET recorded_at = %s WHERE id = %s", at, key)


def long_ago() -> datetime.datetime:
    return timezone.now() - 2 * configured.SEAL_WAITS_FOR


class TestAnUntouchedTrail:
    def test_is_sound_and_says_what_waits(self, keys):
        record("keys.rotated", by=None, target=[], values=0)
        said = verify()
        assert said.startswith("2 seals over 12 lines; 1 lines wait")
        assert said.endswith("The trail is sound.\n")

    def test_is_sound_before_its_first_seal(self):
        assert "0 seals over 0 lines" in verify()

    def test_is_sealed_once(self, keys):
        assert seal_trail() == 0
        assert Seal.objects.count() == 2

    def test_is_sealed_in_parts_where_it_is_long(self, keys, monkeypatch):
        monkeypatch.setattr(operations, "BATCH", 2)
        for number in range(5):
            record("keys.rotated", by=None, target=[], values=number)
        assert seal_trail() == 5
        assert [seal.count for seal in Seal.objects.all()] == [6, 6, 2, 2, 1]
        verify()

    def test_with_every_kind_of_detail_is_sound(self):
        told = {"a": [1, 2.5, None, True], "ø": "é\n", "b": {"z": "", "a": -0.0}}
        record("keys.rotated", by=None, target=[], **told)
        seal_trail()
        verify()

    def test_has_the_head_of_every_seal_in_the_file(self, keys, file_of_heads):
        heads = [json.loads(line) for line in file_of_heads.read_text().splitlines()]
        seals = Seal.objects.all()
        assert [head["digest"] for head in heads] == [seal.digest for seal in seals]
        assert [head["count"] for head in heads] == [SEALED_TWICE, SEALED_TWICE]
        assert file_of_heads.stat().st_mode & 0o777 == 0o600

    def test_covers_every_column(self):
        assert set(sealing.FORMS[sealing.FORM]) == {
            field.attname for field in AuditEvent._meta.concrete_fields
        }


class TestALineThatIsCommittedLate:
    @pytest.fixture
    def late(self, keys):
        """One key was given out and not committed when its neighbours were sealed."""
        free = keys[-1] + 1
        put_in(free + 1)
        seal_trail()
        put_in(free)
        return free

    def test_waits_for_the_next_seal(self, late):
        assert "1 lines wait" in verify()

    def test_belongs_to_the_next_seal(self, late):
        assert seal_trail() == 1
        assert [key for key, _mark in Seal.objects.last().rows] == [late]
        assert Seal.objects.last().last_event == late + 1
        assert "0 lines wait" in verify()

    def test_goes_before_what_follows(self, late):
        put_in(late + 2)
        assert seal_trail() == 2
        verify()
        put_in(late + 3)
        assert seal_trail() == 1
        verify()

    def test_is_found_when_it_is_changed_later(self, late):
        seal_trail()
        sql.drop()
        execute(f"UPDATE {EVENTS} SET actor = '7' WHERE id = %s", late)
        sql.create()
        assert f"line {late} was changed" in broken()


def in_threads(*acts) -> list[threading.Thread]:
    """Each act in a thread and on a connection of its own."""

    def run(act):
        try:
            act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    return threads


@pytest.mark.django_db(transaction=True)
class TestSeveralAtOnce:
    def test_who_seal_leave_every_line_sealed_once(self):
        for number in range(20):
            record("keys.rotated", by=None, target=[], values=number)
        for thread in in_threads(*[seal_trail] * 4):
            thread.join()
        seal_trail()
        assert sorted(key for seal in Seal.objects.all() for key, _mark in seal.rows) == sorted(
            AuditEvent.objects.values_list("pk", flat=True)
        )
        assert "20 lines; 0 lines wait" in verify()

    if connection.vendor == "postgresql":  # the other engine has one writer at a time

        def test_who_write_may_commit_in_another_order_than_their_keys(self):
            written, sealed = threading.Event(), threading.Event()

            def write_slowly():
                with transaction.atomic():
                    record("keys.rotated", by=None, target=[], values=1)
                    written.set()
                    sealed.wait(timeout=20)

            threads = in_threads(write_slowly)
            written.wait(timeout=20)
            record("keys.rotated", by=None, target=[], values=2)
            assert seal_trail() == 1
            sealed.set()
            threads[0].join()
            first, second = AuditEvent.objects.order_by("pk").values_list("pk", flat=True)
            assert Seal.objects.get().rows[0][0] == second
            assert "1 lines wait" in verify()
            assert seal_trail() == 1
            assert Seal.objects.last().rows[0][0] == first
            assert "0 lines wait" in verify()


class TestTheFileOfHeads:
    def test_gets_a_head_that_a_crash_kept_back(self, keys, file_of_heads):
        first, last = file_of_heads.read_text().splitlines(keepends=True)
        file_of_heads.write_text(first + last[:20])
        verify()  # a moment ago: it may be on its way
        seal_trail()
        assert last in file_of_heads.read_text()
        verify()

    def test_is_missed(self, keys, file_of_heads, settings):
        settings.SEAL_EVERY = 0.0
        file_of_heads.unlink()
        assert "seal 1 (lines" in broken()
        assert "is not in the file of heads" in broken()

    def test_may_tell_the_same_twice(self, keys, file_of_heads):
        last = file_of_heads.read_text().splitlines(keepends=True)[-1]
        with file_of_heads.open("a") as file:
            file.write(last)
        verify()


COLUMNS = {
    "kind": "forged",
    "act": "erase",
    "actor": "7",
    "capacity": "mentor",
    "targets": '["mentees.mentee:M-a"]',
    "details": '{"values": 99}',
    "request_id": "0",
    "recorded_at": "2020-01-01 00:00:00",
}


class TestTampering:
    @pytest.mark.parametrize("column", COLUMNS)
    @pytest.mark.parametrize("place", [0, 7, 11])
    def test_by_editing_is_found(self, unguarded, column, place):
        key = unguarded[place]
        execute(f"UPDATE {EVENTS} SET {column} = %s WHERE id = %s", COLUMNS[column], key)
        assert f"line {key} was changed. Faults in all: 1." in broken()

    def test_that_leaves_no_list_is_found(self, unguarded):
        execute(f"UPDATE {EVENTS} SET targets = %s WHERE id = %s", '"["', unguarded[3])
        assert f"line {unguarded[3]} was changed" in broken()

    @pytest.mark.parametrize("place", [0, 5, 6, 11])
    def test_by_deleting_is_found(self, unguarded, place):
        execute(f"DELETE FROM {EVENTS} WHERE id = %s", unguarded[place])
        assert f"line {unguarded[place]} is missing" in broken()

    def test_by_giving_another_key_is_found(self, unguarded):
        execute(f"UPDATE {EVENTS} SET id = 900 + id WHERE id = %s", unguarded[4])
        assert f"line {unguarded[4]} is missing" in broken()

    @pytest.mark.parametrize("key", [-3, 0])
    def test_by_putting_in_before_all_is_found(self, unguarded, key):
        put_in(key, long_ago())
        assert f"line {key} was put in afterwards" in broken()

    def test_by_putting_in_between_is_found_and_never_sealed(self, unguarded):
        free = unguarded[-1] + 1
        put_in(free + 1)
        seal_trail()
        put_in(free, long_ago())
        assert f"line {free} was put in afterwards" in broken()
        assert seal_trail() == 0
        assert f"line {free} was put in afterwards" in broken()

    def test_by_exchanging_two_lines_is_found(self, unguarded):
        one, other = unguarded[1], unguarded[9]
        for old, new in ((one, -1), (other, one), (-1, other)):
            execute(f"UPDATE {EVENTS} SET id = %s WHERE id = %s", new, old)
        assert f"line {one} was changed. Faults in all: 2." in broken()

    def test_by_cutting_the_end_of_the_lines_is_found(self, unguarded):
        execute(f"DELETE FROM {EVENTS} WHERE id >= %s", unguarded[8])
        assert f"line {unguarded[8]} is missing. Faults in all: 4." in broken()

    def test_by_cutting_lines_and_seals_is_found(self, unguarded):
        execute(f"DELETE FROM {EVENTS} WHERE id >= %s", unguarded[6])
        execute(f"DELETE FROM {SEALS} WHERE number = 2")
        assert "seal 2 is missing" in broken()

    def test_by_emptying_everything_is_found(self, unguarded):
        execute(f"DELETE FROM {EVENTS}")
        execute(f"DELETE FROM {SEALS}")
        assert "seal 1 is missing. Faults in all: 2." in broken()

    def test_by_taking_out_a_seal_is_found(self, unguarded):
        execute(f"DELETE FROM {SEALS} WHERE number = 1")
        assert "seal 1 is missing" in broken()

    @pytest.mark.parametrize(
        "change",
        ["count = 1", "last_event = 900", "digest = 'forged'", "previous = 'forged'", "form = 2"],
    )
    def test_of_a_seal_is_found(self, unguarded, change):
        execute(f"UPDATE {SEALS} SET {change} WHERE number = 1")
        assert "seal 1 (lines" in broken()

    def test_of_a_line_with_its_mark_is_found(self, unguarded):
        """Who does not have the key can make a line fit its seal, but not the seal its digest."""
        execute(f"UPDATE {EVENTS} SET actor = '7' WHERE id = %s", unguarded[0])
        rows = json.dumps([[line.key, line.mark] for line in sealing.lines(1, in_the_first())])
        execute(f"UPDATE {SEALS} SET rows = %s WHERE number = 1", rows)
        assert "was changed" in broken()


def in_the_first():
    return sealing.Q(pk__lte=Seal.objects.get(number=1).last_event)


def make_anew() -> None:
    """Forge a line and seal everything again, with the right key and the right code."""
    execute(f"UPDATE {EVENTS} SET actor = '7' WHERE id = (SELECT min(id) FROM {EVENTS})")
    execute(f"DELETE FROM {SEALS}")
    seal_trail()


class TestAChainThatIsMadeAnew:
    def test_is_found_by_the_file_of_heads(self, unguarded):
        make_anew()
        assert "seal 1 (lines" in broken()
        assert "is not the one in the file of heads" in broken()

    def test_is_found_by_nothing_else(self, unguarded, file_of_heads):
        """The control, and why the file is to be copied off the machine."""
        file_of_heads.unlink()
        make_anew()
        verify()

    def test_with_another_key_is_found(self, unguarded, settings, file_of_heads):
        """Even where the file went with it."""
        right, settings.TRAIL_KEY = settings.TRAIL_KEY, "guessed"
        file_of_heads.unlink()
        make_anew()
        settings.TRAIL_KEY = right
        assert "was changed" in broken()


def test_json_that_cannot_be_read_has_a_mark_of_its_own():
    """SQLite keeps what PostgreSQL refuses; verifying goes on past it."""
    assert sealing._parsed("[") == "["
