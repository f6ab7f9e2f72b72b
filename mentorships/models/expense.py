import datetime
import uuid
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessQuerySet
from core.encryption import EncryptedTextField
from mentees.permissions import FileSection
from mentors.models import Mentor
from mentorships.models.session import MentoringSession

CENT = Decimal("0.01")


class ExpenseRate(models.Model):
    """What a kilometre by car is worth in a year."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    per_kilometre = models.DecimalField(_("a kilometre"), max_digits=6, decimal_places=2)
    # Counts the changes. A page knows all rates by the sum: whoever sets one has seen the others.
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("kilometre rate")
        verbose_name_plural = _("kilometre rates")
        ordering = ["-year"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(per_kilometre__gt=0),
                name="kilometre_rate_is_above_zero",
                violation_error_message=_("A kilometre is worth something."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)


class ExpenseClaim(models.Model):
    """What a mentor asks back for a month: frozen when it is submitted.

    Sent back, it stays as it was, and another may follow; so may one for what came late.
    """

    class Status(models.TextChoices):
        SUBMITTED = "submitted", _("submitted")
        APPROVED = "approved", _("approved")
        SENT_BACK = "sent_back", _("sent back")

    case = None

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    mentor = models.ForeignKey(
        Mentor, models.PROTECT, related_name="expense_claims", verbose_name=_("mentor")
    )
    month = models.DateField(_("month"), help_text=_("Its first day."))
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.SUBMITTED)
    kilometres = models.PositiveIntegerField(_("by car, km"), default=0)
    total = models.DecimalField(_("total"), max_digits=10, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    submitted_at = models.DateTimeField(_("submitted"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = EncryptedTextField(_("why it is sent back"), blank=True)

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("expense claim")
        verbose_name_plural = _("expense claims")
        ordering = ["-month", "-submitted_at", "-pk"]
        default_permissions = ()
        permissions = [
            ("view_expenseclaim", "Can see an expense claim"),
            ("decide_expenseclaim", "Can approve an expense claim or send it back"),
            ("open_expenses", "Can open the page of expenses"),
            ("claim_expenses", "Can claim expenses"),
            ("export_expenses", "Can take approved expenses out in a file"),
            ("set_expense_rates", "Can set what a kilometre is worth"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["mentor", "month"],
                condition=Q(status="submitted"),
                name="expense_claim_waits_once_a_month",
                violation_error_message=_("A claim of this month waits already."),
            ),
            models.CheckConstraint(
                condition=Q(status="submitted", decided_by=None, decided_at=None)
                | ~Q(status="submitted") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="expense_claim_is_decided_by_somebody_at_a_time",
                violation_error_message=_("Somebody decides it, at a time."),
            ),
            models.CheckConstraint(
                condition=Q(total__gt=0),
                name="expense_claim_is_above_zero",
                violation_error_message=_("There is nothing to claim."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

    def get_absolute_url(self) -> str:
        return reverse("expenses:claim_detail", args=[self.uuid])

    @property
    def is_waiting(self) -> bool:
        return self.status == self.Status.SUBMITTED


class ExpenseLine(models.Model):
    """What one session cost, as it was when the claim was submitted."""

    case, section = "session__mentorship__enrolment__mentee", FileSection.NOTES
    by_decision = False  # money between a mentor and who answers for them

    claim = models.ForeignKey(
        ExpenseClaim, models.PROTECT, related_name="lines", verbose_name=_("claim")
    )
    session = models.ForeignKey(
        MentoringSession,
        models.PROTECT,
        related_name="expense_lines",
        verbose_name=_("session"),
    )
    held_on = models.DateField(_("date"))
    kilometres = models.PositiveSmallIntegerField(_("by car, km"), default=0)
    per_kilometre = models.DecimalField(
        _("a kilometre"), max_digits=6, decimal_places=2, default=Decimal(0)
    )
    fare = models.DecimalField(
        _("public transport"), max_digits=8, decimal_places=2, default=Decimal(0)
    )
    outlay = models.DecimalField(_("outlay"), max_digits=8, decimal_places=2, default=Decimal(0))
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    # Until its claim is sent back; a session is paid once.
    counts = models.BooleanField(_("counts"), default=True)

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("expense line")
        verbose_name_plural = _("expense lines")
        ordering = ["held_on", "pk"]
        default_permissions = ()
        permissions = [("view_expenseline", "Can see a line of an expense claim")]
        constraints = [
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(counts=True),
                name="session_is_claimed_once",
                violation_error_message=_("This session is claimed already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim}, {self.held_on}"


def worth(
    kilometres: int, per_kilometre: Decimal, fare: Decimal | None, outlay: Decimal | None
) -> Decimal:
    """Exact to the cent: whole kilometres at a rate of two decimals leave nothing to round."""
    exact = kilometres * per_kilometre + (fare or 0) + (outlay or 0)
    return Decimal(exact).quantize(CENT, ROUND_HALF_UP)


def first_of_month(day: datetime.date) -> datetime.date:
    return day.replace(day=1)
