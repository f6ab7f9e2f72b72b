"""What others changed in the files of one's mentees since one was last here."""

import datetime
import json
import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import view_permission
from accounts.models import User
from audit.models import AuditEvent
from casework.permissions import CaseworkPermission
from casework.queries.file_facts import Fact, columns_of
from casework.queries.timeline_entry import Entry
from casework.queries.timeline_facts import fact_entries
from casework.queries.work import Work
from core.encryption import decrypt
from mentees.models import CustodyEvent, KeyDate, Mentee, StatusChange
from mentorships.models import Concern, Handover
from release_plans.models import Milestone, title_of

SITTING_AT_MOST = 200  # lines of one sitting; whoever opens the page oftener is told nothing
CHANGES_AT_MOST = 12


def last_here(user: User) -> datetime.datetime | None:
    """When this person last opened the caseload before this sitting, as their trail says.

    A sitting goes on until they stay away for as long as `SITTING`.
    """
    own = AuditEvent.objects.filter(
        actor=str(user.pk), capacity=CaseworkPermission.OPEN_CASELOAD, kind="listed"
    )
    after = timezone.now()
    for at in own.newest_first().values_list("recorded_at", flat=True)[:SITTING_AT_MOST]:
        if after - at >= settings.SITTING:
            return at
        after = at
    return None


def changes(user: User, mentees: Iterable[Mentee], since: datetime.datetime) -> list[Work]:
    """The newest first, each with a way to where it stands; one query."""
    files = {mentee.pk: mentee for mentee in mentees}
    arms = _arms(user, since, list(files))
    facts = [Fact(*row) for row in arms[0].union(*arms[1:], all=True)]
    told = [_told(entry, files[fact.key]) for fact in facts for entry in _entries(fact)]
    told.sort(key=lambda work: (work.due_on, work.reference, work.title), reverse=True)
    return told[:CHANGES_AT_MOST]


def _arms(user: User, since: datetime.datetime, files: list[int]) -> list[QuerySet]:
    """As `file_facts` has them, with the key of the file in the place of the row's own."""
    first_day = timezone.localdate(since)

    def arm(model: Any, changed: Q, by: str, **columns: Any) -> QuerySet:
        rows = model.objects.permitted(user, view_permission(model))
        rows = rows.filter(changed, **{f"{model.case}__in": files}).exclude(**{by: user})
        return columns_of(rows, model.__name__, key=model.case, **columns)

    def on(moment: str) -> TruncDate:
        return TruncDate(moment, tzinfo=timezone.get_default_timezone())

    recorded = Q(recorded_at__gt=since)
    return [
        arm(
            KeyDate, recorded, "recorded_by",
            on=on("recorded_at"), until="value", code="kind", other="certainty", text="cause",
        ),
        arm(CustodyEvent, recorded, "recorded_by", on="happened_on", code="kind"),
        arm(
            StatusChange, recorded, "changed_by",
            on="changed_on", code="to_status", other="reason", name="changed_by__name",
        ),
        arm(
            Milestone, Q(done_on__gte=first_day), "done_by",
            on="done_on", name="done_by__name",
            text=Cast("item__titles", TextField()), other="own_title",
        ),
        arm(
            Handover, Q(decided_at__gt=since), "decided_by",
            on=on("decided_at"), name="former__mentor__user__name",
        ),
        arm(
            Concern, Q(taken_up_at__gt=since, raised_by=user), "taken_up_by",
            on=on("taken_up_at"), text="uuid", name="taken_up_by__name",
        ),
    ]  # fmt: skip


def _entries(fact: Fact) -> list[Entry]:
    by = _("by %(name)s") % {"name": fact.name}
    if fact.kind == "Milestone":
        named = decrypt(fact.other) if fact.other else title_of(json.loads(fact.text))
        title = _("Done: %(milestone)s") % {"milestone": named}
        return [Entry("plan", "check", title, fact.on, meta=by)]
    if fact.kind == "Concern":
        url = reverse("concerns:concern_detail", args=[uuid.UUID(fact.text)])
        title = _("Your concern was taken up")
        return [Entry("concerns", "flag", title, fact.on, meta=by, url=url)]
    return fact_entries([fact])


def _told(entry: Entry, mentee: Mentee) -> Work:
    return Work(
        title=entry.title,
        due_on=entry.on,
        on=entry.on,
        reference=mentee.reference,
        why=" · ".join(filter(None, (mentee.given_name, entry.meta))),
        action=_("Open the concern") if entry.url else _("Open the file"),
        url=entry.url or mentee.get_absolute_url(),
    )
