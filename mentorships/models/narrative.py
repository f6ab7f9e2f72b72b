from typing import NamedTuple

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessQuerySet
from accounts.decisions import Decided, UserGrant, Withdrawn
from accounts.roles import Role
from core.encryption import EncryptedTextField
from mentees.permissions import FileSection
from mentorships.models.session import MentoringSession


class Texts(NamedTuple):
    """What a note says, or one of its amendments."""

    facts: str = ""
    assessment: str = ""
    own_words: str = ""


class SessionNarrative(models.Model):
    """What was said: encrypted, and a table of its own because it has readers of its own."""

    class Tier(models.TextChoices):
        ORDINARY = "ordinary", _("ordinary")
        COACH_AND_MENTOR = "coach_and_mentor", _("coach and mentor")
        RESTRICTED = "restricted", _("restricted to named readers")

    # Who reads a note as it is written; an ordinary one may be shown to the next mentor too.
    READ_BY = {
        Tier.ORDINARY: (Role.MENTOR, Role.COACH),
        Tier.COACH_AND_MENTOR: (Role.MENTOR, Role.COACH),
        Tier.RESTRICTED: (Role.MENTOR,),
    }

    case, section = "session__mentorship__enrolment__mentee", FileSection.NOTES
    shown_where = ~Q(tier=Tier.RESTRICTED)  # what is restricted no emergency opens

    session = models.OneToOneField(
        MentoringSession, models.PROTECT, related_name="narrative", verbose_name=_("session")
    )
    tier = models.CharField(
        _("who may read it"), max_length=16, choices=Tier, default=Tier.ORDINARY
    )
    facts = EncryptedTextField(_("what happened"), blank=True)
    assessment = EncryptedTextField(_("my assessment"), blank=True)
    own_words = EncryptedTextField(_("in the mentee's own words"), blank=True)

    # 0 to 10, as the mentee says and as the mentor sees it. They are looked at one by one, never
    # added up: domain.md section 7.
    SCALES = ("wellbeing_asked", "wellbeing_seen", "engagement_asked", "engagement_seen")
    wellbeing_asked = models.PositiveSmallIntegerField(
        _("wellbeing, asked"), null=True, blank=True
    )
    wellbeing_seen = models.PositiveSmallIntegerField(_("wellbeing, seen"), null=True, blank=True)
    engagement_asked = models.PositiveSmallIntegerField(
        _("engagement, asked"), null=True, blank=True
    )
    engagement_seen = models.PositiveSmallIntegerField(
        _("engagement, seen"), null=True, blank=True
    )

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        permissions = [
            ("name_readers", "Can name readers of a note"),
            ("answer_note", "Can answer a note"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(wellbeing_asked__lte=10)
                & Q(wellbeing_seen__lte=10)
                & Q(engagement_asked__lte=10)
                & Q(engagement_seen__lte=10),
                name="note_scales_end_at_ten",
                violation_error_message=_("A scale goes from 0 to 10."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session}"

    @property
    def scales(self) -> list[tuple[str, int]]:
        """What was said of wellbeing and engagement, each by its name."""
        fields: list[models.Field] = [self._meta.get_field(name) for name in self.SCALES]  # type: ignore[misc]
        said = ((field, getattr(self, field.name)) for field in fields)
        return [(str(field.verbose_name), value) for field, value in said if value is not None]

    @property
    def texts(self) -> Texts:
        return Texts(self.facts, self.assessment, self.own_words)

    @classmethod
    def tiers_of(cls, role: str) -> list["SessionNarrative.Tier"]:
        return [tier for tier, roles in cls.READ_BY.items() if role in roles]


class NamedReader(Decided):
    """Somebody whom the author or the coach lets read one note, until a moment."""

    narrative = models.ForeignKey(SessionNarrative, models.PROTECT, related_name="decisions")

    class Meta:
        verbose_name = _("named reader")
        verbose_name_plural = _("named readers")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.narrative}"


class NamedReaderWithdrawal(Withdrawn):
    narrative = models.ForeignKey(SessionNarrative, models.PROTECT, related_name="withdrawals")
    decision = models.OneToOneField(NamedReader, models.PROTECT, related_name="withdrawal")

    class Meta:
        verbose_name = _("withdrawal of a named reader")
        verbose_name_plural = _("withdrawals of named readers")
        default_permissions = ()


class NarrativeGrant(UserGrant):
    """The effect of the readers who were named. Only `accounts.decisions` writes here."""

    content_object = models.ForeignKey(SessionNarrative, models.CASCADE, related_name="grants")

    class Meta(UserGrant.Meta):
        abstract = False
        default_permissions = ()
