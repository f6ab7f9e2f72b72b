"""What happened in a file, newest first: one entry each, worded for the reader."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Case, QuerySet, TextField, Value, When
from django.db.models.functions import Cast
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from casework.queries.file_facts import Fact
from casework.queries.plan import due_in
from core.dates import today
from core.encryption import decrypt
from core.templatetags.house import day
from mentees.models import (
    Consent,
    CustodyEpisode,
    CustodyEvent,
    Enrolment,
    KeyDate,
    Mentee,
    StatusChange,
)
from mentorships.models import MentoringSession, Mentorship, SessionNarrative, SessionParticipant
from mentorships.permissions import SessionPermission
from networks.models import ContactRestriction, NetworkPerson
from release_plans.models import Milestone

PAGE = 30  # entries; a day is never cut in two
MOST_A_DAY = 10  # sessions of one mentee; more than anybody has held
PLAIN = "components/timeline_entry.html"


@dataclass(frozen=True)
class Entry:
    """One thing that happened; `template` shows it."""

    part: str  # sessions, plan, custody, network or enrolment
    icon: str
    title: str
    on: datetime.date
    when: str = ""
    meta: str = ""
    url: str = ""
    is_main: bool = False
    template: str = PLAIN
    # Of a session whose note this reader may read:
    facts: str = ""
    assessment: str = ""
    assessed_by: str = ""
    own_words: str = ""
    agreements: tuple[str, ...] = ()


@dataclass(frozen=True)
class Month:
    label: str
    entries: list[Entry]


def page_of(
    entries: Iterable[Entry], *, size: int = PAGE
) -> tuple[list[Month], datetime.date | None]:
    """The newest `size` entries by month, with the rest of the last day; and that day if more."""
    ordered = sorted(entries, key=lambda entry: entry.on, reverse=True)
    last = ordered[size - 1].on if len(ordered) > size else None
    shown = [entry for entry in ordered if last is None or entry.on >= last]
    months = [
        Month(formats.date_format(first, "YEAR_MONTH_FORMAT").capitalize(), list(group))
        for first, group in groupby(shown, key=lambda entry: entry.on.replace(day=1))
    ]
    return months, last if len(shown) < len(ordered) else None


# --- sessions ------------------------------------------------------------------------------------


class Told(NamedTuple):
    """A note (facts, assessment, own words), or a participant (part, key of the person)."""

    kind: str
    session: int
    first: str
    second: str
    third: str


@dataclass(frozen=True)
class Held:
    """A session of which this reader may know, and what they may read of it."""

    session: MentoringSession
    may_read: bool
    note: Told | None
    participants: list[Told]


def sessions_of(mentee: Mentee, user: User, before: datetime.date | None) -> list[Held]:
    """The newest sessions of which this reader may know, and what was told; two queries."""
    readable = MentoringSession.objects.permitted(user, SessionPermission.VIEW)
    known = readable | MentoringSession.objects.permitted(user, SessionPermission.METADATA)
    rows = known.filter(mentorship__enrolment__mentee=mentee)
    if before is not None:
        rows = rows.filter(held_on__lt=before)
    may_read = Case(When(pk__in=readable.values("pk"), then=Value(True)), default=Value(False))
    sessions = list(
        rows.annotate(may_read=may_read)
        .select_related("logged_by", "institution")
        .order_by("-held_on", "-started_at", "-pk")[: PAGE + MOST_A_DAY]
    )
    told = _told_in([session.pk for session in sessions if session.may_read], user)
    return [
        Held(
            session,
            session.may_read,
            note=next((t for t in told[session.pk] if t.kind == "note"), None),
            participants=[t for t in told[session.pk] if t.kind == "participant"],
        )
        for session in sessions
    ]


def _told_in(sessions: list[int], user: User) -> dict[int, list[Told]]:
    """Notes and participants by session. Text is cast: what is encrypted stays so until shown."""
    notes = SessionNarrative.objects.permitted(user, SessionPermission.VIEW_NOTE)
    there = SessionParticipant.objects.permitted(user, SessionPermission.VIEW_PARTICIPANT)
    told: dict[int, list[Told]] = defaultdict(list)
    if sessions:
        arms = [
            _told(notes.filter(session__in=sessions), "note", "facts", "assessment", "own_words"),
            _told(there.filter(session__in=sessions), "participant", "part", "network_person"),
        ]
        for row in arms[0].union(arms[1], all=True).order_by():
            told[row[1]].append(Told(*row))
    return told


def _told(rows: QuerySet, kind: str, *columns: str) -> QuerySet:
    text: list[Any] = [Cast(column, TextField()) for column in columns]
    text += [Value("", TextField())] * (3 - len(text))
    first, second, third = text
    said = rows.order_by().annotate(told=Value(kind), first=first, second=second, third=third)
    return said.values_list("told", "session", "first", "second", "third")


def session_entries(sessions: list[Held], mentee: Mentee, facts: list[Fact]) -> list[Entry]:
    names = {fact.key: fact for fact in facts if fact.kind == "NetworkPerson"}
    agreed: dict[int, list[str]] = {}
    for fact in facts:
        if fact.kind == "Agreement" and fact.link is not None:
            agreed.setdefault(fact.link, []).append(fact.text)
    return [
        _readable(held, mentee, names, agreed.get(held.session.pk, []))
        if held.may_read
        else _metadata(held.session)
        for held in sessions
    ]


def _metadata(session: MentoringSession) -> Entry:
    """That it was, when, how long, its status: access.md, "Session: metadata"."""
    status = session.get_status_display()
    return Entry(
        part="sessions",
        icon="note",
        title=_("Session %(status)s") % {"status": status},
        on=session.held_on,
        when=_minutes(session),
    )


def _minutes(session: MentoringSession) -> str:
    if not session.minutes:
        return ""
    return ngettext("%(count)d minute", "%(count)d minutes", session.minutes) % {
        "count": session.minutes
    }


def _readable(held: Held, mentee: Mentee, names: dict[int, Fact], agreed: list[str]) -> Entry:
    session, note = held.session, held.note
    if session.status != MentoringSession.Status.HELD:
        return _not_held(session)
    themes = ", ".join(label.lower() for label in session.theme_labels)
    return Entry(
        part="sessions",
        icon="note",
        title=_("Session: %(themes)s") % {"themes": themes} if themes else _("Session held"),
        on=session.held_on,
        when=_minutes(session),
        meta=" · ".join(_circumstances(held, mentee, names)),
        url=session.get_absolute_url(),
        is_main=True,
        template="casework/_session_entry.html",
        facts=_opened(note.first) if note else "",
        assessment=_opened(note.second) if note else "",
        assessed_by=str(session.logged_by).split()[0],
        own_words=_opened(note.third) if note else "",
        agreements=tuple(decrypt(text) for text in agreed),
    )


def _opened(stored: str) -> str:
    return decrypt(stored) if stored else ""


def _circumstances(held: Held, mentee: Mentee, names: dict[int, Fact]) -> list[str]:
    session = held.session
    where = session.institution.name if session.institution else session.get_place_display()
    how = ", ".join(word for word in (session.get_modality_display(), str(where)) if word)
    people = [mentee.given_name] if session.mentee_present else []
    people.append(str(session.logged_by))
    for participant in held.participants:
        known = names.get(int(participant.second or 0))
        part = SessionParticipant.Part(participant.first).label
        people.append(decrypt(known.text) if known else str(part))
    said = [how, ", ".join(people)]
    if session.concern_raised:
        said.append(_("a concern was raised"))
    if session.locks_at <= timezone.now():
        said.append(_("note locked"))
    return said


def _not_held(session: MentoringSession) -> Entry:
    title = _("Session: the mentee did not come")
    if session.status == MentoringSession.Status.CANCELLED:
        title = _("Session cancelled by %(whom)s") % {"whom": session.get_cancelled_by_display()}
    meta = session.get_cancel_reason_display() if session.cancel_reason else ""
    return Entry(
        part="sessions",
        icon="lock" if session.cancelled_by == session.CancelledBy.INSTITUTION else "cross",
        title=title,
        on=session.held_on,
        meta=str(meta).capitalize(),
        url=session.get_absolute_url(),
    )


# --- the plan ------------------------------------------------------------------------------------


def plan_entries(milestones: list[Milestone]) -> list[Entry]:
    """What was done, and what was due and is not."""
    entries = []
    for milestone in milestones:
        if milestone.done_on is not None:
            title = _("Done: %(milestone)s") % {"milestone": milestone.item.title}
            meta = _("by %(name)s") % {"name": milestone.done_by}
            entries.append(Entry("plan", "check", title, milestone.done_on, meta=meta))
    for due in due_in(milestones):
        if due.due_on < today():
            title = _("Was due: %(milestone)s") % {"milestone": due.title}
            meta = _("still open; responsible: %(role)s") % {"role": due.responsible_label}
            entries.append(Entry("plan", "clock", title, due.due_on, meta=meta))
    return entries


# --- custody, enrolment, network -----------------------------------------------------------------


def fact_entries(facts: list[Fact]) -> list[Entry]:
    """Entries of everything that `facts_of` gave; a fact of the future waits for its day."""
    versions = {fact.key: fact for fact in facts if fact.kind == "KeyDate"}
    admissions = {fact.on for fact in facts if fact.kind == "CustodyEpisode"}
    moves = {fact.on: fact.text for fact in facts if fact.kind == "Placement"}
    entries: list[Entry] = []
    for fact in facts:
        if fact.kind == "KeyDate":
            entries.append(_key_date(fact, versions.get(fact.link or 0)))
        elif fact.kind == "CustodyEpisode":
            entries += _custody(fact, moves)
        elif fact.kind == "Placement" and fact.on not in admissions:
            title = _("Moved to %(place)s") % {"place": fact.text}
            entries.append(Entry("custody", "bed", title, fact.on, meta=fact.other.capitalize()))
        elif fact.kind == "CustodyEvent" and not (
            fact.code == CustodyEvent.Kind.TRANSFER and fact.on in moves
        ):
            label = str(CustodyEvent.Kind(fact.code).label).capitalize()
            entries.append(Entry("custody", "door", label, fact.on))
        elif fact.kind in _WORDED:
            entries += _WORDED[fact.kind](fact)
    return [entry for entry in entries if entry.on <= today()]


def _key_date(fact: Fact, before: Fact | None) -> Entry:
    kind, words = KeyDate.Kind(fact.code), {"day": day(fact.until) if fact.until else ""}
    if fact.until is None:
        title = _("%(date)s: holds no longer") % {"date": kind.label.capitalize()}
    elif kind == KeyDate.Kind.DECIDED_RELEASE:
        title = _("Release date decided: %(day)s") % words
    elif kind == KeyDate.Kind.ACTUAL_RELEASE:
        title = _("Released on %(day)s") % words
    else:
        sure = KeyDate.Certainty(fact.other).label
        title = _("%(date)s: %(day)s, %(certainty)s") % {
            **words,
            "date": kind.label.capitalize(),
            "certainty": sure,
        }
    meta = []
    if before is not None and before.until is not None:
        was = {"day": day(before.until), "certainty": KeyDate.Certainty(before.other).label}
        meta.append(_("Was %(day)s, %(certainty)s.") % was)
    if fact.text:
        meta.append(_("Cause: %(cause)s.") % {"cause": fact.text.rstrip(".")})
    return Entry("custody", "swap", title, fact.on, meta=" ".join(meta))


def _custody(fact: Fact, moves: dict[datetime.date, str]) -> list[Entry]:
    kind = str(CustodyEpisode.Kind(fact.code).label)
    began = _("Custody begins: %(kind)s") % {"kind": kind}
    entries = [Entry("custody", "bed", began, fact.on, meta=moves.get(fact.on, ""))]
    if fact.until is not None:
        ended = _("Custody ends: %(kind)s") % {"kind": kind}
        entries.append(Entry("custody", "out", ended, fact.until))
    return entries


def _status(fact: Fact) -> list[Entry]:
    title = _("Enrolment: %(status)s") % {"status": Enrolment.Status(fact.code).label}
    reason = str(StatusChange.Reason(fact.other).label) if fact.other else ""
    by = _("by %(name)s") % {"name": fact.name} if fact.name else ""
    meta = " · ".join(word for word in (reason, by) if word)
    return [Entry("enrolment", "route", title, fact.on, meta=meta)]


def _consent(fact: Fact) -> list[Entry]:
    words = {"purpose": Consent.Purpose(fact.code).label}
    entries = [Entry("enrolment", "shield", _("Consent given: %(purpose)s") % words, fact.on)]
    if fact.until is not None:
        title = _("Consent withdrawn: %(purpose)s") % words
        entries.append(Entry("enrolment", "shield", title, fact.until))
    return entries


def _mentorship(fact: Fact) -> list[Entry]:
    words = {"name": fact.name}
    entries = [Entry("enrolment", "pair", _("%(name)s begins as mentor") % words, fact.on)]
    if fact.until is not None:
        reason = str(Mentorship.EndReason(fact.text).label) if fact.text else ""
        title = _("%(name)s ends as mentor") % words
        entries.append(Entry("enrolment", "pair", title, fact.until, meta=reason.capitalize()))
    return entries


def _network_person(fact: Fact) -> list[Entry]:
    words = {"name": decrypt(fact.text)}
    meta = str(NetworkPerson.Relation(fact.code).label).capitalize()
    agreed = _("%(name)s agreed to be contacted") % words
    entries = [Entry("network", "people", agreed, fact.on, meta=meta)]
    if fact.until is not None:
        withdrew = _("%(name)s no longer wishes to be contacted") % words
        entries.append(Entry("network", "people", withdrew, fact.until, meta=meta))
    return entries


def _restriction(fact: Fact) -> list[Entry]:
    title = _("Contact rule: %(rule)s") % {"rule": ContactRestriction.Kind(fact.code).label}
    return [Entry("network", "bar", title, fact.on)]


_WORDED = {
    "StatusChange": _status,
    "Consent": _consent,
    "Mentorship": _mentorship,
    "NetworkPerson": _network_person,
    "ContactRestriction": _restriction,
}
