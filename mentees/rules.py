"""The file and what hangs on it, for those whose reach follows from where the mentee is, and for
the named caseworker. Mentors and coaches come in `mentorships.rules`, where the fact is known."""

import datetime

from django.db import models
from django.db.models import F

from accounts.access import posted, rule
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
    Mentee: [M.ADD, M.CHANGE, C.RECORD, M.SEE_READERS, M.SEE_OWN_READINGS, M.OPEN_IN_EMERGENCY],
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


for model, views in VIEWS.items():
    administered(model, [*views, *ADMINISTRATOR_ALSO.get(model, [])])
    if model is CaseworkerAssignment:
        continue
    rule(model, to=Role.CASEWORKER, allows=[*views, *CASEWORKER_ALSO.get(model, [])])(
        by_caseworker(model)
    )


# In an emergency the file opens to whoever holds one of these roles where the mentee is or comes
# from; an auditor also from the directorate above. The auditors look at it afterwards.
AUDITING = [M.OPEN_IN_EMERGENCY, M.REVIEW_EMERGENCY]
for place in ("institution__within", "home_municipality__within"):
    posted(Mentee, to=Role.COACH, over=place, allows=[M.OPEN_IN_EMERGENCY])
    posted(Mentee, to=Role.AUDITOR, over=place, allows=AUDITING)
    posted(Mentee, to=Role.AUDITOR, over=f"{place}__within", allows=AUDITING)


@rule(CaseworkerAssignment, to=Role.CASEWORKER, allows=[E.VIEW_CASEWORKER])
def own_assignments(on: datetime.date):
    assigned = CaseworkerAssignment.objects.filter(in_force(on))
    return assigned.values(person=F("caseworker"), row=F("pk"))
