"""A small scheme in which every fact has a predecessor that is over and a neighbour elsewhere."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.utils import timezone

from accounts.models import RoleAssignment, User
from accounts.roles import Role
from core.dates import today
from mentees import operations
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
    MenteeExclusion,
    NameToken,
    Placement,
    Programme,
    StatusChange,
)
from mentees.permissions import FileSection
from mentors.models import Absence, CoachAssignment, Mentor, MentorLoan
from mentorships.models import (
    Agreement,
    ClosingReport,
    Concern,
    ExpenseClaim,
    ExpenseLine,
    GoalRating,
    MentoringSession,
    Mentorship,
    OtherWork,
    PlannedMeeting,
    Reflection,
    SessionDraft,
    SessionNarrative,
    SessionParticipant,
    SessionSheet,
)
from networks.models import ContactRestriction, NetworkPerson, Tie
from notifications.models import Notice
from organisations.models import Organisation
from release_plans.models import (
    Category,
    GatePlan,
    Milestone,
    MilestoneComment,
    MilestoneDateChange,
    MilestoneTemplate,
    ReleasePack,
    ReleasePlan,
    ReminderStep,
    Responsible,
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

LONG_AGO = datetime.date(2020, 1, 1)
SECTIONS = [FileSection.CORE, FileSection.NETWORK]
PASSWORD = "a passphrase for tests only"
SECRET = "JBSWY3DPEHPK3PXP"  # of every second factor in tests


def yesterday() -> datetime.date:
    return today() - datetime.timedelta(days=1)


def in_days(days: int) -> datetime.datetime:
    return timezone.now() + datetime.timedelta(days=days)


def set_goal(mentee: Mentee, words: str = "A place of my own", **fields: Any) -> Goal:
    """A goal with a step, set long ago."""
    levels = {
        "much_less": "I have not asked anybody",
        "less": "I have written to one landlord",
        "expected": "I am on two lists",
        "more": "I have seen a room",
        "much_more": "I have the key",
    }
    given = {"domain": "housing", "set_on": LONG_AGO, **levels, **fields}
    goal = Goal.objects.create(mentee=mentee, words=words, **given)
    GoalStep.objects.create(goal=goal, text="Write to the housing office")
    return goal


@contextmanager
def holding(person: User, role: Role, place: Organisation) -> Iterator[None]:
    """Somebody holds a role so long: what was shared with them then stands beyond it."""
    held = RoleAssignment.objects.create(
        user=person, role=role, organisation=place, valid_from=today(), valid_until=today()
    )
    yield
    held.delete()


class World:
    """Area A with mentee `a`, area B with mentee `b`, and people around them by name."""

    def __init__(self) -> None:
        self._ground()
        self._people()
        self._facts()
        Notice.objects.all().delete()  # nobody has anything to read yet

    def _ground(self) -> None:
        """The structure, the scheme, and in each area one file that nobody walks with yet."""
        self.people: dict[str, User] = {}
        kind = Organisation.Kind
        self.root = Organisation.objects.create(
            kind=kind.DIRECTORATE, name="Directorate", valid_from=LONG_AGO, is_controller=True
        )
        self.area: dict[str, Organisation] = {}
        self.prison: dict[str, Organisation] = {}
        self.files: dict[str, Mentee] = {}
        self.programme = Programme.objects.create(code="bot", name="Scheme", starts_on=LONG_AGO)
        self.training = TrainingProgramme.objects.create(
            code="bot-12", name="Mentor training", organisation=self.root
        )
        self.template = MilestoneTemplate.objects.create(code="sentence", valid_from=LONG_AGO)
        self.item = TemplateItem.objects.create(
            template=self.template,
            code="P01",
            category=Category.PLAN,
            titles={"en": "A plan", "da": "En plan", "fr": "Un plan"},
            responsible=Responsible.MENTOR,
            offset_days=-28,
        )
        for letter in "ab":
            self._area(letter)

    def _people(self) -> None:
        """Everybody, each with the role, and some with one that is over."""
        self.person("admin_a", Role.PROBATION_ADMIN, "a")
        self.person("admin_b", Role.PROBATION_ADMIN, "b")
        self.person("former_admin_a", Role.PROBATION_ADMIN, "a", until=yesterday())
        self.role("former_admin_a", Role.PROBATION_ADMIN, "b")
        self.person("barred_admin_a", Role.PROBATION_ADMIN, "a")
        self.person("auditor", Role.AUDITOR, self.root)
        self.person("trainer", Role.TRAINING_ORGANISER, self.root)
        self.person("manager", Role.PROGRAMME_MANAGER, self.root)
        for name in ("mentor", "mentor_b", "former_mentor", "leaving_mentor", "proposed_mentor"):
            self.person(name, Role.MENTOR, "a" if name != "mentor_b" else "b")
        self.person("mentor_without_role", Role.MENTOR, "a", until=yesterday())
        self.role("mentor_without_role", Role.AGENCY_PARTNER, "a")
        self.person("two_hats", Role.PROBATION_ADMIN, "b")
        self.role("two_hats", Role.MENTOR, "a")
        for name in ("coach", "former_coach", "stand_in", "former_stand_in"):
            self.person(name, Role.COACH, "a")
        self.role("coach", Role.MENTOR, "a")
        self.person("caseworker", Role.CASEWORKER, self.prison["a"])
        self.person("former_caseworker", Role.CASEWORKER, self.prison["a"])
        self.person("partner", Role.AGENCY_PARTNER, "a")
        self.person("former_partner", Role.AGENCY_PARTNER, "a")
        self.person("stranger")
        self.person("inactive", Role.PROBATION_ADMIN, "a", is_active=False)
        self.person("technical", is_superuser=True, is_staff=True)

    def _facts(self) -> None:
        """Who walks with whom, who supervises, who is shown a file and who is kept from it."""
        for name, last in (("former_mentor", LONG_AGO), ("leaving_mentor", yesterday())):
            self.mentorship(name, "a", status="ended", ended_on=last, end_reason="mentor_left")
        self.mentorship("proposed_mentor", "a", status="proposed")
        self.mentorship("mentor", "a")
        self.mentorship("two_hats", "a", role="co_mentor")
        self.mentorship("mentor_without_role", "a", role="co_mentor")
        self.mentorship("mentor_b", "b")
        self.coaching("former_coach", "mentor", until=yesterday())
        self.coaching("former_coach", "mentor_b")
        self.coaching("coach", "mentor")
        self.absence("coach", "former_stand_in", until=yesterday())
        self.absence("coach", "stand_in", first=today())
        self.absence("former_coach", "former_stand_in", until=yesterday())
        self.answers_for("former_caseworker", "a", until=yesterday())
        self.answers_for("former_caseworker", "b")
        self.answers_for("caseworker", "a")
        for name in ("barred_admin_a", "barred_by_kin"):
            if name not in self.people:
                self.person(name, Role.MENTOR, "a")
            MenteeExclusion.objects.create(
                person=self.people[name], mentee=self.files["a"], reason="kin"
            )
        self.share("partner", in_days(10))
        self.share("former_partner", in_days(10))
        self.files["a"].grants.filter(user=self.people["former_partner"]).update(
            expires_at=in_days(-1)
        )

    def _area(self, letter: str) -> None:
        kind = Organisation.Kind
        area = Organisation.objects.create(
            kind=kind.AREA, name=f"Area {letter}", within=self.root, valid_from=LONG_AGO
        )
        prison = Organisation.objects.create(
            kind=kind.INSTITUTION, name=f"Prison {letter}", within=area, valid_from=LONG_AGO
        )
        self.area[letter], self.prison[letter] = area, prison
        self.file(letter, prison)

    def file(self, name: str, prison: Organisation, reference: str = "") -> Mentee:
        """A file with a row of every kind, in this prison."""
        mentee = Mentee.objects.create(
            reference=reference or f"M-{name}",
            given_name=f"Given-{name}",
            family_name=f"Family-{name}",
            institution=prison,
        )
        NameToken.objects.create(mentee=mentee, token=(name * 32)[:32])
        episode = CustodyEpisode.objects.create(
            mentee=mentee, kind="sentence", started_on=LONG_AGO
        )
        Placement.objects.create(episode=episode, institution=prison, started_on=LONG_AGO)
        CustodyEvent.objects.create(mentee=mentee, kind="judgment", happened_on=LONG_AGO)
        KeyDate.objects.create(
            mentee=mentee,
            kind="expiry",
            value=today() + datetime.timedelta(days=400),
            certainty="recorded",
            source="import",
        )
        enrolment = Enrolment.objects.create(
            mentee=mentee,
            programme=self.programme,
            status="active",
            controller=self.root,
            opened_on=LONG_AGO,
        )
        StatusChange.objects.create(enrolment=enrolment, to_status="active", changed_on=LONG_AGO)
        for purpose in ("take_part", "show_goals"):
            Consent.objects.create(
                enrolment=enrolment,
                purpose=purpose,
                wording_version="1",
                language="en",
                given_on=LONG_AGO,
            )
        set_goal(mentee)
        LivingCondition.objects.create(mentee=mentee, point="start", housing="own")
        plan = ReleasePlan.objects.create(
            enrolment=enrolment, template=self.template, made_on=LONG_AGO
        )
        milestone = Milestone.objects.create(
            plan=plan, item=self.item, responsible=Responsible.MENTOR, due_on=today()
        )
        MilestoneDateChange.objects.create(
            milestone=milestone, new_on=today(), cause="by_hand", reason="They asked for it."
        )
        sister = NetworkPerson.objects.create(
            mentee=mentee, display_name="Sister", relation="sister", consented_on=LONG_AGO
        )
        Tie.objects.create(
            network_person=sister, strength=4, quality="supportive", seen_by="mentee"
        )
        cousin = NetworkPerson.objects.create(
            mentee=mentee, display_name="Cousin", relation="other_kin", consented_on=LONG_AGO
        )
        ContactRestriction.objects.create(
            network_person=cousin, kind="condition", valid_from=LONG_AGO
        )
        self.files[name] = mentee
        return mentee

    def person(
        self,
        name: str,
        role: Role | None = None,
        place: str | Organisation | None = None,
        until: datetime.date | None = None,
        **fields: Any,
    ) -> User:
        user = User.objects.create_user(f"{name}@test.example", PASSWORD, name=name, **fields)
        if settings.REQUIRE_SECOND_FACTOR:
            TOTP.activate(user, SECRET)
        self.people[name] = user
        if role:
            self.role(name, role, place, until)
        return user

    def role(
        self,
        name: str,
        role: Role,
        place: str | Organisation | None = None,
        until: datetime.date | None = None,
    ) -> RoleAssignment:
        organisation = self.area[place] if isinstance(place, str) else place or self.root
        return RoleAssignment.objects.create(
            user=self.people[name],
            role=role,
            organisation=organisation,
            valid_from=LONG_AGO,
            valid_until=until,
        )

    def mentor(self, name: str) -> Mentor:
        user = self.people[name]
        assigned = user.role_assignments.filter(role=Role.MENTOR).first()
        mentor, created = Mentor.objects.get_or_create(
            user=user, defaults={"area": assigned.organisation if assigned else self.area["a"]}
        )
        if created:
            self.trained(user)
            Reflection.objects.create(author=user, text="A long day.", shared_at=timezone.now())
            ExpenseClaim.objects.create(mentor=mentor, month=LONG_AGO, total=10, currency="DKK")
        return mentor

    def trained(self, user: User) -> None:
        Certificate.objects.create(
            holder=user,
            programme=self.training,
            valid_from=LONG_AGO,
            valid_until=today() + datetime.timedelta(days=365),
        )
        module, _ = Module.objects.get_or_create(
            programme=self.training, number=1, defaults={"title": "Dialogue"}
        )
        run, _ = CourseRun.objects.get_or_create(
            programme=self.training, name="Course 1", defaults={"starts_on": LONG_AGO}
        )
        day, _ = CourseDay.objects.get_or_create(
            run=run, module=module, day_number=1, defaults={"held_on": LONG_AGO}
        )
        Attendance.objects.create(course_day=day, attendee=user)

    def mentorship(
        self, name: str, letter: str, status: str = "active", **fields: Any
    ) -> Mentorship:
        mentorship = Mentorship.objects.create(
            mentor=self.mentor(name),
            enrolment=self.files[letter].enrolments.get(),
            status=status,
            proposed_on=LONG_AGO,
            started_on=LONG_AGO,
            **fields,
        )
        session = MentoringSession.objects.create(
            mentorship=mentorship,
            status="held",
            held_on=LONG_AGO,
            started_at=datetime.time(0),  # the form begins with it: at any hour it has passed
            minutes=60,
            modality="prison",
            purpose="planned",
            themes=["family"],
            logged_by=self.people[name],
        )
        SessionNarrative.objects.create(session=session, facts="They talked.")
        SessionParticipant.objects.create(session=session, part="interpreter")
        Agreement.objects.create(
            mentorship=mentorship, made_in=session, text="Phone the bank", who="mentee"
        )
        ExpenseLine.objects.create(
            claim=mentorship.mentor.expense_claims.get(),
            session=session,
            held_on=LONG_AGO,
            fare=10,
            amount=10,
        )
        PlannedMeeting.objects.create(
            mentorship=mentorship, planned_on=LONG_AGO, planned_by=self.people[name]
        )
        self._planned(mentorship)
        for goal in Goal.objects.filter(mentee=mentorship.enrolment.mentee):
            GoalRating.objects.create(goal=goal, session=session, level=1)
        OtherWork.objects.create(
            mentorship=mentorship,
            worked_on=LONG_AGO,
            minutes=20,
            kind="authority",
            note="They promised an answer.",
            logged_by=self.people[name],
        )
        SessionSheet.objects.create(
            mentorship=mentorship,
            number=f"{mentorship.enrolment.mentee.reference}-{mentorship.pk}",
            printed_by=self.people[name],
        )
        SessionDraft.objects.create(
            mentorship=mentorship, author=self.people[name], typed={"facts": "Begun"}
        )
        ClosingReport.objects.create(
            mentorship=mentorship,
            author=self.people[name],
            typed=dict.fromkeys(ClosingReport.QUESTIONS, "They said goodbye."),
            finished_at=None if status == "ended" else timezone.now(),
        )
        Concern.objects.create(
            mentorship=mentorship,
            level=Concern.Level.REFLECT,
            observed="Slept badly.",
            source="saw",
            raised_by=self.people[name],
            taken_up_by=self.people[name],
            taken_up_at=timezone.now(),
        )
        return mentorship

    def _planned(self, mentorship: Mentorship) -> None:
        """What a mentor writes in the release plan."""
        plan, by = mentorship.enrolment.release_plan, mentorship.mentor.user
        milestone = plan.milestones.first()
        MilestoneComment.objects.create(milestone=milestone, text="Nearly there.", author=by)
        ReminderStep.objects.create(
            milestone=milestone,
            due_on=yesterday(),
            days=milestone.reminder_steps.count(),
            audience="coach",
        )
        for model, number in ((GatePlan, plan.gate_plans), (ReleasePack, plan.packs)):
            model.objects.create(
                plan=plan, version=number.count() + 1, bed="At an aunt's", written_by=by
            )

    def coaching(
        self, coach: str, mentor: str, until: datetime.date | None = None
    ) -> CoachAssignment:
        return CoachAssignment.objects.create(
            coach=self.mentor(coach),
            mentor=self.mentor(mentor),
            valid_from=LONG_AGO,
            valid_until=until,
        )

    def absence(
        self,
        coach: str,
        cover: str,
        first: datetime.date = LONG_AGO,
        until: datetime.date | None = None,
    ) -> Absence:
        until = until or today() + datetime.timedelta(days=7)
        return Absence.objects.create(
            coach=self.mentor(coach),
            cover=self.mentor(cover),
            valid_from=first,
            planned_until=until,
            valid_until=until,
        )

    def loan(
        self,
        mentor: str,
        letter: str,
        first: datetime.date = LONG_AGO,
        until: datetime.date | None = None,
        agreed_by: tuple[str, str] = ("admin_a", "admin_b"),
    ) -> MentorLoan:
        until = until or today() + datetime.timedelta(days=30)
        return MentorLoan.objects.create(
            mentor=self.mentor(mentor),
            borrower=self.area[letter],
            valid_from=first,
            planned_until=until,
            valid_until=until,
            lent_by=self.people[agreed_by[0]],
            granted_by=self.people[agreed_by[1]],
        )

    def answers_for(
        self, name: str, letter: str, until: datetime.date | None = None
    ) -> CaseworkerAssignment:
        return CaseworkerAssignment.objects.create(
            mentee=self.files[letter],
            caseworker=self.people[name],
            valid_from=LONG_AGO,
            valid_until=until,
        )

    def share(
        self,
        name: str,
        until: datetime.datetime,
        sections=SECTIONS,
        *,
        file: str = "a",
        by: str = "admin_a",
    ):
        return operations.share_file(
            self.files[file],
            by=self.people[by],
            person=self.people[name],
            sections=sections,
            until=until,
            reason="Housing after release",
            legal_basis="consent",
        )

    def user(self, name: str) -> User:
        """The person as the next request will load them."""
        return User.objects.get(pk=self.people[name].pk)

    def mentorship_of(self, name: str) -> Mentorship:
        return Mentorship.objects.get(mentor__user=self.people[name])

    def session_of(self, name: str) -> MentoringSession:
        return MentoringSession.objects.get(mentorship=self.mentorship_of(name))
