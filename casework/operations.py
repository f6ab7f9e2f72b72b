"""What this floor does by itself: it watches for refusals that come close together,
and for emergencies that nobody has looked at."""

import datetime
from collections import defaultdict
from collections.abc import Iterator

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import access
from accounts.access import PAGES
from accounts.models import User
from accounts.roles import Role
from audit.models import AuditEvent
from audit.trail import Act, record
from casework.permissions import CaseworkPermission
from casework.queries.emergency import due_on
from core.dates import in_force, today
from mentees.models import Decision
from mentees.permissions import MenteePermission
from mentors.models import Mentor
from mentors.permissions import MentorPermission
from notifications.models import Notice
from notifications.operations import promise

LOOKS_BACK = datetime.timedelta(days=1)  # however long the schedule stood still in between


@transaction.atomic
def alarm_denials(*, by: None = None, now: datetime.datetime | None = None) -> int:
    """Tell the coach and the auditors of whoever was refused `DENIALS_BEFORE_ALARM` different
    records within `DENIAL_WINDOW` (access.md, "Deny by default"); how many people that were.

    After an alarm a person's refusals count again when one window has passed.
    """
    moment = now or timezone.now()
    found = dict(_probing(moment))
    for person in User.objects.filter(pk__in=found).order_by("pk"):
        occurrence = str(found[str(person.pk)])
        record("denials.alarmed", by=by, target=person)
        desk, trail = reverse("casework:desk"), reverse("casework:trail")
        promise(_coaches(person), "mentor_denied", by=by, link=desk, occurrence=occurrence)
        link = f"{trail}?person={person.uuid}&act={Act.DENIAL}"
        promise(_auditors(person), "somebody_denied", by=by, link=link, occurrence=occurrence)
    return len(found)


def _probing(moment: datetime.datetime) -> Iterator[tuple[str, int]]:
    """Keys of people, each with that of the line by which there were too many."""
    since = moment - LOOKS_BACK
    lines = AuditEvent.objects.filter(act=Act.DENIAL, recorded_at__range=(since, moment))
    lines = lines.order_by("recorded_at", "pk")
    alarms = lines.filter(kind="denials.alarmed").values_list("targets", "recorded_at")
    alarmed = {target: at for targets, at in alarms for target in targets}
    recent: dict[str, list[tuple[datetime.datetime, str]]] = defaultdict(list)
    told = set()
    refused = lines.filter(kind="denied").exclude(actor="")
    for key, actor, at, targets in refused.values_list("pk", "actor", "recorded_at", "targets"):
        alarm = alarmed.get(f"{User._meta.label_lower}:{actor}")
        if actor in told or (alarm and at <= alarm + settings.DENIAL_WINDOW):
            continue
        begin = at - settings.DENIAL_WINDOW
        # A record has a key; a page that belongs to another role has none.
        recent[actor] += [(at, target) for target in targets if ":" in target]
        recent[actor] = [(then, target) for then, target in recent[actor] if then >= begin]
        if len({target for _then, target in recent[actor]}) >= settings.DENIALS_BEFORE_ALARM:
            told.add(actor)
            yield actor, key


@transaction.atomic
def alarm_unreviewed(*, by: None = None) -> int:
    """Tell those who review it of each emergency access whose day for that has passed, once; how
    many there were. Where nobody in reach could review it, the auditors are told."""
    opened = Decision.objects.filter(kind=Decision.Kind.BREAK_GLASS, review=None)
    opened = opened.select_related("mentee", "person").order_by("pk")
    late = [d for d in opened if due_on(timezone.localtime(d.decided_at).date()) < today()]
    occurrences = {f"decision {decision.pk}": decision for decision in late}
    before = Notice.objects.filter(kind="emergency_overdue", occurrence__in=occurrences)
    for occurrence in set(before.values_list("occurrence", flat=True)):
        del occurrences[occurrence]
    link = reverse("casework:emergency_review")
    for occurrence, decision in occurrences.items():
        person, file = decision.person, decision.mentee
        asked = {h.person for h in access.holders(MenteePermission.REVIEW_EMERGENCY, [file])}
        asked = asked - {person.pk} or _auditors(person)
        record("emergency.overdue", by=by, target=file, decision=decision.pk)
        promise(asked, "emergency_overdue", by=by, link=link, occurrence=occurrence)
    return len(occurrences)


def _coaches(person: User) -> set[int]:
    """Who supervises this person today, by the rule: the coach, and whoever covers."""
    known = access.holders(MentorPermission.VIEW, Mentor.objects.filter(user=person))
    return {each.person for each in known if each.capacity.startswith(f"{Role.COACH}:")}


def _auditors(person: User) -> set[int]:
    """Everyone who may read the trail; nobody is asked to look after themselves."""
    held = in_force(today(), "role_assignments")
    roles = PAGES[CaseworkPermission.OPEN_TRAIL]
    readers = User.objects.filter(held, role_assignments__role__in=roles, is_active=True)
    return set(readers.exclude(pk=person.pk).values_list("pk", flat=True))
