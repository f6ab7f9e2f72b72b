import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection

from core.catalogues import compile_catalogues


class Command(BaseCommand):
    help = (
        "Prepare this installation: folders, keys, translations, database, static files. "
        "Safe to repeat; nothing is lost. (Keys are made by manage.py, before the settings load.)"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in ("queue", "queue-control", "cache"):
            (Path(settings.VAR_DIR) / folder).mkdir(parents=True, exist_ok=True)
        compile_catalogues(settings.LOCALE_PATHS)
        self.demand_a_database()
        call_command("migrate", interactive=False, verbosity=options["verbosity"] - 1)
        self.collect_static()
        if options["verbosity"]:
            self.stdout.write("Everything is prepared.")

    def demand_a_database(self) -> None:
        """Raises CommandError with one line, without the password that stands in the address."""
        try:
            connection.ensure_connection()
        except OperationalError as error:
            database = connection.settings_dict
            place = f"{database['HOST']}:{database['PORT'] or 5432}/" if database["HOST"] else ""
            raise CommandError(
                f"No database answers at {place}{database['NAME']}. Check DATABASE_URL."
            ) from error

    def collect_static(self) -> None:
        """Collect and fingerprint; skipped, since it is slow, where no source has changed."""
        stamp = Path(settings.VAR_DIR) / "static.stamp"
        sources = fingerprint()
        if stamp.exists() and stamp.read_text() == sources and Path(settings.STATIC_ROOT).exists():
            return
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(sources)


def fingerprint() -> str:
    """A digest of every static source's name, size and time, and of how they are stored."""
    digest = hashlib.sha256(repr((settings.STORAGES, settings.STATIC_ROOT)).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            file = Path(storage.path(name)).stat()
            digest.update(f"{name} {file.st_size} {file.st_mtime_ns}\n".encode())
    return digest.hexdigest()
