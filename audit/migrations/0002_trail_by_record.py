"""An index by the records that a line names; SQLite has none of this kind and reads the texts."""

from django.db import migrations

NAME = "trail_by_record"


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        table = apps.get_model("audit", "AuditEvent")._meta.db_table
        schema_editor.execute(f"CREATE INDEX {NAME} ON {table} USING gin (targets jsonb_path_ops)")


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX {NAME}")


class Migration(migrations.Migration):

    dependencies = [
        ("audit", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(create, drop),
    ]
