from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from casework.demo.loading import NotLoaded, load
from casework.demo.people import PASSWORD, PEOPLE
from core.dates import today
from mentees.models import Mentee
from mentorships.models import MentoringSession

WIDTH = 30  # characters of the bar


class Command(BaseCommand):
    help = (
        "Load the demonstration into an empty database: a believable scheme as of today, of "
        "invented people. The same seed and day give the same data."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", choices=["pilot"], default="pilot")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        self.quiet = not options["verbosity"]
        try:
            scheme = load(seed=options["seed"], day=today(), progress=self.draw)
        except NotLoaded as refusal:
            raise CommandError(refusal.message) from refusal
        if not self.quiet:
            people = sum(person.signs_in for person in PEOPLE.values())
            self.stdout.write(
                f"Loaded {len(scheme.rows[Mentee])} mentees and"
                f" {len(scheme.rows[MentoringSession])} sessions."
                f" {people} accounts can sign in with the password {PASSWORD}"
            )

    def draw(self, part: float, writing: str) -> None:
        """One line that is drawn over itself, and left when all is done."""
        if self.quiet:
            return
        bar = "#" * round(part * WIDTH)
        line = f"\r[{bar:.<{WIDTH}}] {part:4.0%} {writing:30.30}"
        self.stderr.write(line, style_func=str, ending="" if part < 1 else "\n")
