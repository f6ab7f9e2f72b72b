"""What follows from walking with somebody, and from supervising those who do.

Each rule starts at the row and follows one running mentorship to the person. The models of the
floors below are reached along their `case`.
"""

import datetime
from collections.abc import Callable
from typing import NamedTuple

from django.db import models
from django.db.models import F, Q

from accounts.access import page, posted, rule
from accounts.roles import Role
from core.dates import in_force
from mentees.models import (
    CaseworkerAssignment,
    Consent,
    CustodyEpisode,
    CustodyEvent,
    Enrolment,
    Goal,
    GoalStep,
    KeyDate,
    LivingCondition,
    Mentee,
    Placement,
    StatusChange,
)
from mentees.permissions import CustodyPermission as C
from mentees.permissions import EnrolmentPermission as E
from mentees.permissions import GoalPermission as G
from mentees.permissions import MenteePermission as M
from mentees.rules import (
    DECIDING,
    administered,
    audited,
    by_caseworker,
    by_caseworker_with_consent,
    path,
)
from mentors.rules import COVER, covered
from mentorships.models import (
    Agreement,
    ClosingReport,
    Concern,
    ExpenseClaim,
    ExpenseLine,
    GoalRating,
    Handover,
    MentoringSession,
    Mentorship,
    NoteAnswer,
    OtherWork,
    PlannedMeeting,
    Reflection,
    SessionDraft,
    SessionNarrative,
    SessionParticipant,
    SessionSheet,
)
from mentorships.models.mentorship import begun, closing, proposed, running
from mentorships.permissions import ConcernPermission as Co
from mentorships.permissions import ExpensePermission as X
from mentorships.permissions import MentorshipPermission as Ms
from mentorships.permissions import ReflectionPermission as R
from mentorships.permissions import SessionPermission as S
from networks.models import ContactRestriction, NetworkPerson, Tie
from networks.permissions import NetworkPermission as N
from release_plans.models import Milestone, ReleasePlan, ReminderStep, Responsible
from release_plans.permissions import PlanPermission as P
from release_plans.rules import OF_MENTORS
from release_plans.rules import VIEWS as OF_PLANS

# The mentor and the coach read these of the files below; the mentor may do more with some.
FILE: dict[type[models.Model], list[str]] = {
    Mentee: [M.VIEW],
    CaseworkerAssignment: [E.VIEW_CASEWORKER],
    CustodyEpisode: [C.VIEW_EPISODE],
    Placement: [C.VIEW_PLACEMENT],
    CustodyEvent: [C.VIEW_EVENT],
    KeyDate: [C.VIEW_KEY_DATE],
    Enrolment: [E.VIEW],
    StatusChange: [E.VIEW_HISTORY],
    Consent: [E.VIEW_CONSENT],
    **OF_PLANS,
    NetworkPerson: [N.VIEW],
    Tie: [N.VIEW_TIE],
    ContactRestriction: [N.VIEW_RESTRICTION],
    Goal: [G.VIEW],
    GoalStep: [G.VIEW_STEP],
    LivingCondition: [G.VIEW_LIVING],
    # Of the file, not of one mentorship: whoever comes next sees how far each goal has come.
    GoalRating: [S.VIEW_RATING],
}
# Rows of this app, by their path to the mentorship.
JOINT: dict[type[models.Model], tuple[str, list[str]]] = {
    Mentorship: ("", [Ms.VIEW]),
    MentoringSession: ("mentorship", [S.VIEW, S.METADATA]),
    SessionNarrative: ("session__mentorship", [S.VIEW_NOTE]),
    SessionParticipant: ("session__mentorship", [S.VIEW_PARTICIPANT]),
    Agreement: ("mentorship", [S.VIEW_AGREEMENT]),
    PlannedMeeting: ("mentorship", [S.VIEW_MEETING]),
    OtherWork: ("mentorship", [S.VIEW_OTHER_WORK]),
    Handover: ("successor", [Ms.VIEW_HANDOVER]),
    ExpenseLine: ("session__mentorship", [X.VIEW_LINE]),
    NoteAnswer: ("narrative__session__mentorship", [S.VIEW_ANSWER]),
}
# Where the tier of a note stands, on rows that a coach reads by it.
TIER: dict[type[models.Model], str] = {
    SessionNarrative: "tier",
    NoteAnswer: "narrative__tier",
    ClosingReport: "tier",
}
# What a hand-over shows whole.
HANDED_OVER = (MentoringSession, SessionNarrative, SessionParticipant, Agreement)
MENTOR_ALSO: dict[type[models.Model], list[str]] = {
    Mentee: [M.SEE_READERS, M.SEE_OWN_READINGS, G.SET],
    Goal: [G.CHANGE],
    Mentorship: [Ms.LOG_SESSION, Ms.RAISE_CONCERN],
    SessionNarrative: [S.NAME_READERS],
    PlannedMeeting: [S.CHANGE_MEETING],
    ReleasePlan: [P.ADD_OWN, P.PREPARE_GATE],
}
COACH_ALSO: dict[type[models.Model], list[str]] = {
    ReminderStep: [P.VIEW_REMINDER],
    Mentee: [M.SEE_READERS, M.SEE_READINGS],
}
# And acts only while the mentorship runs; reading goes on after it has ended.
COACH_ACTS: dict[type[models.Model], list[str]] = {
    Mentee: [M.REVIEW_EMERGENCY, *DECIDING],
    Mentorship: [Ms.CHANGE, Ms.HAND_OVER],
    MentoringSession: [S.VOID],
    SessionNarrative: [S.NAME_READERS, S.ANSWER_NOTE],
    ReleasePlan: [P.ADD_OWN, P.PREPARE_GATE],
    Milestone: [P.CHANGE_MILESTONE, P.WAIVE],
}
Began = Callable[[datetime.date, str], Q]
ASSIGNED = "mentor__coach_assignments"


