from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit.verification import Verification


class Command(BaseCommand):
    help = (
        "Compare the trail with its seals and with the file of their heads. Fails with the first "
        "line or seal that was edited, deleted, put in or made anew."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        found = Verification()
        self.stdout.write(
            f"{found.seals} seals over {found.sealed} lines; {found.unsealed} lines wait for the "
            f"next seal, which comes every {settings.SEAL_EVERY:g} seconds."
        )
        if found.first:
            raise CommandError(f"Broken: {found.first}. Faults in all: {found.faults}.")
        self.stdout.write("The trail is sound.")
