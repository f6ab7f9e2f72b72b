"""Every surface against the oracle in one world; and of each, that a fault in it is found."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.db import transaction
from django.db.models import Value
from django.shortcuts import get_object_or_404

from accounts import access
from accounts.access import AccessQuerySet
from accounts.models import User
from accounts.reach_admin import ReachAdmin
from accounts.reach_api import ReachViewSet
from accounts.roles import Role
from bot_project.admin_site import NotedAutocomplete
from bot_project.tests.asking import Crowd, Reader
from bot_project.tests.facts import (
    NOON,
    PEOPLE,
    TODAY,
    Coaching,
    Facts,
    Held,
    Loan,
    Named,
    OfFile,
    Person,
    Share,
    Span,
    Subject,
    Thought,
    Walk,
)
from bot_project.tests.random_worlds import Built
from bot_project.tests.surfaces import SURFACES, faults_of
from bot_project.tests.wanted import API, wanted
from casework import navigation
from casework.permissions import CaseworkPermission
from casework.queries.calendar import coming_meetings, in_calendar
from casework.queries.caseload import caseload_of
from casework.queries.cases import cases_of
from casework.queries.desk import Stat, desk_of
from casework.queries.sharing import shared_with
from mentees.admin import FileAdmin
from mentees.permissions import (
    CustodyPermission,
    EnrolmentPermission,
    FileSection,
    GoalPermission,
    MenteePermission,
)
from mentors.admin import StaffAreaFilter
from mentors.models import Mentor
from mentors.permissions import MentorPermission
from mentorships.admin import MentorshipAdmin
from mentorships.endings import ended_lately
from mentorships.expenses import claims_of, months_of
from mentorships.models import Mentorship
from mentorships.permissions import (
    ConcernPermission,
    ExpensePermission,
    MentorshipPermission,
    ReflectionPermission,
    SessionPermission,
)
from notifications.models import Notice
from notifications.operations import promise
from organisations.models import Organisation
from release_plans.permissions import PlanPermission

OPEN = Span(-400, None)
AT_WORK = {
    0: [(Role.MENTOR, "a"), (Role.TRAINING_ORGANISER, "a")],
    1: [(Role.COACH, "a"), (Role.CASEWORKER, "a"), (Role.MENTOR, "a")],
    2: [(Role.PROBATION_ADMIN, "a"), (Role.CASEWORKER, "a")],
    3: [(Role.AGENCY_PARTNER, "a"), (Role.COACH, "b")],
    4: [(Role.AUDITOR, "a")],
    5: [(Role.MENTOR, "b"), (Role.PROBATION_ADMIN, "a"), (Role.PROBATION_ADMIN, "b")],
}
FACTS = Facts(
    people=(
        *[Person(is_active=True, is_superuser=False)] * (PEOPLE - 1),
        Person(is_active=True, is_superuser=False, area="b"),
    ),
    held=tuple(Held(p, role, place, OPEN) for p, held in AT_WORK.items() for role, place in held),
    subjects=(Subject("a", ""), Subject("b", "", agrees=True), Subject("b", "")),
    walks=(
        Walk(0, 0, is_primary=True, status="active", started=-400),
        Walk(5, 0, is_primary=False, status="active", started=-400),
        Walk(5, 1, is_primary=True, status="active", started=-400, meets=-1),
        Walk(0, 2, is_primary=True, status="proposed", started=-400, loan=0),
        Walk(0, 1, is_primary=False, status="ended", started=-400, ended=-3, is_off=True),
        Walk(1, 1, is_primary=False, status="active", started=-400, loan=1, meets=0),
        Walk(5, 2, is_primary=False, status="active", started=-400, loan=2),
        Walk(0, 0, is_primary=False, status="ended", started=-400, ended=-5, report="begun"),
        Walk(0, 1, is_primary=False, status="ended", started=-400, ended=-4, report="finished"),
    ),
    coachings=(Coaching(coach=1, mentor=0, span=OPEN),),
    caseworkers=(OfFile(1, 0, OPEN), OfFile(2, 1, OPEN)),
    exclusions=(OfFile(3, 2, OPEN),),
    shares=tuple(
        Share(person, 0, frozenset([FileSection.CORE]), 5, is_withdrawn=False) for person in (3, 4)
    ),
    named=(Named(3, 2, 5, is_withdrawn=False),),
    loans=(Loan(0, "b", OPEN), Loan(1, "b", OPEN), Loan(5, "a", Span(-400, -1))),
    thoughts=(Thought(0, is_shared=False), Thought(0, is_shared=True), Thought(5, is_shared=True)),
)

Patch = pytest.MonkeyPatch
Fault = Callable[[Patch], None]

# --- Mistakes that somebody could make ----------------------------------------------------------


def unasked(*permissions: str) -> Fault:
    """What is shown is every row, whoever looks."""

    def plant(patch: Patch) -> None:
        permitted = AccessQuerySet.permitted
        patch.setattr(
            AccessQuerySet,
            "permitted",
            lambda rows, user, permission: (
                rows.all() if permission in permissions else permitted(rows, user, permission)
            ),
        )

    return plant


def of_somebody_else(place: str, query: Callable, person: int) -> Fault:
    """The page is made for another reader."""

    def plant(patch: Patch) -> None:
        other = f"p{person}@test.example"
        patch.setattr(
            place, lambda user, *at, **asked: query(User.objects.get(email=other), *at, **asked)
        )

    return plant


def every_row(of: type, name: str, rows: Callable) -> Fault:
    return lambda patch: patch.setattr(of, name, rows)


def whole_table(page, request):
    return page.model.objects.order_by("pk")


def any_row(request, permission, model, *, related=(), **lookup):
    return model.objects.filter(**lookup).annotate(reader_capacity=Value("")).get()


def loaded_unasked(patch: Patch) -> None:
    patch.setattr("accounts.reach_admin.load", any_row)


def stepped_unasked(patch: Patch) -> None:
    loaded_unasked(patch)
    patch.setattr("accounts.reach_admin.held", lambda user, row, permissions: set(permissions))


def end_them(page, request, queryset):
    queryset.update(status="ended", ended_on=TODAY, end_reason="completed")


def action_on_all(patch: Patch) -> None:
    patch.setattr(MentorshipAdmin, "actions", [end_them])
    patch.setattr(ReachAdmin, "get_queryset", whole_table)


def open_trail(patch: Patch) -> None:
    patch.setitem(access.PAGES, CaseworkPermission.OPEN_TRAIL, set(Role))


def count_of_all_notices(patch: Patch) -> None:
    entries = [
        entry._replace(waiting=lambda user: Notice.objects.count()) if entry.waiting else entry
        for entry in navigation.EVERYONE
    ]
    patch.setattr(navigation, "EVERYONE", entries)


def everybody_told(operations: str) -> Fault:
    def told(recipients, kind, **given):
        return promise(User.objects.values_list("pk", flat=True), kind, **given)

    return lambda patch: patch.setattr(f"mentorships.operations.{operations}.promise", told)


def figure_of_all(patch: Patch) -> None:
    patch.setattr("casework.queries.desk._stats", lambda rows: [Stat(len(rows) + 1, "", "/desk/")])


found_by_anything = every_row(
    FileAdmin,
    "get_search_results",
    lambda page, request, rows, term: (page.model.objects.order_by("pk"), False),
)
list_of_all = every_row(ReachAdmin, "get_queryset", whole_table)
api_of_all = every_row(ReachViewSet, "get_queryset", lambda view: view.model.objects.all())
no_rule_for_files = unasked(MenteePermission.VIEW)
no_rule_for_mentorships = unasked(MentorshipPermission.VIEW)
anothers_desk = of_somebody_else("casework.views.desk.desk_of", desk_of, 1)
anothers_cases = of_somebody_else("casework.views.cases.cases_of", cases_of, 1)
anothers_caseload = of_somebody_else("casework.views.caseload.caseload_of", caseload_of, 0)

FAULTS: dict[str, Fault] = {
    "/caseload/": anothers_caseload,
    "/desk/": anothers_desk,
    "/cases/": anothers_cases,
    "/sessions/log/": unasked(MentorshipPermission.LOG_SESSION),
    "/shared/": of_somebody_else("casework.views.sharing.shared_with", shared_with, 3),
    "/acts/": no_rule_for_files,
    "/desk/readings/": unasked(MenteePermission.SEE_READINGS),
    "/trail/": open_trail,
    "/trail/export/": open_trail,
    "search among one's cases": anothers_cases,
    "proposals on the caseload": anothers_caseload,
    "/sessions/ended/": of_somebody_else("mentorships.endings.ended_lately", ended_lately, 0),
    "sessions on the files": unasked(SessionPermission.VIEW),
    "/mentees/{}/": no_rule_for_files,
    "/mentees/{}/access/": unasked(MenteePermission.SEE_READERS),
    "/mentees/{}/access/share/": unasked(MenteePermission.SHARE),
    "/mentees/{}/access/substitute/": unasked(MenteePermission.SHARE),
    "/mentees/{}/access/exclude/": unasked(MenteePermission.EXCLUDE),
    "/mentees/{}/record/": unasked(MenteePermission.IS_THERE),
    "/mentees/{}/goals/": no_rule_for_files,
    "/mentees/{}/goals/new/": unasked(GoalPermission.SET),
    "/mentees/{}/living/": unasked(GoalPermission.SET),
    "goals on the files": unasked(GoalPermission.VIEW),
    "goals on their pages": unasked(GoalPermission.VIEW),
    "/goals/{}/": unasked(GoalPermission.VIEW),
    "/goals/{}/change/": unasked(GoalPermission.CHANGE),
    "/goals/{}/reach/": unasked(GoalPermission.CHANGE),
    "/goals/{}/drop/": unasked(GoalPermission.CHANGE),
    "that there are goals": unasked(GoalPermission.METADATA, MenteePermission.VIEW),
    "/sessions/{}/": unasked(SessionPermission.VIEW),
    "/sessions/{}/note/": unasked(SessionPermission.VIEW_NOTE),
    "/sessions/log/{}/": unasked(SessionPermission.VIEW_DRAFT),
    "/sessions/log/{}/discard/": unasked(SessionPermission.VIEW_DRAFT),
    "/sessions/{}/hand-over/": unasked(MentorshipPermission.HAND_OVER),
    "whom a hand-over offers": unasked(MentorPermission.VIEW),
    "who may cover": lambda patch: patch.setattr(
        "mentors.forms.who_may_cover", lambda coach: Mentor.objects.all()
    ),
    "/emergency/": unasked(MenteePermission.OPEN_IN_EMERGENCY),
    "the figure on the desk": anothers_desk,
    "figures on the desk beside their rows": figure_of_all,
    "the figure of proposals in the office": no_rule_for_mentorships,
    "the badge": count_of_all_notices,
    "notices of a session": everybody_told("sessions"),
    "/concerns/": unasked(ConcernPermission.VIEW),
    "/concerns/{}/": unasked(ConcernPermission.VIEW),
    "/concerns/{}/take-up/": unasked(ConcernPermission.TAKE_UP),
    "/concerns/raise/{}/": unasked(MentorshipPermission.RAISE_CONCERN),
    "about whom one may raise one": unasked(MentorshipPermission.RAISE_CONCERN),
    "concerns on the files": unasked(ConcernPermission.VIEW),
    "concerns on the desk": anothers_desk,
    "notices of a concern": everybody_told("concerns"),
    "/sessions/{}/closing/": lambda patch: patch.setattr(
        "mentorships.views.closing._loaded",
        lambda request, key: get_object_or_404(Mentorship, pk=key, status="ended"),
    ),
    "/sessions/{}/closing/report/": unasked(MentorshipPermission.VIEW_CLOSING),
    "closing reports of late": of_somebody_else(
        "mentorships.endings.ended_lately", ended_lately, 0
    ),
    "reports on the files": unasked(MentorshipPermission.VIEW_CLOSING),
    "/expenses/": unasked(ExpensePermission.DECIDE),
    "/expenses/{}/": of_somebody_else("mentorships.expenses.claims_of", claims_of, 0),
    "claims month by month": of_somebody_else("mentorships.expenses.months_of", months_of, 0),
    "/expenses/claims/{}/": unasked(ExpensePermission.VIEW),
    "/expenses/claims/{}/decide/": unasked(ExpensePermission.DECIDE),
    "lines of the claims": unasked(ExpensePermission.VIEW_LINE),
    "/expenses/export/{}/": unasked(ExpensePermission.EXPORT),
    "/reflections/": unasked(ReflectionPermission.VIEW),
    "/reflections/{}/": unasked(ReflectionPermission.VIEW),
    "/reflections/{}/edit/": unasked(ReflectionPermission.CHANGE),
    "/reflections/{}/take-back/": unasked(ReflectionPermission.CHANGE),
    "/calendar/": of_somebody_else("casework.views.calendar.coming_meetings", coming_meetings, 0),
    "/calendar/meetings.ics": of_somebody_else(
        "casework.views.calendar.in_calendar", in_calendar, 0
    ),
    "the private address of the calendar": unasked(SessionPermission.CHANGE_MEETING),
    "/sessions/meetings/": unasked(SessionPermission.CHANGE_MEETING),
    "/sessions/meetings/{}/move/": unasked(SessionPermission.CHANGE_MEETING),
    "/sessions/meetings/{}/call-off/": unasked(SessionPermission.CHANGE_MEETING),
    "plans on the files": unasked(PlanPermission.VIEW_MILESTONE),
    "/mentees/{}/plan/": unasked(PlanPermission.VIEW),
    "/milestones/{}/": unasked(PlanPermission.VIEW_MILESTONE),
    "milestones on their plans": unasked(PlanPermission.VIEW, PlanPermission.VIEW_MILESTONE),
    "next meetings on the files": unasked(SessionPermission.VIEW_MEETING),
    "/mentees/{}/print/": no_rule_for_files,
    "sessions in print": unasked(SessionPermission.VIEW),
    "/mentees/{}/transfer/": unasked(CustodyPermission.RECORD),
    "meetings that a move calls off": unasked(SessionPermission.MEETING_METADATA),
    **{f"/api/v1/{name}/": api_of_all for name in API},
    **{f"/api/v1/{name}/{{}}/": api_of_all for name in API},
    "lists of the office": list_of_all,
    "lists of the office, by a name": found_by_anything,
    "lists of the office, by a reference": found_by_anything,
    "mentorships of the office, status by status": list_of_all,
    "areas of a filter": lambda patch: patch.setattr(
        StaffAreaFilter,
        "lookups",
        lambda *asked: [
            (str(area.pk), area.name) for area in Organisation.objects.of_kind("area")
        ],
    ),
    "autocomplete of the office": every_row(
        NotedAutocomplete, "get_queryset", lambda view: whole_table(view.model_admin, None)
    ),
    "pages of the office": loaded_unasked,
    "histories of the office": loaded_unasked,
    "enrolments below a mentee": unasked(EnrolmentPermission.VIEW),
    "mentorships below an enrolment": no_rule_for_mentorships,
    "sessions below an enrolment": unasked(SessionPermission.METADATA),
    "steps of the office": stepped_unasked,
    "steps that end a loan": stepped_unasked,
    "actions of the office, with a forged selection": action_on_all,
}


@pytest.fixture(scope="module")
def readers(django_db_setup, django_db_blocker) -> Iterator[list[Reader]]:
    with (
        django_db_blocker.unblock(),
        time_machine.travel(NOON, tick=False),
        transaction.atomic(),
    ):
        yield list(Crowd(Built(FACTS)).readers())
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("surface", SURFACES)
class TestASurface:
    def test_shows_each_what_the_oracle_says(self, readers, surface):
        assert not list(faults_of(readers, wanted(FACTS), surface))

    def test_is_found_to_differ_where_a_fault_is_planted(self, readers, surface, monkeypatch):
        FAULTS[surface](monkeypatch)
        asking = [reader.anew() for reader in readers]
        assert next(faults_of(asking, wanted(FACTS), surface), None)
