"""The facts of a world in the database, and what a test of it needs.

`tests.surfaces` puts the answer of the oracle beside that of the rule and of every surface.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import time_machine
from django.db.models import Q

from accounts import access
from accounts.models import RoleAssignment, User
from accounts.roles import Role
from bot_project.tests.cast import holding, set_goal
from bot_project.tests.facts import NOON, TODAY, Facts, Loan, Share, Span, Walk
from core.dates import today
from core.references import reference_of
from mentees import operations
from mentees.models import (
    CaseworkerAssignment,
    Consent,
    Enrolment,
    Goal,
    Mentee,
    MenteeExclusion,
    Programme,
)
from mentees.permissions import FileSection, GoalPermission, MenteePermission
from mentors.models import Absence, CoachAssignment, Mentor, MentorLoan
from mentors.permissions import MentorPermission
from mentorships import operations as session_operations
from mentorships.models import (
    ClosingReport,
    Concern,
    ExpenseClaim,
    ExpenseLine,
    MentoringSession,
    Mentorship,
    PlannedMeeting,
    Reflection,
    SessionDraft,
    SessionNarrative,
)
from mentorships.permissions import (
    ConcernPermission,
    ExpensePermission,
    MentorshipPermission,
    ReflectionPermission,
    SessionPermission,
)
from organisations.models import Organisation
from release_plans.models import Milestone, MilestoneTemplate, ReleasePlan, Responsible
from release_plans.permissions import PlanPermission
from training.models import Certificate, TrainingProgramme


def month(number: int) -> datetime.date:
    """The so-and-so-manieth before this one: a claim of each mentorship has one of its own."""
    years, months = divmod(TODAY.year * 12 + TODAY.month - 1 - number, 12)
    return datetime.date(years, months + 1, 1)


def day(number: int | None) -> datetime.date | None:
    return None if number is None else TODAY + datetime.timedelta(days=number)


class Built:
    """The facts as rows; `number[model][pk]` leads back."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.number: dict[type, dict[Any, int]] = defaultdict(dict)
        self.loans: list[MentorLoan] = []
        self._structure()
        for number, person in enumerate(facts.people):
            user = User.objects.create(
                email=f"p{number}@test.example",
                name=f"Person {number}",
                is_active=person.is_active,
                is_superuser=person.is_superuser,
            )
            self._is(user, number)
            mentor = Mentor.objects.create(user=user, area=self.area[person.area])
            self._is(mentor, number)
            trained = Certificate.objects.create(
                holder=user,
                programme=self.training,
                valid_from=day(-400),
                valid_until=day(400),
            )
            self._is(trained, number)
        self.decider = User.objects.create(email="decider@test.example", name="Decider")
        self.second = User.objects.create(email="second@test.example", name="Second")
        self.users = {number: pk for pk, number in self.number[User].items()}
        self.mentors = {m.user_id: m for m in Mentor.objects.all()}
        for held in facts.held:
            RoleAssignment.objects.create(
                user_id=self.users[held.person],
                role=held.role,
                organisation=self.area[held.place],
                **self._dates(held.span),
            )
        for lent in facts.loans:
            self._loan(lent)
        self._files()
        self._thoughts()
        self._decisions()
        self._exclusions()

    def _is(self, row: Any, number: int) -> None:
        self.number[type(row)][row.pk] = number

    def _dates(self, span: Span) -> dict[str, datetime.date | None]:
        return {"valid_from": day(span.first), "valid_until": day(span.last)}

    def _mentor(self, person: int) -> Mentor:
        return self.mentors[self.users[person]]

    def _structure(self) -> None:
        kind, since = Organisation.Kind, {"valid_from": day(-999)}
        create = Organisation.objects.create
        self.root = create(kind=kind.DIRECTORATE, name="Directorate", **since)
        self.area, self.prison, self.home = {}, {"": None}, {"": None}
        for letter in "ab":
            area = create(kind=kind.AREA, name=f"Area {letter}", within=self.root, **since)
            self.area[letter] = area
            self.prison[letter] = create(kind=kind.INSTITUTION, name=letter, within=area, **since)
            self.home[letter] = create(kind=kind.MUNICIPALITY, name=letter, within=area, **since)
        self.programme = Programme.objects.create(code="bot", name="Scheme", starts_on=day(-999))
        self.training = TrainingProgramme.objects.create(
            code="bot-12", name="Mentor training", organisation=self.area["a"]
        )
        self.template = MilestoneTemplate.objects.create(code="sentence", **since)

    def _loan(self, lent: Loan) -> None:
        last = day(999 if lent.span.last is None else lent.span.last)
        self.lent(
            MentorLoan.objects.create(
                mentor=self._mentor(lent.mentor),
                borrower=self.area[lent.borrower],
                valid_from=day(lent.span.first),
                planned_until=last,
                valid_until=last,
                lent_by=self.decider,
                granted_by=self.second,
            )
        )

    def lent(self, loan: MentorLoan) -> None:
        """Also one that was granted later."""
        self._is(loan, len(self.loans))
        self.loans.append(loan)

    def _files(self) -> None:
        self.references = {}
        self.goals: dict[str, int] = {}
        self.notes: list[SessionNarrative] = []
        self.files = []
        self.mentorships: list[Mentorship] = []
        for number, subject in enumerate(self.facts.subjects):
            mentee = Mentee.objects.create(
                reference=reference_of(f"{10000 + number}"),
                given_name="Given",
                family_name="Family",
                institution=self.prison[subject.prison],
                home_municipality=self.home[subject.home],
            )
            Enrolment.objects.create(
                mentee=mentee,
                programme=self.programme,
                status="active",
                controller=self.root,
                opened_on=day(-900),
            )
            self.filed(mentee, agrees=subject.agrees)
        for number, walk in enumerate(self.facts.walks):
            self._walk(number, walk)
        for coaching in self.facts.coachings:
            CoachAssignment.objects.create(
                coach=self._mentor(coaching.coach),
                mentor=self._mentor(coaching.mentor),
                **self._dates(coaching.span),
            )
        for away in self.facts.absences:
            last = day(999 if away.span.last is None else away.span.last)
            Absence.objects.create(
                coach=self._mentor(away.coach),
                cover=self._mentor(away.cover),
                valid_from=day(away.span.first),
                planned_until=last,
                valid_until=last,
            )
        for fact in self.facts.caseworkers:
            CaseworkerAssignment.objects.create(
                mentee=self.files[fact.mentee],
                caseworker_id=self.users[fact.person],
                **self._dates(fact.span),
            )

    def filed(self, mentee: Mentee, *, agrees: bool) -> None:
        """With a goal and a plan; also of somebody who enrolled later."""
        number = len(self.files)
        self._is(mentee, number)
        self.files.append(mentee)
        self.references[mentee.reference] = number
        self._goal(number, mentee, agrees=agrees)
        self._plan(number, mentee)

    def _goal(self, number: int, mentee: Mentee, *, agrees: bool) -> None:
        """A goal, and the mentee's consent that the caseworker sees it or one that is over."""
        goal = set_goal(mentee, f"Goal number {number}", set_on=day(-400))
        self._is(goal, number)
        self.goals[str(goal.uuid)] = number
        Consent.objects.create(
            enrolment=mentee.enrolments.get(),
            purpose=Consent.Purpose.SHOW_GOALS,
            wording_version="1",
            language="en",
            given_on=day(-400),
            withdrawn_on=None if agrees else day(-1),
        )

    def _plan(self, number: int, mentee: Mentee) -> None:
        """With one milestone, which is due."""
        plan = ReleasePlan.objects.create(
            enrolment=mentee.enrolments.get(), template=self.template, made_on=day(-400)
        )
        milestone = Milestone.objects.create(
            plan=plan,
            own_title=f"Milestone number {number}",
            responsible=Responsible.MENTOR,
            due_on=day(0),
        )
        self._is(milestone, number)

    def _exclusions(self) -> None:
        """Made last: nothing is shown to whoever is kept out already."""
        for fact in self.facts.exclusions:
            MenteeExclusion.objects.create(
                mentee=self.files[fact.mentee],
                person_id=self.users[fact.person],
                reason="kin",
                **self._dates(fact.span),
            )

    def _walk(self, number: int, walk: Walk) -> None:
        ended = walk.status == "ended"
        mentorship = Mentorship.objects.create(
            mentor=self._mentor(walk.mentor),
            enrolment=self.files[walk.mentee].enrolments.get(),
            loan=None if walk.loan is None else self.loans[walk.loan],
            role="primary" if walk.is_primary else "co_mentor",
            status=walk.status,
            proposed_on=day(-500),
            started_on=day(min(walk.started, walk.ended) if ended else walk.started),
            ended_on=day(walk.ended) if ended else None,
            end_reason="completed" if ended else "",
        )
        self.walked(number, walk, mentorship)

    def walked(self, number: int, walk: Walk, mentorship: Mentorship) -> None:
        """With what is written of it and a meeting; also of a mentorship that began later."""
        self.mentorships.append(mentorship)
        session = MentoringSession.objects.create(
            mentorship=mentorship,
            status="no_show",
            held_on=day(-1),
            logged_by_id=self.users[walk.mentor],
        )
        note = SessionNarrative.objects.create(
            session=session, tier=walk.tier, facts="They did not meet."
        )
        self.notes.append(note)
        draft = SessionDraft.objects.create(
            mentorship=mentorship, author_id=self.users[walk.mentor], typed={"facts": "Begun"}
        )
        claim = ExpenseClaim.objects.create(
            mentor=mentorship.mentor, month=month(number), total=10, currency="DKK"
        )
        line = ExpenseLine.objects.create(
            claim=claim, session=session, held_on=session.held_on, fare=10, amount=10
        )
        concern = Concern.objects.create(
            mentorship=mentorship,
            level=Concern.Level.REFLECT,
            observed="Old friends were at the gate.",
            source=Concern.Source.SAW,
            raised_by_id=self.users[walk.mentor],
        )
        meeting = PlannedMeeting.objects.create(
            mentorship=mentorship,
            planned_on=today() + datetime.timedelta(days=walk.meets),
            planned_at=datetime.time(9, number % 60),
            planned_by_id=self.users[walk.mentor],
            called_off_at=NOON if walk.is_off else None,
            called_off_because=MentoringSession.CancelReason.OTHER if walk.is_off else "",
        )
        for row in (mentorship, session, note, draft, claim, line, concern, meeting):
            self._is(row, number)
        if walk.report:
            self._report(number, walk, mentorship)

    def _report(self, number: int, walk: Walk, mentorship: Mentorship) -> None:
        report = ClosingReport.objects.create(
            mentorship=mentorship,
            author_id=self.users[walk.mentor],
            tier=walk.tier,
            typed=dict.fromkeys(ClosingReport.QUESTIONS, "It ended well."),
            finished_at=NOON if walk.report == "finished" else None,
        )
        self._is(report, number)

    def _thoughts(self) -> None:
        for number, thought in enumerate(self.facts.thoughts):
            written = Reflection.objects.create(
                author_id=self.users[thought.author],
                text="A long day.",
                shared_at=NOON if thought.is_shared else None,
            )
            self._is(written, number)

    def _decisions(self) -> None:
        """Shares were made long enough ago that some are over."""
        with time_machine.travel(NOON - datetime.timedelta(days=20), tick=False):
            for share in self.facts.shares:
                self._share(share)
            for named in self.facts.named:
                decision = session_operations.name_reader(
                    self.notes[named.walk],
                    by=self.decider,
                    person=User.objects.get(pk=self.users[named.person]),
                    until=NOON + datetime.timedelta(days=named.ends),
                    reason="Knows the family",
                )
                if named.is_withdrawn:
                    session_operations.dismiss_reader(decision, by=self.decider, reason="Done")

    def _share(self, share: Share) -> None:
        given: dict[str, Any] = {
            "by": self.decider,
            "person": User.objects.get(pk=self.users[share.person]),
            "sections": [FileSection(section) for section in share.sections],
            "until": NOON + datetime.timedelta(days=share.ends),
            "reason": "Housing after release",
        }
        mentee = self.files[share.mentee]
        role = Role.MENTOR if share.is_substitute else Role.AGENCY_PARTNER
        with holding(given["person"], role, self.root):  # whatever it is today
            if share.is_substitute:
                decision = operations.appoint_substitute(mentee, **given)
            else:
                decision = operations.share_file(mentee, legal_basis="consent", **given)
        if share.is_withdrawn:
            operations.withdraw_decision(decision, by=self.decider, reason="No longer needed")

    def user(self, person: int) -> User:
        """As the next request will load them."""
        return User.objects.get(pk=self.users[person])


