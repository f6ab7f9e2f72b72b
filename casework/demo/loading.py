"""Puts the demonstration into a database that holds nothing else."""

import datetime
from collections.abc import Callable, Collection
from typing import Any

from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.db import connection, models, transaction
from django.utils import timezone

from accounts.models import RoleAssignment, User
from audit.trail import ByHand, record
from casework.demo.answers import answer_lately
from casework.demo.beside import print_lately, void_a_double
from casework.demo.builder import build
from casework.demo.copies import SCALES, copy
from casework.demo.scheme import Reference, Scheme
from casework.demo.shares import share
from casework.demo.staff import found_organisations, hire
from core.errors import Refusal
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
    NameToken,
    Placement,
    Programme,
    StatusChange,
)
from mentors.models import Absence, CoachAssignment, Mentor, MentorLoan
from mentorships.models import (
    Addendum,
    Agreement,
    ClosingAddendum,
    ClosingReport,
    Concern,
    ExpenseClaim,
    ExpenseLine,
    ExpenseRate,
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
)
from networks.models import ContactRestriction, NetworkPerson, Tie
from notifications.models import Notice
from organisations.models import Organisation
from release_plans import scheduling
from release_plans.models import (
    GatePlan,
    Milestone,
    MilestoneComment,
    MilestoneDateChange,
    ReleasePack,
    ReleasePlan,
    TemplateItem,
)
from training.models import (
    Attendance,
    Certificate,
    CourseDay,
    CourseRun,
    Module,
    TrainingProgramme,
)

BATCH = 500
COPYING = 0.95  # of the bar
# There once, or for one person only.
NOT_COPIED = {
    *(Organisation, Programme, CourseRun, CourseDay),
    *(SessionDraft, Concern, Reflection, Notice),
    *(ExpenseRate, ExpenseClaim, ExpenseLine),
}
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
    Absence: "",
    MentorLoan: "",
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
    Goal: "",
    GoalStep: "",
    LivingCondition: "",
    NetworkPerson: "",
    Tie: "",
    ContactRestriction: "",
    ReleasePlan: "",
    Milestone: "",
    MilestoneDateChange: "",
    MilestoneComment: "",
    GatePlan: "",
    ReleasePack: "",
    Mentorship: "",
    Handover: "",
    ClosingReport: "",
    ClosingAddendum: "",
    MentoringSession: "",
    PlannedMeeting: "supersedes",
    OtherWork: "",
    SessionNarrative: "",
    NoteAnswer: "question",
    Addendum: "",
    SessionParticipant: "",
    Agreement: "",
    Concern: "",
    GoalRating: "replaces",
    Reflection: "",
    ExpenseRate: "",
    ExpenseClaim: "",
    ExpenseLine: "",
    SessionDraft: "",
    Notice: "",
}
COPIED = {*STRUCTURE, *SCHEME} - NOT_COPIED


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
def load(
    *,
    seed: int,
    day: datetime.date,
    progress: Callable[[float, str], None],
    scale: str = "pilot",
    copied: Collection[type[models.Model]] = COPIED,
) -> Scheme:
    """Build the demonstration of that day and save it, all or nothing; the scheme as saved. At a
    larger scale `copied` are the models that grow.

    `progress` is told the part that is done, 0 to 1, and what is being written.
    Raises NotLoaded.
    """
    if scale == "european" and connection.vendor == "sqlite":
        raise NotLoaded("Ten million sessions need PostgreSQL: name one in DATABASE_URL.")
    refuse_unless_empty()
    scheme = Scheme(seed, day)
    found_organisations(scheme)
    hire(scheme)
    larger = scale != "pilot"
    total = (len(STRUCTURE) + len(SCHEME) + 1) / (1 - larger * COPYING)
    for done, (model, link) in enumerate(STRUCTURE.items()):
        progress(done / total, str(model._meta.verbose_name_plural))
        _save(scheme.rows.get(model, []), link)
    call_command("load_reference_data", verbosity=0)
    build(scheme, find_reference())
    for done, (model, link) in enumerate(SCHEME.items(), len(STRUCTURE)):
        progress(done / total, str(model._meta.verbose_name_plural))
        _save(scheme.rows.get(model, []), link)
    _begin_histories(scheme)
    share(scheme)
    answer_lately(scheme)
    print_lately(scheme)
    void_a_double(scheme)
    if larger:
        copy(
            SCALES[scale],
            [model for model in [*STRUCTURE, *SCHEME] if model in copied],
            lambda part, writing: progress(1 - COPYING + part * COPYING, writing),
        )
    about = {"seed": seed, "day": day.isoformat(), "scale": scale}
    record("demonstration.loaded", by=ByHand("seed_demo"), target=[], **about)
    progress(1, "")
    return scheme


def find_reference() -> Reference:
    """What `load_reference_data` has put there."""
    training = TrainingProgramme.objects.get()
    items: dict[str, list[TemplateItem]] = {}
    for item in TemplateItem.objects.select_related("template"):
        items.setdefault(item.template.code, []).append(item)
    modules = list(Module.objects.filter(programme=training))
    return Reference(training, modules, items, scheduling.calendar())


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
