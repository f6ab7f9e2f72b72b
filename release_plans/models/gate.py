from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import WrittenOnceQuerySet
from core.append_only import AppendOnly
from core.encryption import EncryptedTextField
from mentees.permissions import FileSection
from release_plans.models.plan import ReleasePlan


class Sheet(AppendOnly):
    """What is written down for a release, as one version; the latest holds."""

    ESSENTIAL: tuple[str, ...]  # fields without which it is not ready

    case, section = "plan__enrolment__mentee", FileSection.PLAN

    version = models.PositiveIntegerField(_("version"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    written_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)

    objects = WrittenOnceQuerySet.as_manager()

    class Meta:
        abstract = True
        default_permissions = ("view",)
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"{self.plan}"  # type: ignore[attr-defined]

    @property
    def missing(self) -> list[str]:
        """The names of what is still empty, for people."""
        essential = [field for field in self._meta.fields if field.name in self.ESSENTIAL]
        return [str(field.verbose_name) for field in essential if not getattr(self, field.name)]


class GatePlan(Sheet):
    """The first day: who meets whom, where and when, and what if not."""

    ESSENTIAL = ("who_meets", "where", "meets_at", "plan_b", "bed", "first_hours", "phone")

    plan = models.ForeignKey(
        ReleasePlan, models.PROTECT, related_name="gate_plans", verbose_name=_("plan")
    )
    who_meets = EncryptedTextField(_("who meets"), null=True, blank=True)
    where = EncryptedTextField(_("where"), null=True, blank=True)
    meets_at = models.TimeField(_("at what time"), null=True, blank=True)
    plan_b = EncryptedTextField(_("if that fails"), null=True, blank=True)
    bed = EncryptedTextField(_("where to sleep the first night"), null=True, blank=True)
    first_hours = EncryptedTextField(_("the first 72 hours"), null=True, blank=True)
    first_appointment = EncryptedTextField(_("first appointment"), null=True, blank=True)
    second_appointment = EncryptedTextField(_("second appointment"), null=True, blank=True)
    third_appointment = EncryptedTextField(_("third appointment"), null=True, blank=True)
    phone = EncryptedTextField(_("phone"), null=True, blank=True)

    class Meta(Sheet.Meta):
        verbose_name = _("gate plan")
        verbose_name_plural = _("gate plans")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "version"],
                name="gate_plan_version_is_written_once",
                violation_error_message=_("Somebody else wrote the gate plan meanwhile."),
            ),
        ]


class ReleasePack(Sheet):
    """For a release that nobody planned: what to know tonight. Refreshed at each deadline."""

    ESSENTIAL = ("bed", "cash", "phone_numbers", "medicines", "mentor_phone")

    plan = models.ForeignKey(
        ReleasePlan, models.PROTECT, related_name="packs", verbose_name=_("plan")
    )
    # The deadline of the court for which it was looked at; none was known: empty.
    court_deadline = models.DateField(_("court deadline"), null=True, blank=True)
    bed = EncryptedTextField(_("where to sleep tonight"), null=True, blank=True)
    cash = EncryptedTextField(_("money for the first days"), null=True, blank=True)
    phone_numbers = EncryptedTextField(_("phone numbers"), null=True, blank=True)
    medicines = EncryptedTextField(_("medicines"), null=True, blank=True)
    mentor_phone = EncryptedTextField(_("phone of the mentor"), null=True, blank=True)

    class Meta(Sheet.Meta):
        verbose_name = _("pack for an unplanned release")
        verbose_name_plural = _("packs for an unplanned release")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "version"],
                name="release_pack_version_is_written_once",
                violation_error_message=_("Somebody else wrote the pack meanwhile."),
            ),
        ]