# --- What a test of it needs ---------------------------------------------------------------------

ROWS = {
    "mentee": (Mentee, MenteePermission.VIEW),
    "goal": (Goal, GoalPermission.VIEW),
    "mentorship": (Mentorship, MentorshipPermission.VIEW),
    "session": (MentoringSession, SessionPermission.VIEW),
    "metadata": (MentoringSession, SessionPermission.METADATA),
    "note": (SessionNarrative, SessionPermission.VIEW_NOTE),
    "draft": (SessionDraft, SessionPermission.VIEW_DRAFT),
    "meeting": (PlannedMeeting, SessionPermission.VIEW_MEETING),
    "milestone": (Milestone, PlanPermission.VIEW_MILESTONE),
    "concern": (Concern, ConcernPermission.VIEW),
    "raises": (Mentorship, MentorshipPermission.RAISE_CONCERN),
    "takes up": (Concern, ConcernPermission.TAKE_UP),
    "report": (ClosingReport, MentorshipPermission.VIEW_CLOSING),
    "claim": (ExpenseClaim, ExpensePermission.VIEW),
    "line": (ExpenseLine, ExpensePermission.VIEW_LINE),
    "reflection": (Reflection, ReflectionPermission.VIEW),
    "mentor": (Mentor, MentorPermission.VIEW),
    "loan": (MentorLoan, MentorPermission.VIEW_LOAN),
}


@contextmanager
def composed_anew() -> Iterator[None]:
    """Rules are composed once a day; a fault that was planted in one shows only after that."""
    access.forget()
    try:
        yield
    finally:
        access.forget()


def always(on: datetime.date, of: str = "") -> Q:
    """`in_force` as somebody writes it who forgets the days."""
    return Q(pk__isnull=False)


class Disagreement(AssertionError):
    """A surface shows something other than the oracle says."""
