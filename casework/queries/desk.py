"""The coach's day: what slips in the mentorships supervised today, then every one of them."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from casework.models import CaseloadRow
from casework.queries.alerts import alerts_of, with_alerts
from casework.queries.plan import Due, open_milestones, plan_state
from casework.queries.scales import SAID, Drop, drops_of, note_facts
from casework.queries.way import Way, way_of
from casework.queries.words import when
from casework.queries.work import Work, by_urgency
from core.dates import today
from core.templatetags.house import day, due_days
from mentees.models import Mentee
from mentors.models import Absence, CoachAssignment, Mentor
from mentorships.models import ClosingReport, Concern, MentoringSession, Mentorship
from mentorships.models.mentorship import closing
from mentorships.permissions import ConcernPermission, MentorshipPermission, SessionPermission

ROWS = "#mentorships"


@dataclass
class DeskRow:
    """One mentorship; `signals` are the reasons why it stands in the worklist."""

    mentor: Mentor
    mentee: Mentee
    way: Way
    last_held_on: datetime.date | None
    last_session: str
    next_meeting: str
    plan_kind: str
    plan: str
    next_milestone: str
    agreements: str
    signals: dict[str, Work] = field(default_factory=dict)

    @property
    def reference(self) -> str:
        return self.mentee.reference

    @property
    def release_key(self) -> tuple[datetime.date, str]:
        return self.way.sort_key, self.reference

    @property
    def session_key(self) -> tuple[datetime.date, str]:
        """The longest without a session first."""
        return self.last_held_on or datetime.date.min, self.reference


@dataclass(frozen=True)
class Group:
    mentor: Mentor
    rows: list[DeskRow]
    places: str
    covering_for: str  # the coach who is away


@dataclass(frozen=True)
class Stat:
    """A figure, and the address of exactly its rows."""

    number: int
    label: str
    url: str
    hint: str = ""


@dataclass(frozen=True)
class View:
    label: str
    url: str
    is_current: bool
    number: int


@dataclass(frozen=True)
class Sorting:
    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Desk:
    worklist: list[Work]
    drops: list[Drop]
    stats: list[Stat]
    views: list[View]
    sortings: dict[str, Sorting]
    groups: list[Group]
    covering: list[Absence]
    mentees: list[Mentee]

    @property
    def is_empty(self) -> bool:
        return not self.mentees


# What slips, in the order in which the figures stand.
SIGNALS = {
    "concern": gettext_lazy("Concerns raised"),
    "quiet": gettext_lazy("Contact overdue"),
    "milestones": gettext_lazy("Milestones overdue"),
    "unwritten": gettext_lazy("Notes not written"),
}
SORTINGS = {
    "release": (gettext_lazy("Release"), lambda row: row.release_key),
    "session": (gettext_lazy("Sessions"), lambda row: row.session_key),
}
OTHER_VIEWS = ("slipping", "release")


def desk_of(user: User, *, show: str, sort: str) -> Desk:
    """Everything on the coach's first page, in seven queries, however many mentorships."""
    answered = CoachAssignment.objects.answered_by(user, today()).select_related("coach__user")
    coaches = {each.mentor_id: each.coach for each in answered}
    supervised = Mentorship.objects.permitted(user, MentorshipPermission.VIEW).running(today())
    supervised = supervised.filter(mentor__in=list(coaches))
    found = list(
        with_alerts(CaseloadRow.objects.filter(mentorship__in=supervised.values("pk")))
        .select_related("mentorship__enrolment__mentee", "mentorship__mentor__user")
        .order_by("mentorship")
    )
    milestones: dict[int, list[Due]] = defaultdict(list)
    enrolments = [row.mentorship.enrolment_id for row in found]
    for due in open_milestones(user, plan__enrolment__in=enrolments):
        milestones[due.enrolment].append(due)
    unclosed = _unclosed(user, list(coaches))
    telling = _telling(user, found)
    concerns, unexplained = _concerns(user, found), _unexplained(telling)
    rows = [
        _row(row, milestones[row.mentorship.enrolment_id], concerns[row.pk], unexplained[row.pk])
        for row in found
    ]
    show = show if show in {*SIGNALS, *OTHER_VIEWS} else ""
    sort = sort if sort in SORTINGS else "release"
    return Desk(
        worklist=by_urgency([*_worklist(rows), *map(_to_close, unclosed)]),
        drops=drops_of(telling, [row.mentorship for row in found]),
        stats=_stats(rows),
        views=_views(rows, show, sort),
        sortings={
            key: Sorting(str(label), _address(show, key), key == sort)
            for key, (label, _key) in SORTINGS.items()
        },
        groups=_groups([row for row in rows if _matches(row, show)], sort, _away(coaches, user)),
        covering=_covering(user),
        mentees=[row.mentee for row in rows] + [each.enrolment.mentee for each in unclosed],
    )


