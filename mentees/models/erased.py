"""What stays of a file that was erased: its reference, and numbers that lead to nobody."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.append_only import AppendOnly, AppendOnlyQuerySet
from mentees.models.enrolment import Enrolment, Programme


class ErasedFile(AppendOnly):
    """That there was a file with this reference. The reference is given to nobody again, and
    whatever a backup brings back is erased anew by this list."""

    class Ground(models.TextChoices):
        """Why a file is erased: a closed list, so that the reason names nobody."""

        RETENTION = "retention", _("the time for keeping it is over")
        RIGHT = "right", _("the person has a right to it")
        MISTAKE = "mistake", _("it was opened by mistake")
        ORDERED = "ordered", _("a court or an authority ordered it")

    reference = models.CharField(_("reference"), max_length=16, unique=True)
    ground = models.CharField(_("ground"), max_length=10, choices=Ground)
    erased_at = models.DateTimeField(_("erased"), default=timezone.now)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("erased file")
        verbose_name_plural = _("erased files")
        default_permissions = ()

    def __str__(self) -> str:
        return self.reference


class ErasedEnrolment(AppendOnly):
    """An enrolment as statistics count it."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    status = models.CharField(max_length=20, choices=Enrolment.Status)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("erased enrolment")
        verbose_name_plural = _("erased enrolments")
        default_permissions = ()

    def __str__(self) -> str:
        return self.get_status_display()


class ErasedSession(AppendOnly):
    """A session as statistics count it. `person` is drawn at the erasure, so that people can be
    counted; it stands nowhere else."""

    person = models.UUIDField(default=uuid.uuid4)
    status = models.CharField(max_length=10)
    held_on = models.DateField(db_index=True)
    minutes = models.PositiveSmallIntegerField(null=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("erased session")
        verbose_name_plural = _("erased sessions")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.held_on}"
