"""A loan is offered by the administrator of one area and granted by that of the other."""

import datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.approvals import Kind, ask, kind
from accounts.models import Approval, User
from accounts.roles import Role
from core.dates import today
from mentors import operations
from mentors.models import Mentor, MentorLoan
from organisations.models import Organisation

LOAN = "mentor.loan"


def offer_loan(
    mentor: Mentor,
    *,
    by: User,
    reason: str,
    borrower: Organisation,
    valid_from: datetime.date,
    planned_until: datetime.date,
    payer: str,
    hours: int | None = None,
    rate: Decimal | None = None,
) -> Approval:
    """Ask another area to borrow a mentor on these terms. Raises NotLent."""
    offered = MentorLoan(
        mentor=mentor,
        borrower=borrower,
        valid_from=valid_from,
        planned_until=planned_until,
        valid_until=planned_until,
        hours=hours,
        payer=payer,
        rate=rate,
        lent_by=by,
    )
    offered.refuse_unless_possible()  # what could not be granted is not offered
    return ask(
        LOAN,
        by=by,
        target=mentor,
        concerns=mentor.user,
        reason=reason,
        borrower=borrower.pk,
        valid_from=valid_from.isoformat(),
        planned_until=planned_until.isoformat(),
        hours=hours,
        payer=payer,
        rate=None if rate is None else str(rate),
    )


def _may_agree(user: User, approvals: list[Approval]) -> set[int]:
    """To offer, whoever administers the mentor's area; to grant, whoever the borrower's."""
    areas = user.standing.roles.get(Role.PROBATION_ADMIN, set())
    lent = Mentor.objects.filter(area__in=areas, user__in=[a.concerns_id for a in approvals])
    own = set(lent.values_list("user", flat=True))
    return {
        each.pk
        for each in approvals
        if (each.concerns_id in own if each.asked_by == user else _borrower(each) in areas)
    }


def _borrower(approval: Approval) -> int:
    return approval.arguments["borrower"]


def _who_may_grant(approval: Approval) -> set[int]:
    posted = User.objects.holding(Role.PROBATION_ADMIN, within=[_borrower(approval)])
    return set(posted.values_list("pk", flat=True))


def _terms(approval: Approval) -> dict[str, Any]:
    """What was offered, as `lend_mentor` takes it; granted late, the loan begins on that day."""
    asked = approval.arguments
    day = datetime.date.fromisoformat
    return {
        "borrower": Organisation.objects.get(pk=_borrower(approval)),
        "valid_from": max(day(asked["valid_from"]), today()),
        "planned_until": day(asked["planned_until"]),
        "hours": asked["hours"],
        "payer": asked["payer"],
        "rate": asked["rate"] and Decimal(asked["rate"]),
    }


def _grant(approval: Approval, confirmed_by: User) -> MentorLoan:
    mentor = Mentor.objects.get(user=approval.concerns)
    by = approval.asked_by
    return operations.lend_mentor(mentor, by=by, confirmed_by=confirmed_by, **_terms(approval))


def _facts(approval: Approval) -> list[tuple[Any, Any]]:
    terms = _terms(approval)
    agreed = MentorLoan(payer=terms["payer"], hours=terms["hours"], rate=terms["rate"])
    return [
        (_("Mentor"), approval.concerns),
        (_("Lent to"), terms["borrower"]),
        (_("From"), date_format(terms["valid_from"])),
        (_("Until"), date_format(terms["planned_until"])),
        (_("Hours"), agreed.hours or _("not said")),
        (_("Paid by"), agreed.get_payer_display()),
        (_("Rate an hour"), agreed.rate or _("not said")),
    ]


kind(
    LOAN,
    Kind(
        label=gettext_lazy("Borrow a mentor from another area"),
        entitled=_may_agree,
        people=_who_may_grant,
        carry_out=_grant,
        facts=_facts,
    ),
)
