"""Emergency access: what stands open, and what is to be looked at afterwards."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from audit import trail
from audit.models import AuditEvent
from casework.queries.words import clock
from core.dates import today
from core.templatetags.house import day
from mentees.models import Decision, Mentee
from mentees.permissions import MenteePermission

SHOWN = 50
SATURDAY = 5
SHOWN_WHOLE = {"consulted", "disclosed", "printed"}  # not in a list


@dataclass(frozen=True)
class Emergency:
    """One emergency access, as whoever reviews it sees it."""

    key: int
    mentee: Mentee
    who: str
    category: str
    reason: str
    when: str
    opened: list[str]  # what was read through it, in sentences
    state: tuple[str, str]  # a badge and its word
    is_open: bool  # to be reviewed, and by this reader


def open_to(user: User) -> list[tuple[Mentee, str]]:
    """The files that this person holds open in an emergency, and until when."""
    return [(decision.mentee, _end(decision)) for decision in _standing(user)]


def shown_in_emergency(request: HttpRequest) -> str:
    """What every page says that shows a file which this person holds open in an emergency: how
    long yet. Empty elsewhere; asks nothing for those to whom nothing was opened by decision."""
    if not (request.user.is_authenticated and request.user.standing.sections):
        return ""
    shown = trail.shown_by(request, SHOWN_WHOLE)
    if not shown:
        return ""
    here = [d for d in _standing(request.user) if trail.reference(d.mentee) in shown]
    return _time_left(here[-1]) if here else ""


def _time_left(decision: Decision) -> str:
    left = decision.expires_at - timezone.now()
    minutes = -(-left // datetime.timedelta(minutes=1))  # the one that has begun counts
    words = {
        "reference": decision.mentee.reference,
        "time": _end(decision),
        "left": ngettext("%(minutes)d minute", "%(minutes)d minutes", minutes)
        % {"minutes": minutes},
    }
    return _("Emergency access to %(reference)s until %(time)s, %(left)s left.") % words


def _standing(user: User):
    opened = Decision.objects.filter(kind=Decision.Kind.BREAK_GLASS, person=user)
    still = opened.filter(expires_at__gt=timezone.now(), withdrawal=None)
    return still.select_related("mentee").order_by("expires_at")


def _end(decision: Decision) -> str:
    return clock(timezone.localtime(decision.expires_at))


def emergencies_of(user: User) -> list[Emergency]:
    """The latest emergencies in the files that are this person's to review; two queries."""
    decisions = list(_in_reach(user).order_by("-pk")[:SHOWN])
    events = _readings(decisions)
    return [_told(decision, user, events) for decision in decisions]


def _in_reach(user: User):
    files = Mentee.objects.permitted(user, MenteePermission.REVIEW_EMERGENCY).order_by()
    opened = Decision.objects.filter(kind=Decision.Kind.BREAK_GLASS, mentee__in=files.values("pk"))
    return opened.select_related("mentee", "person", "review__reviewed_by")


def reviewable(request: HttpRequest, key: str) -> Decision:
    """The emergency behind a form that was sent. Raises Http404 for one that is not theirs."""
    found = _in_reach(request.user).filter(pk=key).first() if key.isdecimal() else None
    if found is None:
        trail.denied(request, f"{Decision._meta.label_lower}:{key}")
        raise Http404
    return found


def _readings(decisions: list[Decision]) -> list[AuditEvent]:
    """What these people did while they held a file open."""
    meanwhile = Q(pk__in=[])
    for each in decisions:
        span = (each.decided_at, each.expires_at)
        meanwhile |= Q(actor=str(each.person_id), recorded_at__range=span)
    return list(
        AuditEvent.objects.filter(meanwhile, kind__in=("consulted", "printed")).order_by("pk")
    )


def _told(decision: Decision, user: User, events: list[AuditEvent]) -> Emergency:
    began, ends = (timezone.localtime(at) for at in (decision.decided_at, decision.expires_at))
    file, actor = trail.reference(decision.mentee), str(decision.person_id)
    opened = [
        f"{clock(timezone.localtime(event.recorded_at))} {trail.sentence(event)}"
        for event in events
        if event.actor == actor
        and file in event.targets
        and decision.decided_at <= event.recorded_at <= decision.expires_at
    ]
    review = getattr(decision, "review", None)
    words = {"day": day(began.date()), "began": clock(began), "ends": clock(ends)}
    return Emergency(
        key=decision.pk,
        mentee=decision.mentee,
        who=str(decision.person),
        category=capfirst(decision.get_category_display()),
        reason=decision.reason,
        when=_("%(day)s, %(began)s to %(ends)s") % words,
        opened=list(dict.fromkeys(opened)),
        state=_state(decision),
        is_open=review is None and decision.person_id != user.pk,
    )


def _state(decision: Decision) -> tuple[str, str]:
    review = getattr(decision, "review", None)
    if review is not None:
        on = timezone.localtime(review.reviewed_at).date()
        words = {"name": review.reviewed_by, "day": day(on)}
        return "done", _("Reviewed by %(name)s on %(day)s") % words
    due = due_on(timezone.localtime(decision.decided_at).date())
    if due < today():
        return "late", _("Review was due on %(day)s") % {"day": day(due)}
    return "soon", _("To be reviewed by %(day)s") % {"day": day(due)}


def due_on(opened_on: datetime.date) -> datetime.date:
    """The last day for the review: so many working days on, Monday to Friday."""
    due, left = opened_on, settings.EMERGENCY_REVIEW_WITHIN
    while left:
        due += datetime.timedelta(days=1)
        left -= due.weekday() < SATURDAY
    return due
