import datetime
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessQuerySet
from core.dates import in_force, today
from core.errors import Refusal
from mentees.models import Enrolment
from mentees.permissions import FileSection
from mentors.models import Mentor, MentorLoan


class IllegalTransition(Refusal):
    """The table of statuses has no such step."""


# Mentorships at the path `of`, on a day; as with `in_force`, keep them in one `filter()` with all
# else about the same mentorship.


def running(on: datetime.date, of: str = "") -> Q:
    """Begun, and neither proposed nor ended: while this holds, the mentor sees the file."""
    return _in(Mentorship.RUNNING, on, of, started_on__lte=on)


def begun(on: datetime.date, of: str = "") -> Q:
    """Running, or ended after it had begun: what a coach keeps reading."""
    return _in((*Mentorship.RUNNING, Mentorship.Status.ENDED), on, of, started_on__lte=on)


def proposed(on: datetime.date, of: str = "") -> Q:
    """What a mentor may see of somebody whom they may come to walk with."""
    return _in([Mentorship.Status.PROPOSED], on, of)


def closing(on: datetime.date, of: str = "") -> Q:
    """Ended so lately that the mentor may still look back on what they wrote."""
    since = on - settings.CLOSING_WINDOW
    return _in([Mentorship.Status.ENDED], on, of, started_on__isnull=False, ended_on__gte=since)


def _in(statuses: Iterable[str], on: datetime.date, of: str, **dates: Any) -> Q:
    """That of a mentor who is lent gives nothing, to anybody, when the loan is over."""
    path = f"{of}__" if of else ""
    not_lent_or_lent = Q(**{f"{path}loan": None}) | in_force(on, f"{path}loan")
    stated = {"status__in": statuses, **dates}
    return not_lent_or_lent & Q(**{f"{path}{name}": value for name, value in stated.items()})


class MentorshipQuerySet(AccessQuerySet):
    def running(self, on: datetime.date):
        return self.filter(running(on))

    def beside(self, mentorship: "Mentorship", on: datetime.date):
        """Of others who walk with the same mentee."""
        return self.running(on).filter(enrolment=mentorship.enrolment_id).exclude(pk=mentorship.pk)


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

    class PauseReason(models.TextChoices):
        """In general words: what lies behind it stands elsewhere, if anywhere."""

        NO_CONTACT = "no_contact", _("contact is not possible for the time being")
        MENTEE_WISHED = "mentee_wished", _("the mentee wishes a break")
        MENTOR_AWAY = "mentor_away", _("the mentor is away")
        MOVED = "moved", _("the mentee has moved")
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
    loan = models.ForeignKey(
        MentorLoan,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="mentorships",
        verbose_name=_("loan of the mentor"),
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.PRIMARY)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PROPOSED)
    proposed_on = models.DateField(_("proposed"))
    started_on = models.DateField(_("first day"), null=True, blank=True)
    ended_on = models.DateField(_("last day"), null=True, blank=True)
    end_reason = models.CharField(_("reason"), max_length=15, choices=EndReason, blank=True)
    paused_on = models.DateField(_("paused since"), null=True, blank=True)
    pause_reason = models.CharField(
        _("reason of the pause"), max_length=15, choices=PauseReason, blank=True
    )
    rhythm_days = models.PositiveSmallIntegerField(
        _("usual rhythm, days"), default=7, help_text=_("From one meeting to the next.")
    )

    objects = MentorshipQuerySet.as_manager()

    class Meta:
        verbose_name = _("mentorship")
        verbose_name_plural = _("mentorships")
        ordering = ["-proposed_on", "-pk"]
        permissions = [
            ("see_metadata", "Can see that it is there"),
            ("log_session", "Can log a session"),
            ("see_proposal", "Can see what is proposed to them"),
            ("hand_over", "Can hand over to another mentor"),
            ("look_back", "Can look back on what they wrote"),
            ("raise_concern", "Can raise a concern"),
        ]
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
                condition=Q(status="paused") | Q(paused_on=None, pause_reason=""),
                name="mentorship_says_why_it_pauses_while_it_does",
                violation_error_message=_("Only a mentorship on pause has a reason for it."),
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

    @property
    def closes_on(self) -> datetime.date | None:
        """The last day on which the mentor may look back; none while it has not ended."""
        return self.ended_on and self.ended_on + settings.CLOSING_WINDOW

    @property
    def mentee_called(self) -> str:
        """What its mentor's pages call the mentee: by name only while the file is open to them."""
        return self.enrolment.mentee.given_name if self.is_running else str(_("the mentee"))

    @property
    def is_closing(self) -> bool:
        return self.closes_on is not None and today() <= self.closes_on

    def move_to(self, status: str) -> None:
        """Change the status in memory, or refuse."""
        if status not in self.NEXT_STATUSES[self.status]:
            raise IllegalTransition(
                _("A mentorship that is %(now)s cannot become %(wanted)s.")
                % {"now": self.get_status_display(), "wanted": self.Status(status).label}
            )
        self.status = status
