"""Everything that can happen to a mentor's record and supervision, whoever asks for it."""

import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from audit.trail import record
from core.changes import apply
from core.dates import today
from core.errors import Overreach, Refusal
from mentors.models import Absence, CoachAssignment, Mentor, MentorLoan
from notifications.models import Notice
from notifications.operations import promise
from organisations.models import Organisation


class NoCoach(Refusal):
    """This mentor cannot supervise that one."""


class SupervisesThemselves(NoCoach, Overreach):
    """Nobody judges their own mentorships, not even around a corner."""


class NotCovered(Refusal):
    """This coach cannot be covered so; each message stands beside its field."""


class IsOver(Refusal):
    """What was to end has ended already, or would end in the past."""


@transaction.atomic
def change_mentor(mentor: Mentor, *, by: User, **changes: object) -> Mentor:
    """Change the record; the earlier values stay in its history."""
    mentor = Mentor.objects.select_for_update().get(pk=mentor.pk)
    changed = apply(mentor, changes)
    if not changed:
        return mentor
    mentor._history_user = by
    mentor.save(update_fields=changed)
    record("mentor.changed", by=by, target=mentor, fields=changed)
    return mentor


@transaction.atomic
def register_mentor(*, by: User, **particulars: object) -> Mentor:
    """Open a mentor's record; `particulars` are the fields of `Mentor`."""
    mentor = Mentor(**particulars)
    mentor.full_clean()
    mentor._history_user = by
    mentor.save()
    record("mentor.registered", by=by, target=mentor)
    return mentor


@transaction.atomic
def assign_coach(mentor: Mentor, *, by: User, coach: Mentor, on: datetime.date) -> CoachAssignment:
    """Let `coach` supervise `mentor` from a day on; the coach before ends the day before.

    Raises SupervisesThemselves for oneself and for a circle: whoever supervises is not
    supervised, however far around, by the one supervised; NoCoach where the days do not fit.
    """
    # All of today's assignments are few; locking them keeps two circles from closing at once.
    standing = CoachAssignment.objects.select_for_update().filter(valid_until=None)
    above = {each.mentor_id: each for each in standing}
    step, passed = coach.pk, set[int]()
    while step and step not in passed:  # a circle among others would have no end
        passed.add(step)
        if step == mentor.pk:
            raise SupervisesThemselves(
                _("Nobody supervises their own mentorships, not even around a corner.")
            )
        step = above[step].coach_id if step in above else 0
    if former := above.get(mentor.pk):
        if former.valid_from >= on:
            raise NoCoach(_("The present coach began on or after this day."))
        former.valid_until = on - datetime.timedelta(days=1)
        former.save(update_fields=["valid_until"])
    assignment = CoachAssignment(coach=coach, mentor=mentor, valid_from=on)
    assignment.full_clean()
    assignment.save()
    record("coach.assigned", by=by, target=[mentor, coach], on=on.isoformat())
    return assignment


# --- absence and cover ---------------------------------------------------------------------------


@transaction.atomic
def plan_absence(
    coach: Mentor,
    *,
    by: User,
    cover: Mentor,
    valid_from: datetime.date,
    planned_until: datetime.date,
) -> Absence:
    """Let `cover` answer for everything of an absent coach, from the first day to the last.

    Raises NotCovered with a message for each field.
    """
    both = Mentor.objects.select_for_update().filter(pk__in=[coach.pk, cover.pk])
    list(both.order_by("pk"))  # one absence at a time for either of them
    absence = Absence(
        coach=coach,
        cover=cover,
        valid_from=valid_from,
        planned_until=planned_until,
        valid_until=planned_until,
    )
    absence.full_clean()
    if faults := _faults_of(absence):
        raise NotCovered(faults)
    absence.save()
    record("absence.planned", by=by, target=[coach, cover], since=valid_from.isoformat())
    _tell("absence_planned", absence, by=by)
    return absence


def _faults_of(absence: Absence) -> dict[str, str]:
    """What does not go together with these days, field by field."""
    days = (absence.valid_from, absence.planned_until)
    if absence.valid_from < today():
        return {"valid_from": _("This day has passed. An absence begins today or later.")}
    if Absence.objects.filter(coach=absence.coach).during(*days).exists():
        return {"valid_from": _("An absence is recorded on some of these days already.")}
    if Absence.objects.filter(cover=absence.coach).during(*days).exists():
        return {
            "valid_from": _(
                "On some of these days this coach covers for another one, who needs somebody "
                "else first. An administrator can change that."
            )
        }
    fault = _fault_of_cover(absence.cover, absence)
    return {"cover": fault} if fault else {}


