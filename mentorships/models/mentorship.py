import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessQuerySet
from core.errors import Refusal
from mentees.models import Enrolment
from mentees.permissions import FileSection
from mentors.models import Mentor


class IllegalTransition(Refusal):
    """The table of statuses has no such step."""


class MentorshipQuerySet(AccessQuerySet):
    def running(self, on: datetime.date):
        """Begun, and neither proposed nor ended: while this holds, the mentor sees the file."""
        return self.filter(status__in=Mentorship.RUNNING, started_on__lte=on)


class Mentorship(models.Model):
    """One mentor walking alongside one mentee, from match to farewell."""

    class Role(models.TextChoices):
        PRIMARY = "primary", _("mentor")
        CO_MENTOR = "co_mentor", _("co-mentor")

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        TRIAL = "trial", _("trial period")
        ACTIVE = "active", _("active")
        PAUSED = "paused", _("paused")
        ENDED = "ended", _("ended")

    class EndReason(models.TextChoices):
        COMPLETED = "completed", _("completed as planned")
        MENTEE_WISHED = "mentee_wished", _("the mentee wished it")
        MENTOR_LEFT = "mentor_left", _("the mentor left")
        NO_FIT = "no_fit", _("no fit, without blame")
        TRANSFER = "transfer", _("transfer")
        NOT_TAKEN_UP = "not_taken_up", _("not taken up")
        OTHER = "other", _("other")

    RUNNING = (Status.TRIAL, Status.ACTIVE, Status.PAUSED)
    NEXT_STATUSES: dict[str, set[str]] = {
        Status.PROPOSED: {Status.TRIAL, Status.ENDED},
        Status.TRIAL: {Status.ACTIVE, Status.ENDED},
        Status.ACTIVE: {Status.PAUSED, Status.ENDED},
        Status.PAUSED: {Status.ACTIVE, Status.ENDED},
        Status.ENDED: set(),
    }

    case, section = "enrolment__mentee", FileSection.CORE

    # PROTECT: history is never rewritten by deleting a person.
    mentor = models.ForeignKey(
        Mentor, models.PROTECT, related_name="mentorships", verbose_name=_("mentor")
    )
    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="mentorships", verbose_name=_("enrolment")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.PRIMARY)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PROPOSED)
    proposed_on = models.DateField(_("proposed"))
    started_on = models.DateField(_("first day"), null=True, blank=True)
    ended_on = models.DateField(_("last day"), null=True, blank=True)
    end_reason = models.CharField(_("reason"), max_length=15, choices=EndReason, blank=True)
    rhythm_days = models.PositiveSmallIntegerField(
        _("usual rhythm, days"), default=7, help_text=_("From one meeting to the next.")
    )

    objects = MentorshipQuerySet.as_manager()

    class Meta:
        verbose_name = _("mentorship")
        verbose_name_plural = _("mentorships")
        ordering = ["-proposed_on", "-pk"]
        permissions = [("log_session", "Can log a session")]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=Q(status__in=["trial", "active", "paused"], role="primary"),
                name="mentorship_one_running_primary_per_enrolment",
                violation_error_message=_("This enrolment already has a mentor."),
            ),
            models.UniqueConstraint(
                fields=["enrolment", "mentor"],
                condition=~Q(status="ended"),
                name="mentorship_of_two_people_runs_once",
                violation_error_message=_("This mentor already walks with this mentee."),
            ),
            models.CheckConstraint(
                condition=Q(status="ended", ended_on__isnull=False) & ~Q(end_reason="")
                | ~Q(status="ended") & Q(ended_on=None, end_reason=""),
                name="mentorship_ended_if_and_only_if_dated_and_explained",
                violation_error_message=_("Ending a mentorship needs a last day and a reason."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "ended"]) | Q(started_on__isnull=False),
                name="mentorship_that_runs_has_a_first_day",
                violation_error_message=_("A mentorship that runs has a first day."),
            ),
            models.CheckConstraint(
                condition=Q(started_on=None) | Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                name="mentorship_ends_after_it_begins",
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment.mentee}, {self.mentor}"

    @property
    def is_running(self) -> bool:
        return self.status in self.RUNNING

    def move_to(self, status: str) -> None:
        """Change the status in memory, or refuse."""
        if status not in self.NEXT_STATUSES[self.status]:
            raise IllegalTransition(
                _("A mentorship that is %(now)s cannot become %(wanted)s.")
                % {"now": self.get_status_display(), "wanted": self.Status(status).label}
            )
        self.status = status
