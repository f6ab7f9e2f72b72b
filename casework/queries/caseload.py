"""The mentor's day: own running mentorships, what needs doing, what comes."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from casework.models import CaseloadRow
from casework.queries.plan import Due, open_milestones, plan_state
from casework.queries.way import Way, way_of
from casework.queries.words import clock, since, when
from casework.queries.work import Work, by_urgency
from core.dates import today
from core.templatetags.house import day, days, due_days, due_state
from mentees.models import Mentee
from mentorships.models import Agreement, Mentorship, SessionDraft
from mentorships.permissions import MentorshipPermission, SessionPermission
from release_plans.models import Responsible

THIS_WEEK = datetime.timedelta(days=7)


@dataclass(frozen=True)
class Draft:
    """A note that was begun."""

    reference: str
    first_name: str
    about: str
    saved: str
    continue_url: str
    discard_url: str


@dataclass(frozen=True)
class Card:
    """One mentee, as the caseload shows them."""

    reference: str
    first_name: str
    url: str
    log_url: str
    way: Way
    last_session: str
    next_meeting: str
    agreements: str
    plan_kind: str
    plan: str


@dataclass(frozen=True)
class Caseload:
    drafts: list[Draft]
    worklist: list[Work]
    week: list[Work]
    cards: list[Card]
    places: str
    mentees: list[Mentee]  # whom the page shows, for the trail


def caseload_of(user: User) -> Caseload:
    """Everything on the mentor's first page, in four queries, however many mentees."""
    own = Mentorship.objects.permitted(user, MentorshipPermission.VIEW)
    own = own.running(today()).filter(mentor__user=user)
    rows = list(
        CaseloadRow.objects.filter(mentorship__in=own)
        .select_related("mentorship__enrolment__mentee", "mentorship__mentor")
        .order_by("mentorship__enrolment__mentee__reference", "mentorship")
    )
    enrolments = [row.mentorship.enrolment_id for row in rows]
    milestones = defaultdict(list)
    for due in open_milestones(user, plan__enrolment__in=enrolments):
        milestones[due.enrolment].append(due)
    agreements = defaultdict(list)
    for agreement in _open_agreements(user, rows):
        agreements[agreement.mentorship_id].append(agreement)
    by_mentorship = {row.pk: row for row in rows}
    drafts = [
        draft
        for draft in SessionDraft.objects.permitted(user, SessionPermission.VIEW_DRAFT).of(user)
        if draft.mentorship_id in by_mentorship
    ]

    worklist = [_unwritten(row, drafts) for row in rows]
    worklist += [_unfinished(draft, by_mentorship[draft.mentorship_id]) for draft in drafts]
    for row in rows:
        worklist += [_milestone(due, row) for due in milestones[row.mentorship.enrolment_id]]
        worklist += [_promise(agreement, row) for agreement in agreements[row.pk]]
    return Caseload(
        drafts=[_draft(draft, by_mentorship[draft.mentorship_id]) for draft in drafts],
        worklist=by_urgency(worklist),
        week=by_urgency(_meeting(row) for row in rows),
        cards=[
            _card(row, milestones[row.mentorship.enrolment_id], agreements[row.pk]) for row in rows
        ],
        places=_places(rows),
        mentees=[_mentee(row) for row in rows],
    )


def _open_agreements(user: User, rows: list[CaseloadRow]) -> Any:
    permitted = Agreement.objects.permitted(user, SessionPermission.VIEW_AGREEMENT).open()
    return permitted.filter(mentorship__in=[row.pk for row in rows])


def _mentee(row: CaseloadRow) -> Mentee:
    return row.mentorship.enrolment.mentee


def _start(mentee: Mentee) -> str:
    return f"{reverse('mentorships:session_start')}?mentee={mentee.reference}"


# --- what needs the mentor -----------------------------------------------------------------------


