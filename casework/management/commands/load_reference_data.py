from typing import Any

from django.core.management.base import BaseCommand

from audit.trail import ByHand
from core.dates import today
from organisations.models import Organisation
from release_plans.load_holidays import load_holidays
from release_plans.operations import load_templates
from release_plans.operations.reminders import load_ladder
from training.operations import load_mentor_training

BY_HAND = ByHand("load_reference_data")


class Command(BaseCommand):
    help = (
        "Add the milestone templates, the steps of the reminders, the holidays and, once a "
        "directorate is registered, the mentor training. Safe to repeat: what stands is left "
        "alone."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        said = [f"Added the template {template}." for template in load_templates(by=BY_HAND)]
        if load_ladder(by=BY_HAND):
            said.append("Added the steps of the reminders.")
        directorates = Organisation.objects.of_kind(Organisation.Kind.DIRECTORATE)
        organiser = directorates.order_by("pk").first()
        if organiser is None:
            said.append(
                "The mentor training waits for a directorate: register one and run this again."
            )
        elif load_mentor_training(by=BY_HAND, organisation=organiser):
            said.append("Added the mentor training.")
        if load_holidays(by=BY_HAND, on=today()):
            said.append("Added the holidays.")
        if options["verbosity"]:
            self.stdout.writelines(f"{line}\n" for line in said)
