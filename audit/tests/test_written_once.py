"""Rows that are written once, tried on the trail; every such table has the same guards."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError

from audit.models import AuditEvent
from audit.trail import record
from core import sql
from core.append_only import Unchangeable

pytestmark = pytest.mark.django_db
TABLE = AuditEvent._meta.db_table
UPDATE = f"UPDATE {TABLE} SET kind = 'forged'"
DELETE = f"DELETE FROM {TABLE}"
# SQLite has no TRUNCATE: there a DELETE without a condition is what empties a table.
STATEMENTS = [UPDATE, DELETE]
if connection.vendor == "postgresql":
    STATEMENTS.append(f"TRUNCATE {TABLE} CASCADE")


@pytest.fixture
def event():
    return record("signed_in", by=None, target=[])


def execute(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


class TestTheModels:
    @pytest.mark.parametrize(
        "change",
        [
            lambda event: event.save(),
            lambda event: event.save(update_fields=["kind"]),
            lambda event: event.delete(),
            lambda event: AuditEvent.objects.update(kind="forged"),
            lambda event: AuditEvent.objects.all().delete(),
            lambda event: AuditEvent.objects.bulk_update([event], ["kind"]),
            lambda event: AuditEvent.objects.filter(pk=event.pk).update(kind="forged"),
        ],
    )
    def test_refuse_every_change(self, event, change):
        with pytest.raises(Unchangeable):
            change(event)
        assert AuditEvent.objects.get().kind == "signed_in"

    def test_never_write_over_a_row_with_the_same_key(self, event):
        with pytest.raises(DatabaseError), transaction.atomic():
            AuditEvent(pk=event.pk, kind="forged", act="sign_in").save()


class TestTheTriggers:
    @pytest.mark.parametrize("statement", STATEMENTS)
    def test_refuse_what_goes_past_the_models(self, event, statement):
        with pytest.raises(DatabaseError, match=f"{TABLE} is written once"):
            execute(statement)

    @pytest.mark.parametrize("table", sql.append_only_tables())
    def test_stand_on_every_table_that_is_written_once(self, table):
        assert len(sql.guards_of(table, connection.vendor)) == 2
        assert sql.missing(connection) == []

    @pytest.mark.parametrize("statement", STATEMENTS)
    def test_are_what_refuses(self, event, statement):
        """The control: without them the same statement passes."""
        with transaction.atomic():
            sql.drop()
            execute(statement)
            assert not AuditEvent.objects.filter(kind="signed_in").exists()
            assert f"{TABLE}_" in " ".join(sql.missing(connection))
            transaction.set_rollback(True)
        with pytest.raises(DatabaseError, match="written once"):
            execute(statement)


class TestLiftedGuards:
    def test_let_one_transaction_change_a_row_and_stand_again(self, event):
        with transaction.atomic(), sql.lifted(TABLE):
            execute(UPDATE)
        assert sql.missing(connection) == []
        with pytest.raises(DatabaseError, match="written once"):
            execute(UPDATE)

    def test_stand_again_when_it_fails(self, event):
        fails_in_the_end = f"{UPDATE}; no statement at all"
        with pytest.raises(DatabaseError), transaction.atomic(), sql.lifted(TABLE):
            execute(fails_in_the_end)
        assert sql.missing(connection) == []
        assert AuditEvent.objects.get().kind == "signed_in"


@pytest.mark.django_db(transaction=True)
def test_guards_are_lifted_only_inside_a_transaction():
    with pytest.raises(TransactionManagementError), sql.lifted(TABLE):
        pass
