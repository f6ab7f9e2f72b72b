import csv
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.matrix import HEADER, matrix


class Command(BaseCommand):
    help = "Prints who may do what: the rules in force, one line a permission, one column a role."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["text", "csv"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        lines = [[str(cell) for cell in line] for line in (HEADER, *matrix())]
        if options["format"] == "csv":
            csv.writer(self.stdout, lineterminator="\n").writerows(lines)
            return
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        for line in lines:
            padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            self.stdout.write("  ".join(padded).rstrip())
