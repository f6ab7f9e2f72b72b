"""The mentor's day: own running mentorships, what needs doing, what comes."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import CharField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import User
from casework.models import CaseloadRow
from casework.queries.changes import changes, last_here
from casework.queries.plan import Due, open_milestones, plan_state
from casework.queries.waiting import waiting_for
from casework.queries.way import Way, way_of
from casework.queries.words import clock, since, when
from casework.queries.work import Work, by_urgency
from core.dates import today
from core.languages import language_name
from core.templatetags.house import day, days, due_days, due_state
from mentees.models import Mentee
from mentors.models import CoachAssignment
from mentors.permissions import MentorPermission
from mentorships.endings import has_walked
from mentorships.models import Agreement, Mentorship, NoteAnswer, SessionDraft, SessionSheet
from mentorships.models.session import stands
from mentorships.permissions import MentorshipPermission, SessionPermission
from notifications.models import Notice
from release_plans.models import Responsible

THIS_WEEK = datetime.timedelta(days=7)


@dataclass(frozen=True)
class Draft:
    """A note that was begun."""

    reference: str
    first_name: str
    about: str
    saved: str
    lapses: str  # by when it has to be finished, where that is near
    continue_url: str
    discard_url: str


@dataclass(frozen=True)
class Pause:
    """That a mentorship stands still: since when, why in general words, and who knows more."""

    since: str
    why: str
    ask: str  # the coach, if there is one


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
    pause: Pause | None


@dataclass(frozen=True)
class Proposal:
    """What a mentor sees before saying yes: no name, and nothing of the file."""

    reference: str
    area: str
    language: str
    needs_interpreter: bool
    wishes: str
    proposed_on: datetime.date


@dataclass(frozen=True)
class Caseload:
    drafts: list[Draft]
    worklist: list[Work]
    week: list[Work]
    sheets: list[Work]  # of paper, printed and not entered yet
    changed: list[Work]  # by others, since one was last here
    last_here: datetime.datetime | None
    cards: list[Card]
    places: str
    proposals: list[Proposal]
    ended: str  # that some ended lately, and how long one may look back
    thanks: bool  # to whoever walked with somebody and walks with nobody now
    mentees: list[Mentee]  # whom the page shows, for the trail


def caseload_of(user: User) -> Caseload:
    """Everything on the mentor's first page, in eight queries, however many mentees."""
    own = Mentorship.objects.permitted(user, MentorshipPermission.VIEW)
    own = own.running(today()).filter(mentor__user=user)
    rows: list[CaseloadRow] = list(
        CaseloadRow.objects.filter(mentorship__in=own)
        .select_related("mentorship__enrolment__mentee", "mentorship__mentor")
        .annotate(coach=_coach_of(user))
        .order_by("mentorship__enrolment__mentee__reference", "mentorship")
    )
    enrolments = [row.mentorship.enrolment_id for row in rows]
    milestones = defaultdict(list)
    for due in open_milestones(user, plan__enrolment__in=enrolments):
        milestones[due.enrolment].append(due)
    by_mentorship = {row.pk: row for row in rows}
    waiting = waiting_for(user, by_mentorship)
    drafts, agreements = waiting.drafts, defaultdict(list)
    for agreement in waiting.agreements:
        agreements[agreement.mentorship_id].append(agreement)
    proposed = _proposed(user)
    last = last_here(user)
    worklist = [_unwritten(row, drafts) for row in rows]
    worklist += [_unfinished(draft, by_mentorship[draft.mentorship_id]) for draft in drafts]
    worklist += [
        _answered(answer, by_mentorship[answer.narrative.session.mentorship_id])
        for answer in _unread_answers(user, rows)
    ]
    for row in rows:
        worklist += [_milestone(due, row) for due in milestones[row.mentorship.enrolment_id]]
        worklist += [_promise(agreement, row) for agreement in agreements[row.pk]]
    return Caseload(
        drafts=[_draft(draft, by_mentorship[draft.mentorship_id]) for draft in drafts],
        worklist=by_urgency(worklist),
        week=by_urgency(_meeting(row) for row in rows),
        sheets=[_sheet(sheet, by_mentorship[sheet.mentorship_id]) for sheet in waiting.sheets],
        changed=changes(user, map(_mentee, rows), last) if last and rows else [],
        last_here=last,
        cards=[
            _card(row, milestones[row.mentorship.enrolment_id], agreements[row.pk]) for row in rows
        ],
        places=_places(rows),
        proposals=[_proposal(each) for each in proposed],
        ended=_ended(waiting.ended_on),
        thanks=not (rows or waiting.ended_on) and has_walked(user),
        mentees=[_mentee(row) for row in rows] + [each.enrolment.mentee for each in proposed],
    )


def _coach_of(user: User) -> Subquery:
    """Who supervises one today, by name."""
    assigned = CoachAssignment.objects.permitted(user, MentorPermission.VIEW_COACHING)
    own = assigned.in_force(today()).filter(mentor=OuterRef("mentorship__mentor"))
    return Subquery(own.order_by("valid_from", "pk").values("coach__user__name")[:1])


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


