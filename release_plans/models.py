import datetime
from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessQuerySet
from mentees.models import Enrolment
from mentees.permissions import FileSection


class Category(models.TextChoices):
    """domain.md section 6.3."""

    PLAN = "plan", _("plan")
    HOUSING = "housing", _("housing")
    WORK = "work", _("work and education")
    FINANCE = "finance", _("finance")
    HEALTH = "health", _("health")
    FAMILY = "family", _("family and network")
    COMMUNITY = "community", _("community")
    PAPERS = "papers", _("papers")
    DIGITAL = "digital", _("digital life")
    LEGAL = "legal", _("legal")
    SAFETY = "safety", _("safety")
    AFTERCARE = "aftercare", _("aftercare")


class Responsible(models.TextChoices):
    """Whose move it is: a role towards this case, not a person."""

    MENTOR = "mentor", _("mentor")
    COACH = "coach", _("mentor coach")
    PROBATION_ADMIN = "probation_admin", _("probation administrator")
    CASEWORKER = "caseworker", _("caseworker")
    MUNICIPALITY = "municipality", _("municipality")
    MENTEE = "mentee", _("mentee")


class MilestoneTemplate(models.Model):
    """What is usually due before and after a release; a change is a new version."""

    code = models.SlugField(_("code"), max_length=20)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    name = models.CharField(_("name"), max_length=80)
    valid_from = models.DateField(_("from"))

    case = None

    class Meta:
        verbose_name = _("milestone template")
        verbose_name_plural = _("milestone templates")
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"],
                name="milestone_template_version_is_written_once",
                violation_error_message=_("This version exists."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class TemplateItem(models.Model):
    """One milestone of a template: what, whose, how far from which day."""

    class AnchoredTo(models.TextChoices):
        RELEASE = "release", _("release")
        ENROLMENT = "enrolment", _("enrolment")
        COURT_DEADLINE = "court_deadline", _("court deadline")

    template = models.ForeignKey(
        MilestoneTemplate, models.CASCADE, related_name="items", verbose_name=_("template")
    )
    code = models.CharField(_("code"), max_length=6)
    category = models.CharField(_("category"), max_length=12, choices=Category)
    titles = models.JSONField(_("titles"), help_text=_("One for each language code."))
    responsible = models.CharField(_("responsible"), max_length=20, choices=Responsible)
    anchored_to = models.CharField(
        _("counted from"), max_length=20, choices=AnchoredTo, default=AnchoredTo.RELEASE
    )
    offset_days = models.SmallIntegerField(_("days from then"))
    mandatory = models.BooleanField(_("mandatory"), default=False)

    case = None

    class Meta:
        verbose_name = _("template item")
        verbose_name_plural = _("template items")
        ordering = ["template", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "code"],
                name="template_item_code_is_taken_once",
                violation_error_message=_("This code is taken."),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        """In the reader's language, else in the first language of the scheme that it has."""
        own = self.titles.get((get_language() or "en")[:2])
        return own or next(
            (t for code, _n in settings.LANGUAGES if (t := self.titles.get(code))), ""
        )


class ReleasePlan(models.Model):
    """What has to be ready when somebody is released, for one enrolment."""

    case, section = "enrolment__mentee", FileSection.PLAN

    enrolment = models.OneToOneField(
        Enrolment, models.PROTECT, related_name="release_plan", verbose_name=_("enrolment")
    )
    template = models.ForeignKey(
        MilestoneTemplate, models.PROTECT, related_name="plans", verbose_name=_("template")
    )
    made_on = models.DateField(_("made"))

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("release plan")
        verbose_name_plural = _("release plans")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.enrolment.mentee}"

    def milestones_from(
        self,
        items: Iterable[TemplateItem],
        *,
        anchor: datetime.date | None,
        court_deadline: datetime.date | None,
    ) -> list["Milestone"]:
        """The milestones that a plan begins with, not saved: due so many days from their day.

        `anchor` is the day of release; what hangs on a day that is not known has no date.
        """
        counted_from = {
            TemplateItem.AnchoredTo.RELEASE: anchor,
            TemplateItem.AnchoredTo.ENROLMENT: self.enrolment.opened_on,
            TemplateItem.AnchoredTo.COURT_DEADLINE: court_deadline,
        }
        return [
            Milestone(
                plan=self,
                item=item,
                responsible=item.responsible,
                status=Milestone.Status.PLANNED if day else Milestone.Status.UNSCHEDULED,
                due_on=day + datetime.timedelta(days=item.offset_days) if day else None,
            )
            for item in items
            for day in [counted_from[TemplateItem.AnchoredTo(item.anchored_to)]]
        ]


class MilestoneQuerySet(AccessQuerySet):
    def open(self):
        return self.filter(status__in=Milestone.OPEN)

    def overdue(self, on: datetime.date):
        return self.open().filter(due_on__lt=on)


class Milestone(models.Model):
    """One thing to have ready, by a day, by somebody; done with evidence."""

    class Status(models.TextChoices):
        """domain.md section 6.1, rule 7."""

        UNSCHEDULED = "unscheduled", _("no date")
        PLANNED = "planned", _("planned")
        IN_PROGRESS = "in_progress", _("in progress")
        DONE = "done", _("done")
        WAIVED = "waived", _("waived")
        NOT_APPLICABLE = "not_applicable", _("not applicable")
        OVERTAKEN = "overtaken", _("overtaken")
        CANCELLED = "cancelled", _("cancelled")

    OPEN = (Status.PLANNED, Status.IN_PROGRESS)

    case, section = "plan__enrolment__mentee", FileSection.PLAN

    plan = models.ForeignKey(
        ReleasePlan, models.PROTECT, related_name="milestones", verbose_name=_("plan")
    )
    item = models.ForeignKey(
        TemplateItem, models.PROTECT, related_name="milestones", verbose_name=_("milestone")
    )
    responsible = models.CharField(_("responsible"), max_length=20, choices=Responsible)
    status = models.CharField(_("status"), max_length=15, choices=Status, default=Status.PLANNED)
    due_on = models.DateField(_("due"), null=True, blank=True)
    done_on = models.DateField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("done by"),
    )

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(
                fields=["plan", "due_on"],
                condition=Q(status__in=["planned", "in_progress"]),
                name="open_milestones_by_due_date",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "item"],
                name="milestone_stands_once_in_a_plan",
                violation_error_message=_("This milestone is already in the plan."),
            ),
            models.CheckConstraint(
                condition=Q(status="done", done_on__isnull=False, done_by__isnull=False)
                | ~Q(status="done") & Q(done_on=None, done_by=None),
                name="milestone_is_done_if_and_only_if_dated_and_signed",
                violation_error_message=_("A milestone is done on a day, by somebody."),
            ),
            models.CheckConstraint(
                condition=Q(status="unscheduled") | Q(due_on__isnull=False),
                name="milestone_without_a_date_is_unscheduled",
                violation_error_message=_("Without a date it is not planned yet."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.code}, {self.plan}"