def _fault_of_cover(cover: Mentor, absence: Absence) -> str:
    first, last = absence.valid_from, absence.planned_until
    if not User.objects.holding(Role.COACH).filter(pk=cover.user_id).exists():
        return _("This person is no coach today.")
    if Absence.objects.filter(coach=cover).during(first, last).exists():
        return _("This coach is absent on some of these days.")
    still = Q(valid_until=None) | Q(valid_until__gte=first)
    own = CoachAssignment.objects.filter(still, coach=absence.coach, mentor=cover)
    if own.filter(valid_from__lte=last).exists():
        return _("This coach would supervise their own mentorships.")
    return ""


@transaction.atomic
def end_absence(absence: Absence, *, by: User, on: datetime.date) -> Absence:
    """The coach is back on this day; what was planned and has not begun is called off."""
    absence = _ended_early(absence, _("This absence is over, or would end in the past."), on=on)
    record("absence.ended", by=by, target=[absence.coach, absence.cover])
    _tell("absence_ended", absence, by=by)
    return absence


def _ended_early(row: Any, refusal: str, *, on: datetime.date) -> Any:
    """The row, which ends before `on`. Raises IsOver, in these words."""
    row = type(row).objects.select_for_update().get(pk=row.pk)
    if row.is_over or on < today():
        raise IsOver(refusal)
    row.end_before(on)
    row.save(update_fields=["valid_until"])
    return row


def _tell(kind: str, absence: Absence, *, by: User) -> None:
    people = {absence.coach.user_id, absence.cover.user_id}
    promise(people, kind, by=by, link=reverse("mentors:cover"), occurrence=str(absence.pk))


# --- loans ---------------------------------------------------------------------------------------


@transaction.atomic
def lend_mentor(
    mentor: Mentor,
    *,
    by: User,
    confirmed_by: User,
    borrower: Organisation,
    valid_from: datetime.date,
    planned_until: datetime.date,
    **terms: object,
) -> MentorLoan:
    """Lend a mentor to another area, as its administrator confirmed; `terms` are hours and pay.

    Raises NotLent with a message for each field.
    """
    Mentor.objects.select_for_update().get(pk=mentor.pk)  # one loan at a time
    loan = MentorLoan(
        mentor=mentor,
        borrower=borrower,
        valid_from=valid_from,
        planned_until=planned_until,
        valid_until=planned_until,
        lent_by=by,
        granted_by=confirmed_by,
        **terms,
    )
    loan.refuse_unless_possible()
    loan.save()
    since = valid_from.isoformat()
    record("loan.granted", by=by, target=[mentor, loan], borrower=borrower.pk, since=since)
    _tell_of_loan("loan_granted", loan, by=confirmed_by)
    return loan


@transaction.atomic
def end_loan(loan: MentorLoan, *, by: User, on: datetime.date) -> MentorLoan:
    """The mentor is back on this day; what was agreed and has not begun is called off."""
    loan = _ended_early(loan, _("This loan is over, or would end in the past."), on=on)
    record("loan.ended", by=by, target=[loan.mentor, loan])
    _tell_of_loan("loan_ended", loan, by=by)
    return loan


@transaction.atomic
def warn_of_loans(*, by: None = None) -> int:
    """Tell of each loan that ends soon, once; how many there were."""
    soon = today() + settings.LOAN_WARNING
    ending = MentorLoan.objects.in_force(today()).filter(valid_until__lte=soon)
    before = Notice.objects.filter(kind="loan_ends").values_list("occurrence", flat=True)
    told = set(before.filter(occurrence__in=[str(loan.pk) for loan in ending]))
    late = [loan for loan in ending.select_related("mentor") if str(loan.pk) not in told]
    for loan in late:
        record("loan.ends", by=by, target=[loan.mentor, loan])
        _tell_of_loan("loan_ends", loan, by=by)
    return len(late)


def _tell_of_loan(kind: str, loan: MentorLoan, *, by: User | None) -> None:
    """The mentor, and the administrators of both areas."""
    areas = [loan.mentor.area_id, loan.borrower_id]
    offices = User.objects.holding(Role.PROBATION_ADMIN, within=areas)
    page = reverse("admin:mentors_mentorloan_change", args=[loan.pk])
    told: dict[str, Any] = {"by": by, "occurrence": str(loan.pk)}
    promise(offices.values_list("pk", flat=True), kind, link=page, **told)
    promise({loan.mentor.user_id}, kind, link=reverse("casework:caseload"), **told)
