from django.db import migrations

from core.encryption import decrypt, encrypt

SECRETS = ("secret", "seed")


def rewrite(apps, write):
    """Write what factors keep secret anew; a passkey has nothing of the sort."""
    for factor in apps.get_model("mfa", "Authenticator").objects.iterator():
        held = {name: write(factor.data[name]) for name in SECRETS if name in factor.data}
        if held:
            factor.data |= held
            factor.save(update_fields=["data"])


def forwards(apps, schema_editor):
    rewrite(apps, encrypt)


def backwards(apps, schema_editor):
    rewrite(apps, decrypt)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_approval_without_words"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(forwards, backwards)]