def _unread_answers(user: User, rows: list[CaseloadRow]) -> Any:
    """What coaches answered to own notes and this mentor has not opened, with its notice."""
    notices = Notice.objects.filter(
        recipient=user, kind="note_answered", occurrence=Concat(Value("answer "), OuterRef("key"))
    ).unread()
    answers = NoteAnswer.objects.permitted(user, SessionPermission.VIEW_ANSWER)
    return (
        answers.filter(
            stands("narrative__session"),
            narrative__session__logged_by=user,
            narrative__session__mentorship__in=[row.pk for row in rows],
        )
        .annotate(key=Cast("pk", CharField()))
        .annotate(notice=Subquery(notices.values("pk")[:1]))
        .filter(notice__isnull=False)
        .select_related("narrative__session", "author")
    )


def _answered(answer: NoteAnswer, row: CaseloadRow) -> Work:
    session, mentee = answer.narrative.session, _mentee(row)
    answered_on = timezone.localdate(answer.answered_at)
    words = {"coach": answer.author.name, "name": mentee.given_name}
    titles = {
        NoteAnswer.Kind.READ: _("%(coach)s has read your note on %(name)s"),
        NoteAnswer.Kind.WELL_DONE: _("%(coach)s says well done: your note on %(name)s"),
        NoteAnswer.Kind.TALK: _("%(coach)s wants to talk about your note on %(name)s"),
        NoteAnswer.Kind.QUESTION: _("%(coach)s asks you something about %(name)s"),
    }
    return Work(
        title=titles[NoteAnswer.Kind(answer.kind)] % words,
        due_on=answered_on,
        kind="now",
        state=pgettext("of a note", "Answered"),
        reference=mentee.reference,
        why=_("note of %(day)s, answered %(since)s")
        % {
            "day": day(session.held_on),
            "since": since(timezone.localdate(answer.answered_at), ""),
        },
        action=_("Open the answer"),
        url=reverse("notifications:notice_open", args=[answer.notice]),  # type: ignore[attr-defined]
        is_sent=True,
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


def _sheet(sheet: SessionSheet, row: CaseloadRow) -> Work:
    mentee, printed_on = _mentee(row), timezone.localdate(sheet.printed_at)
    form = reverse("mentorships:session_form", args=[sheet.uuid])
    return Work(
        title=_("Sheet for %(name)s") % {"name": mentee.given_name},
        due_on=printed_on,
        on=printed_on,
        reference=sheet.number,
        why=_("printed, not entered yet"),
        action=_("Enter"),
        url=f"{form}?mentee={mentee.reference}",
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
        lapses=_lapses(draft),
        continue_url=reverse("mentorships:session_form", args=[draft.pk]),
        discard_url=reverse("mentorships:draft_discard", args=[draft.pk]),
    )


def _lapses(draft: SessionDraft) -> str:
    """Never a day that has passed: the task comes by every hour."""
    if not draft.is_lapsing:
        return ""
    last = max(timezone.localdate(draft.lapses_at), today())
    return _("Will be deleted on %(day)s. Finish it before.") % {"day": day(last)}


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
        pause=_pause(row),
    )


def _pause(row: Any) -> Pause | None:
    mentorship = row.mentorship
    if mentorship.status != Mentorship.Status.PAUSED:
        return None
    return Pause(
        since=since(mentorship.paused_on, ""),
        why=mentorship.get_pause_reason_display(),
        ask=row.coach or "",
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


# --- before the first day, and after the last ----------------------------------------------------


def _proposed(user: User) -> list[Mentorship]:
    own = Mentorship.objects.permitted(user, MentorshipPermission.SEE_PROPOSAL)
    places = ("institution__within", "home_municipality__within")
    related = [f"enrolment__mentee__{place}" for place in places]
    return list(own.select_related(*related).order_by("proposed_on", "pk"))


def _proposal(mentorship: Mentorship) -> Proposal:
    mentee = mentorship.enrolment.mentee
    place = mentee.institution or mentee.home_municipality
    return Proposal(
        reference=mentee.reference,
        area=str((place and place.within) or ""),
        language=language_name(mentee.language),
        needs_interpreter=mentee.needs_interpreter,
        wishes=mentee.wishes,
        proposed_on=mentorship.proposed_on,
    )


def _ended(closing: list[datetime.date]) -> str:
    """Of mentorships that one may look back on: how many, and until when."""
    if not closing:
        return ""
    until = closing[0] + settings.CLOSING_WINDOW
    last = {"count": len(closing), "day": day(until)}
    return (
        ngettext(
            "%(count)d mentorship ended lately. Until %(day)s you can finish what is left.",
            "%(count)d mentorships ended lately. Finish what is left, of the first until %(day)s.",
            len(closing),
        )
        % last
    )


def _places(rows: list[CaseloadRow]) -> str:
    if not rows:
        return ""
    places = rows[0].mentorship.mentor.capacity
    return ngettext(
        "%(taken)d of %(places)d place taken", "%(taken)d of %(places)d places taken", places
    ) % {"taken": len(rows), "places": places}
