import datetime
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessQuerySet
from core.encryption import EncryptedTextField
from mentees.permissions import FileSection
from mentorships.models.mentorship import Mentorship
from mentorships.models.session import MentoringSession


class ConcernQuerySet(AccessQuerySet):
    def waiting(self):
        """Nobody has said yet that they have it."""
        return self.filter(taken_up_at=None)


class Concern(models.Model):
    """Something that worries a mentor: a table of its own, for it never stands in a note.

    Levels and clocks: domain.md section 8. The system sends none of it outside by itself.
    """

    class Level(models.IntegerChoices):
        NOTE = 0, _("Keep in mind")
        REFLECT = 1, _("Think it over together")
        ACT = 2, _("Act today")
        IMMEDIATE = 3, _("Immediate danger")

    class Source(models.TextChoices):
        SAW = "saw", _("the mentor saw or heard it")
        MENTEE = "mentee", _("the mentee said it")
        OTHERS = "others", _("somebody else said it")

    class Talked(models.TextChoices):
        """With whom the mentor thought it over before writing: section 1, row 35."""

        NOBODY = "nobody", _("nobody yet")
        COACH = "coach", _("the coach")
        RESOURCE_PERSON = "resource", _("the resource person")

    class Phoned(models.TextChoices):
        EMERGENCY = "emergency", _("112")
        DUTY_OFFICER = "duty", _("the duty officer")
        POLICE = "police", _("the police")
        OTHER = "other", _("somebody else")

    case, section = "mentorship__enrolment__mentee", FileSection.NOTES
    by_decision = False  # its author, and whoever answers for the mentorship: nobody else

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    mentorship = models.ForeignKey(
        Mentorship, models.PROTECT, related_name="concerns", verbose_name=_("mentorship")
    )
    session = models.OneToOneField(
        MentoringSession,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="concern",
        verbose_name=_("after the session"),
    )
    level = models.PositiveSmallIntegerField(_("how urgent"), choices=Level)
    observed = EncryptedTextField(_("what happened"))
    source = models.CharField(_("how I know"), max_length=8, choices=Source)
    assessment = EncryptedTextField(_("why it worries me"), blank=True)
    talked_with = models.CharField(
        _("talked it over with"), max_length=10, choices=Talked, default=Talked.NOBODY
    )
    phoned = models.CharField(_("phoned"), max_length=10, choices=Phoned, blank=True)
    phoned_at = models.DateTimeField(_("phoned at"), null=True, blank=True)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="concerns_raised",
        verbose_name=_("raised by"),
    )
    raised_at = models.DateTimeField(_("raised"), default=timezone.now)
    taken_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken up by"),
    )
    taken_up_at = models.DateTimeField(_("taken up"), null=True, blank=True)

    objects = ConcernQuerySet.as_manager()

    class Meta:
        verbose_name = _("concern")
        verbose_name_plural = _("concerns")
        ordering = ["-raised_at", "-pk"]
        default_permissions = ()
        permissions = [
            ("view_concern", "Can read a concern"),
            ("take_up_concern", "Can take a concern up"),
            ("open_concerns", "Can open the page of concerns"),
            ("see_concern_metadata", "Can see that a concern was raised"),
        ]
        indexes = [
            models.Index(
                fields=["mentorship"], condition=Q(taken_up_at=None), name="concerns_waiting"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(phoned="", phoned_at=None)
                | ~Q(phoned="") & Q(phoned_at__isnull=False),
                name="concern_phoned_says_whom_and_when",
                violation_error_message=_("Say whom you phoned, and when."),
            ),
            models.CheckConstraint(
                condition=~Q(level=3) | ~Q(phoned=""),
                name="concern_of_immediate_danger_was_phoned",
                violation_error_message=_("Phone first, then write whom you reached and when."),
            ),
            models.CheckConstraint(
                condition=Q(taken_up_at=None, taken_up_by=None)
                | Q(taken_up_at__isnull=False, taken_up_by__isnull=False),
                name="concern_is_taken_up_by_somebody_at_a_time",
                violation_error_message=_("Somebody takes it up, at a time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentorship.enrolment.mentee}, {self.get_level_display()}"

    def get_absolute_url(self) -> str:
        return reverse("concerns:concern_detail", args=[self.uuid])

    @property
    def act_on(self) -> datetime.date | None:
        """The last day on which somebody has to have taken it up: domain.md section 8."""
        within = settings.CONCERN_CLOCKS[self.level]
        return None if within is None else timezone.localdate(self.raised_at) + within
