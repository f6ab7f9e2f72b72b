"""What the session's pages read, each thing in one query."""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS
from django.db.models import (
    BigIntegerField,
    Exists,
    Field,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    UUIDField,
    Value,
)
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest
from django.utils import timezone

from accounts import access
from accounts.guard import found, load
from accounts.models import User
from accounts.roles import Role
from accounts.standing import answers
from accounts.statements import Place
from audit import trail
from core.dates import today
from core.encryption import EncryptedTextField, decrypt
from mentees.models import LEVEL_FIELDS, Goal, Mentee
from mentees.permissions import GoalPermission, MenteePermission
from mentors.models import Mentor
from mentorships.models import (
    Agreement,
    GoalRating,
    MentoringSession,
    Mentorship,
    NamedReader,
    OtherWork,
    PlannedMeeting,
    SessionDraft,
    SessionNarrative,
    SessionParticipant,
    SessionSheet,
)
from mentorships.permissions import MentorshipPermission, SessionPermission
from networks.models import NetworkPerson
from networks.permissions import NetworkPermission

Row = TypeVar("Row", bound=Model)
KEY = Place("key", UUIDField())
FILE_OF = "mentorship__enrolment__mentee"


@dataclass
class Opened:
    """A session form that somebody opened: for which mentorship, with what was typed before."""

    mentorship: Mentorship
    draft: SessionDraft | None
    is_finished: bool
    sheet: str = ""  # the number of the paper that is entered
    talk: uuid.UUID | None = None  # with several mentees, of which this is one note

    @property
    def mentee(self) -> Mentee:
        return self.mentorship.enrolment.mentee


def opened(request: HttpRequest, key: uuid.UUID) -> Opened:
    """The draft behind an address, or the mentorship for which this address begins one.

    Raises Http404 for the draft of somebody else, as if it had never been.
    """
    reference = request.POST.get("mentee") or request.GET.get("mentee")
    asked: dict[str, Any] = {
        "related": ("enrolment__mentee", "mentor"),
        "also": _noted,
        "known": {"key": key},
        "enrolment__mentee__reference": reference,
    }
    log = MentorshipPermission.LOG_SESSION
    mentorship = found(request, log, Mentorship, **asked) if reference else None
    if mentorship is None or mentorship.is_begun:
        # A draft stays its author's, whatever has become of the mentorship.
        if by_key := _opened_by_key(request.user, key, finished=not reference):
            return by_key
        if not reference or mentorship is not None:
            trail.denied(request, f"{SessionDraft._meta.label_lower}:{key}")
            raise Http404
        mentorship = load(request, log, Mentorship, **asked)
    return Opened(
        mentorship, None, is_finished=mentorship.is_finished, sheet=mentorship.sheet or ""
    )


def _opened_by_key(user: User, key: uuid.UUID, *, finished: bool) -> Opened | None:
    """A draft of one's own; with `finished`, also the session that it became."""
    number = Subquery(SessionSheet.objects.filter(uuid=key).values("number"))
    drafts = SessionDraft.objects.filter(pk=key).annotate(sheet=number)
    own = drafts.permitted(user, SessionPermission.VIEW_DRAFT)
    draft = own.select_related(FILE_OF, "mentorship__mentor").first()
    if draft is not None:
        sheet, talk = draft.sheet or "", draft.talk
        return Opened(draft.mentorship, draft, is_finished=False, sheet=sheet, talk=talk)
    sessions = MentoringSession.objects.permitted(user, SessionPermission.CHANGE)
    done = sessions.select_related(FILE_OF).filter(uuid=key).first() if finished else None
    return Opened(done.mentorship, None, is_finished=True) if done else None


def _noted(rows: QuerySet) -> QuerySet:
    """What this key has become: a draft, a session, or a sheet that was printed."""
    begun = SessionDraft.objects.filter(pk=KEY)
    finished = MentoringSession.objects.filter(uuid=KEY)
    number = Subquery(SessionSheet.objects.filter(uuid=KEY).values("number"))
    return rows.annotate(is_begun=Exists(begun), is_finished=Exists(finished), sheet=number)


@dataclass(frozen=True)
class Surroundings:
    """What stands around the fields: who may take part, what is open, how it was last time.

    Rows that hold no more than the form shows. Who else walks with the mentee every mentor
    knows from "who can see this".
    """

    people: list[NetworkPerson]
    mentors: list[Mentor]
    agreements: list[Agreement]
    meetings: list[PlannedMeeting]  # that are open
    goals: list[Goal]
    others: list[Mentee]  # with whom one may log too: they may have been there
    last: MentoringSession | None  # that was held


