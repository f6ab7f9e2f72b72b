"""What a mentor paid: claimed for a month, approved or sent back; and the kilometre rate."""

import datetime
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access
from accounts.models import User
from audit.trail import record
from core.dates import today
from core.errors import Refusal
from mentors.models import Mentor
from mentorships.concerns import coaches_among
from mentorships.expenses import costs_of, total_of, version_of
from mentorships.models import ExpenseClaim, ExpenseLine, ExpenseRate
from mentorships.permissions import ExpensePermission
from notifications.operations import promise

Status = ExpenseClaim.Status


class NotClaimed(Refusal):
    """There is nothing to claim so."""


class NotDecided(Refusal):
    """The claim cannot be decided so; the message stands beside its field."""


class RatesChanged(Refusal):
    """Somebody set a rate meanwhile; `version` is that of what is set now."""

    def __init__(self, version: int) -> None:
        super().__init__(
            _("Somebody set a rate meanwhile: see what is set now. Send again to set yours.")
        )
        self.version = version


@transaction.atomic
def submit_expenses(month: datetime.date, *, by: User, total: Decimal) -> ExpenseClaim:
    """Freeze what the month's sessions cost and ask for it. `total` is what the page showed.

    Raises NotClaimed: nothing to claim, another sum by now, no rate for the year, one that waits.
    """
    mentor = Mentor.objects.select_for_update().filter(user=by).first()
    costs = costs_of(by, month)
    if mentor is None or not costs or month > today():
        raise NotClaimed(_("There is nothing to claim for this month."))
    if not all(cost.has_rate for cost in costs):
        raise NotClaimed(_("What a kilometre is worth in that year is not set yet."))
    if total_of(costs) != total:
        raise NotClaimed(_("The sessions have changed meanwhile. Look again, then submit."))
    claim = ExpenseClaim(
        mentor=mentor,
        month=month,
        kilometres=sum(cost.kilometres for cost in costs),
        total=total,
        currency=settings.CURRENCY,
    )
    claim.full_clean()
    claim.save()
    ExpenseLine.objects.bulk_create(
        ExpenseLine(
            claim=claim,
            session=cost.session,
            held_on=cost.session.held_on,
            kilometres=cost.kilometres,
            per_kilometre=(cost.per_kilometre or 0) if cost.kilometres else 0,
            fare=cost.session.fare or 0,
            outlay=cost.session.outlay or 0,
            amount=cost.amount,
        )
        for cost in costs
    )
    record("expenses.submitted", by=by, target=claim)
    _tell(_deciders(claim), "expenses_submitted", claim, by=by)
    return claim


def _deciders(claim: ExpenseClaim) -> set[int]:
    """The coach, and whoever covers; where the mentor has none, the administrators."""
    holders = access.holders(ExpensePermission.DECIDE, [claim])
    return coaches_among(holders) or {holder.person for holder in holders}


@transaction.atomic
def approve_expenses(claim: ExpenseClaim, *, by: User) -> ExpenseClaim:
    """Say that it is to be paid; the mentor is told. Raises NotDecided."""
    claim = _decided(claim, Status.APPROVED, by)
    record("expenses.approved", by=by, target=claim)
    _tell({claim.mentor.user_id}, "expenses_approved", claim, by=by)
    return claim


@transaction.atomic
def send_back_expenses(claim: ExpenseClaim, *, by: User, reason: str) -> ExpenseClaim:
    """Ask the mentor to look again; its sessions may be claimed anew. Raises NotDecided."""
    if not reason.strip():
        raise NotDecided({"reason": _("Say what has to be looked at again.")})
    claim = _decided(claim, Status.SENT_BACK, by, reason)
    claim.lines.update(counts=False)
    record("expenses.sent_back", by=by, target=claim)
    _tell({claim.mentor.user_id}, "expenses_sent_back", claim, by=by)
    return claim


def _decided(claim: ExpenseClaim, status: str, by: User, reason: str = "") -> ExpenseClaim:
    locked = ExpenseClaim.objects.select_related("mentor").select_for_update(of=("self",))
    claim = locked.get(pk=claim.pk)
    if claim.mentor.user_id == by.pk:
        raise NotDecided(_("Nobody decides on what they claim themselves."))
    if not claim.is_waiting:
        raise NotDecided(_("Somebody has decided on this already."))
    claim.status, claim.reason = status, reason
    claim.decided_by, claim.decided_at = by, timezone.now()
    claim.full_clean()
    claim.save(update_fields=["status", "reason", "decided_by", "decided_at"])
    return claim


def _tell(people: set[int], kind: str, claim: ExpenseClaim, *, by: User) -> None:
    promise(people, kind, by=by, link=claim.get_absolute_url(), occurrence=str(claim.uuid))


@transaction.atomic
def set_expense_rate(*, by: User, year: int, per_kilometre: Decimal, version: int) -> ExpenseRate:
    """What a kilometre is worth in a year; claims that are submitted keep the rate they had.

    `version` is that of the rates which the page showed. Raises RatesChanged for an older one.
    """
    rates = {rate.year: rate for rate in ExpenseRate.objects.select_for_update()}
    now = version_of(rates.values())
    if version != now:
        raise RatesChanged(now)
    rate = rates.get(year) or ExpenseRate(year=year, version=0)
    rate.per_kilometre = per_kilometre
    rate.version += 1
    rate.full_clean()
    rate.save()
    record("expenses.rate_set", by=by, target=rate, year=year, rate=str(per_kilometre))
    return rate
