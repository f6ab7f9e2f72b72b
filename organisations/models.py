import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.dates import in_force, today


class OrganisationQuerySet(models.QuerySet):
    def existing(self, on: datetime.date):
        """Organisations that exist on a day; structures change, files outlive them."""
        return self.filter(in_force(on))

    def of_kind(self, *kinds: "Organisation.Kind"):
        return self.filter(kind__in=kinds)


class Organisation(models.Model):
    """A part of the structure: who answers for what, and under which law."""

    class Kind(models.TextChoices):
        DIRECTORATE = "directorate", _("directorate")
        AREA = "area", _("prison and probation area")
        INSTITUTION = "institution", _("institution")
        PROBATION_OFFICE = "probation_office", _("probation office")
        MUNICIPALITY = "municipality", _("municipality")
        AGENCY = "agency", _("agency")
        NGO = "ngo", _("voluntary organisation")

    class Security(models.TextChoices):
        CLOSED = "closed", _("closed prison")
        OPEN = "open", _("open prison")
        REMAND = "remand", _("remand prison")
        HALFWAY = "halfway", _("halfway prison")

    class LegalRegime(models.TextChoices):
        """Which law governs the data: domain.md section 13."""

        LED = "led", _("Law Enforcement Directive")
        GDPR = "gdpr", _("General Data Protection Regulation")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=120)
    within = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("lies within"),
    )
    security = models.CharField(_("security"), max_length=10, choices=Security, blank=True)
    legal_regime = models.CharField(
        _("legal regime"), max_length=4, choices=LegalRegime, default=LegalRegime.LED
    )
    is_controller = models.BooleanField(
        _("data controller"),
        default=False,
        help_text=_("It answers for the personal data that is held in its name."),
    )
    valid_from = models.DateField(_("from"), default=today)
    valid_until = models.DateField(_("until"), null=True, blank=True)

    objects = OrganisationQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "name"],
                name="organisation_kind_and_name_are_unique",
                violation_error_message=_("There already is one of this kind with this name."),
            ),
            models.CheckConstraint(
                condition=Q(within=None) | ~Q(within=F("id")),
                name="organisation_is_not_within_itself",
                violation_error_message=_("An organisation cannot lie within itself."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="organisation_ends_after_it_begins",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["directorate", "agency", "ngo"]) | Q(within__isnull=False),
                name="organisation_below_the_directorate_lies_within_one",
                violation_error_message=_("Say which organisation it lies within."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
