import datetime

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.access import AccessQuerySet
from core.dates import in_force, today
from organisations.models import Organisation


class Mentor(models.Model):
    """A person as a mentor: where from, how many mentees, how far on the way to certification."""

    class Status(models.TextChoices):
        """The pipeline of domain.md section 10."""

        APPLIED = "applied", _("applied")
        VETTING = "vetting", _("being vetted")
        IN_TRAINING = "in_training", _("in training")
        AVAILABLE = "available", _("available")
        PAUSED = "paused", _("paused")
        LEFT = "left", _("left")

    class Background(models.TextChoices):
        SOCIAL_WORK = "social_work", _("social work")
        PRISON_STAFF = "prison_staff", _("prison staff")
        PROBATION_STAFF = "probation_staff", _("probation staff")
        POLICE = "police", _("police")
        LAW = "law", _("law")
        EDUCATION = "education", _("education")
        VOLUNTEER = "volunteer", _("volunteer")
        OTHER = "other", _("other")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="mentor", verbose_name=_("person")
    )
    area = models.ForeignKey(
        Organisation, models.PROTECT, related_name="mentors", verbose_name=_("area")
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.APPLIED)
    background = models.CharField(
        _("professional background"), max_length=20, choices=Background, default=Background.OTHER
    )
    languages = models.CharField(
        _("languages"), max_length=120, blank=True, help_text=_("Separated by commas.")
    )
    capacity = models.PositiveSmallIntegerField(
        _("places"),
        default=3,
        validators=[MinValueValidator(0)],
        help_text=_("How many mentees at the same time."),
    )

    objects = AccessQuerySet.as_manager()
    history = HistoricalRecords()
    case = None

    class Meta:
        verbose_name = _("mentor")
        verbose_name_plural = _("mentors")
        ordering = ["user__name"]

    def __str__(self) -> str:
        return str(self.user)


class CoachAssignmentQuerySet(AccessQuerySet):
    def in_force(self, on: datetime.date):
        return self.filter(in_force(on))


class CoachAssignment(models.Model):
    """One mentor supervises another, from one day to another. Coach is a hat, not a kind."""

    coach = models.ForeignKey(
        Mentor, models.PROTECT, related_name="coaching", verbose_name=_("coach")
    )
    mentor = models.ForeignKey(
        Mentor, models.PROTECT, related_name="coach_assignments", verbose_name=_("mentor")
    )
    valid_from = models.DateField(_("from"), default=today)
    valid_until = models.DateField(_("until"), null=True, blank=True)

    objects = CoachAssignmentQuerySet.as_manager()
    case = None

    class Meta:
        verbose_name = _("coach assignment")
        verbose_name_plural = _("coach assignments")
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(coach=F("mentor")),
                name="coach_never_supervises_own_mentorships",
                violation_error_message=_("Nobody supervises their own mentorships."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="coach_assignment_ends_after_it_begins",
                violation_error_message=_("The last day is before the first."),
            ),
            models.UniqueConstraint(
                fields=["mentor"],
                condition=Q(valid_until=None),
                name="mentor_has_one_coach",
                violation_error_message=_("This mentor already has a coach."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.coach}, {self.mentor}"