def _concerns(user: User, rows: list[CaseloadRow]) -> dict[int, list[Concern]]:
    """What worries the mentors and nobody has taken up; the most urgent first."""
    waiting: dict[int, list[Concern]] = defaultdict(list)
    known = Concern.objects.permitted(user, ConcernPermission.VIEW).waiting()
    for concern in known.filter(mentorship__in=[row.pk for row in rows]).order_by(
        "-level", "raised_at"
    ):
        waiting[concern.mentorship_id].append(concern)
    return waiting


def _telling(user: User, rows: list[CaseloadRow]) -> list[Any]:
    """Sessions of late with a number on a scale, and those after which a mentor was worried and
    wrote no concern (`worries`); the newest first."""
    worries = Q(
        concern_raised=True, concern=None, held_on__gte=today() - settings.CONCERN_SHOWN_FOR
    )
    known = MentoringSession.objects.permitted(user, SessionPermission.VIEW).standing()
    late = known.filter(
        mentorship__in=[row.pk for row in rows],
        held_on__gte=today() - max(settings.SCALES_COMPARED_WITHIN, settings.CONCERN_SHOWN_FOR),
    )
    telling = late.filter(worries | SAID).annotate(
        **note_facts(user), worries=ExpressionWrapper(worries, BooleanField())
    )
    return list(telling)


def _unexplained(sessions: list[Any]) -> dict[int, list[Any]]:
    raised: dict[int, list[Any]] = defaultdict(list)
    for session in sessions:
        if session.worries:
            raised[session.mentorship_id].append(session)
    return raised


def _unclosed(user: User, mentors: list[int]) -> list[Mentorship]:
    """What ended, and whose mentor has a week left and has not finished the closing report."""
    latest = today() + settings.CLOSING_REPORT_MISSED - settings.CLOSING_WINDOW
    known = Mentorship.objects.permitted(user, MentorshipPermission.VIEW)
    ended = known.filter(closing(today()), mentor__in=mentors, ended_on__lte=latest)
    finished = ClosingReport.objects.finished().filter(mentorship=OuterRef("pk"))
    missing = ended.filter(~Exists(finished)).select_related("enrolment__mentee", "mentor__user")
    return list(missing.order_by("ended_on", "pk"))


def _to_close(mentorship: Mentorship) -> Work:
    mentee, last = mentorship.enrolment.mentee, mentorship.ended_on or today()
    until = last + settings.CLOSING_WINDOW
    left = (until - today()).days
    words = {"mentor": mentorship.mentor.user, "day": day(last), "until": day(until)}
    return Work(
        title=_("No closing report yet"),
        due_on=until,
        kind="soon",
        state=ngettext("%(left)d day left", "%(left)d days left", left) % {"left": left},
        reference=mentee.reference,
        why=_("%(mentor)s · ended on %(day)s; the form closes after %(until)s") % words,
        action=_("Open the file"),
        url=mentee.get_absolute_url(),
    )


