from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import WrittenOnceQuerySet
from core.append_only import AppendOnly
from core.encryption import EncryptedTextField
from mentees.permissions import FileSection
from mentorships.models.mentorship import Mentorship


class Handover(AppendOnly):
    """What the next mentor sees of an earlier mentorship's notes, as the coach chose it.

    One row for each earlier mentorship: notes that were handed over whole go on with the next.
    """

    class Shows(models.TextChoices):
        ALL = "all", _("All earlier notes")
        SUMMARY = "summary", _("A written summary")
        FROM_TODAY = "from_today", _("Nothing written before today")

    case, section = "former__enrolment__mentee", FileSection.NOTES

    former = models.ForeignKey(
        Mentorship, models.PROTECT, related_name="handed_on", verbose_name=_("former mentorship")
    )
    successor = models.ForeignKey(
        Mentorship, models.PROTECT, related_name="handed_down", verbose_name=_("next mentorship")
    )
    shows = models.CharField(_("the next mentor sees"), max_length=10, choices=Shows)
    summary = EncryptedTextField(_("summary"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), default=timezone.now)

    objects = WrittenOnceQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(shows="summary", summary__isnull=False)
                | ~Q(shows="summary") & Q(summary__isnull=True),
                name="handover_has_a_summary_if_and_only_if_it_shows_one",
                violation_error_message=_("Write the summary that the next mentor reads."),
            ),
            models.CheckConstraint(
                condition=~Q(former=F("successor")),
                name="handover_goes_to_another_mentorship",
                violation_error_message=_("A mentorship is handed over to another one."),
            ),
            models.UniqueConstraint(
                fields=["former", "successor"],
                name="handover_is_decided_once",
                violation_error_message=_("This was handed over already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.former.enrolment.mentee}, {self.get_shows_display()}"
