from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.decisions import Exclusion, UserGrant
from core.append_only import AppendOnly, AppendOnlyQuerySet
from core.encryption import EncryptedTextField
from mentees.models.mentee import Mentee


class Decision(AppendOnly):
    """Somebody showed somebody a part of a file, with a reason and an end. Never changed."""

    class Kind(models.TextChoices):
        SHARE = "share", _("share")
        NAMED_READER = "named_reader", _("named reader")
        SUBSTITUTE = "substitute", _("substitute")
        BREAK_GLASS = "break_glass", _("emergency access")

    class Category(models.TextChoices):
        """Why an emergency is one."""

        LIFE = "life", _("danger to life or health")
        OTHERS = "others", _("acute risk to others")
        LEGAL = "legal", _("legal obligation")
        TECHNICAL = "technical", _("technical fault")

    mentee = models.ForeignKey(Mentee, models.PROTECT, related_name="decisions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    sections = models.JSONField()
    reason = EncryptedTextField()
    category = models.CharField(max_length=10, choices=Category, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.mentee}"


class Withdrawal(AppendOnly):
    """A decision that was ended before its day."""

    mentee = models.ForeignKey(Mentee, models.PROTECT, related_name="withdrawals")
    decision = models.OneToOneField(Decision, models.PROTECT, related_name="withdrawal")
    reason = EncryptedTextField()
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(auto_now_add=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.decision}"


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
    """Kin, co-accused, an investigator in the case: this person must not see this file."""

    mentee = models.ForeignKey(Mentee, models.CASCADE, related_name="exclusions")

    class Meta:
        verbose_name = _("exclusion")
        verbose_name_plural = _("exclusions")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.mentee}"
