from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from audit.trail import ByHand
from notifications.mails import release_mails


class Command(BaseCommand):
    help = (
        "Let mails go out again. They are held when nothing has run for hours, since an old copy "
        "of the database may have been put back. After a restore: --set-aside, so that nobody is "
        "mailed again; the notices stay where they are read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--set-aside", action="store_true", help="what was owed until now is not sent"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        count = release_mails(by=ByHand("release_mails"), set_aside=options["set_aside"])
        fate = "set aside" if options["set_aside"] else "on their way"
        self.stdout.write(f"{count} mails are {fate}.")
