from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from core.messages import catalogue_path, extracted, updated


class Command(BaseCommand):
    help = (
        "Bring locale/*/LC_MESSAGES/django.po in line with the sources: new messages in, unused "
        "ones out, translations kept. For translators; needs requirements-dev.txt."
    )
    requires_system_checks: list[str] = []  # it reads files, nothing else

    def handle(self, *args: Any, **options: Any) -> None:
        messages = extracted()
        for language, _name in settings.LANGUAGES:
            catalogue = updated(language, messages)
            path = catalogue_path(language)
            path.parent.mkdir(parents=True, exist_ok=True)
            catalogue.save(str(path))
            waiting = "" if language == "en" else f", {len(catalogue.untranslated_entries())} wait"
            self.stdout.write(f"{language}: {len(catalogue)} messages{waiting}")
