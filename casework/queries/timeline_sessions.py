"""The sessions of the timeline, each as far as this reader may read it."""

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from casework.queries.file_facts import Fact
from casework.queries.timeline_entry import Entry
from core.encryption import decrypt
from core.templatetags.house import day
from mentees.models import Mentee
from mentorships.models import (
    Addendum,
    MentoringSession,
    SessionNarrative,
    SessionParticipant,
)
from mentorships.models.narrative import Texts
from mentorships.permissions import SessionPermission

VERSIONS = ["note", "amendment"]


class Told(NamedTuple):
    """A note or an amendment of it (facts, assessment, own words), or a participant (part, key
    of the person, name)."""

    kind: str
    session: int
    key: int
    first: str
    second: str
    third: str


@dataclass(frozen=True)
class Held:
    """A session of which this reader may know, and what they may read of it."""

    session: MentoringSession
    may_read: bool
    versions: list[Told]  # of the note: as it was first written, then each amendment
    participants: list[Told]

    @property
    def note(self) -> Told | None:
        """As it reads now."""
        return self.versions[-1] if self.versions else None


def sessions_of(
    mentee: Mentee, user: User, period: Q, *, at_most: int | None = None
) -> list[Held]:
    """The newest sessions of which this reader may know, and what was told; two queries."""
    readable = MentoringSession.objects.permitted(user, SessionPermission.VIEW)
    known = readable | MentoringSession.objects.permitted(user, SessionPermission.METADATA)
    rows = known.filter(period, mentorship__enrolment__mentee=mentee)
    may_read = Case(When(pk__in=readable.values("pk"), then=Value(True)), default=Value(False))
    sessions = list(
        rows.annotate(
            may_read=may_read,
            is_unlocked=Exists(MentoringSession.objects.unlocked().filter(pk=OuterRef("pk"))),
        )
        .select_related("logged_by", "institution", "voided_by")
        .order_by("-held_on", "-started_at", "-pk")[:at_most]
    )
    told = _told_in([session.pk for session in sessions if session.may_read], user)
    return [
        Held(
            session,
            session.may_read,
            versions=sorted(
                (t for t in told[session.pk] if t.kind in VERSIONS),
                key=lambda t: (VERSIONS.index(t.kind), t.key),
            ),
            participants=[t for t in told[session.pk] if t.kind == "participant"],
        )
        for session in sessions
    ]


def _told_in(sessions: list[int], user: User) -> dict[int, list[Told]]:
    """Notes with their amendments, and participants, by session. Text is cast: what is encrypted
    stays so until shown."""
    notes = SessionNarrative.objects.permitted(user, SessionPermission.VIEW_NOTE)
    there = SessionParticipant.objects.permitted(user, SessionPermission.VIEW_PARTICIPANT)
    told: dict[int, list[Told]] = defaultdict(list)
    if sessions:
        notes = notes.filter(session__in=sessions)
        amended = Addendum.objects.filter(narrative__in=notes)
        arms = [
            _told(notes, "note", *Texts._fields),
            _told(amended, "amendment", *Texts._fields, session="narrative__session"),
            _told(
                there.filter(session__in=sessions),
                "participant",
                "part",
                "network_person",
                "mentor__user__name",
            ),
        ]
        for row in arms[0].union(*arms[1:], all=True).order_by():
            told[row[1]].append(Told(*row))
    return told


def _told(rows: QuerySet, kind: str, *columns: str, session: str = "session") -> QuerySet:
    text: list[Any] = [Cast(column, TextField()) for column in columns]
    text += [Value("", TextField())] * (3 - len(text))
    first, second, third = text
    said = rows.order_by().annotate(told=Value(kind), first=first, second=second, third=third)
    return said.values_list("told", session, "pk", "first", "second", "third")


def session_entries(sessions: list[Held], mentee: Mentee, facts: list[Fact]) -> list[Entry]:
    names = {fact.key: fact for fact in facts if fact.kind == "NetworkPerson"}
    agreed: dict[int, list[str]] = {}
    for fact in facts:
        if fact.kind == "Agreement" and fact.link is not None:
            agreed.setdefault(fact.link, []).append(fact.text)
    return [
        replace(
            _readable(held, mentee, names, agreed.get(held.session.pk, [])),
            void=_why_void(held.session),
        )
        if held.may_read
        else _metadata(held.session)
        for held in sessions
    ]


def _why_void(session: MentoringSession) -> str:
    """Why it is, who says so, since when; empty where it stands."""
    if session.voided_at is None:
        return ""
    said = {
        "reason": session.get_void_reason_display(),
        "name": session.voided_by,
        "day": day(timezone.localdate(session.voided_at)),
    }
    why = _("%(reason)s; marked by %(name)s on %(day)s") % said
    return f"{why}: {session.void_words}" if session.void_words else why


def _metadata(session: MentoringSession) -> Entry:
    """That it was, when, how long, its status: access.md, "Session: metadata"."""
    status = session.status_in_words
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
        earlier=tuple(Texts(*map(_opened, told[3:])) for told in held.versions[:-1]),
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
        people.append(decrypt(known.text) if known else participant.third or str(part))
    said = [how, ", ".join(people)]
    if session.concern_raised:
        said.append(_("a concern was raised"))
    if len(held.versions) > 1:
        said.append(_("note amended"))
    elif not session.is_unlocked:  # type: ignore[attr-defined]
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
