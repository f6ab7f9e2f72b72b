from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.access import AccessQuerySet
from accounts.decisions import codename
from core.dates import today
from core.encryption import EncryptedTextField, token_of, words_of
from mentees.permissions import FileSection
from organisations.models import Organisation


class MenteeQuerySet(AccessQuerySet):
    def named(self, query: str):
        """Files whose names hold every word of `query`, whole words, whatever the accents."""
        found = self
        for word in words_of(query):
            tokens = NameToken.objects.filter(token=token_of(word))
            found = found.filter(pk__in=tokens.values("mentee"))
        return found if words_of(query) else self.none()


class Mentee(models.Model):
    """The person whom a file is about. Lists order by reference; a name is read on the file."""

    class Subject(models.TextChoices):
        """In which capacity the law knows the person (Law Enforcement Directive, article 6)."""

        SUSPECT = "suspect", _("suspect or accused")
        CONVICTED = "convicted", _("convicted")
        OTHER = "other", _("neither")

    case, section = "", FileSection.CORE  # the file itself: the end of every other `case`

    reference = models.CharField(_("reference"), max_length=16, unique=True, editable=False)
    given_name = EncryptedTextField(_("first name"))
    family_name = EncryptedTextField(_("last name"))
    aliases = EncryptedTextField(_("other names"), blank=True)
    birth_year = models.PositiveSmallIntegerField(
        _("year of birth"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1900), MaxValueValidator(2100)],
    )
    language = models.CharField(
        _("language"), max_length=20, default="da", help_text=_("The language of talks.")
    )
    needs_interpreter = models.BooleanField(_("needs an interpreter"), default=False)
    wishes = EncryptedTextField(
        _("wishes for a mentor"),
        blank=True,
        help_text=_("In the mentee's own words. A mentor who is proposed reads them."),
    )
    subject_category = models.CharField(
        _("category of person"), max_length=10, choices=Subject, default=Subject.OTHER
    )
    expulsion_by_judgment = models.BooleanField(_("expelled by judgment"), default=False)
    # Where the person is held today; follows the open placement, and is empty after release.
    institution = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="mentees",
        verbose_name=_("institution"),
    )
    home_municipality = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="mentees_at_home",
        verbose_name=_("home municipality"),
    )

    objects = MenteeQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=[])

    class Meta:
        verbose_name = _("mentee")
        verbose_name_plural = _("mentees")
        ordering = ["reference"]
        permissions = [
            ("see_metadata", "Can see that it is there"),
            ("record_custody", "Can record custody"),
            ("set_goals", "Can set goals and take down living conditions"),
            ("see_readers", "Can see who can see the file"),
            ("see_readings", "Can see who has read the file"),
            ("see_own_readings", "Can see when they read the file themselves"),
            ("sum_up_trail", "Can see sums of the trail of the area"),
            ("open_in_emergency", "Can open the file in an emergency"),
            ("review_emergency", "Can review emergency access"),
            ("share_file", "Can share parts of the file"),
            ("exclude_person", "Can keep somebody from the file"),
            ("erase_mentee", "Can have the file erased"),
            *((codename(s), f"Can read the section {s.name.lower()}") for s in FileSection),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(institution__isnull=False) | Q(home_municipality__isnull=False),
                name="mentee_has_an_institution_or_a_municipality",
                violation_error_message=_(
                    "Say where the mentee is: an institution or a home municipality."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("casework:file_detail", args=[self.reference])

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


class NameToken(models.Model):
    """One word of a mentee's names as a keyed digest: found by whole word, read by nobody."""

    case, section = "mentee", FileSection.CORE

    mentee = models.ForeignKey(Mentee, models.CASCADE, related_name="name_tokens")
    token = models.CharField(max_length=32, db_index=True)

    objects = AccessQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["mentee", "token"], name="name_token_once_a_mentee")
        ]

    def __str__(self) -> str:
        return self.token


class CaseworkerAssignment(models.Model):
    """The officer responsible for the statutory action plan, from one day to another."""

    case, section = "mentee", FileSection.CORE

    mentee = models.ForeignKey(
        Mentee, models.CASCADE, related_name="caseworker_assignments", verbose_name=_("mentee")
    )
    caseworker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="caseworker_assignments",
        verbose_name=_("caseworker"),
    )
    valid_from = models.DateField(_("from"), default=today)
    valid_until = models.DateField(_("until"), null=True, blank=True)

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("caseworker")
        verbose_name_plural = _("caseworkers")
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="caseworker_assignment_ends_after_it_begins",
                violation_error_message=_("The last day is before the first."),
            ),
            models.UniqueConstraint(
                fields=["mentee"],
                condition=Q(valid_until=None),
                name="mentee_has_one_caseworker",
                violation_error_message=_("This mentee already has a caseworker."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.caseworker}, {self.mentee}"
