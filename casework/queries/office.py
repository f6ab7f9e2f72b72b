"""The administrator's day: what waits in the area, each figure with the list that it opens."""

import datetime
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import allows
from accounts.models import User
from accounts.roles import Role
from core.dates import today
from mentees.models import Enrolment, KeyDate
from mentees.models.custody import release_anchor
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
    title = f"{', '.join(names)}, {date_format(today(), 'l j F')}"
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
    listed = (
        Enrolment.objects.permitted(user, EnrolmentPermission.VIEW)
        .filter(status=Status.WAITING)
        .select_related("mentee__institution")
        .annotate(
            since=Max(
                "status_changes__changed_on", filter=Q(status_changes__to_status=Status.WAITING)
            )
        )
        .order_by("since", "pk")[:WAITING_SHOWN]
    )
    enrolments = list(listed)
    dates: dict[int, list[KeyDate]] = {}
    newest = KeyDate.objects.permitted(user, CustodyPermission.VIEW_KEY_DATE).newest()
    for date in newest.filter(mentee__in=[each.mentee_id for each in enrolments]):
        dates.setdefault(date.mentee_id, []).append(date)
    return [_line(each, dates.get(each.mentee_id, [])) for each in enrolments]


def _line(enrolment: Enrolment, dates: list[KeyDate]) -> Waiting:
    mentee = enrolment.mentee
    since: datetime.date = getattr(enrolment, "since", None) or enrolment.opened_on
    waited = (today() - since).days
    anchor = release_anchor(dates, parole_refused=False)
    needs = [str(mentee.institution) if mentee.institution else _("in the community")]
    if mentee.needs_interpreter:
        needs.append(_("interpreter"))
    return Waiting(
        enrolment,
        reverse("admin:mentees_enrolment_change", args=[enrolment.pk]),
        date_format(anchor.value) if anchor else _("no date"),
        ngettext("%(days)d day", "%(days)d days", waited) % {"days": waited},
        ", ".join(needs),
    )
