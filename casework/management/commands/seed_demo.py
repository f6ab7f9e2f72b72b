from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from casework.demo.copies import SCALES
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
        parser.add_argument("--scale", choices=list(SCALES), default="pilot")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        self.quiet = not options["verbosity"]
        try:
            load(
                seed=options["seed"],
                day=today(),
                progress=self.draw,
                scale=options["scale"],
            )
        except NotLoaded as refusal:
            raise CommandError(refusal.message) from refusal
        if not self.quiet:
            people = sum(person.signs_in for person in PEOPLE.values())
            self.stdout.write(
                f"Loaded {Mentee.objects.count()} mentees and"
                f" {MentoringSession.objects.count()} sessions."
                f" {people} accounts can sign in with the password {PASSWORD}"
            )

    def draw(self, part: float, writing: str) -> None:
        """One line that is drawn over itself, and left when all is done."""
        if self.quiet:
            return
        bar = "#" * round(part * WIDTH)
        line = f"\r[{bar:.<{WIDTH}}] {part:4.0%} {writing:30.30}"
        self.stderr.write(line, style_func=str, ending="" if part < 1 else "\n")
