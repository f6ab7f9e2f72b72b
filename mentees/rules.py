"""The file and what hangs on it, for those whose reach follows from where the mentee is, and for
the named caseworker. Mentors and coaches come in `mentorships.rules`, where the fact is known."""

import datetime

from django.db import models
from django.db.models import F, Q

from accounts.access import posted, rule, shown
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
from mentees.permissions import SHAREABLE, FileSection
from mentees.permissions import CustodyPermission as C
from mentees.permissions import EnrolmentPermission as E
from mentees.permissions import GoalPermission as G
from mentees.permissions import MenteePermission as M

# Who shares parts of a file or keeps somebody from it: the administrator and the coach, never the
# mentor or the caseworker alone (domain.md section 13).
DECIDING = [M.SHARE, M.EXCLUDE]
# What each model of the file gives to those who see the file, and to the administrator more.
VIEWS: dict[type[models.Model], list[str]] = {
    Mentee: [M.VIEW],
    CaseworkerAssignment: [E.VIEW_CASEWORKER],
    CustodyEpisode: [C.VIEW_EPISODE],
    Placement: [C.VIEW_PLACEMENT],
    CustodyEvent: [C.VIEW_EVENT],
    KeyDate: [C.VIEW_KEY_DATE],
    Enrolment: [E.VIEW],
    StatusChange: [E.VIEW_HISTORY],
    Consent: [E.VIEW_CONSENT],
}
ADMINISTRATOR_ALSO: dict[type[models.Model], list[str]] = {
    Mentee: [
        M.ADD,
        M.CHANGE,
        C.RECORD,
        M.SEE_READERS,
        M.SEE_OWN_READINGS,
        M.SUM_UP_TRAIL,
        M.OPEN_IN_EMERGENCY,
        *DECIDING,
        M.ERASE,
    ],
    Enrolment: [E.ADD, E.MOVE, E.RECORD_CONSENT],
}
CASEWORKER_ALSO: dict[type[models.Model], list[str]] = {Mentee: [C.RECORD, M.SEE_READERS]}


def path(model, rest: str) -> str:
    """From a row of the model along its `case` to its file, and on."""
    return f"{model.case}__{rest}" if model.case else rest


def administered(model, allows, *, to=Role.PROBATION_ADMIN) -> None:
    """Give `allows` to whoever is posted in the area of the institution or of the home."""
    for place in ("institution", "home_municipality"):
        posted(model, to=to, over=path(model, f"{place}__within"), allows=allows)


def by_caseworker(model):
    """Rows of files whose caseworker the person is today."""

    def files_they_answer_for(on: datetime.date):
        assigned = path(model, "caseworker_assignments")
        rows = model._base_manager.filter(in_force(on, assigned))
        return rows.values(person=F(f"{assigned}__caseworker"), row=F("pk"))

    return files_they_answer_for


def by_caseworker_with_consent(model):
    """The same, where the mentee has agreed that the caseworker sees goals."""

    def files_whose_goals_they_may_see(on: datetime.date):
        assigned, consent = (
            path(model, "caseworker_assignments"),
            path(model, "enrolments__consents"),
        )
        still = Q(**{f"{consent}__expires_on": None}) | Q(**{f"{consent}__expires_on__gte": on})
        agreed = still & Q(
            **{
                f"{consent}__purpose": Consent.Purpose.SHOW_GOALS,
                f"{consent}__given_on__lte": on,
                f"{consent}__withdrawn_on": None,
            }
        )
        rows = model._base_manager.filter(in_force(on, assigned), agreed)
        return rows.values(person=F(f"{assigned}__caseworker"), row=F("pk"))

    return files_whose_goals_they_may_see


for model, views in VIEWS.items():
    administered(model, [*views, *ADMINISTRATOR_ALSO.get(model, [])])
    if model is CaseworkerAssignment:
        continue
    rule(model, to=Role.CASEWORKER, allows=[*views, *CASEWORKER_ALSO.get(model, [])])(
        by_caseworker(model)
    )


# Goals are the mentor's and the coach's; the office knows that there are some, not a word of them.
GOALS: dict[type[models.Model], list[str]] = {
    Goal: [G.VIEW],
    GoalStep: [G.VIEW_STEP],
    LivingCondition: [G.VIEW_LIVING],
}
for model, views in GOALS.items():
    rule(model, to=Role.CASEWORKER, allows=views)(by_caseworker_with_consent(model))
for model in (Goal, LivingCondition):
    administered(model, [G.METADATA])


def audited(model, allows) -> None:
    """Give `allows` to the auditor of the area, or of the directorate above it."""
    for place in ("institution", "home_municipality"):
        posted(model, to=Role.AUDITOR, over=path(model, f"{place}__within"), allows=allows)
        posted(model, to=Role.AUDITOR, over=path(model, f"{place}__within__within"), allows=allows)


# In an emergency the file opens to whoever holds one of these roles where the mentee is or comes
# from. The auditors look at it afterwards; of what the file holds they know that it is there.
for place in ("institution__within", "home_municipality__within"):
    posted(Mentee, to=Role.COACH, over=place, allows=[M.OPEN_IN_EMERGENCY])
audited(Mentee, [M.OPEN_IN_EMERGENCY, M.REVIEW_EMERGENCY, M.IS_THERE])
for section in set(FileSection) - SHAREABLE:
    shown(section, to={Role.PROBATION_ADMIN, Role.COACH, Role.AUDITOR})
for model in VIEWS.keys() - {Mentee, CaseworkerAssignment}:
    audited(model, [M.IS_THERE])


@rule(CaseworkerAssignment, to=Role.CASEWORKER, allows=[E.VIEW_CASEWORKER])
def own_assignments(on: datetime.date):
    assigned = CaseworkerAssignment.objects.filter(in_force(on))
    return assigned.values(person=F("caseworker"), row=F("pk"))