def _unwritten(row: CaseloadRow, drafts: list[SessionDraft]) -> Work | None:
    """A meeting was to be held before today, and nothing was logged or begun since."""
    met, mentee = row.next_meeting_on, _mentee(row)
    if met is None or met >= today():
        return None
    if any(d.mentorship_id == row.pk and d.held_on in (met, None) for d in drafts):
        return None
    late = today() - met - settings.NOTE_DUE_AFTER
    if late.days > 0:
        state = ngettext("Late, %(days)d day", "Late, %(days)d days", late.days)
        kind, state = "late", state % {"days": late.days}
    else:
        kind, state = "soon", _("To write")
    hours = int(settings.NOTE_DUE_AFTER.total_seconds() // 3600)
    return Work(
        title=_("Write down the meeting with %(name)s") % {"name": mentee.given_name},
        due_on=met + settings.NOTE_DUE_AFTER,
        kind=kind,
        state=state,
        reference=mentee.reference,
        why=_("planned for %(day)s; notes are due within %(hours)d hours")
        % {"day": day(met), "hours": hours},
        action=_("Write the note"),
        url=_start(mentee),
    )


def _unfinished(draft: SessionDraft, row: CaseloadRow) -> Work | None:
    if timezone.now() - draft.saved_at <= settings.NOTE_DUE_AFTER:
        return None
    saved_on = timezone.localdate(draft.saved_at)
    return Work(
        title=_("Finish the note on %(name)s") % {"name": _mentee(row).given_name},
        due_on=saved_on + settings.NOTE_DUE_AFTER,
        kind="late",
        state=_("Unfinished"),
        reference=_mentee(row).reference,
        why=_("last saved %(since)s") % {"since": since(saved_on, "")},
        action=_("Continue"),
        url=reverse("mentorships:session_form", args=[draft.pk]),
    )


def _milestone(due: Due, row: CaseloadRow) -> Work | None:
    if due.responsible != Responsible.MENTOR or due.due_on > today() + settings.DUE_SOON:
        return None
    mentee = _mentee(row)
    return Work(
        title=_("%(milestone)s, with %(name)s")
        % {"milestone": due.title, "name": mentee.given_name},
        due_on=due.due_on,
        kind=due_state(due.due_on),
        state=due_days(due.due_on).capitalize(),
        reference=mentee.reference,
        why=_("milestone, due %(day)s") % {"day": day(due.due_on)},
        action=_("Open the plan"),
        url=f"{mentee.get_absolute_url()}#plan",
    )


def _promise(agreement: Agreement, row: CaseloadRow) -> Work | None:
    due, mentee = agreement.due_on, _mentee(row)
    if agreement.who != Agreement.Who.MENTOR or due is None:
        return None
    if due > today() + settings.DUE_SOON:
        return None
    return Work(
        title=_("You promised: %(what)s") % {"what": agreement.text},
        due_on=due,
        kind=due_state(due),
        state=due_days(due).capitalize(),
        reference=mentee.reference,
        why=_("agreed with %(name)s, by %(day)s") % {"name": mentee.given_name, "day": day(due)},
        action=_("Open the file"),
        url=f"{mentee.get_absolute_url()}#agreements",
    )


# --- what comes ----------------------------------------------------------------------------------


def _meeting(row: CaseloadRow) -> Work | None:
    met, at, mentee = row.next_meeting_on, row.next_meeting_at, _mentee(row)
    if met is None or not today() <= met < today() + THIS_WEEK:
        return None
    title = _("Meet %(name)s, %(time)s") if at else _("Meet %(name)s")
    return Work(
        title=title % {"name": mentee.given_name, "time": clock(at) if at else ""},
        due_on=met,
        on=met,
        reference=mentee.reference,
        why=_("last session: %(day)s") % {"day": since(row.last_held_on, _("none yet"))},
        action=_("Prepare"),
        url=mentee.get_absolute_url(),
    )


# --- drafts and mentees --------------------------------------------------------------------------


def _draft(draft: SessionDraft, row: CaseloadRow) -> Draft:
    saved = timezone.localtime(draft.saved_at)
    about = _("meeting on %(day)s") % {"day": day(draft.held_on)} if draft.held_on else ""
    words = {"day": days(saved.date()), "time": clock(saved)}
    return Draft(
        reference=_mentee(row).reference,
        first_name=_mentee(row).given_name,
        about=about,
        saved=_("Saved %(day)s, %(time)s. Nothing is lost.") % words,
        continue_url=reverse("mentorships:session_form", args=[draft.pk]),
        discard_url=reverse("mentorships:draft_discard", args=[draft.pk]),
    )


def _card(row: CaseloadRow, milestones: list[Due], agreements: list[Agreement]) -> Card:
    mentee = _mentee(row)
    plan_kind, plan = plan_state(milestones)
    return Card(
        reference=mentee.reference,
        first_name=mentee.given_name,
        url=mentee.get_absolute_url(),
        log_url=_start(mentee),
        way=way_of(row),
        last_session=since(row.last_held_on, _("none yet")),
        next_meeting=when(row.next_meeting_on, row.next_meeting_at, _("none planned")),
        agreements=_agreements(agreements),
        plan_kind=plan_kind,
        plan=plan,
    )


def _agreements(agreements: list[Agreement]) -> str:
    if not agreements:
        return _("none open")
    own = sum(a.who == Agreement.Who.MENTOR for a in agreements)
    count = ngettext("%(count)d open", "%(count)d open", len(agreements))
    words = count % {"count": len(agreements)}
    if own:
        words += ", " + ngettext("%(own)d yours", "%(own)d yours", own) % {"own": own}
    return words


def _places(rows: list[CaseloadRow]) -> str:
    if not rows:
        return ""
    places = rows[0].mentorship.mentor.capacity
    return ngettext(
        "%(taken)d of %(places)d place taken", "%(taken)d of %(places)d places taken", places
    ) % {"taken": len(rows), "places": places}
