import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


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


class Evidence(models.TextChoices):
    """What shows that it is done: domain.md section 6.3, column Ev."""

    DOCUMENT = "document", _("document or reference")
    CHECKLIST = "checklist", _("checklist")
    MEETING = "meeting", _("meeting or session")
    APPOINTMENT = "appointment", _("appointment")
    DECISION = "decision", _("decision")
    CONFIRMATION = "confirmation", _("confirmation")
    CONSENT = "consent", _("consent")
    STATUS = "status", _("what the mentee says")


class Variant(models.TextChoices):
    """For which way out: domain.md section 6.3."""

    SENTENCE = "sentence", _("sentence, ordinary")
    REMAND = "remand", _("remand")
    SHORT = "short", _("short stay")
    EXPULSION = "expulsion", _("expulsion")
    ON_PAROLE = "on_parole", _("already on parole")


class TemplateQuerySet(models.QuerySet):
    def in_force(self, on: datetime.date):
        """The version that new plans are made from, of each variant."""
        latest = (
            MilestoneTemplate.objects.filter(code=models.OuterRef("code"), valid_from__lte=on)
            .order_by("-version")
            .values("pk")[:1]
        )
        return self.filter(pk=models.Subquery(latest))


class MilestoneTemplate(models.Model):
    """What is usually due before and after a release. A change is a new version, written as a
    draft; from the day on which it is in force it stays as it is."""

    code = models.CharField(_("variant"), max_length=20, choices=Variant)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    # Empty: a draft.
    valid_from = models.DateField(_("in force from"), null=True, blank=True)

    objects = TemplateQuerySet.as_manager()

    case = None

    class Meta:
        verbose_name = _("milestone template")
        verbose_name_plural = _("milestone templates")
        permissions = [("edit_templates", "Can write new versions")]
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"],
                name="milestone_template_version_is_written_once",
                violation_error_message=_("This version exists."),
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(valid_from=None),
                name="milestone_template_has_one_draft",
                violation_error_message=_("Somebody has begun a new version already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()} {self.version}"

    @property
    def is_draft(self) -> bool:
        return self.valid_from is None


def title_of(titles: dict[str, str]) -> str:
    """In the reader's language, else in the first language of the scheme that there is."""
    own = titles.get((get_language() or "en")[:2])
    return own or next((t for code, _n in settings.LANGUAGES if (t := titles.get(code))), "")


class TemplateItem(models.Model):
    """One milestone of a template: what, whose, how far from which day, what shows it is done."""

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
    # Of what hangs on the release its offset says so; of what hangs on the enrolment nothing else.
    after_release = models.BooleanField(_("after release"), default=False)
    after = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        verbose_name=_("not before"),
    )
    mandatory = models.BooleanField(_("mandatory"), default=False)
    evidence = models.CharField(
        _("evidence"), max_length=12, choices=Evidence, default=Evidence.CONFIRMATION
    )
    evidence_required = models.BooleanField(_("evidence is described in words"), default=True)
    valid_for_weeks = models.PositiveSmallIntegerField(
        _("valid for weeks"),
        null=True,
        blank=True,
        help_text=_("When the release moves later by more, it has to be confirmed again."),
    )
    # Each thing to tick: {"code": ..., "en": ..., "da": ..., "fr": ...}
    checklist = models.JSONField(_("checklist"), default=list, blank=True)

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
            models.CheckConstraint(
                condition=Q(offset_days__gte=-2000, offset_days__lte=2000),
                name="template_item_is_within_five_years_of_its_day",
                violation_error_message=_("More than five years from its day."),
            ),
            models.CheckConstraint(
                condition=~Q(anchored_to="release")
                | Q(offset_days__lt=0, after_release=False)
                | Q(offset_days__gte=0, after_release=True),
                name="template_item_after_release_is_due_after_it",
                violation_error_message=_(
                    "What is due before the release cannot count as after it, nor the reverse."
                ),
            ),
            models.CheckConstraint(
                condition=Q(anchored_to="release")
                | Q(after_release=False)
                | Q(anchored_to="enrolment"),
                name="template_item_of_the_court_is_before_release",
                violation_error_message=_("What hangs on a court deadline is before the release."),
            ),
            models.CheckConstraint(
                condition=~Q(anchored_to="enrolment") | Q(offset_days__gte=0),
                name="template_item_of_enrolment_is_due_after_it",
                violation_error_message=_("Nothing can be due before the enrolment began."),
            ),
            models.CheckConstraint(
                condition=~Q(anchored_to="court_deadline") | Q(offset_days__lte=0),
                name="template_item_of_the_court_is_due_before_the_deadline",
                violation_error_message=_("After the court deadline it would be too late."),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        return title_of(self.titles)
