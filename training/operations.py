"""Everything that can happen to trainings, whoever asks for it."""

import datetime

from django.db import transaction

from accounts.models import User
from audit.trail import ByHand, record
from core.changes import apply
from organisations.models import Organisation
from training import catalogue
from training.models import Certificate, Module, TrainingProgramme


@transaction.atomic
def load_mentor_training(*, by: User | ByHand | None, organisation: Organisation) -> bool:
    """Add the mentor training under its organiser, unless it stands. Was it added?"""
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


@transaction.atomic
def change_programme(
    programme: TrainingProgramme, *, by: User, **changes: object
) -> TrainingProgramme:
    """Change a training's particulars; certificates that were given keep their days."""
    programme = TrainingProgramme.objects.select_for_update().get(pk=programme.pk)
    changed = apply(programme, changes)
    if not changed:
        return programme
    programme.save(update_fields=changed)
    record("training_programme.changed", by=by, target=programme, fields=changed)
    return programme


@transaction.atomic
def certify(
    holder: User,
    *,
    by: User,
    programme: TrainingProgramme,
    standing: Certificate.Standing,
    valid_from: datetime.date,
    valid_until: datetime.date,
) -> Certificate:
    """Take down what a training made of somebody, until a day."""
    certificate = Certificate(
        holder=holder,
        programme=programme,
        standing=standing,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    certificate.full_clean()
    certificate.save()
    record("certificate.given", by=by, target=[certificate, holder], standing=str(standing))
    return certificate
