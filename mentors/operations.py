"""Everything that can happen to a mentor's record and supervision, whoever asks for it."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.trail import record
from core.changes import apply
from core.errors import Refusal
from mentors.models import CoachAssignment, Mentor


class NoCoach(Refusal):
    """This mentor cannot supervise that one."""


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

    Raises NoCoach for oneself and for a circle: whoever supervises is not supervised, however
    far around, by the one supervised.
    """
    # All of today's assignments are few; locking them keeps two circles from closing at once.
    standing = CoachAssignment.objects.select_for_update().filter(valid_until=None)
    above = {each.mentor_id: each for each in standing}
    step: int | None = coach.pk
    while step is not None:
        if step == mentor.pk:
            raise NoCoach(_("Nobody supervises their own mentorships, not even around a corner."))
        step = above[step].coach_id if step in above else None
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