# Of each model the columns in their order, as `from_db` takes them.
AROUND: dict[type[Model], tuple[str, ...]] = {
    Mentee: ("reference", "given_name"),
    NetworkPerson: ("display_name", "relation"),
    Mentor: ("user__name",),
    Agreement: ("text", "who", "due_on"),
    Goal: ("words", *LEVEL_FIELDS.values()),
    MentoringSession: (
        *("held_on", "started_at", "minutes", "modality", "place", "help_type"),
        *("preparation_minutes", "travel_minutes", "kilometres"),
    ),
    PlannedMeeting: ("planned_on", "planned_at", "modality", "place"),
}
MOST_COLUMNS = max(map(len, AROUND.values()))


MENTORSHIP, ENROLMENT, FILE = (
    Place(name, BigIntegerField()) for name in ("mentorship", "enrolment", "file")
)


def surroundings(user: User, mentorship: Mentorship) -> Surroundings:
    """Everything around the fields in one query."""
    rows = answers(
        user,
        _surroundings,
        mentorship=mentorship.pk,
        enrolment=mentorship.enrolment_id,
        file=mentorship.enrolment.mentee_id,
    )
    found: dict[str, list[Any]] = defaultdict(list)
    for kind, *row in sorted(rows, key=itemgetter(0, 1)):
        found[kind].append(row)
    mentors = [Mentor(pk=key, user=User(name=name)) for key, name, *_rest in found["Mentor"]]
    agreed, planned = _rows(Agreement, found), _rows(PlannedMeeting, found)
    return Surroundings(
        people=_rows(NetworkPerson, found),
        mentors=mentors,
        agreements=sorted(agreed, key=lambda each: each.due_on or datetime.date.max),
        meetings=sorted(planned, key=lambda each: each.planned_on),
        goals=_rows(Goal, found),
        others=sorted(_rows(Mentee, found), key=lambda mentee: mentee.reference),
        last=next(iter(_rows(MentoringSession, found)), None),
    )


def _surroundings(user: Any, on: datetime.date) -> QuerySet:
    """What stands around some MENTORSHIP, for somebody of the same standing."""
    people = NetworkPerson.objects.permitted(user, NetworkPermission.VIEW)
    some = Mentorship(pk=MENTORSHIP, enrolment_id=ENROLMENT)
    beside = Mentorship.objects.beside(some, on).values("mentor")
    agreements = Agreement.objects.permitted(user, SessionPermission.VIEW_AGREEMENT)
    goals = Goal.objects.permitted(user, GoalPermission.VIEW).open()
    held = MentoringSession.objects.permitted(user, SessionPermission.VIEW).held()
    last = held.filter(mentorship=MENTORSHIP).order_by("-held_on", "-pk").values("pk")[:1]
    meetings = PlannedMeeting.objects.permitted(user, SessionPermission.VIEW_MEETING)
    own = Mentorship.objects.permitted(user, MentorshipPermission.LOG_SESSION)
    others = Mentee.objects.filter(pk__in=own.values("enrolment__mentee"))
    arms = [
        _around(others.exclude(pk=FILE)),
        _around(people.filter(mentee=FILE).may_take_part(on)),
        _around(Mentor.objects.filter(pk__in=beside)),
        _around(agreements.open().filter(mentorship=MENTORSHIP)),
        _around(meetings.open().filter(mentorship=MENTORSHIP)),
        _around(goals.filter(mentee=FILE)),
        _around(MentoringSession.objects.filter(pk=Subquery(last))),
    ]
    return arms[0].union(*arms[1:], all=True)


def _around(rows: QuerySet) -> QuerySet:
    """The same columns of every model. Text is cast, so that what is encrypted stays so."""
    columns: list[Any] = [Cast(name, TextField()) for name in AROUND[rows.model]]
    columns += [Value("", TextField())] * (MOST_COLUMNS - len(columns))
    named = {f"column_{number}": column for number, column in enumerate(columns)}
    kind = Value(rows.model.__name__, TextField())
    return rows.order_by().annotate(model=kind, **named).values_list("model", "pk", *named)


def _rows(model: Any, found: dict[str, list[Any]]) -> list[Any]:
    """With nothing but what was asked for."""
    fields = [model._meta.get_field(name) for name in AROUND[model]]
    names = [model._meta.pk.attname, *AROUND[model]]
    return [
        model.from_db(DEFAULT_DB_ALIAS, names, [key, *map(_read, fields, texts)])
        for key, *texts in found[model.__name__]
    ]


def _read(field: Field, text: str | None) -> Any:
    if isinstance(field, EncryptedTextField):
        return decrypt(text) if text else text
    return field.to_python(text)