def _row(
    row: CaseloadRow,
    milestones: list[Due],
    concerns: list[Concern],
    unexplained: list[MentoringSession],
) -> DeskRow:
    mentorship, way, now = row.mentorship, way_of(row), today()
    plan_kind, plan = plan_state(milestones)
    coming = next((m for m in milestones if m.due_on >= now), None)
    last = day(row.last_held_on) if row.last_held_on else _("no session yet")
    shown = DeskRow(
        mentor=mentorship.mentor,
        mentee=mentorship.enrolment.mentee,
        way=way,
        last_held_on=row.last_held_on,
        last_session=last,
        next_meeting=when(row.next_meeting_on, row.next_meeting_at, _("none planned")),
        plan_kind=plan_kind,
        plan=plan,
        next_milestone=str(coming or ""),
        agreements=ngettext("%(count)d open", "%(count)d open", row.open_agreements)
        % {"count": row.open_agreements},
    )
    found = {
        "concern": _concern(shown, concerns) or _worry(shown, unexplained),
        "quiet": _quiet(shown, row),
        "milestones": _late(shown, [m for m in milestones if m.due_on < now]),
        "unwritten": _unwritten(shown, row),
    }
    shown.signals = {name: work for name, work in found.items() if work is not None}
    shown.signals |= alerts_of(row)
    return shown


def _worklist(rows: list[DeskRow]) -> list[Work]:
    """What slips, once each: a plan that two mentors share is late once."""
    found: dict[tuple[str, str, int], Work] = {}
    for row in rows:
        for name, work in row.signals.items():
            whose = 0 if name == "milestones" else row.mentor.pk
            found.setdefault((work.reference, work.title, whose), work)
    return by_urgency(list(found.values()))


# --- what slips ----------------------------------------------------------------------------------


def _line(row: DeskRow, **words: object) -> Work:
    why = f"{row.mentor.user} · {words.pop('why')}"
    return Work(reference=row.reference, why=why, **words)  # type: ignore[arg-type]


def _concern(row: DeskRow, concerns: list[Concern]) -> Work | None:
    if not concerns:
        return None
    gravest = concerns[0]
    raised_on = timezone.localdate(gravest.raised_at)
    return _line(
        row,
        title=_("Concern: %(level)s") % {"level": gravest.get_level_display()},
        due_on=gravest.act_on or raised_on,
        kind="late" if gravest.act_on and gravest.act_on <= today() else "soon",
        state=_("Concern"),
        why=_("raised %(day)s, and nobody has taken it up") % {"day": day(raised_on)},
        action=_("Read the concern"),
        url=gravest.get_absolute_url(),
    )


def _worry(row: DeskRow, sessions: list[MentoringSession]) -> Work | None:
    if not sessions:
        return None
    newest = sessions[0]
    return _line(
        row,
        title=_("The mentor is worried after the session of %(day)s")
        % {"day": day(newest.held_on)},
        due_on=newest.held_on,
        kind="late",
        state=_("Concern"),
        why=_("talk to each other, and agree on what happens next"),
        action=_("Read the note"),
        url=newest.get_absolute_url(),
    )


def _quiet(row: DeskRow, caseload: CaseloadRow) -> Work | None:
    """domain.md section 7, coach alerts. A mentorship that is paused may be quiet."""
    mentorship = caseload.mentorship
    since = caseload.last_held_on or mentorship.started_on
    released = row.way.released
    first_weeks = released is not None and today() < released + settings.FIRST_WEEKS_AFTER_RELEASE
    allowed = settings.QUIET_AFTER_RELEASE if first_weeks else settings.QUIET_AFTER_IN_CUSTODY
    if since is None:
        return None
    over = (today() - since - allowed).days
    if over <= 0 or mentorship.status == Mentorship.Status.PAUSED:
        return None
    quiet = (today() - since).days
    title = ngettext(
        "No session for %(quiet)d day; usual rhythm %(rhythm)d",
        "No session for %(quiet)d days; usual rhythm %(rhythm)d",
        quiet,
    )
    last = _("last held %(day)s") % {"day": row.last_session}
    planned = _("next: %(day)s") % {"day": row.next_meeting}
    return _line(
        row,
        title=title % {"quiet": quiet, "rhythm": mentorship.rhythm_days},
        due_on=since + allowed,
        kind="late",
        state=ngettext("%(over)d day over", "%(over)d days over", over) % {"over": over},
        why=f"{last if caseload.last_held_on else _('no session yet')}, {planned}",
        action=_("Open the file"),
        url=row.mentee.get_absolute_url(),
    )


