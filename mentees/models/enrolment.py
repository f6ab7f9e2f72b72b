from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessQuerySet, WrittenOnceQuerySet
from core.append_only import AppendOnly
from core.dates import today
from core.errors import Refusal
from mentees.models.mentee import Mentee
from mentees.permissions import FileSection
from organisations.models import Organisation


class Programme(models.Model):
    """A scheme with a funder and dates: old pilots stay reportable beside what follows them."""

    class Stage(models.TextChoices):
        PILOT = "pilot", _("pilot")
        MAINSTREAM = "mainstream", _("regular operation")

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    funder = models.CharField(_("funder"), max_length=120, blank=True)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage, default=Stage.MAINSTREAM)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    case = None

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="programme_ends_after_it_begins",
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EnrolmentQuerySet(AccessQuerySet):
    def open(self):
        """Neither closed nor withdrawn nor turned down."""
        return self.exclude(status__in=Enrolment.OVER)

    def past_review(self, on):
        """On hold, and the day on which that was to be looked at again has passed."""
        return self.filter(status=Enrolment.Status.ON_HOLD, review_on__lt=on)


class Enrolment(models.Model):
    """A mentee's way through one programme: where in the scheme, not where in custody."""

    class Status(models.TextChoices):
        """domain.md section 4."""

        REFERRED = "referred", _("referred")
        SCREENING = "screening", _("screening")
        AWAITING_CONSENT = "awaiting_consent", _("awaiting consent")
        WAITING = "waiting", _("on the waiting list")
        MATCHING = "matching", _("matching")
        ACTIVE = "active", _("active")
        RELEASE_PREP = "release_prep", _("release preparation")
        AFTERCARE = "aftercare", _("aftercare")
        ON_HOLD = "on_hold", _("on hold")
        CLOSED = "closed", _("closed")
        WITHDRAWN = "withdrawn", _("withdrawn")
        NOT_PROCEEDED = "not_proceeded", _("not proceeded")

    class Basis(models.TextChoices):
        VOLUNTARY = "voluntary", _("voluntary")
        CONDITION = "condition", _("condition of a court or of parole")

    OVER = (Status.CLOSED, Status.WITHDRAWN, Status.NOT_PROCEEDED)
    UNDER_WAY = (Status.ACTIVE, Status.RELEASE_PREP, Status.AFTERCARE)
    NEXT_STATUSES: dict[str, set[str]] = {
        Status.REFERRED: {Status.SCREENING, Status.NOT_PROCEEDED},
        Status.SCREENING: {Status.AWAITING_CONSENT, Status.NOT_PROCEEDED},
        Status.AWAITING_CONSENT: {Status.WAITING, Status.NOT_PROCEEDED},
        Status.WAITING: {Status.MATCHING, Status.WITHDRAWN, Status.NOT_PROCEEDED},
        Status.MATCHING: {Status.ACTIVE, Status.WAITING, Status.WITHDRAWN},
        Status.ACTIVE: {
            Status.RELEASE_PREP,
            Status.AFTERCARE,
            Status.ON_HOLD,
            Status.CLOSED,
            Status.WITHDRAWN,
        },
        Status.RELEASE_PREP: {
            Status.AFTERCARE,
            Status.ACTIVE,
            Status.ON_HOLD,
            Status.CLOSED,
            Status.WITHDRAWN,
        },
        Status.AFTERCARE: {Status.CLOSED, Status.ACTIVE, Status.ON_HOLD, Status.WITHDRAWN},
        Status.ON_HOLD: {*UNDER_WAY, Status.CLOSED, Status.WITHDRAWN},
        Status.CLOSED: set(),
        Status.WITHDRAWN: set(),
        Status.NOT_PROCEEDED: set(),
    }

    case, section = "mentee", FileSection.ENROLMENT

    mentee = models.ForeignKey(
        Mentee, models.PROTECT, related_name="enrolments", verbose_name=_("mentee")
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="enrolments", verbose_name=_("programme")
    )
    status = models.CharField(
        _("status"), max_length=20, choices=Status, default=Status.REFERRED, db_index=True
    )
    participation_basis = models.CharField(
        _("basis of participation"), max_length=10, choices=Basis, default=Basis.VOLUNTARY
    )
    controller = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="enrolments",
        verbose_name=_("data controller"),
    )
    opened_on = models.DateField(_("opened"), default=today)
    closed_on = models.DateField(_("closed"), null=True, blank=True)
    # A new enrolment after one that is over.
    follows = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        verbose_name=_("follows"),
    )
    held_from = models.CharField(_("status before the hold"), max_length=20, blank=True)
    review_on = models.DateField(_("review of the hold"), null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["-opened_on", "-pk"]
        permissions = [
            ("see_metadata", "Can see that it is there"),
            ("move_enrolment", "Can move an enrolment to another status"),
            ("record_consent", "Can record consent"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["mentee", "programme"],
                condition=~Q(status__in=["closed", "withdrawn", "not_proceeded"]),
                name="enrolment_is_open_once_a_programme",
                violation_error_message=_("This mentee is already enrolled in this programme."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["closed", "withdrawn", "not_proceeded"])
                & Q(closed_on__isnull=False)
                | ~Q(status__in=["closed", "withdrawn", "not_proceeded"]) & Q(closed_on=None),
                name="enrolment_is_over_if_and_only_if_dated",
                violation_error_message=_("An enrolment that is over has a last day."),
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("opened_on")),
                name="enrolment_closes_after_it_opens",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=Q(status="on_hold", review_on__isnull=False)
                | ~Q(status="on_hold") & Q(review_on=None),
                name="enrolment_on_hold_has_a_day_of_review",
                violation_error_message=_("A hold needs a day on which it is looked at again."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentee}, {self.get_status_display()}"

    def next_statuses(self) -> list["Enrolment.Status"]:
        """What may follow; after a hold only the status it was held from, or the end."""
        following = self.NEXT_STATUSES[self.status]
        if self.status == self.Status.ON_HOLD:
            following = {self.held_from, self.Status.CLOSED, self.Status.WITHDRAWN}
        return [status for status in self.Status if status in following]

    def move_to(self, status: str) -> None:
        """Change the status in memory, or refuse."""
        if status not in self.next_statuses():
            raise IllegalStatus(
                _("%(now)s cannot become %(wanted)s.")
                % {"now": self.get_status_display(), "wanted": self.Status(status).label}
            )
        self.held_from = self.status if status == self.Status.ON_HOLD else ""
        self.status = status


class IllegalStatus(Refusal):
    """The table of statuses has no such step."""


class StatusChange(AppendOnly):
    """One step of an enrolment: from where, to where, why, by whom."""

    class Reason(models.TextChoices):
        """domain.md section 4: why an enrolment stands still or ends; blank for a plain step."""

        # not proceeded
        NO_GROUND = "no_ground", _("no eligibility ground found")
        DECLINED = "declined", _("declined by the mentee")
        TOO_LITTLE_TIME = "too_little_time", _("too little time left")
        OTHER_SCHEME = "other_scheme", _("already in another scheme")
        SECURITY = "security", _("security")
        DUPLICATE = "duplicate", _("duplicate")
        # on hold
        HOSPITAL = "hospital", _("hospital")
        ISOLATION = "isolation", _("isolation ordered by a court")
        VISIT_CONTROL = "visit_control", _("letter and visit control")
        TRANSFER = "transfer", _("transfer")
        MENTOR_ABSENT = "mentor_absent", _("mentor absent")
        BREAK_WISHED = "break_wished", _("the mentee asks for a break")
        # over
        COMPLETED = "completed", _("completed as planned")
        PARTLY = "partly", _("partly completed")
        ENDED_BY_MENTEE = "ended_by_mentee", _("ended by the mentee")
        LOST_CONTACT = "lost_contact", _("lost contact")
        NO_NEW_MENTOR = "no_new_mentor", _("mentor ended, no new match")
        HANDED_OVER = "handed_over", _("handed over to another service")
        EXPELLED = "expelled", _("expelled or moved abroad")
        ACQUITTED = "acquitted", _("acquitted or charges dropped")
        SAFETY = "safety", _("safety")
        DECEASED = "deceased", _("deceased")
        INELIGIBLE = "ineligible", _("not eligible on review")

    case, section = "enrolment__mentee", FileSection.ENROLMENT

    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="status_changes", verbose_name=_("enrolment")
    )
    # Blank for the first: the enrolment began.
    from_status = models.CharField(_("from"), max_length=20, choices=Enrolment.Status, blank=True)
    to_status = models.CharField(_("to"), max_length=20, choices=Enrolment.Status)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason, blank=True)
    changed_on = models.DateField(_("day"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)

    objects = WrittenOnceQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of status")
        verbose_name_plural = _("changes of status")
        permissions = [("see_metadata", "Can see that it is there")]
        ordering = ["-changed_on", "-pk"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(to_status__in=["on_hold", "closed", "withdrawn", "not_proceeded"])
                | ~Q(reason=""),
                name="status_change_that_stops_says_why",
                violation_error_message=_("Say why."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.get_to_status_display()}"


class Consent(models.Model):
    """What the mentee agreed to, for one purpose, in which words, until withdrawn or lapsed."""

    class Purpose(models.TextChoices):
        """domain.md section 4; contact with a person of the network stands in `networks`."""

        TAKE_PART = "take_part", _("take part")
        SHOW_GOALS = "show_goals", _("show goals to the caseworker")
        EVALUATION = "evaluation", _("evaluation and research")
        AFTERCARE = "aftercare", _("contact data after release")

    case, section = "enrolment__mentee", FileSection.ENROLMENT

    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="consents", verbose_name=_("enrolment")
    )
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose)
    wording_version = models.CharField(_("version of the wording"), max_length=20)
    language = models.CharField(_("language"), max_length=20)
    given_on = models.DateField(_("given"), default=today)
    witnessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("witness"),
    )
    expires_on = models.DateField(_("until"), null=True, blank=True)
    withdrawn_on = models.DateField(_("withdrawn"), null=True, blank=True)

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        permissions = [("see_metadata", "Can see that it is there")]
        ordering = ["purpose", "-given_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "purpose"],
                condition=Q(withdrawn_on=None),
                name="consent_stands_once_a_purpose",
                violation_error_message=_("Consent for this purpose is already recorded."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None) | Q(withdrawn_on__gte=F("given_on")),
                name="consent_is_withdrawn_after_it_is_given",
                violation_error_message=_("Withdrawn before it was given."),
            ),
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=F("given_on")),
                name="consent_lapses_after_it_is_given",
                violation_error_message=_("It would lapse before it was given."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}, {self.enrolment.mentee}"
