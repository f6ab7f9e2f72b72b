import datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.access import AccessQuerySet
from core.dates import in_force, today
from core.encryption import EncryptedTextField
from mentees.models import Mentee
from mentees.permissions import FileSection


class NetworkPersonQuerySet(AccessQuerySet):
    def may_take_part(self, on: datetime.date):
        """Those who agreed themselves and whom no restriction in force keeps away."""
        agreed = self.filter(consented_on__lte=on).filter(
            Q(consent_withdrawn_on=None) | Q(consent_withdrawn_on__gt=on)
        )
        barred = ContactRestriction.objects.filter(in_force(on), network_person=OuterRef("pk"))
        return agreed.filter(~Exists(barred))


class NetworkPerson(models.Model):
    """Somebody in a mentee's life; a data subject of their own (domain.md section 11)."""

    class Relation(models.TextChoices):
        PARTNER = "partner", _("partner")
        FORMER_PARTNER = "former_partner", _("former partner")
        MOTHER = "mother", _("mother")
        FATHER = "father", _("father")
        SISTER = "sister", _("sister")
        BROTHER = "brother", _("brother")
        CHILD = "child", _("child")
        OTHER_KIN = "other_kin", _("other kin")
        FRIEND = "friend", _("friend")
        COLLEAGUE = "colleague", _("colleague")
        EMPLOYER = "employer", _("employer")
        TEACHER = "teacher", _("teacher")
        SPORTS = "sports", _("sports")
        COMMUNITY = "community", _("faith or community")
        NEIGHBOUR = "neighbour", _("neighbour")
        PROFESSIONAL = "professional", _("professional")

    class Kind(models.TextChoices):
        PRIVATE = "private", _("private")
        PROFESSIONAL = "professional", _("professional")
        COMMUNITY = "community", _("community")

    case, section = "mentee", FileSection.NETWORK

    mentee = models.ForeignKey(
        Mentee, models.PROTECT, related_name="network", verbose_name=_("mentee")
    )
    display_name = EncryptedTextField(
        _("name or alias"), help_text=_("As the mentee calls the person.")
    )
    relation = models.CharField(_("relation"), max_length=20, choices=Relation)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.PRIVATE)
    is_child = models.BooleanField(_("under 18"), default=False)
    # The person's own consent; without it there is no contact channel and no invitation.
    consented_on = models.DateField(_("agreed on"), null=True, blank=True)
    consent_withdrawn_on = models.DateField(_("withdrew on"), null=True, blank=True)
    contact_channel = EncryptedTextField(_("how to reach"), null=True, blank=True)

    objects = NetworkPersonQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("network person")
        verbose_name_plural = _("network")
        ordering = ["mentee", "pk"]
        permissions = [
            ("see_network_metadata", "Can see that there is somebody"),
            ("see_contact_permission", "Can see who may be met"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(contact_channel__isnull=True) | Q(consented_on__isnull=False),
                name="network_person_is_reached_only_with_consent",
                violation_error_message=_("Contact data needs the person's own consent."),
            ),
            models.CheckConstraint(
                condition=Q(consent_withdrawn_on=None)
                | Q(consented_on__isnull=False) & Q(consent_withdrawn_on__gte=F("consented_on")),
                name="network_consent_is_withdrawn_after_it_is_given",
                violation_error_message=_("Withdrawn before it was given."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_relation_display()}, {self.mentee}"


class Tie(models.Model):
    """How a mentee and a person of the network stand to each other, as one of them saw it then."""

    class Quality(models.TextChoices):
        SUPPORTIVE = "supportive", _("supportive")
        ORDINARY = "ordinary", _("ordinary")
        TENUOUS = "tenuous", _("tenuous")
        CONFLICTUAL = "conflictual", _("conflictual")
        HARMFUL = "harmful", _("harmful")
        CUT_OFF = "cut_off", _("cut off")

    class Milieu(models.TextChoices):
        TOWARD_CHANGE = "toward_change", _("pulls toward change")
        NEUTRAL = "neutral", _("neutral")
        PULLS_BACK = "pulls_back", _("pulls back")
        UNKNOWN = "unknown", _("unknown")

    class Viewpoint(models.TextChoices):
        MENTEE = "mentee", _("the mentee")
        MENTOR = "mentor", _("the mentor")

    case, section = "network_person__mentee", FileSection.NETWORK

    network_person = models.ForeignKey(
        NetworkPerson, models.PROTECT, related_name="ties", verbose_name=_("person")
    )
    strength = models.PositiveSmallIntegerField(_("closeness, 1 to 5"))
    quality = models.CharField(_("quality"), max_length=12, choices=Quality)
    milieu_influence = models.CharField(
        _("influence"), max_length=14, choices=Milieu, default=Milieu.UNKNOWN
    )
    seen_by = models.CharField(_("seen by"), max_length=6, choices=Viewpoint)
    valid_from = models.DateField(_("from"), default=today)
    valid_until = models.DateField(_("until"), null=True, blank=True)

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("tie")
        verbose_name_plural = _("ties")
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(strength__gte=1, strength__lte=5),
                name="tie_strength_is_between_1_and_5",
                violation_error_message=_("Closeness goes from 1 to 5."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="tie_ends_after_it_begins",
                violation_error_message=_("The last day is before the first."),
            ),
            models.UniqueConstraint(
                fields=["network_person", "seen_by"],
                condition=Q(valid_until=None),
                name="tie_is_seen_one_way_at_a_time",
                violation_error_message=_("There is a newer view of this tie."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.network_person}, {self.get_quality_display()}"


class ContactRestriction(models.Model):
    """A rule that keeps somebody away. Its reason is not here: it has its own readers."""

    class Kind(models.TextChoices):
        COURT_BAN = "court_ban", _("contact ban by a court")
        REMAND_CONTROL = "remand_control", _("letter and visit control")
        CONDITION = "condition", _("condition of sentence or parole")
        INSTITUTION = "institution", _("refused by the institution")
        CHILD_PROTECTION = "child_protection", _("child protection order")
        OWN_WISH = "own_wish", _("the person's own wish")

    case, section = "network_person__mentee", FileSection.RESTRICTIONS

    network_person = models.ForeignKey(
        NetworkPerson, models.PROTECT, related_name="restrictions", verbose_name=_("person")
    )
    kind = models.CharField(_("rule"), max_length=20, choices=Kind)
    binds_mentor = models.BooleanField(_("binds the mentor too"), default=True)
    valid_from = models.DateField(_("from"), default=today)
    valid_until = models.DateField(_("until"), null=True, blank=True)

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact restriction")
        verbose_name_plural = _("contact restrictions")
        permissions = [("see_metadata", "Can see that it is there")]
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="contact_restriction_ends_after_it_begins",
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.network_person}"
