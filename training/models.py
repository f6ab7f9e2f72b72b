import datetime

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessQuerySet
from core.dates import in_force
from organisations.models import Organisation


class TrainingProgramme(models.Model):
    """A training that certifies people: for mentors twelve days in six blocks."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="training_programmes",
        verbose_name=_("organiser"),
    )
    valid_for_months = models.PositiveSmallIntegerField(
        _("certificate holds, months"), default=24, validators=[MinValueValidator(1)]
    )

    objects = AccessQuerySet.as_manager()
    case = None

    class Meta:
        verbose_name = _("training programme")
        verbose_name_plural = _("training programmes")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Module(models.Model):
    """A block of days on one subject."""

    class Kind(models.TextChoices):
        SKILLS = "skills", _("skills")
        EXTREMISM = "extremism", _("extremism")

    programme = models.ForeignKey(
        TrainingProgramme, models.CASCADE, related_name="modules", verbose_name=_("programme")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.SKILLS)
    days = models.PositiveSmallIntegerField(
        _("days"), default=2, validators=[MinValueValidator(1)]
    )

    case = None

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")
        ordering = ["programme", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "number"],
                name="module_number_is_taken_once",
                violation_error_message=_("This number is taken."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class CourseRun(models.Model):
    """The programme held once, for one group."""

    programme = models.ForeignKey(
        TrainingProgramme, models.PROTECT, related_name="runs", verbose_name=_("programme")
    )
    name = models.CharField(_("name"), max_length=80)
    starts_on = models.DateField(_("first day"))

    case = None

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["-starts_on"]

    def __str__(self) -> str:
        return self.name


class CourseDay(models.Model):
    """One day of a course: day `day_number` of a module."""

    run = models.ForeignKey(
        CourseRun, models.CASCADE, related_name="days", verbose_name=_("course")
    )
    module = models.ForeignKey(
        Module, models.PROTECT, related_name="course_days", verbose_name=_("module")
    )
    day_number = models.PositiveSmallIntegerField(_("day of the module"))
    held_on = models.DateField(_("date"))
    place = models.CharField(_("place"), max_length=120, blank=True)

    case = None

    class Meta:
        verbose_name = _("course day")
        verbose_name_plural = _("course days")
        ordering = ["held_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "module", "day_number"],
                name="course_day_is_held_once_a_run",
                violation_error_message=_("This day of the module is already planned."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module}, {self.held_on}"


class Attendance(models.Model):
    """A person was there on a course day, or made that day up."""

    course_day = models.ForeignKey(
        CourseDay, models.PROTECT, related_name="attendances", verbose_name=_("course day")
    )
    attendee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="attendances",
        verbose_name=_("person"),
    )
    made_up_on = models.DateField(_("made up on"), null=True, blank=True)

    objects = AccessQuerySet.as_manager()
    case = None

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        permissions = [("see_metadata", "Can see that it is there")]
        ordering = ["course_day"]
        constraints = [
            models.UniqueConstraint(
                fields=["course_day", "attendee"],
                name="attendance_is_registered_once",
                violation_error_message=_("Already registered for this day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attendee}, {self.course_day}"


class CertificateQuerySet(AccessQuerySet):
    def in_force(self, on: datetime.date):
        return self.filter(in_force(on))


class Certificate(models.Model):
    """What a training made of somebody, until when."""

    class Standing(models.TextChoices):
        """domain.md section 10: all days, or provisionally the extremism days and most others."""

        FULL = "full", _("certified")
        PROVISIONAL = "provisional", _("provisionally certified")

    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="certificates",
        verbose_name=_("person"),
    )
    programme = models.ForeignKey(
        TrainingProgramme,
        models.PROTECT,
        related_name="certificates",
        verbose_name=_("programme"),
    )
    standing = models.CharField(
        _("standing"), max_length=12, choices=Standing, default=Standing.FULL
    )
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"))

    objects = CertificateQuerySet.as_manager()
    case = None

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        permissions = [("see_metadata", "Can see that it is there")]
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from")),
                name="certificate_lapses_after_it_begins",
                violation_error_message=_("The last day is before the first."),
            ),
            models.UniqueConstraint(
                fields=["holder", "programme", "valid_from"],
                name="certificate_is_given_once_a_day",
                violation_error_message=_("This certificate was already given."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder}, {self.programme}"
