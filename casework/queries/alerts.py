"""What a coach is told of a mentorship beside its rhythm: domain.md section 7, coach alerts."""

import datetime

from django.conf import settings
from django.db.models import Count, DateField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casework.models import CaseloadRow
from casework.queries.work import Work
from core.dates import today
from core.templatetags.house import day, due_days
from mentorships.models import MentoringSession, SessionDraft


def with_alerts(rows: QuerySet[CaseloadRow]) -> QuerySet[CaseloadRow]:
    """Each row with `cancelled`, how often since the last session that was held, and with
    `begun_at`, when its oldest draft that is late was begun: of a draft nothing else is read."""
    never = Value(datetime.date.min, DateField())
    cancelled = (
        MentoringSession.objects.standing()
        .filter(mentorship=OuterRef("pk"), status=MentoringSession.Status.CANCELLED)
        .filter(held_on__gt=Coalesce(OuterRef("last_held_on"), never))
        .order_by()
        .values("mentorship")
        .values(number=Count("pk"))
    )
    late = SessionDraft.objects.filter(
        mentorship=OuterRef("pk"), started_at__lte=timezone.now() - settings.NOTE_LATE_AFTER
    ).order_by("started_at")
    return rows.annotate(
        cancelled=Coalesce(Subquery(cancelled), 0),
        begun_at=Subquery(late.values("started_at")[:1]),
    )


def alerts_of(row: CaseloadRow) -> dict[str, Work]:
    """By the name of the signal, of a row that came `with_alerts`."""
    found = {
        "cancelled": _cancelled(row),
        "draft": _unfinished(row),
        "agreement": _not_settled(row),
    }
    return {name: work for name, work in found.items() if work is not None}


def _line(row: CaseloadRow, *, why: str, **words: str | datetime.date) -> Work:
    mentorship = row.mentorship
    mentee = mentorship.enrolment.mentee
    return Work(
        **words,  # type: ignore[arg-type]
        reference=mentee.reference,
        kind="late",
        why=f"{mentorship.mentor.user} · {why}",
        action=_("Open the file"),
        url=mentee.get_absolute_url(),
    )


def _cancelled(row: CaseloadRow) -> Work | None:
    number = row.cancelled  # type: ignore[attr-defined]
    if number < settings.CANCELLED_IN_A_ROW:
        return None
    last = row.last_held_on
    why = _("last held %(day)s") % {"day": day(last)} if last else _("no session yet")
    title = ngettext(
        "%(number)d meeting in a row was cancelled",
        "%(number)d meetings in a row were cancelled",
        number,
    )
    return _line(
        row,
        title=title % {"number": number},
        due_on=last or row.mentorship.started_on or today(),
        state=_("Cancelled"),
        why=why,
    )


def _unfinished(row: CaseloadRow) -> Work | None:
    begun_at = row.begun_at  # type: ignore[attr-defined]
    if begun_at is None:
        return None
    begun_on = timezone.localdate(begun_at)
    due_on = begun_on + settings.NOTE_LATE_AFTER
    return _line(
        row,
        title=_("A note begun on %(day)s is not finished") % {"day": day(begun_on)},
        due_on=due_on,
        state=_("Draft"),
        why=_("only its author can read it"),
    )


def _not_settled(row: CaseloadRow) -> Work | None:
    due_on = row.earliest_agreement_on
    if due_on is None or due_on >= today():
        return None
    open_ones = ngettext("%(count)d open", "%(count)d open", row.open_agreements)
    return _line(
        row,
        title=_("An agreement for %(day)s is neither kept nor dropped") % {"day": day(due_on)},
        due_on=due_on,
        state=due_days(due_on).capitalize(),
        why=open_ones % {"count": row.open_agreements},
    )
