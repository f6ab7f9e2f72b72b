"""What follows from walking with somebody, and from supervising those who do.

Each rule starts at the row and follows one running mentorship to the person. The models of the
floors below are reached along their `case`.
"""

import datetime

from django.db import models
from django.db.models import F

from accounts.access import rule
from accounts.roles import Role
from core.dates import in_force
from mentees.models import (
    CaseworkerAssignment,
    Consent,
    CustodyEpisode,
    CustodyEvent,
    Enrolment,
    KeyDate,
    Mentee,
    Placement,
    StatusChange,
)
from mentees.permissions import CustodyPermission as C
from mentees.permissions import EnrolmentPermission as E
from mentees.permissions import MenteePermission as M
from mentees.rules import administered, by_caseworker, path
from mentorships.models import (
    Agreement,
    MentoringSession,
    Mentorship,
    SessionDraft,
    SessionNarrative,
    SessionParticipant,
)
from mentorships.permissions import MentorshipPermission as Ms
from mentorships.permissions import SessionPermission as S
from networks.models import ContactRestriction, NetworkPerson, Tie
from networks.permissions import NetworkPermission as N
from release_plans.models import Milestone, ReleasePlan
from release_plans.permissions import PlanPermission as P

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
    ReleasePlan: [P.VIEW],
    Milestone: [P.VIEW_MILESTONE],
    NetworkPerson: [N.VIEW],
    Tie: [N.VIEW_TIE],
    ContactRestriction: [N.VIEW_RESTRICTION],
}
# Rows of this app, by their path to the mentorship.
JOINT: dict[type[models.Model], tuple[str, list[str]]] = {
    Mentorship: ("", [Ms.VIEW]),
    MentoringSession: ("mentorship", [S.VIEW, S.METADATA]),
    SessionNarrative: ("session__mentorship", [S.VIEW_NOTE]),
    SessionParticipant: ("session__mentorship", [S.VIEW_PARTICIPANT]),
    Agreement: ("mentorship", [S.VIEW_AGREEMENT]),
}
MENTOR_ALSO: dict[type[models.Model], list[str]] = {
    Mentee: [M.SEE_READERS, M.SEE_OWN_READINGS],
    Mentorship: [Ms.LOG_SESSION],
    MentoringSession: [S.CHANGE],
}
COACH_ALSO: dict[type[models.Model], list[str]] = {
    Mentee: [M.SEE_READERS, M.SEE_READINGS, M.REVIEW_EMERGENCY],
    Mentorship: [Ms.CHANGE],
}


def of_mentor(model, mentorship: str):
    def rows_of_running_mentorships(on: datetime.date):
        running = Mentorship.objects.running(on).values("pk")
        rows = model._base_manager.filter(**{f"{mentorship or 'pk'}__in": running})
        person = F(f"{mentorship}__mentor__user" if mentorship else "mentor__user")
        return rows.values(person=person, row=F("pk"))

    return rows_of_running_mentorships


def of_coach(model, mentorship: str):
    def rows_of_mentors_they_coach(on: datetime.date):
        running = Mentorship.objects.running(on).values("pk")
        assigned = f"{mentorship}__mentor__coach_assignments".lstrip("_")
        rows = model._base_manager.filter(
            in_force(on, assigned), **{f"{mentorship or 'pk'}__in": running}
        )
        return rows.values(person=F(f"{assigned}__coach__user"), row=F("pk"))

    return rows_of_mentors_they_coach


for model, views in FILE.items():
    walked = path(model, "enrolments__mentorships")
    rule(model, to=Role.MENTOR, allows=[*views, *MENTOR_ALSO.get(model, [])])(
        of_mentor(model, walked)
    )
    rule(model, to=Role.COACH, allows=[*views, *COACH_ALSO.get(model, [])])(
        of_coach(model, walked)
    )

for model, (mentorship, views) in JOINT.items():
    rule(model, to=Role.MENTOR, allows=[*views, *MENTOR_ALSO.get(model, [])])(
        of_mentor(model, mentorship)
    )
    rule(model, to=Role.COACH, allows=[*views, *COACH_ALSO.get(model, [])])(
        of_coach(model, mentorship)
    )

administered(Mentorship, [Ms.VIEW, Ms.ADD, Ms.CHANGE])
administered(MentoringSession, [S.METADATA])
rule(Mentorship, to=Role.CASEWORKER, allows=[Ms.VIEW])(by_caseworker(Mentorship))


@rule(SessionDraft, to=Role.MENTOR, allows=[S.VIEW_DRAFT])
def own_drafts(on: datetime.date):
    running = Mentorship.objects.running(on).values("pk")
    drafts = SessionDraft.objects.filter(mentorship__in=running)
    return drafts.values(person=F("author"), row=F("pk"))
