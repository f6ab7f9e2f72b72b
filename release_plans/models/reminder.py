from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessQuerySet
from mentees.permissions import FileSection
from release_plans.models.milestone import Milestone
from release_plans.models.template import Category


class Audience(models.TextChoices):
    """Towards the file, so whoever stands in for them hears it too."""

    RESPONSIBLE = "responsible", _("whoever is responsible")
    COACH = "coach", _("mentor coach")
    PROBATION_ADMIN = "probation_admin", _("probation administrator")


class LadderRung(models.Model):
    """So many days from the due date, somebody is reminded; `release_plans.ladder` says how."""

    category = models.CharField(
        _("category"),
        max_length=12,
        choices=Category,
        blank=True,
        help_text=_("Empty: for all categories that have no steps of their own."),
    )
    days = models.SmallIntegerField(
        _("days after the due date"), help_text=_("Before it: a negative number.")
    )
    audience = models.CharField(_("who is reminded"), max_length=20, choices=Audience)

    case = None

    class Meta:
        verbose_name = _("step of the reminders")
        verbose_name_plural = _("steps of the reminders")
        ordering = ["category", "days", "audience"]
        constraints = [
            models.UniqueConstraint(
                fields=["category", "days", "audience"],
                name="ladder_rung_stands_once",
                violation_error_message=_("This step is there already."),
            ),
            models.CheckConstraint(
                condition=Q(days__gte=-365, days__lte=365),
                name="ladder_rung_is_within_a_year",
                violation_error_message=_("At most a year before or after."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.days:+d}, {self.get_audience_display()}"


class ReminderStep(models.Model):
    """A milestone has reached a rung: written by the sweep, passed on by the dispatcher, once.

    Its due date belongs to it: a moved date arms the ladder anew, and nothing is said twice.
    """

    case, section = "milestone__plan__enrolment__mentee", FileSection.PLAN

    milestone = models.ForeignKey(
        Milestone, models.PROTECT, related_name="reminder_steps", verbose_name=_("milestone")
    )
    due_on = models.DateField(_("due"))
    days = models.SmallIntegerField(_("days after the due date"))
    audience = models.CharField(_("who is reminded"), max_length=20, choices=Audience)
    written_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    dispatched_at = models.DateTimeField(_("passed on"), null=True, blank=True)
    told = models.PositiveSmallIntegerField(_("people reminded"), default=0)

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["-written_at", "-pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["milestone", "due_on", "days", "audience"],
                name="reminder_is_written_once_for_a_date",
                violation_error_message=_("This reminder is there already."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["written_at"],
                condition=Q(dispatched_at=None),
                name="reminders_to_pass_on",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.milestone}, {self.days:+d}"
