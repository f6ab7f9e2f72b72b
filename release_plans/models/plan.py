import datetime
from collections.abc import Collection
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessQuerySet
from mentees.models import Enrolment
from mentees.permissions import FileSection
from release_plans.models.template import MilestoneTemplate
from release_plans.planner import Days


class ReleasePlanQuerySet(AccessQuerySet):
    def running(self):
        """Of enrolments that are not over: their dates still follow."""
        return self.exclude(enrolment__status__in=Enrolment.OVER)

    def of_mentees(self, mentees: Collection[int]):
        return self.filter(enrolment__mentee__in=mentees)


class ReleasePlan(models.Model):
    """What has to be ready when somebody is released, for one enrolment.

    `release_on` and `court_deadline` are the days from which its milestones were counted last.
    """

    case, section = "enrolment__mentee", FileSection.PLAN

    enrolment = models.OneToOneField(
        Enrolment, models.PROTECT, related_name="release_plan", verbose_name=_("enrolment")
    )
    template = models.ForeignKey(
        MilestoneTemplate, models.PROTECT, related_name="plans", verbose_name=_("template")
    )
    made_on = models.DateField(_("made"))
    release_on = models.DateField(_("release"), null=True, blank=True)
    is_released = models.BooleanField(_("released"), default=False)
    court_deadline = models.DateField(_("court deadline"), null=True, blank=True)

    objects = ReleasePlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("release plan")
        verbose_name_plural = _("release plans")
        permissions = [
            ("see_metadata", "Can see that it is there"),
            ("add_own_milestone", "Can add a milestone of its own"),
            ("prepare_gate", "Can write the gate plan and the pack for an unplanned release"),
        ]
        ordering = ["-pk"]  # a mentee who comes back has a new one
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_released=False) | models.Q(release_on__isnull=False),
                name="release_plan_is_released_on_a_day",
                violation_error_message=_("A release has a day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment.mentee}"

    def days(self, on: datetime.date) -> Days:
        """From which days the milestones were counted last. With the enrolment loaded."""
        return Days(
            self.release_on, self.is_released, self.enrolment.opened_on, self.court_deadline, on
        )

    @staticmethod
    def counted_from(days: Days) -> dict[str, Any]:
        """Which fields say from which days the milestones are counted."""
        return {
            "release_on": days.release,
            "is_released": days.is_released,
            "court_deadline": days.court_deadline,
        }

    def follow(self, days: Days) -> None:
        """Take that down, in memory."""
        for field, value in self.counted_from(days).items():
            setattr(self, field, value)

    def days_until_release(self, on: datetime.date) -> int | None:
        """None where no release lies ahead."""
        if self.release_on is None or self.is_released:
            return None
        return (self.release_on - on).days