class Way(NamedTuple):
    """From where a query starts, to the mentorship and to the row that it opens."""

    start: type[models.Model]
    mentorship: str
    row: str = "pk"

    def to(self, rest: str) -> str:
        return f"{self.mentorship}__{rest}".removeprefix("__")

    def pairs(self, person: str, *conditions: Q) -> models.QuerySet:
        rows = self.start._base_manager.filter(*conditions)
        return rows.values(person=F(self.to(person)), row=F(self.row))


def of_mentor(way: Way):
    def rows_of_running_mentorships(on: datetime.date):
        return way.pairs("mentor__user", running(on, way.mentorship))

    return rows_of_running_mentorships


def for_coach(model) -> Q:
    """Of notes, answers and finished reports, those whose tier opens them to a coach; of all
    else, all."""
    if model not in TIER:
        return Q()
    tiers = Q(**{f"{TIER[model]}__in": SessionNarrative.tiers_of(Role.COACH)})
    return tiers & Q(finished_at__isnull=False) if model is ClosingReport else tiers


def of_coach(way: Way, began: Began):
    def rows_of_mentors_they_coach(on: datetime.date):
        dated = in_force(on, way.to(ASSIGNED)), began(on, way.mentorship)
        return way.pairs(f"{ASSIGNED}__coach__user", *dated, for_coach(way.start))

    return rows_of_mentors_they_coach


def of_cover(way: Way, began: Began):
    def rows_of_mentors_they_cover(on: datetime.date):
        dated = covered(on, way.to(ASSIGNED)), began(on, way.mentorship)
        return way.pairs(f"{ASSIGNED}__{COVER}", *dated, for_coach(way.start))

    return rows_of_mentors_they_cover


def supervised(model, way: Way, views: list[str]) -> None:
    """To the coach and whoever covers: to read what has begun, to act in what runs."""
    for of in (of_coach, of_cover):
        reads = of(way, begun)
        rule(model, to=Role.COACH, allows=[*views, *COACH_ALSO.get(model, [])])(reads)
        if model in COACH_ACTS:
            acts = of(way, running)
            acts.__name__ = f"running_{acts.__name__}"
            rule(model, to=Role.COACH, allows=COACH_ACTS[model])(acts)


def walked(model) -> Way:
    """The file itself is reached from the mentorship: a join less in what is asked most."""
    if model is Mentee:
        return Way(Mentorship, "", row="enrolment__mentee")
    return Way(model, path(model, "enrolments__mentorships"))


for model, way, views in (
    *((model, walked(model), views) for model, views in FILE.items()),
    *((model, Way(model, mentorship), views) for model, (mentorship, views) in JOINT.items()),
):
    rule(model, to=Role.MENTOR, allows=[*views, *MENTOR_ALSO.get(model, [])])(of_mentor(way))
    supervised(model, way, views)


