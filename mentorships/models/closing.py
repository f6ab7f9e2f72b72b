from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessQuerySet, WrittenOnceQuerySet
from core.append_only import AppendOnly
from core.encryption import EncryptedJSONField, EncryptedTextField
from mentees.permissions import FileSection
from mentorships.models.mentorship import Mentorship
from mentorships.models.narrative import SessionNarrative


class ClosingReportQuerySet(AccessQuerySet):
    def finished(self):
        return self.filter(finished_at__isnull=False)

    def forgotten(self, now):
        """Never finished, and kept as long as any draft: the window has closed long since."""
        return self.filter(finished_at=None, saved_at__lte=now - settings.DRAFT_KEPT_FOR)


class ClosingReport(models.Model):
    """How a mentorship ended, in its mentor's words; begun and finished in the closing window.

    Its author's alone until it is finished. Then it stands, and is read as a note of its tier is.
    """

    # domain.md section 4: what a closing keeps, in the order in which it is asked.
    QUESTIONS = {
        "how": _("How it ended"),
        "reached": _("What was reached of the goals"),
        "next_person": _("What the next person should know"),
        "standing": _("Which people and appointments stand"),
        "goodbye": _("How you said goodbye"),
        "own_words": _("In the mentee's own words"),
    }

    case, section = "mentorship__enrolment__mentee", FileSection.NOTES
    # What is not finished nobody is shown, and what is restricted no emergency opens.
    shown_where = Q(finished_at__isnull=False) & ~Q(tier=SessionNarrative.Tier.RESTRICTED)

    mentorship = models.OneToOneField(
        Mentorship,
        models.PROTECT,
        related_name="closing_report",
        verbose_name=_("mentorship"),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author")
    )
    tier = models.CharField(
        _("who may read it"),
        max_length=16,
        choices=SessionNarrative.Tier,
        default=SessionNarrative.Tier.ORDINARY,
    )
    # All that the form holds while it is a draft; the answers alone once it is finished.
    typed = EncryptedJSONField(_("what was written"), default=dict)
    # As of a `SessionDraft`: the number of the kept text, and which load of the page sent it.
    sequence = models.PositiveIntegerField(_("save"), default=0)
    page = models.CharField(_("page"), max_length=36, blank=True)
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = ClosingReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("closing report")
        verbose_name_plural = _("closing reports")
        ordering = ["-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.mentorship}"

    def get_absolute_url(self) -> str:
        return reverse("mentorships:closing_detail", args=[self.mentorship_id])

    @property
    def answers(self) -> list[tuple[str, str]]:
        """Each question that was answered, with the answer."""
        return self.answered(self.typed)

    @classmethod
    def answered(cls, typed: dict[str, str]) -> list[tuple[str, str]]:
        return [(str(label), typed[name]) for name, label in cls.QUESTIONS.items() if typed[name]]


class ClosingAddendum(AppendOnly):
    """What its author added to a finished report, which stays as it is.

    It has no readers of its own: whoever may read the report reads what was added.
    """

    case, section = "report__mentorship__enrolment__mentee", FileSection.NOTES
    by_decision = False

    report = models.ForeignKey(
        ClosingReport,
        models.PROTECT,
        related_name="addenda",
        verbose_name=_("closing report"),
    )
    text = EncryptedTextField(_("what was added"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author")
    )
    added_at = models.DateTimeField(_("added"), default=timezone.now)

    objects = WrittenOnceQuerySet.as_manager()

    class Meta:
        verbose_name = _("addendum to a closing report")
        verbose_name_plural = _("addenda to closing reports")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.report}"
