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
from casework.queries.way import Way, way_of
from casework.queries.words import clock, since, when
from casework.queries.work import Work, by_urgency
from core.dates import today
from core.templatetags.house import day, days, due_days, due_state
from mentees.models import Mentee
from mentorships.models import Agreement, Mentorship, SessionDraft
from mentorships.permissions import MentorshipPermission, SessionPermission
from release_plans.models import Milestone, Responsible
from release_plans.permissions import PlanPermission

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
    for milestone in _open_milestones(user, enrolments):
        milestones[milestone.plan.enrolment_id].append(milestone)
    agreements = defaultdict(list)
    for agreement in _open_agreements(user, rows):
        agreements[agreement.mentorship_id].append(agreement)
    by_mentorship = {row.pk: row for row in rows}
    drafts = [
        draft
        for draft in SessionDraft.objects.permitted(user, SessionPermission.VIEW_DRAFT).of(user)
        if draft.mentorship_id in by_mentorship
    ]

    worklist = [
        *(_unwritten(row) for row in rows if _is_unwritten(row, drafts)),
        *(
            _unfinished(draft, by_mentorship[draft.mentorship_id])
            for draft in drafts
            if _is_old(draft)
        ),
    ]
    for row in rows:
        worklist += [
            _milestone(m, row) for m in milestones[row.mentorship.enrolment_id] if _is_own(m)
        ]
        worklist += [_promise(a, row) for a in agreements[row.pk] if _is_promised(a)]
    return Caseload(
        drafts=[_draft(draft, by_mentorship[draft.mentorship_id]) for draft in drafts],
        worklist=by_urgency(worklist),
        week=by_urgency([_meeting(row) for row in rows if _is_this_week(row)]),
        cards=[
            _card(row, milestones[row.mentorship.enrolment_id], agreements[row.pk]) for row in rows
        ],
        places=_places(rows),
        mentees=[_mentee(row) for row in rows],
    )


def _open_milestones(user: User, enrolments: list[int]) -> Any:
    permitted = Milestone.objects.permitted(user, PlanPermission.VIEW_MILESTONE).open()
    return permitted.filter(plan__enrolment__in=enrolments).select_related("item", "plan")


def _open_agreements(user: User, rows: list[CaseloadRow]) -> Any:
    permitted = Agreement.objects.permitted(user, SessionPermission.VIEW_AGREEMENT).open()
    return permitted.filter(mentorship__in=[row.pk for row in rows])


def _mentee(row: CaseloadRow) -> Mentee:
    return row.mentorship.enrolment.mentee


def _start(mentee: Mentee) -> str:
    return f"{reverse('mentorships:session_start')}?mentee={mentee.reference}"


# --- what needs the mentor -----------------------------------------------------------------------


def _is_unwritten(row: CaseloadRow, drafts: list[SessionDraft]) -> bool:
    """A meeting was to be held before today, and nothing was logged or begun since."""
    met = row.next_meeting_on
    begun = {draft.mentorship_id for draft in drafts if draft.held_on in (met, None)}
    return met is not None and met < today() and row.pk not in begun


def _unwritten(row: CaseloadRow) -> Work:
    met, mentee = row.next_meeting_on, _mentee(row)
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


def _is_old(draft: SessionDraft) -> bool:
    return timezone.now() - draft.saved_at > settings.NOTE_DUE_AFTER


def _unfinished(draft: SessionDraft, row: CaseloadRow) -> Work:
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


def _is_own(milestone: Milestone) -> bool:
    soon = milestone.due_on <= today() + settings.DUE_SOON
    return soon and milestone.responsible == Responsible.MENTOR


def _milestone(milestone: Milestone, row: CaseloadRow) -> Work:
    return Work(
        title=_("%(milestone)s, with %(name)s")
        % {"milestone": milestone.item.title, "name": _mentee(row).given_name},
        due_on=milestone.due_on,
        kind=due_state(milestone.due_on),
        state=due_days(milestone.due_on).capitalize(),
        reference=_mentee(row).reference,
        why=_("milestone, due %(day)s") % {"day": day(milestone.due_on)},
        action=_("Open the plan"),
        url=f"{_mentee(row).get_absolute_url()}#plan",
    )


def _is_promised(agreement: Agreement) -> bool:
    due = agreement.due_on
    own = agreement.who == Agreement.Who.MENTOR
    return own and due is not None and due <= today() + settings.DUE_SOON


def _promise(agreement: Agreement, row: CaseloadRow) -> Work:
    return Work(
        title=_("You promised: %(what)s") % {"what": agreement.text},
        due_on=agreement.due_on,
        kind=due_state(agreement.due_on),
        state=due_days(agreement.due_on).capitalize(),
        reference=_mentee(row).reference,
        why=_("agreed with %(name)s, by %(day)s")
        % {"name": _mentee(row).given_name, "day": day(agreement.due_on)},
        action=_("Open the file"),
        url=f"{_mentee(row).get_absolute_url()}#agreements",
    )


# --- what comes ----------------------------------------------------------------------------------


def _is_this_week(row: CaseloadRow) -> bool:
    met = row.next_meeting_on
    return met is not None and today() <= met < today() + THIS_WEEK


def _meeting(row: CaseloadRow) -> Work:
    name, at = _mentee(row).given_name, row.next_meeting_at
    title = _("Meet %(name)s, %(time)s") if at else _("Meet %(name)s")
    return Work(
        title=title % {"name": name, "time": clock(at) if at else ""},
        due_on=row.next_meeting_on,
        on=row.next_meeting_on,
        reference=_mentee(row).reference,
        why=_("last session: %(day)s") % {"day": since(row.last_held_on, _("none yet"))},
        action=_("Prepare"),
        url=_mentee(row).get_absolute_url(),
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


def _card(row: CaseloadRow, milestones: list[Milestone], agreements: list[Agreement]) -> Card:
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


def plan_state(milestones: list[Milestone]) -> tuple[str, str]:
    """A badge and its words for the open milestones of one plan."""
    late = sum(due_state(m.due_on) == "late" for m in milestones)
    soon = sum(due_state(m.due_on) == "soon" for m in milestones)
    words = []
    if late:
        words.append(ngettext("%(late)d late", "%(late)d late", late) % {"late": late})
    if soon:
        words.append(ngettext("%(soon)d due soon", "%(soon)d due soon", soon) % {"soon": soon})
    if words:
        return ("late" if late else "soon"), ", ".join(words)
    return ("done", _("on time")) if milestones else ("off", _("nothing open"))


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
