"""What the mentors of the demonstration asked back: older months paid, the last one waiting."""

import datetime
from collections import defaultdict
from decimal import Decimal

from django.conf import settings

from casework.demo import people
from casework.demo.places import EAST
from casework.demo.scheme import Scheme
from mentorships.models import ExpenseClaim, ExpenseLine, ExpenseRate, MentoringSession
from mentorships.models.expense import first_of_month, worth

RATE, DEARER = Decimal("3.81"), Decimal("0.07")  # this year's, and by how much each year


def claim_expenses(scheme: Scheme) -> None:
    """Of each mentor: the last full month waits, those before it are approved."""
    last = first_of_month(first_of_month(scheme.day) - datetime.timedelta(days=1))
    found: dict[tuple[str, datetime.date], list[MentoringSession]] = defaultdict(list)
    for session in scheme.rows.get(MentoringSession, []):
        if not isinstance(session, MentoringSession) or not session.kilometres:
            continue
        month = first_of_month(session.held_on)
        if month <= last:
            name = session.mentorship.mentor.user.email.partition("@")[0]
            found[name, month].append(session)
    years = range(min(month.year for _name, month in found), scheme.day.year + 1)
    rates = {year: RATE - DEARER * (scheme.day.year - year) for year in years}
    for year, rate in rates.items():
        scheme.add(ExpenseRate(year=year, per_kilometre=rate))
    for (name, month), sessions in sorted(found.items(), key=lambda each: each[0]):
        _claim(scheme, name, month, sessions, rates, waits=month == last)


def _claim(
    scheme: Scheme,
    name: str,
    month: datetime.date,
    sessions: list[MentoringSession],
    rates: dict[int, Decimal],
    *,
    waits: bool,
) -> None:
    amounts = [
        worth(each.kilometres or 0, rates[each.held_on.year], each.fare, each.outlay)
        for each in sessions
    ]
    person = people.PEOPLE[name]
    office = "admin" if person.place == EAST else "admin2"
    submitted = scheme.moment(month + datetime.timedelta(days=33), 17)
    claim = scheme.add(
        ExpenseClaim(
            uuid=scheme.uuid(),
            mentor=scheme.mentors[name],
            month=month,
            kilometres=sum(each.kilometres or 0 for each in sessions),
            total=sum(amounts, Decimal(0)),
            currency=settings.CURRENCY,
            submitted_at=submitted,
        )
    )
    if not waits:
        claim.status = ExpenseClaim.Status.APPROVED
        claim.decided_by = scheme.users[person.coach or office]
        claim.decided_at = submitted + datetime.timedelta(days=2)
    for session, amount in zip(sessions, amounts, strict=True):
        scheme.add(
            ExpenseLine(
                claim=claim,
                session=session,
                held_on=session.held_on,
                kilometres=session.kilometres or 0,
                per_kilometre=rates[session.held_on.year],
                fare=session.fare or 0,
                outlay=session.outlay or 0,
                amount=amount,
            )
        )
