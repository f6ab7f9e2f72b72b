"""The role of `docs/database-roles.md`, made as it says there, and what it may not do."""

import re

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from audit.models import AuditEvent, Seal
from audit.operations import seal_trail
from audit.trail import record
from core import sql

DOCUMENT = (settings.BASE_DIR / "docs" / "database-roles.md").read_text()
ROLE = "back_on_track_app"
TABLE = AuditEvent._meta.db_table
FORBIDDEN = [
    f"UPDATE {TABLE} SET kind = 'forged'",
    f"DELETE FROM {TABLE}",
    f"TRUNCATE {TABLE}",
    f"ALTER TABLE {TABLE} DISABLE TRIGGER ALL",
    f"DROP TRIGGER {TABLE}_written_once ON {TABLE}",
    f"DROP TABLE {TABLE}",
    "UPDATE audit_seal SET count = 0",
    "DELETE FROM audit_seal",
    "SET session_replication_role = replica",
    "CREATE OR REPLACE FUNCTION written_once() RETURNS trigger LANGUAGE plpgsql AS"
    " 'BEGIN RETURN NEW; END'",
]


if connection.vendor == "postgresql":  # the other engine has no roles

    @pytest.fixture
    def role(db, settings, tmp_path):
        """The role of the document, in force until the test's transaction is rolled back."""
        settings.TRAIL_HEADS = tmp_path / "trail-heads.log"
        (statements,) = re.findall(r"```sql\n(.*?)```", DOCUMENT, re.S)
        with connection.cursor() as cursor:
            cursor.execute(statements)
            record("keys.rotated", by=None, target=[], values=0)
            seal_trail()
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"SET LOCAL ROLE {ROLE}")

    def execute(statement: str) -> str:
        """What the database says against it, empty where it does it; undone in either case."""
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
                transaction.set_rollback(True)
        except DatabaseError as refused:
            return str(refused)
        return ""

    def has_no_right(statement: str) -> bool:
        return bool(re.search(r"permission denied|must be owner", execute(statement)))

    class TestTheRole:
        def test_writes_reads_and_seals(self, role):
            record("keys.rotated", by=None, target=[], values=1)
            assert seal_trail() == 1
            assert (AuditEvent.objects.count(), Seal.objects.count()) == (2, 2)

        @pytest.mark.parametrize("table", sql.append_only_tables())
        @pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE", "TRIGGER"])
        def test_may_change_no_table_that_is_written_once(self, role, table, right):
            with connection.cursor() as cursor:
                cursor.execute("SELECT has_table_privilege(%s, %s)", [table, right])
                assert cursor.fetchone() == (False,)

        @pytest.mark.parametrize("table", ["mentees_mentee", "notifications_notice"])
        def test_may_change_the_others(self, role, table):
            with connection.cursor() as cursor:
                cursor.execute("SELECT has_table_privilege(%s, 'UPDATE')", [table])
                assert cursor.fetchone() == (True,)

        @pytest.mark.parametrize("statement", FORBIDDEN)
        def test_has_no_right_to_change_the_past(self, role, statement):
            assert has_no_right(statement)

        @pytest.mark.parametrize("statement", FORBIDDEN)
        def test_is_what_has_no_right(self, role, statement):
            """The control: the owner comes as far as the triggers, or past them."""
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")
            assert not has_no_right(statement)
