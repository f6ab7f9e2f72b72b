import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessQuerySet
from mentees.permissions import FileSection
from mentorships.models.mentorship import Mentorship
from mentorships.models.session import MentoringSession


class SessionSheetQuerySet(AccessQuerySet):
    def to_enter(self):
        """Printed, not set aside, and nobody has entered it yet."""
        same = {"uuid": OuterRef("uuid"), "mentorship": OuterRef("mentorship")}
        entered = MentoringSession.objects.filter(**same)
        return self.filter(~Exists(entered), unused_at=None)

    def named(self, number: str, mentorship: Mentorship, author: int):
        """What an author printed of a mentorship under this number."""
        return self.filter(number__iexact=number, mentorship=mentorship, printed_by=author)


class SessionSheet(models.Model):
    """A sheet of paper for one meeting. Its key becomes that of the session as which it is
    entered, so each sheet becomes one session at most."""

    case, section = "mentorship__enrolment__mentee", FileSection.NOTES
    by_decision = False  # it is the mentor's own paper

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    mentorship = models.ForeignKey(
        Mentorship, models.PROTECT, related_name="sheets", verbose_name=_("mentorship")
    )
    # The reference, the day and the how-manieth of that day: M-73052K-261119-1.
    number = models.CharField(_("number"), max_length=32, unique=True)
    printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="sheets_printed",
        verbose_name=_("printed by"),
    )
    printed_at = models.DateTimeField(_("printed"), default=timezone.now)
    unused_at = models.DateTimeField(_("set aside"), null=True, blank=True)

    objects = SessionSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("session sheet")
        verbose_name_plural = _("session sheets")
        ordering = ["printed_at", "pk"]

    def __str__(self) -> str:
        return self.number
