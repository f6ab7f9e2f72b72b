import datetime
from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.access import AccessQuerySet
from core.dates import in_force, today
from core.errors import Refusal
from organisations.models import Organisation


class NotLent(Refusal):
    """This mentor cannot be lent so; the message stands beside its field."""


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
        permissions = [
            ("see_metadata", "Can see that it is there"),
            ("lend_mentor", "Can lend to another area"),
        ]
        ordering = ["user__name"]

    def __str__(self) -> str:
        return str(self.user)


class DatedQuerySet(AccessQuerySet):
    def in_force(self, on: datetime.date):
        return self.filter(in_force(on))


class PlannedQuerySet(DatedQuerySet):
    def during(self, first: datetime.date, last: datetime.date):
        """What holds on one of these days at least."""
        not_called_off = Q(valid_until__gte=F("valid_from"))
        return self.filter(not_called_off, valid_from__lte=last, valid_until__gte=first)


class CoachAssignmentQuerySet(DatedQuerySet):
    def answered_by(self, user: Any, on: datetime.date):
        """Whom this person supervises on a day, also for a coach who is absent; never oneself."""
        covered = Absence.objects.in_force(on).filter(cover__user=user).values("coach")
        supervised = Q(coach__user=user) | Q(coach__in=covered)
        return self.in_force(on).filter(supervised).exclude(mentor__user=user)


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


class Planned(models.Model):
    """A fact of some days that may end before its plan, and then holds no longer.

    Called off before its first day it never held: its last day lies before its first.
    """

    valid_from = models.DateField(_("first day"))
    planned_until = models.DateField(_("planned until"))
    valid_until = models.DateField(_("last day"), editable=False)

    class Meta:
        abstract = True

    def holds_on(self, day: datetime.date) -> bool:
        return self.valid_from <= day <= self.valid_until

    @property
    def is_over(self) -> bool:
        return self.valid_until < max(today(), self.valid_from)

    @property
    def has_begun(self) -> bool:
        return self.valid_from <= today()

    @property
    def was_called_off(self) -> bool:
        return self.valid_until < self.valid_from

    @property
    def shown_until(self) -> datetime.date:
        return self.planned_until if self.was_called_off else self.valid_until

    @property
    def state(self) -> tuple[str, str | Promise]:
        """A badge and its word."""
        if self.was_called_off:
            return "off", _("called off")
        if self.is_over:
            return "done", _("over")
        return ("now", _("in force")) if self.has_begun else ("plan", _("planned"))

    def end_before(self, on: datetime.date) -> None:
        """In memory: the day before `on` is the last, unless it ends earlier anyway."""
        self.valid_until = min(self.valid_until, on - datetime.timedelta(days=1))


def ends_as_planned(name: str) -> list[models.BaseConstraint]:
    """The constraints of a `Planned` fact, named after it."""
    return [
        models.CheckConstraint(
            condition=Q(planned_until__gte=F("valid_from")),
            name=f"{name}_ends_after_it_begins",
            violation_error_message=_("The last day is before the first."),
        ),
        models.CheckConstraint(
            condition=Q(valid_until__lte=F("planned_until")),
            name=f"{name}_ends_as_planned_or_earlier",
            violation_error_message=_("It ends as planned or earlier."),
        ),
    ]


class Absence(Planned):
    """A coach is away, and another answers for the mentors meanwhile; it goes back by itself."""

    coach = models.ForeignKey(
        Mentor, models.PROTECT, related_name="absences", verbose_name=_("coach")
    )
    cover = models.ForeignKey(
        Mentor, models.PROTECT, related_name="covers", verbose_name=_("covered by")
    )

    objects = PlannedQuerySet.as_manager()
    case = None

    class Meta:
        verbose_name = _("absence of a coach")
        verbose_name_plural = _("absences of coaches")
        ordering = ["-valid_from", "-pk"]
        permissions = [("open_cover", "Can open the page of absence and cover")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(coach=F("cover")),
                name="absence_is_covered_by_another",
                violation_error_message=_("Nobody covers for themselves."),
            ),
            *ends_as_planned("absence"),
        ]

    def __str__(self) -> str:
        return f"{self.coach}, {self.cover}"


class MentorLoan(Planned):
    """An area lends a mentor to another one, whose administrator sees the mentor's record so long.

    What the mentor does there hangs on the loan and ends with it; the lender learns nothing of
    the mentees.
    """

    class Payer(models.TextChoices):
        BORROWER = "borrower", _("the area that borrows")
        LENDER = "lender", _("the area that lends")

    mentor = models.ForeignKey(
        Mentor, models.PROTECT, related_name="loans", verbose_name=_("mentor")
    )
    borrower = models.ForeignKey(
        Organisation, models.PROTECT, related_name="loans", verbose_name=_("lent to")
    )
    hours = models.PositiveSmallIntegerField(
        _("hours"), null=True, blank=True, help_text=_("In all, as expected.")
    )
    payer = models.CharField(_("paid by"), max_length=10, choices=Payer, default=Payer.BORROWER)
    rate = models.DecimalField(
        _("rate an hour"),
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    lent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("lent by")
    )
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("granted by")
    )

    objects = PlannedQuerySet.as_manager()
    case = None

    class Meta:
        verbose_name = _("loan of a mentor")
        verbose_name_plural = _("loans of mentors")
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(lent_by=F("granted_by")),
                name="loan_is_agreed_by_two_persons",
                violation_error_message=_("Whoever lends a mentor does not grant the loan too."),
            ),
            *ends_as_planned("loan"),
        ]

    def __str__(self) -> str:
        return f"{self.mentor}, {self.borrower}"

    def refuse_unless_possible(self) -> None:
        """Raises NotLent, or ValidationError, where this cannot be offered or granted today."""
        self.full_clean(exclude=None if self.granted_by_id else ["granted_by"])
        if self.valid_from < today():
            raise NotLent({"valid_from": _("This day has passed. A loan begins today or later.")})
        if self.borrower.kind != Organisation.Kind.AREA:
            raise NotLent({"borrower": _("A mentor is lent to an area.")})
        if self.borrower_id == self.mentor.area_id:
            raise NotLent({"borrower": _("The mentor works in this area already.")})
        same = MentorLoan.objects.filter(mentor=self.mentor, borrower=self.borrower)
        if same.during(self.valid_from, self.planned_until).exists():
            words = _("The mentor is lent there already on some of these days.")
            raise NotLent({"valid_from": words})
