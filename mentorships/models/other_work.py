import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessQuerySet
from core.encryption import EncryptedTextField
from mentees.permissions import FileSection
from mentorships.models.mentorship import Mentorship


class OtherWork(models.Model):
    """What a mentor did for a mentee without meeting them. It counts as hours, not as contact."""

    class Kind(models.TextChoices):
        AUTHORITY = "authority", _("talk with an authority")
        COLLEAGUES = "colleagues", _("talk with colleagues")
        REPORT = "report", _("report or letter")
        PREPARATION = "preparation", _("preparation")
        IN_VAIN = "in_vain", _("travel in vain")
        OTHER = "other", _("other")

    case, section = "mentorship__enrolment__mentee", FileSection.NOTES

    # The page's own key: sent twice, it is logged once.
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    mentorship = models.ForeignKey(
        Mentorship, models.PROTECT, related_name="other_work", verbose_name=_("mentorship")
    )
    worked_on = models.DateField(_("date"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    kind = models.CharField(_("what it was"), max_length=11, choices=Kind)
    note = EncryptedTextField(_("note"), blank=True)
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="other_work_logged",
        verbose_name=_("logged by"),
    )
    logged_at = models.DateTimeField(_("logged"), default=timezone.now)

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("other work")
        verbose_name_plural = _("other work")
        ordering = ["-worked_on", "-pk"]
        indexes = [
            models.Index(fields=["mentorship", "-worked_on"], name="other_work_of_a_mentorship"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=settings.SESSION_MINUTES[1]),
                name="other_work_fits_into_a_day",
                violation_error_message=_("Between 1 and 480 minutes."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentorship.enrolment.mentee}, {self.worked_on}"
