"""The sweep writes what falls due; the dispatcher tells those whom the rule names at that moment.

Both are safe to repeat and to run twice at once: what is written is unique, and what is told is
told in the transaction that takes it up. Celery only wakes them.
"""

import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from audit.trail import ByHand, record
from core.dates import today
from mentees.models import Enrolment
from notifications.models import Notice
from notifications.operations import promise_all
from release_plans import catalogue
from release_plans.ladder import windows
from release_plans.models import (
    Audience,
    Category,
    LadderRung,
    Milestone,
    ReleasePlan,
    ReminderStep,
)
from release_plans.reminding import kind_of, ladders, occurrence_of, recipients, still_holds

CHUNK = 500
ROW_OF = {
    "postgresql": "(%s, %s::smallint, %s, %s::date, %s::date)",
    "sqlite": "(%s, %s, %s, %s, %s)",
}
SWEEP = """
INSERT INTO {step} (milestone_id, due_on, days, audience, written_at, told)
WITH ladder (category, days, audience, first_due, last_due) AS (VALUES {windows})
SELECT m.id, m.due_on, ladder.days, ladder.audience, %s, 0
FROM ladder
JOIN {milestone} m ON m.category = ladder.category
    AND m.due_on BETWEEN ladder.first_due AND ladder.last_due
JOIN {plan} p ON p.id = m.plan_id
JOIN {enrolment} e ON e.id = p.enrolment_id
WHERE m.status IN ({open})
    AND (m.resume_on IS NULL OR m.resume_on <= %s)
    AND (m.taken_for IS NULL OR m.taken_for <> m.due_on)
    AND e.status NOT IN ({over})
    AND (e.status <> %s OR ladder.audience = %s)
    AND NOT EXISTS (
        SELECT 1 FROM {step} s
        WHERE s.milestone_id = m.id AND s.due_on = m.due_on
            AND s.days = ladder.days AND s.audience = ladder.audience
    )
ON CONFLICT DO NOTHING
"""


@transaction.atomic
def load_ladder(*, by: Any | ByHand | None) -> bool:
    """The steps of the catalogue where there are none at all; whether they were added."""
    if LadderRung.objects.exists():
        return False
    LadderRung.objects.bulk_create(
        LadderRung(days=days, audience=audience) for days, audience in catalogue.LADDER
    )
    record("ladder.loaded", by=by, target=[])
    return True


def sweep(*, by: None = None, on: datetime.date | None = None) -> int:
    """Write what has reached a rung on a day, and was not written before; how much that was.

    One statement. Nothing for what is on hold or taken, nor for enrolments that are over; while
    an enrolment is on hold its coach alone hears.
    """
    on = on or today()
    found = windows(ladders(), Category.values, on)
    if not found:
        return 0
    day = connection.ops.adapt_datefield_value
    rows = [(w.category, w.days, w.audience, day(w.first), day(w.last)) for w in found]
    statement = SWEEP.format(
        windows=", ".join([ROW_OF[connection.vendor]] * len(rows)),
        open=", ".join(["%s"] * len(Milestone.OPEN)),
        over=", ".join(["%s"] * len(Enrolment.OVER)),
        step=ReminderStep._meta.db_table,
        milestone=Milestone._meta.db_table,
        plan=ReleasePlan._meta.db_table,
        enrolment=Enrolment._meta.db_table,
    )
    params: list[Any] = [value for row in rows for value in row]
    params += [connection.ops.adapt_datetimefield_value(timezone.now()), *Milestone.OPEN, day(on)]
    params += [*Enrolment.OVER, Enrolment.Status.ON_HOLD, Audience.COACH]
    with connection.cursor() as cursor:
        cursor.execute(statement, [str(p) if isinstance(p, str) else p for p in params])
        return cursor.rowcount


def pass_on(*, by: None = None, now: datetime.datetime | None = None) -> int:
    """Tell whom the rule names now of every step that was not passed on; how many were."""
    moment, passed = now or timezone.now(), 0
    while taken := _pass_on_chunk(moment):
        passed += taken
    return passed


@transaction.atomic
def _pass_on_chunk(now: datetime.datetime) -> int:
    waiting = ReminderStep.objects.filter(dispatched_at=None).order_by("written_at", "pk")
    locked = waiting.select_for_update(skip_locked=True, of=("self",))
    steps = list(locked.select_related("milestone__plan__enrolment__mentee")[:CHUNK])
    people = recipients([step for step in steps if still_holds(step)])
    promise_all(
        [
            Notice(
                recipient_id=person,
                kind=kind_of(step),
                link=step.milestone.plan.enrolment.mentee.get_absolute_url(),
                occurrence=occurrence_of(step),
            )
            for step, told in people.items()
            for person in sorted(told)
        ],
        by=None,
    )
    for step in steps:
        step.dispatched_at, step.told = now, len(people.get(step, ()))
    ReminderStep.objects.bulk_update(steps, ["dispatched_at", "told"])
    return len(steps)
