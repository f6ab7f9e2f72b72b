from typing import Any

from django.core.management.base import BaseCommand

from organisations.models import Organisation
from release_plans.operations import load_templates
from training.operations import load_mentor_training


class Command(BaseCommand):
    help = (
        "Add the milestone templates and, once a directorate is registered, the mentor training. "
        "Safe to repeat: what stands is left alone."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        said = [f"Added the template {template}." for template in load_templates(by=None)]
        directorates = Organisation.objects.of_kind(Organisation.Kind.DIRECTORATE)
        organiser = directorates.order_by("pk").first()
        if organiser is None:
            said.append(
                "The mentor training waits for a directorate: register one and run this again."
            )
        elif load_mentor_training(by=None, organisation=organiser):
            said.append("Added the mentor training.")
        if options["verbosity"]:
            self.stdout.writelines(f"{line}\n" for line in said)
