"""The trail in sentences, newest first, a page at a time."""

import datetime
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from audit import trail
from audit.models import AuditEvent

PAGE = 50


@dataclass(frozen=True)
class TrailLine:
    at: datetime.datetime
    actor: str
    actor_url: str  # what else this person did
    sentence: str
    capacity: str
    act: str


@dataclass(frozen=True)
class TrailPage:
    lines: list[TrailLine]
    person: str  # whose acts alone are shown
    earlier: str


def trail_page(asked: dict[str, Any]) -> TrailPage:
    """The page that the cleaned fields of `TrailForm` ask for, in two or three queries."""
    person = User.objects.filter(uuid=asked["person"]).first() if asked.get("person") else None
    rows = list(_narrowed(asked, person)[: PAGE + 1])
    shown = rows[:PAGE]
    keys = {row.actor for row in shown if row.actor}
    people = {str(user.pk): user for user in User.objects.filter(pk__in=keys)}
    return TrailPage(
        lines=[_line(row, people.get(row.actor), asked) for row in shown],
        person=str(person) if person else "",
        earlier=_address(asked, before=shown[-1].pk) if len(rows) > PAGE else "",
    )


def _narrowed(asked: dict[str, Any], person: User | None) -> Any:
    rows = AuditEvent.objects.order_by("-pk")
    if asked.get("act"):
        rows = rows.filter(act=asked["act"])
    if asked.get("day"):
        begins = datetime.datetime.combine(
            asked["day"], datetime.time(), timezone.get_default_timezone()
        )
        ends = begins + datetime.timedelta(days=1)
        rows = rows.filter(recorded_at__gte=begins, recorded_at__lt=ends)
    if asked.get("person"):
        rows = rows.filter(actor=str(person.pk)) if person else rows.none()
    if asked.get("reference"):
        # The reference ends its text in the list: `"mentees.mentee:M-73052K"`.
        rows = rows.filter(targets__icontains=f':{asked["reference"]}"')
    if asked.get("before"):
        rows = rows.filter(pk__lt=asked["before"])
    return rows


def _line(row: AuditEvent, actor: User | None, asked: dict[str, Any]) -> TrailLine:
    name = str(actor) if actor else _("Somebody who was not signed in")
    if row.capacity == "clock":
        name = _("The schedule")
    return TrailLine(
        at=row.recorded_at,
        actor=name,
        actor_url=_address(asked, person=actor.uuid, before=None) if actor else "",
        sentence=trail.sentence(row),
        capacity=", ".join(dict.fromkeys(filter(None, map(_in_words, row.capacity.split(", "))))),
        act=row.get_act_display(),
    )


def _in_words(capacity: str) -> str:
    """The role of the rule that let somebody in; a page's own permission goes without saying."""
    role = capacity.partition(":")[0]
    if role in Role.values:
        return _("as %(role)s") % {"role": Role(role).label}
    return _("by a decision") if role == "decision" else ""


def _address(asked: dict[str, Any], **changes: Any) -> str:
    return "?" + urlencode({key: value for key, value in {**asked, **changes}.items() if value})
