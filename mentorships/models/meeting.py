import datetime
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessQuerySet
from mentees.permissions import FileSection
from mentorships.models.mentorship import Mentorship
from mentorships.models.session import MentoringSession, stands

Because = MentoringSession.CancelReason
# What a void session reported is to be reported again.
IS_OPEN = Q(called_off_at=None, moved_to=None) & (Q(reported_in=None) | ~stands("reported_in"))


class OverBecause(models.TextChoices):
    """Why all that was still to come is off: in general words, nobody asks for more."""

    ENDED = "ended", _("the mentorship has ended")
    CONSENT = "consent", _("the mentee no longer takes part")


class PlannedMeetingQuerySet(AccessQuerySet):
    def open(self):
        """Still to be held, or still to be reported: neither moved nor called off."""
        return self.filter(IS_OPEN)

    def called_off(self):
        return self.filter(called_off_at__isnull=False)


class PlannedMeeting(models.Model):
    """A meeting that is planned, and reported by one session when it was to be.

    Moved, it stays as it was, and another takes its place.
    """

    case, section = "mentorship__enrolment__mentee", FileSection.NOTES

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    mentorship = models.ForeignKey(
        Mentorship, models.PROTECT, related_name="meetings", verbose_name=_("mentorship")
    )
    planned_on = models.DateField(_("date"))
    planned_at = models.TimeField(_("start"), null=True, blank=True)
    modality = models.CharField(
        _("how"), max_length=10, choices=MentoringSession.Modality, blank=True
    )
    place = models.CharField(_("where"), max_length=12, choices=MentoringSession.Place, blank=True)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="meetings_planned",
        verbose_name=_("planned by"),
    )
    made_at = models.DateTimeField(_("planned"), default=timezone.now)
    made_in = models.ForeignKey(
        MentoringSession,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="next_meetings",
        verbose_name=_("made in"),
    )
    supersedes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="moved_to",
        verbose_name=_("instead of"),
    )
    moved_because = models.CharField(_("why moved"), max_length=10, choices=Because, blank=True)
    called_off_at = models.DateTimeField(_("called off"), null=True, blank=True)
    called_off_because = models.CharField(
        _("why called off"),
        max_length=10,
        choices=[*Because.choices, *OverBecause.choices],
        blank=True,
    )
    reported_in = models.OneToOneField(
        MentoringSession,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="planned",
        verbose_name=_("reported in"),
    )

    objects = PlannedMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned meeting")
        verbose_name_plural = _("planned meetings")
        permissions = [("see_meeting_metadata", "Can see that a meeting is planned, and when")]
        ordering = ["planned_on", "planned_at", "pk"]
        indexes = [
            models.Index(fields=["mentorship", "planned_on"], name="meetings_of_a_mentorship"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(supersedes=None, moved_because="")
                | Q(supersedes__isnull=False) & ~Q(moved_because=""),
                name="meeting_is_moved_if_and_only_if_for_a_reason",
                violation_error_message=_("Say why the meeting is moved."),
            ),
            models.CheckConstraint(
                condition=Q(called_off_at=None, called_off_because="")
                | Q(called_off_at__isnull=False) & ~Q(called_off_because=""),
                name="meeting_is_called_off_if_and_only_if_for_a_reason",
                violation_error_message=_("Say why the meeting is called off."),
            ),
            models.CheckConstraint(
                condition=Q(called_off_at=None) | Q(reported_in=None),
                name="meeting_called_off_is_not_reported",
                violation_error_message=_("This meeting was called off."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentorship.enrolment.mentee}, {self.planned_on}"

    def clashes_with(self, other: "PlannedMeeting") -> bool:
        """Both begin within the same two hours, as far as their starts are known."""
        if self.planned_on != other.planned_on or not (self.planned_at and other.planned_at):
            return False
        mine = datetime.datetime.combine(self.planned_on, self.planned_at)
        theirs = datetime.datetime.combine(other.planned_on, other.planned_at)
        return abs(mine - theirs) < settings.MEETINGS_CLASH_WITHIN
