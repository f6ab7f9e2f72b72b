from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import AccessQuerySet
from core.encryption import EncryptedTextField
from mentees.permissions import FileSection
from mentorships.models.mentorship import Mentorship
from mentorships.models.session import MentoringSession, stands

# What a void session settled is open again.
UNSETTLED = Q(outcome="") | ~stands("settled_in")


class AgreementQuerySet(AccessQuerySet):
    def open(self):
        return self.filter(stands("made_in"), UNSETTLED)


class Agreement(models.Model):
    """A next step: what, who, by when. It comes back until it is kept or dropped."""

    class Who(models.TextChoices):
        MENTEE = "mentee", _("the mentee")
        MENTOR = "mentor", _("the mentor")
        OTHER = "other", _("somebody else")

    class Outcome(models.TextChoices):
        KEPT = "kept", _("kept")
        DROPPED = "dropped", _("dropped")

    case, section = "mentorship__enrolment__mentee", FileSection.NOTES

    mentorship = models.ForeignKey(
        Mentorship, models.PROTECT, related_name="agreements", verbose_name=_("mentorship")
    )
    made_in = models.ForeignKey(
        MentoringSession, models.PROTECT, related_name="agreements", verbose_name=_("made in")
    )
    text = EncryptedTextField(_("agreement"))
    who = models.CharField(_("who"), max_length=6, choices=Who)
    due_on = models.DateField(pgettext_lazy("a deadline", "by"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=7, choices=Outcome, blank=True)
    settled_in = models.ForeignKey(
        MentoringSession,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="settled_agreements",
        verbose_name=_("settled in"),
    )
    settled_on = models.DateField(_("settled"), null=True, blank=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = [F("due_on").asc(nulls_last=True), "pk"]
        indexes = [
            models.Index(
                fields=["mentorship", "due_on"],
                condition=Q(outcome=""),
                name="open_agreements",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", settled_on=None)
                | ~Q(outcome="") & Q(settled_on__isnull=False),
                name="agreement_is_settled_if_and_only_if_dated",
                violation_error_message=_("An agreement is settled on a day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentorship}, {self.get_who_display()}"
