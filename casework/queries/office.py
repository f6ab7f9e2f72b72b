"""The administrator's day: what waits in the area, each figure with the list that it opens."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import allows
from accounts.models import User
from accounts.roles import Role
from casework.queries.way import way
from core.dates import today
from mentees.models import CustodyEpisode, CustodyEvent, Enrolment, KeyDate
from mentees.permissions import CustodyPermission, EnrolmentPermission
from mentorships.models import Mentorship
from mentorships.permissions import MentorshipPermission
from organisations.models import Organisation

WAITING_SHOWN = 10
Status = Enrolment.Status


@dataclass(frozen=True)
class Stat:
    number: int
    label: str
    url: str
    hint: str
    kind: str = ""


@dataclass(frozen=True)
class Waiting:
    """One line of the waiting list."""

    enrolment: Enrolment
    url: str
    release: str
    waited: str
    needs: str


@dataclass(frozen=True)
class Day:
    title: str
    stats: list[Stat]
    waiting: list[Waiting]


def administrators_day(user: User) -> Day | None:
    """Of somebody who administers an area; nothing for the others, who have lists."""
    posted = user.standing.roles.get(Role.PROBATION_ADMIN)
    if not posted or not allows(user, EnrolmentPermission.MOVE):
        return None
    names = Organisation.objects.filter(pk__in=posted).values_list("name", flat=True)
    title = f"{', '.join(names)}, {date_format(today(), 'DATE_FORMAT')}"
    return Day(title, _stats(user), _waiting(user))


def _list(model: str, **filters: str) -> str:
    return f"{reverse(f'admin:{model}_changelist')}?{urlencode(filters)}"


def _stats(user: User) -> list[Stat]:
    enrolments = Enrolment.objects.permitted(user, EnrolmentPermission.VIEW).order_by()
    late = Q(status=Status.ON_HOLD, review_on__lt=today())
    wanted = (Status.REFERRED, Status.SCREENING, Status.AWAITING_CONSENT, Status.WAITING)
    counts = {str(status): Count("pk", filter=Q(status=status)) for status in wanted}
    found: dict[str, Any] = enrolments.aggregate(**counts, past_review=Count("pk", filter=late))
    mentorships = Mentorship.objects.permitted(user, MentorshipPermission.VIEW)
    proposed = mentorships.filter(status=Mentorship.Status.PROPOSED).count()
    list_of = "mentees_enrolment"
    return [
        Stat(
            found["referred"],
            _("Referrals to screen"),
            _list(list_of, status__exact=Status.REFERRED),
            _("not looked at yet"),
        ),
        Stat(
            found["screening"],
            _("In screening"),
            _list(list_of, status__exact=Status.SCREENING),
            _("to decide"),
        ),
        Stat(
            found["awaiting_consent"],
            _("Consents to get"),
            _list(list_of, status__exact=Status.AWAITING_CONSENT),
            _("before anything else"),
        ),
        Stat(
            found["waiting"],
            _("Waiting for a mentor"),
            _list(list_of, status__exact=Status.WAITING),
            _("in order below"),
        ),
        Stat(
            found["past_review"],
            _("On hold past the review"),
            _list(list_of, hold="past_review"),
            _("to look at again") if found["past_review"] else _("none is late"),
            "late" if found["past_review"] else "",
        ),
        Stat(
            proposed,
            _("Mentorships proposed"),
            _list("mentorships_mentorship", status__exact=Mentorship.Status.PROPOSED),
            _("to begin or to end"),
        ),
    ]


def _waiting(user: User) -> list[Waiting]:
    """The longest waiting first."""
    of_mentee = {"mentee": OuterRef("mentee")}
    held = CustodyEpisode.objects.filter(**of_mentee, ended_on=None)
    answers = [CustodyEvent.Kind.PAROLE_GRANTED, CustodyEvent.Kind.PAROLE_REFUSED]
    parole = CustodyEvent.objects.filter(**of_mentee, kind__in=answers)
    listed = (
        Enrolment.objects.permitted(user, EnrolmentPermission.VIEW)
        .filter(status=Status.WAITING)
        .select_related("mentee__institution")
        .annotate(
            since=Max(
                "status_changes__changed_on", filter=Q(status_changes__to_status=Status.WAITING)
            ),
            parole=Subquery(parole.values("kind")[:1]),
            **{str(kind): Exists(held.filter(kind=kind)) for kind in CustodyEpisode.Kind},
        )
        .order_by("since", "pk")[:WAITING_SHOWN]
    )
    enrolments = list(listed)
    dates: dict[int, list[KeyDate]] = {}
    newest = KeyDate.objects.permitted(user, CustodyPermission.VIEW_KEY_DATE).newest()
    for date in newest.filter(mentee__in=[each.mentee_id for each in enrolments]):
        dates.setdefault(date.mentee_id, []).append(date)
    return [_line(each, dates.get(each.mentee_id, [])) for each in enrolments]


def _line(enrolment: Any, dates: list[KeyDate]) -> Waiting:
    mentee = enrolment.mentee
    waited = (today() - (enrolment.since or enrolment.opened_on)).days
    held = {str(kind) for kind in CustodyEpisode.Kind if getattr(enrolment, kind)}
    refused = enrolment.parole == CustodyEvent.Kind.PAROLE_REFUSED
    needs = [str(mentee.institution) if mentee.institution else _("in the community")]
    if mentee.needs_interpreter:
        needs.append(_("interpreter"))
    return Waiting(
        enrolment,
        reverse("admin:mentees_enrolment_change", args=[enrolment.pk]),
        way(held, dates, parole_refused=refused).headline,
        ngettext("%(days)d day", "%(days)d days", waited) % {"days": waited},
        ", ".join(needs),
    )