@dataclass(frozen=True)
class Logged:
    """What stands around a session that was logged: who was there, what it agreed and settled."""

    participants: list[SessionParticipant]
    made: list[Agreement]
    settled: list[Agreement]
    ratings: list[GoalRating]
    around: Surroundings


def logged(user: User, session: MentoringSession) -> Logged:
    """As `surroundings`, with whoever was there and what was settled; four queries."""
    now = surroundings(user, session.mentorship)
    there = list(session.participants.select_related("network_person", "mentor__user"))
    agreed = Agreement.objects.permitted(user, SessionPermission.VIEW_AGREEMENT)
    touched = list(agreed.filter(Q(made_in=session) | Q(settled_in=session)))
    made = [agreement for agreement in touched if agreement.made_in_id == session.pk]
    settled = [agreement for agreement in touched if agreement.settled_in_id == session.pk]
    rated = GoalRating.objects.permitted(user, SessionPermission.VIEW_RATING).current()
    ratings = list(rated.filter(session=session).select_related("goal"))
    around = replace(
        now,
        people=_each_once(now.people, [each.network_person for each in there]),
        mentors=_each_once(now.mentors, [each.mentor for each in there]),
        agreements=[each for each in _each_once(now.agreements, settled) if each not in made],
        goals=_each_once(now.goals, [each.goal for each in ratings]),
        others=[],  # each has a note of their own by now
    )
    return Logged(there, made, settled, ratings, around)


def reported_in(session: MentoringSession) -> list[PlannedMeeting]:
    """The meeting that one planned and this session reports, if any."""
    return list(PlannedMeeting.objects.filter(reported_in=session))


def _each_once(rows: list[Row], more: Iterable[Row | None]) -> list[Row]:
    return list(dict.fromkeys([*rows, *filter(None, more)]))


def walked_with(user: User, reference: str) -> bool:
    """Was this person ever the mentor of that file, whether or not it is closed to them now?"""
    own = Mentorship.objects.filter(mentor__user=user, started_on__isnull=False)
    return own.filter(enrolment__mentee__reference=reference).exists()


@dataclass(frozen=True)
class TierReaders:
    """Who will read a note of a tier, by name."""

    tier: SessionNarrative.Tier
    readers: list[tuple[User, Role]]


def readers_by_tier(mentorship: Mentorship) -> list[TierReaders]:
    """Who will read what is written now, from the live rule: the mentor, then the coach.

    A note is read by those among the holders of its mentorship whose role its tier names;
    `test_session_form` compares this with the holders of a note that exists, tier by tier.
    """
    read_by = set().union(*SessionNarrative.READ_BY.values())
    rows = Mentorship.objects.filter(pk=mentorship.pk)
    found = access.readers({"": (MentorshipPermission.VIEW, rows)}, roles=read_by)
    each_once = {(r.person, Role(r.capacity.partition(":")[0])): r.name for r in found}
    readers = sorted(
        ((User(pk=person, name=name), role) for (person, role), name in each_once.items()),
        key=lambda reader: (reader[0].pk != mentorship.mentor.user_id, reader[0].name),
    )
    return [
        TierReaders(tier, [(user, role) for user, role in readers if role in roles])
        for tier, roles in SessionNarrative.READ_BY.items()
    ]


def told_in(user: User, session: MentoringSession) -> dict[str, Any]:
    """The parts of a session that have readers of their own, as far as this reader may see."""
    notes = SessionNarrative.objects.permitted(user, SessionPermission.VIEW_NOTE)
    there = SessionParticipant.objects.permitted(user, SessionPermission.VIEW_PARTICIPANT)
    changed = MentoringSession.objects.permitted(user, SessionPermission.CHANGE)
    voids = MentoringSession.objects.permitted(user, SessionPermission.VOID)
    files = Mentee.objects.permitted(user, MenteePermission.VIEW)
    is_author, stands = session.logged_by_id == user.pk, not session.is_void
    note = (
        notes.filter(session=session)
        .annotate(
            may_name=_may(user, SessionPermission.NAME_READERS),
            may_answer=_may(user, SessionPermission.ANSWER_NOTE),
            may_change=Exists(changed.filter(pk=OuterRef("session"))),
            may_void=Exists(voids.filter(pk=OuterRef("session"))),
            file_is_open=Exists(
                files.filter(pk=OuterRef("session__mentorship__enrolment__mentee"))
            ),
        )
        .first()
    )
    agreed = Agreement.objects.permitted(user, SessionPermission.VIEW_AGREEMENT)
    rated = GoalRating.objects.permitted(user, SessionPermission.VIEW_RATING).current()
    meetings = PlannedMeeting.objects.permitted(user, SessionPermission.VIEW_MEETING)
    touched = list(agreed.filter(Q(made_in=session) | Q(settled_in=session)))
    mentee = session.mentorship.enrolment.mentee_id
    return {
        "note": note,
        "file_is_open": note.file_is_open if note else files.filter(pk=mentee).exists(),
        "is_closed": not (note or is_author)
        and SessionNarrative.objects.filter(session=session).exists(),
        "may_name": note is not None and note.may_name,
        "may_answer": note is not None and note.may_answer and not is_author and stands,
        "may_void": note.may_void if note else voids.filter(pk=session.pk).exists(),
        "may_change": is_author
        and stands
        and (note.may_change if note else changed.filter(pk=session.pk).exists()),
        "participants": list(
            there.filter(session=session).select_related("network_person", "mentor__user")
        ),
        "ratings": list(rated.filter(session=session, level__isnull=False).select_related("goal")),
        "made": [agreement for agreement in touched if agreement.made_in_id == session.pk],
        "next_meeting": meetings.filter(
            made_in=session, moved_to=None, called_off_at=None
        ).first(),
        "settled": [agreement for agreement in touched if agreement.settled_in_id == session.pk],
    }