def _late(row: DeskRow, late: list[Due]) -> Work | None:
    if not late:
        return None
    oldest = late[0]
    more = len(late) - 1
    title = _("Not done: %(milestone)s") % {"milestone": oldest.title}
    why = _("milestone of %(day)s; release: %(release)s") % {
        "day": day(oldest.due_on),
        "release": row.way.headline.lower(),
    }
    if more:
        why += "; " + ngettext("%(more)d more is late", "%(more)d more are late", more) % {
            "more": more
        }
    return _line(
        row,
        title=title,
        due_on=oldest.due_on,
        kind="late",
        state=due_days(oldest.due_on).capitalize(),
        why=why,
        action=_("Open the plan"),
        url=f"{row.mentee.get_absolute_url()}#plan",
    )


def _unwritten(row: DeskRow, caseload: CaseloadRow) -> Work | None:
    met = caseload.next_meeting_on
    if met is None or met + settings.NOTE_DUE_AFTER >= today():
        return None
    late = (today() - met - settings.NOTE_DUE_AFTER).days
    return _line(
        row,
        title=_("No note on the meeting of %(day)s") % {"day": day(met)},
        due_on=met + settings.NOTE_DUE_AFTER,
        kind="late",
        state=ngettext("Late, %(days)d day", "Late, %(days)d days", late) % {"days": late},
        why=_("nothing was logged since"),
        action=_("Open the file"),
        url=row.mentee.get_absolute_url(),
    )


# --- figures, views, groups ----------------------------------------------------------------------


def _address(show: str, sort: str = "release") -> str:
    asked = {"show": show, "sort": "" if sort == "release" else sort}
    query = urlencode({key: value for key, value in asked.items() if value})
    return f"{reverse('casework:desk')}{'?' if query else ''}{query}{ROWS}"


def _matches(row: DeskRow, show: str) -> bool:
    if show == "slipping":
        return bool(row.signals)
    if show == "release":
        ahead = row.way.release
        return ahead is not None and ahead <= today() + settings.RELEASE_HORIZON
    return not show or show in row.signals


def _stats(rows: list[DeskRow]) -> list[Stat]:
    return [
        Stat(sum(_matches(row, name) for row in rows), str(label), _address(name))
        for name, label in SIGNALS.items()
    ]


def _views(rows: list[DeskRow], show: str, sort: str) -> list[View]:
    weeks = settings.RELEASE_HORIZON.days // 7
    labels = {
        "": _("All"),
        "slipping": _("Slipping"),
        "release": _("Release within %(weeks)d weeks") % {"weeks": weeks},
    }
    if show in SIGNALS:
        labels[show] = str(SIGNALS[show])
    return [
        View(label, _address(name, sort), name == show, sum(_matches(row, name) for row in rows))
        for name, label in labels.items()
    ]


def _away(coaches: dict[int, Mentor], user: User) -> dict[int, str]:
    """Of each mentor who has another coach, that coach, who is absent today."""
    return {key: str(coach) for key, coach in coaches.items() if coach.user_id != user.pk}


def _covering(user: User) -> list[Absence]:
    absences = Absence.objects.in_force(today()).filter(cover__user=user)
    return list(absences.select_related("coach__user").order_by("valid_until"))


def _groups(rows: list[DeskRow], sort: str, away: dict[int, str]) -> list[Group]:
    """By mentor; the mentor whose first row comes first stands first."""
    of_mentor: dict[int, list[DeskRow]] = defaultdict(list)
    for row in sorted(rows, key=SORTINGS[sort][1]):
        of_mentor[row.mentor.pk].append(row)
    return [
        Group(group[0].mentor, group, _places(group[0].mentor), away.get(group[0].mentor.pk, ""))
        for group in of_mentor.values()
    ]


def _places(mentor: Mentor) -> str:
    return ngettext("%(places)d place", "%(places)d places", mentor.capacity) % {
        "places": mentor.capacity
    }
