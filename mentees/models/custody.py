import datetime
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessQuerySet, WrittenOnceQuerySet
from core.append_only import AppendOnlyQuerySet
from core.dates import today
from mentees.models.mentee import Mentee
from mentees.models.recorded import Recorded
from mentees.permissions import FileSection
from organisations.models import Organisation


class CustodyEpisode(models.Model):
    """Held on remand or serving a sentence, from a day to a day. The authorities' fact."""

    class Kind(models.TextChoices):
        REMAND = "remand", _("remand")
        SENTENCE = "sentence", _("sentence")
        OTHER = "other", _("other custody")

    case, section = "mentee", FileSection.CUSTODY

    mentee = models.ForeignKey(
        Mentee, models.PROTECT, related_name="custody_episodes", verbose_name=_("mentee")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    started_on = models.DateField(_("from"))
    ended_on = models.DateField(_("until"), null=True, blank=True)

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("custody episode")
        verbose_name_plural = _("custody episodes")
        permissions = [("see_metadata", "Can see that it is there")]
        ordering = ["-started_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                name="custody_ends_after_admission",
                violation_error_message=_("Released before admission: one of the two is wrong."),
            ),
            models.UniqueConstraint(
                fields=["mentee", "kind"],
                condition=Q(ended_on=None),
                name="custody_of_one_kind_is_open_once",
                violation_error_message=_("Custody of this kind is already running."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.mentee}"


class PlacementQuerySet(AccessQuerySet):
    def on(self, day: Any):
        """Those of a day; of a day of transfer the new one comes first."""
        still = Q(ended_on=None) | Q(ended_on__gte=day)
        return self.filter(still, started_on__lte=day).order_by("-started_on", "-pk")


class Placement(models.Model):
    """A stay in one institution within an episode; the next begins where it ends."""

    case, section = "episode__mentee", FileSection.CUSTODY

    episode = models.ForeignKey(
        CustodyEpisode, models.PROTECT, related_name="placements", verbose_name=_("episode")
    )
    institution = models.ForeignKey(
        Organisation, models.PROTECT, related_name="placements", verbose_name=_("institution")
    )
    started_on = models.DateField(_("from"))
    ended_on = models.DateField(_("until"), null=True, blank=True)
    transfer_reason = models.CharField(_("reason of the transfer"), max_length=120, blank=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        permissions = [("see_metadata", "Can see that it is there")]
        ordering = ["-started_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                name="placement_ends_after_it_begins",
                violation_error_message=_("The last day is before the first."),
            ),
            models.UniqueConstraint(
                fields=["episode"],
                condition=Q(ended_on=None),
                name="placement_is_open_once_an_episode",
                violation_error_message=_("The mentee is already placed somewhere."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution}, {self.started_on}"


class CustodyEvent(Recorded):
    """What a court or an authority did to the custody: written once, never corrected in place."""

    class Kind(models.TextChoices):
        JUDGMENT = "judgment", _("judgment")
        APPEAL = "appeal", _("appeal")
        ACQUITTAL = "acquittal", _("acquittal or charges dropped")
        PAROLE_GRANTED = "parole_granted", _("parole granted")
        PAROLE_REFUSED = "parole_refused", _("parole refused")
        TRANSFER = "transfer", _("transfer")
        RELEASE = "release", _("release")
        RECALL = "recall", _("recall to prison")

    case, section = "mentee", FileSection.CUSTODY

    mentee = models.ForeignKey(
        Mentee, models.PROTECT, related_name="custody_events", verbose_name=_("mentee")
    )
    kind = models.CharField(_("event"), max_length=20, choices=Kind)
    happened_on = models.DateField(_("day"))

    objects = WrittenOnceQuerySet.as_manager()

    class Meta:
        verbose_name = _("custody event")
        verbose_name_plural = _("custody events")
        permissions = [("see_metadata", "Can see that it is there")]
        ordering = ["-happened_on", "-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.mentee}"


class KeyDateQuerySet(AppendOnlyQuerySet, AccessQuerySet):  # type: ignore[override]
    def newest(self):
        """The version that holds, of each kind of date of each mentee."""
        return self.filter(replaced_by=None)


class KeyDate(Recorded):
    """A date that an authority gave, in one version; another version replaces it, both stay.

    Nothing here computes a date of law: what is imported or typed is what holds.
    """

    class Kind(models.TextChoices):
        COURT_DEADLINE = "court_deadline", _("court deadline")
        HALF_TIME = "half_time", _("half time")
        TWO_THIRDS = "two_thirds", _("two-thirds date")
        PAROLE_REVIEW = "parole_review", _("parole review")
        EXPIRY = "expiry", _("end of sentence")
        DECIDED_RELEASE = "decided_release", _("decided release")
        ACTUAL_RELEASE = "actual_release", _("actual release")

    class Certainty(models.TextChoices):
        RECORDED = "recorded", _("recorded")
        EXPECTED = "expected", _("expected")
        DECIDED = "decided", _("decided")
        ACTUAL = "actual", _("actual")

    class Source(models.TextChoices):
        CASEWORKER = "caseworker", _("caseworker")
        IMPORT = "import", _("import")
        COURT = "court", _("court")
        PROBATION_ADMIN = "probation_admin", _("probation administrator")

    case, section = "mentee", FileSection.CUSTODY

    mentee = models.ForeignKey(
        Mentee, models.PROTECT, related_name="key_dates", verbose_name=_("mentee")
    )
    kind = models.CharField(_("date of"), max_length=20, choices=Kind)
    # Empty: the date that held before holds no longer, and no other is known.
    value = models.DateField(_("date"), null=True, blank=True)
    certainty = models.CharField(_("certainty"), max_length=10, choices=Certainty)
    source = models.CharField(_("source"), max_length=20, choices=Source)
    cause = models.CharField(_("cause"), max_length=120, blank=True)
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )

    objects = KeyDateQuerySet.as_manager()

    class Meta:
        verbose_name = _("key date")
        verbose_name_plural = _("key dates")
        permissions = [("see_metadata", "Can see that it is there")]
        ordering = ["-recorded_at", "-pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["mentee", "kind"],
                condition=Q(replaces=None),
                name="key_date_has_one_first_version",
                violation_error_message=_("This date is known; a new version replaces it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.mentee}"


class Anchor(NamedTuple):
    """The date that a release plan hangs on, and how sure it is."""

    kind: str
    value: datetime.date
    certainty: str


# In this order: domain.md 6.1, rule 1. Half time alone never anchors.
ANCHORS = [
    KeyDate.Kind.ACTUAL_RELEASE,
    KeyDate.Kind.DECIDED_RELEASE,
    KeyDate.Kind.TWO_THIRDS,
    KeyDate.Kind.EXPIRY,
]


def release_anchor(
    newest: Iterable[KeyDate], *, parole_refused: bool, held_since: datetime.date | None = None
) -> Anchor | None:
    """The first of the anchors that is known; after a refusal the two-thirds date is none.

    `held_since` is when the custody that runs began: a release before that was another one.
    """
    known = {date.kind: (date.value, date.certainty) for date in newest if date.value}
    for kind in ANCHORS:
        if kind not in known or (kind == KeyDate.Kind.TWO_THIRDS and parole_refused):
            continue
        anchor = Anchor(kind, *known[kind])
        if held_since is None or anchor.value >= held_since:
            return anchor
    return None


class Phase(models.TextChoices):
    """Where on the way somebody is; derived from custody and dates, stored nowhere."""

    REMAND = "remand", _("Remand")
    SENTENCE = "sentence", _("Sentence")
    RE_ENTRY = "re_entry", _("Re-entry")
    COMMUNITY = "community", _("Community")


def phase_of(
    open_kinds: set[str], anchor: datetime.date | None, on: datetime.date | None = None
) -> Phase:
    """The phase of somebody with these kinds of custody running and this release anchor."""
    if CustodyEpisode.Kind.REMAND in open_kinds and CustodyEpisode.Kind.SENTENCE not in open_kinds:
        return Phase.REMAND
    if not open_kinds:
        return Phase.COMMUNITY
    if anchor is not None and anchor <= (on or today()) + settings.RELEASE_HORIZON:
        return Phase.RE_ENTRY
    return Phase.SENTENCE