def of_successor(model, mentorship: str):
    way = Way(model, f"{mentorship}__handed_on__successor")

    def rows_handed_over_whole(on: datetime.date):
        whole = Q(**{f"{mentorship}__handed_on__shows": Handover.Shows.ALL})
        if model in TIER:  # what has a closer circle of readers stays in it
            whole &= Q(tier=SessionNarrative.Tier.ORDINARY)
        if model is ClosingReport:
            whole &= Q(finished_at__isnull=False)
        return way.pairs("mentor__user", whole, running(on, way.mentorship))

    return rows_handed_over_whole


for model in HANDED_OVER:
    mentorship, views = JOINT[model]
    rule(model, to=Role.MENTOR, allows=views)(of_successor(model, mentorship))

# Written after the end, so no running mentorship of its own opens it.
supervised(ClosingReport, Way(ClosingReport, "mentorship"), [Ms.VIEW_CLOSING])
rule(ClosingReport, to=Role.MENTOR, allows=[Ms.VIEW_CLOSING])(
    of_successor(ClosingReport, "mentorship")
)

administered(Mentorship, [Ms.VIEW, Ms.ADD, Ms.CHANGE, Ms.HAND_OVER])
administered(MentoringSession, [S.METADATA])
administered(PlannedMeeting, [S.MEETING_METADATA])
administered(ExpenseLine, [X.VIEW_LINE])
for model in (Mentorship, MentoringSession):
    audited(model, [Ms.IS_THERE])
supervised(Concern, Way(Concern, "mentorship"), [Co.VIEW, Co.TAKE_UP])
audited(Concern, [Co.IS_THERE])
page(Co.OPEN_LIST, to=[Role.MENTOR, Role.COACH])
rule(Mentorship, to=Role.CASEWORKER, allows=[Ms.VIEW])(by_caseworker(Mentorship))
rule(GoalRating, to=Role.CASEWORKER, allows=[S.VIEW_RATING])(
    by_caseworker_with_consent(GoalRating)
)


def of_author(model, author: str, began: Began):
    """The rows that the mentor of their mentorship wrote, by the path to who wrote them."""
    mentorship = f"{author.rpartition('__')[0]}__mentorship".removeprefix("__")

    def own_rows(on: datetime.date):
        theirs = Q(**{author: F(f"{mentorship}__mentor__user")})
        written = model.objects.filter(theirs, began(on, mentorship))
        return written.values(person=F(author), row=F("pk"))

    return own_rows


# Each completes what is theirs to do, or of somebody who cannot sign in.


@rule(Milestone, to=Role.MENTOR, allows=[P.COMPLETE])
def own_milestones_of_mentors(on: datetime.date):
    walks = walked(Milestone)
    own = Q(responsible__in=OF_MENTORS)
    return walks.pairs("mentor__user", own, running(on, walks.mentorship))


def _of_coaches(dated: Q, on: datetime.date, person: str):
    way, own = walked(Milestone), Q(responsible=Responsible.COACH)
    return way.pairs(f"{ASSIGNED}__{person}", dated, running(on, way.mentorship), own)


@rule(Milestone, to=Role.COACH, allows=[P.COMPLETE])
def own_milestones_of_coaches(on: datetime.date):
    return _of_coaches(in_force(on, walked(Milestone).to(ASSIGNED)), on, "coach__user")


@rule(Milestone, to=Role.COACH, allows=[P.COMPLETE])
def own_milestones_of_coaches_they_cover(on: datetime.date):
    return _of_coaches(covered(on, walked(Milestone).to(ASSIGNED)), on, COVER)


# Nobody but its author changes what was logged, and only while the mentorship runs.
WRITTEN: list[tuple[type[models.Model], str, list[str]]] = [
    (MentoringSession, "logged_by", [S.CHANGE, S.VOID]),
    (SessionSheet, "printed_by", [S.VIEW_SHEET]),
    (SessionDraft, "author", [S.VIEW_DRAFT]),
    (Concern, "raised_by", [Co.VIEW]),
]
for model, author, allows in WRITTEN:
    rule(model, to=Role.MENTOR, allows=allows)(of_author(model, author, running))

