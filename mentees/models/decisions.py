from django.conf import settings
from django.db import models
from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Cast, StrIndex
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.decisions import Decided, Exclusion, UserGrant, Withdrawn
from core.append_only import AppendOnly, AppendOnlyQuerySet
from core.encryption import EncryptedTextField
from mentees.models.mentee import Mentee


class Decision(Decided):
    """Somebody showed somebody parts of a file."""

    class Kind(models.TextChoices):
        SHARE = "share", _("share")
        SUBSTITUTE = "substitute", _("substitute")
        BREAK_GLASS = "break_glass", _("emergency access")

    class Category(models.TextChoices):
        """Why an emergency is one."""

        LIFE = "life", _("danger to life or health")
        OTHERS = "others", _("acute risk to others")
        LEGAL = "legal", _("legal obligation")
        TECHNICAL = "technical", _("technical fault")

    class LegalBasis(models.TextChoices):
        """By which law a part of a file is shared: domain.md section 13, "Sharing"."""

        CONSENT = "consent", _("consent of the mentee")
        KSP = "ksp", _("co-operation of prison service, social authorities and police (KSP)")
        PSP = "psp", _("co-operation of police, social services and psychiatry (PSP)")
        SSP = "ssp", _("co-operation of schools, social services and police (SSP)")
        DUTY_TO_AVERT = "duty_to_avert", _("duty to avert a crime")
        CHILD = "child", _("notification about a child")
        STATUTE = "statute", _("another statute")
        COURT_ORDER = "court_order", _("order of a court")

    mentee = models.ForeignKey(Mentee, models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=12, choices=Kind)
    category = models.CharField(max_length=10, choices=Category, blank=True)
    legal_basis = models.CharField(max_length=20, choices=LegalBasis, blank=True)
    # Which provision, which consent, which meeting.
    basis_note = EncryptedTextField(blank=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="share") & ~Q(legal_basis="")
                | ~Q(kind="share") & Q(legal_basis=""),
                name="decision_has_a_legal_basis_if_and_only_if_a_share",
                violation_error_message=_("Say on which legal basis it is shared."),
            ),
            models.CheckConstraint(
                condition=Q(kind="break_glass")
                | Q(Exact(StrIndex(Cast("sections", TextField()), Value("read_notes")), 0)),
                name="decision_opens_notes_only_in_an_emergency",
                violation_error_message=_("Notes are never shared."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.mentee}"


class Withdrawal(Withdrawn):
    mentee = models.ForeignKey(Mentee, models.PROTECT, related_name="withdrawals")
    decision = models.OneToOneField(Decision, models.PROTECT, related_name="withdrawal")

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        default_permissions = ()


class EmergencyReview(AppendOnly):
    """Somebody else looked at an emergency access afterwards and found it in order or spoke up."""

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="review")
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(auto_now_add=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("review of emergency access")
        verbose_name_plural = _("reviews of emergency access")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.decision}"


class MenteeGrant(UserGrant):
    """The effect of the decisions that stand. Only `accounts.decisions` writes here."""

    content_object = models.ForeignKey(Mentee, models.CASCADE, related_name="grants")

    class Meta(UserGrant.Meta):
        abstract = False
        default_permissions = ()


class MenteeExclusion(Exclusion):
    """Somebody who must not see this file, until a day or until it is lifted."""

    class Category(models.TextChoices):
        """access.md, rule "Exclusion"."""

        KIN = "kin", _("relative or close friend")
        CO_ACCUSED = "co_accused", _("party to the same case")
        INVESTIGATOR = "investigator", _("investigates or decides in the case")
        CONFLICT = "conflict", _("another conflict of interest")

    mentee = models.ForeignKey(Mentee, models.CASCADE, related_name="exclusions")
    category = models.CharField(max_length=12, choices=Category, default=Category.CONFLICT)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(default=timezone.now)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    lift_reason = EncryptedTextField(blank=True)

    class Meta:
        verbose_name = _("exclusion")
        verbose_name_plural = _("exclusions")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="exclusion_is_lifted_by_somebody",
                violation_error_message=_("Say who lifts it."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None)
                | Q(valid_until__gte=F("valid_from"))
                | Q(lifted_at__isnull=False),
                name="exclusion_ends_after_it_begins",
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentee}"
