"""Puts the demonstration into a database that holds nothing else."""

import datetime
from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.db import models, transaction
from django.utils import timezone

from accounts.models import RoleAssignment, User
from audit.trail import record
from casework.demo.builder import build
from casework.demo.scheme import Reference, Scheme
from casework.demo.staff import found_organisations, hire
from core.errors import Refusal
from mentees.models import (
    CaseworkerAssignment,
    Consent,
    CustodyEpisode,
    CustodyEvent,
    Enrolment,
    KeyDate,
    Mentee,
    NameToken,
    Placement,
    Programme,
    StatusChange,
)
from mentors.models import CoachAssignment, Mentor
from mentorships.models import (
    Agreement,
    MentoringSession,
    Mentorship,
    SessionDraft,
    SessionNarrative,
    SessionParticipant,
)
from networks.models import ContactRestriction, NetworkPerson, Tie
from notifications.models import Notice
from organisations.models import Organisation
from release_plans.models import Milestone, ReleasePlan, TemplateItem
from training.models import (
    Attendance,
    Certificate,
    CourseDay,
    CourseRun,
    Module,
    TrainingProgramme,
)

BATCH = 500
# Whoever is pointed at comes first; the path is to a row of the same table, likewise first.
STRUCTURE: dict[type[models.Model], str] = {
    Organisation: "within",
    User: "",
    EmailAddress: "",
    RoleAssignment: "",
}
SCHEME: dict[type[models.Model], str] = {
    Mentor: "",
    CoachAssignment: "",
    CourseRun: "",
    CourseDay: "",
    Attendance: "",
    Certificate: "",
    Programme: "",
    Mentee: "",
    NameToken: "",
    CaseworkerAssignment: "",
    CustodyEpisode: "",
    Placement: "",
    CustodyEvent: "",
    KeyDate: "replaces",
    Enrolment: "",
    StatusChange: "",
    Consent: "",
    NetworkPerson: "",
    Tie: "",
    ContactRestriction: "",
    ReleasePlan: "",
    Milestone: "",
    Mentorship: "",
    MentoringSession: "",
    SessionNarrative: "",
    SessionParticipant: "",
    Agreement: "",
    SessionDraft: "",
    Notice: "",
}


class NotLoaded(Refusal):
    """The database holds something else, or the demonstration already."""


def refuse_unless_empty() -> None:
    """Raises NotLoaded, saying what to do."""
    if User.objects.filter(is_demo=False).exists():
        raise NotLoaded(
            "This database holds people who are not of the demonstration. Use an empty one."
        )
    if User.objects.exists():
        raise NotLoaded(
            "The demonstration is already loaded. To begin anew, use an empty database."
        )
    if Mentee.objects.exists() or Organisation.objects.exists():
        raise NotLoaded("This database holds files or organisations of its own. Use an empty one.")


@transaction.atomic
def load(*, seed: int, day: datetime.date, progress: Callable[[float, str], None]) -> Scheme:
    """Build the demonstration of that day and save it, all or nothing; the scheme as saved.

    `progress` is told the part that is done, 0 to 1, and what is being written.
    Raises NotLoaded.
    """
    refuse_unless_empty()
    scheme = Scheme(seed, day)
    found_organisations(scheme)
    hire(scheme)
    total = len(STRUCTURE) + len(SCHEME) + 1
    for done, (model, link) in enumerate(STRUCTURE.items()):
        progress(done / total, str(model._meta.verbose_name_plural))
        _save(scheme.rows.get(model, []), link)
    call_command("load_reference_data", verbosity=0)
    build(scheme, find_reference())
    for done, (model, link) in enumerate(SCHEME.items(), len(STRUCTURE)):
        progress(done / total, str(model._meta.verbose_name_plural))
        _save(scheme.rows.get(model, []), link)
    _begin_histories(scheme)
    record("demonstration.loaded", by=None, target=[], seed=seed, day=day.isoformat())
    progress(1, "")
    return scheme


def find_reference() -> Reference:
    """What `load_reference_data` has put there."""
    training = TrainingProgramme.objects.get()
    items: dict[str, list[TemplateItem]] = {}
    for item in TemplateItem.objects.select_related("template"):
        items.setdefault(item.template.code, []).append(item)
    return Reference(training, list(Module.objects.filter(programme=training)), items)


def _save(rows: list[models.Model], link: str) -> None:
    """Those first that point at nobody, or at rows that are saved."""
    while rows:
        ready = [row for row in rows if not link or _is_saved(getattr(row, link))]
        type(ready[0])._base_manager.bulk_create(ready, batch_size=BATCH)
        rows = [row for row in rows if row.pk is None or row._state.adding]


def _is_saved(row: models.Model | None) -> bool:
    return row is None or not row._state.adding


def _begin_histories(scheme: Scheme) -> None:
    """What people edit in place begins its history here, as if each had been entered once."""
    for model, rows in scheme.rows.items():
        history: Any = getattr(model, "history", None)
        if history is not None:
            history.bulk_history_create(rows, batch_size=BATCH, default_date=timezone.now())