def _may(user: User, permission: str) -> Exists:
    """Of each note: may this person do that with it?"""
    permitted = SessionNarrative.objects.permitted(user, permission)
    return Exists(permitted.filter(pk=OuterRef("pk")))


def named_readers(note: SessionNarrative) -> list[NamedReader]:
    """Those to whom the note stands open by name, the first to end first."""
    still = note.decisions.filter(withdrawal=None, expires_at__gt=timezone.now())
    return list(still.select_related("person", "decided_by").order_by("expires_at"))


def open_meetings(user: User) -> list[PlannedMeeting]:
    """One's own meetings that are neither held, moved nor called off, the next first."""
    own = PlannedMeeting.objects.permitted(user, SessionPermission.CHANGE_MEETING).open()
    return list(own.select_related("mentorship__enrolment__mentee", "supersedes"))


def meetings_after(user: User, mentee: Mentee, day: datetime.date) -> list[PlannedMeeting]:
    """What is planned after a day, as far as this reader may know when."""
    known = PlannedMeeting.objects.permitted(user, SessionPermission.MEETING_METADATA).open()
    return list(known.filter(mentorship__enrolment__mentee=mentee, planned_on__gt=day))


def called_off_meetings(user: User) -> list[PlannedMeeting]:
    """One's own that would still be to come, after the mentorship has ended as well."""
    seen = PlannedMeeting.objects.permitted(user, SessionPermission.VIEW_MEETING).called_off()
    own = seen.filter(mentorship__mentor__user=user, planned_on__gte=today())
    return list(own.select_related("mentorship__enrolment__mentee"))


def clashes(user: User, meeting: PlannedMeeting) -> list[PlannedMeeting]:
    """Others of one's own that begin within two hours of this one."""
    own = PlannedMeeting.objects.permitted(user, SessionPermission.CHANGE_MEETING).open()
    that_day = own.filter(planned_on=meeting.planned_on).exclude(pk=meeting.pk)
    others = that_day.select_related("mentorship__enrolment__mentee")
    return [other for other in others if meeting.clashes_with(other)]


def own_mentorships(user: User) -> QuerySet[Mentorship]:
    """Those in which one may log, by the reference of the mentee."""
    own = Mentorship.objects.permitted(user, MentorshipPermission.LOG_SESSION)
    return own.select_related("enrolment__mentee").order_by("enrolment__mentee__reference")


def mentorships_with(user: User, mentees: Iterable[Mentee]) -> list[Mentorship]:
    """One's own with these, in their order; with whom one may log no more is left out."""
    wanted = list(mentees)
    own = own_mentorships(user).filter(enrolment__mentee__in=wanted) if wanted else []
    return list({each.enrolment.mentee_id: each for each in own}.values())


def next_of_talk(user: User, talk: uuid.UUID | None) -> SessionDraft | None:
    """The note of this talk that is to be written next; without a talk no query."""
    if talk is None:
        return None
    own = SessionDraft.objects.permitted(user, SessionPermission.VIEW_DRAFT).of(user)
    return own.of_talk(talk).first()


WORK_SHOWN = 20


def other_work_of(user: User) -> list[OtherWork]:
    """What one logged oneself of late."""
    seen = OtherWork.objects.permitted(user, SessionPermission.VIEW_OTHER_WORK)
    own = seen.filter(logged_by=user).select_related("mentorship__enrolment__mentee")
    return list(own[:WORK_SHOWN])
