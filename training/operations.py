"""Everything that can happen to trainings, whoever asks for it."""

from django.db import transaction

from accounts.models import User
from audit.trail import record
from organisations.models import Organisation
from training import catalogue
from training.models import Module, TrainingProgramme


@transaction.atomic
def load_mentor_training(*, by: User | None, organisation: Organisation) -> bool:
    """Add the mentor training with its modules under its organiser, unless it stands; was it added?"""
    training = catalogue.MENTOR_TRAINING
    if TrainingProgramme.objects.filter(code=training.code).exists():
        return False
    programme = TrainingProgramme.objects.create(
        code=training.code, name=training.name, organisation=organisation
    )
    Module.objects.bulk_create(
        Module(
            programme=programme,
            number=number,
            title=title,
            kind=kind,
            days=catalogue.DAYS_A_BLOCK,
        )
        for number, (title, kind) in enumerate(training.modules, 1)
    )
    record("training_programme.loaded", by=by, target=programme, code=training.code)
    return True
