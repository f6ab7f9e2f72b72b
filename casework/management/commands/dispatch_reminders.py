from typing import Any

from django.core.management.base import BaseCommand

from notifications import mails, operations
from release_plans.operations import reminders


class Command(BaseCommand):
    help = (
        "Write what has fallen due, tell whoever must know, and send the mails that are owed. For "
        "cron where no worker runs; beside one, or twice at once, it harms nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        written, told = reminders.sweep(), reminders.pass_on()
        notices, sent = operations.dispatch(), mails.send_mails()
        if options["verbosity"]:
            self.stdout.write(
                f"{written} reminders written, {told} passed on, {notices} notices taken up,"
                f" {sent} mails sent."
            )