# Afterwards they look back on it for a while.
WRITTEN_OF_LATE: list[tuple[type[models.Model], str, list[str]]] = [
    (MentoringSession, "logged_by", [S.VIEW, S.METADATA]),
    (SessionNarrative, "session__logged_by", [S.VIEW_NOTE]),
    (NoteAnswer, "narrative__session__logged_by", [S.VIEW_ANSWER]),
    (Agreement, "made_in__logged_by", [S.VIEW_AGREEMENT]),
    (GoalRating, "session__logged_by", [S.VIEW_RATING]),
    (ExpenseLine, "session__logged_by", [X.VIEW_LINE]),
    (ClosingReport, "author", [Ms.VIEW_CLOSING]),
    (SessionDraft, "author", [S.VIEW_DRAFT]),
    (Concern, "raised_by", [Co.VIEW]),
]
for model, author, allows in WRITTEN_OF_LATE:
    wrote = of_author(model, author, closing)
    wrote.__name__ = f"{wrote.__name__}_of_late"
    rule(model, to=Role.MENTOR, allows=allows)(wrote)


# What is proposed to a mentor, and what ended lately, opens no file: it has its own permissions.


@rule(Mentorship, to=Role.MENTOR, allows=[Ms.SEE_PROPOSAL])
def proposed_to_them(on: datetime.date):
    return Mentorship.objects.filter(proposed(on)).values(person=F("mentor__user"), row=F("pk"))


@rule(Mentorship, to=Role.MENTOR, allows=[Ms.LOOK_BACK, Ms.RAISE_CONCERN])
def mentorships_of_late(on: datetime.date):
    return Mentorship.objects.filter(closing(on)).values(person=F("mentor__user"), row=F("pk"))


@rule(PlannedMeeting, to=Role.MENTOR, allows=[S.VIEW_MEETING])
def own_meetings_called_off_of_late(on: datetime.date):
    """Their own calendar takes out what it is told is off."""
    own = PlannedMeeting.objects.called_off().filter(closing(on, "mentorship"))
    return own.values(person=F("mentorship__mentor__user"), row=F("pk"))


# A mentor's reflection belongs to no file: it is theirs, and the coach's when it was shared.
SHARING = "author__mentor__coach_assignments"
page(R.OPEN_LIST, to=[Role.MENTOR, Role.COACH])
page(R.WRITE, to=[Role.MENTOR])


@rule(Reflection, to=Role.MENTOR, allows=[R.VIEW, R.CHANGE])
def own_reflections(on: datetime.date):
    return Reflection.objects.values(person=F("author"), row=F("pk"))


@rule(Reflection, to=Role.COACH, allows=[R.VIEW])
def shared_by_mentors_they_coach(on: datetime.date):
    shared = Reflection.objects.filter(in_force(on, SHARING), shared_at__isnull=False)
    return shared.values(person=F(f"{SHARING}__coach__user"), row=F("pk"))


@rule(Reflection, to=Role.COACH, allows=[R.VIEW])
def shared_by_mentors_they_cover(on: datetime.date):
    shared = Reflection.objects.filter(covered(on, SHARING), shared_at__isnull=False)
    return shared.values(person=F(f"{SHARING}__{COVER}"), row=F("pk"))


# A claim belongs to its mentor; its lines stand in the files. Nobody decides on their own: see
# `operations.expenses`.
CLAIMING = "mentor__coach_assignments"
page(X.OPEN_LIST, to=[Role.MENTOR, Role.COACH, Role.PROBATION_ADMIN])
page(X.CLAIM, to=[Role.MENTOR])
page(X.SET_RATES, to=[Role.PROBATION_ADMIN])
posted(
    ExpenseClaim,
    to=Role.PROBATION_ADMIN,
    over="mentor__area",
    allows=[X.VIEW, X.DECIDE, X.EXPORT],
)


@rule(ExpenseClaim, to=Role.MENTOR, allows=[X.VIEW])
def own_claims(on: datetime.date):
    return ExpenseClaim.objects.values(person=F("mentor__user"), row=F("pk"))


@rule(ExpenseClaim, to=Role.COACH, allows=[X.VIEW, X.DECIDE])
def claims_of_mentors_they_coach(on: datetime.date):
    claims = ExpenseClaim.objects.filter(in_force(on, CLAIMING))
    return claims.values(person=F(f"{CLAIMING}__coach__user"), row=F("pk"))


@rule(ExpenseClaim, to=Role.COACH, allows=[X.VIEW, X.DECIDE])
def claims_of_mentors_they_cover(on: datetime.date):
    claims = ExpenseClaim.objects.filter(covered(on, CLAIMING))
    return claims.values(person=F(f"{CLAIMING}__{COVER}"), row=F("pk"))
