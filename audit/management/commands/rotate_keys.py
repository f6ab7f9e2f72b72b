from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.trail import ByHand, record
from core.rotation import rotate_all


class Command(BaseCommand):
    help = (
        "Encrypt names and notes anew under the newest of FIELD_KEYS. Put the new key in front, "
        "restart web and worker, run this, then drop the old key. Safe to repeat."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        changed, unreadable = 0, []
        for done in rotate_all():
            self.stdout.write(f"{done.table}: {done.changed} rotated, {done.kept} as they were")
            changed += done.changed
            if done.unreadable:
                unreadable.append(f"{done.unreadable} in {done.table}")
        record("keys.rotated", by=ByHand("rotate_keys"), target=[], values=changed)
        if unreadable:
            raise CommandError(
                f"No key opens {', '.join(unreadable)}: they were left as they are. "
                "Keep the old keys, and look for the one that is missing."
            )
