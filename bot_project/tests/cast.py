"""A small scheme in which every fact has a predecessor that is over and a neighbour elsewhere."""

import datetime
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
    KeyDate,
    Mentee,
    MenteeExclusion,
    NameToken,
    Placement,
    Programme,
    StatusChange,
)
from mentees.permissions import FileSection
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
from organisations.models import Organisation
from release_plans.models import (
    Category,
    Milestone,
    MilestoneTemplate,
    ReleasePlan,
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


class World:
    """Area A with mentee `a`, area B with mentee `b`, and people around them by name."""

    def __init__(self) -> None:
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
        self.template = MilestoneTemplate.objects.create(
            code="sentence", name="Sentence", valid_from=LONG_AGO
        )
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

        self._people()
        self._facts()

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
        for name in ("mentor", "mentor_b", "former_mentor"):
            self.person(name, Role.MENTOR, "a" if name != "mentor_b" else "b")
        self.person("mentor_without_role", Role.MENTOR, "a", until=yesterday())
        self.role("mentor_without_role", Role.AGENCY_PARTNER, "a")
        self.person("two_hats", Role.PROBATION_ADMIN, "b")
        self.role("two_hats", Role.MENTOR, "a")
        for name in ("coach", "former_coach"):
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
        self.mentorship(
            "former_mentor", "a", status="ended", ended_on=yesterday(), end_reason="mentor_left"
        )
        self.mentorship("mentor", "a")
        self.mentorship("two_hats", "a", role="co_mentor")
        self.mentorship("mentor_without_role", "a", role="co_mentor")
        self.mentorship("mentor_b", "b")
        self.coaching("former_coach", "mentor", until=yesterday())
        self.coaching("former_coach", "mentor_b")
        self.coaching("coach", "mentor")
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
        mentee = Mentee.objects.create(
            reference=f"M-{letter}",
            given_name=f"Given-{letter}",
            family_name=f"Family-{letter}",
            institution=prison,
        )
        NameToken.objects.create(mentee=mentee, token=letter * 32)
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
        Consent.objects.create(
            enrolment=enrolment,
            purpose="take_part",
            wording_version="1",
            language="en",
            given_on=LONG_AGO,
        )
        plan = ReleasePlan.objects.create(
            enrolment=enrolment, template=self.template, made_on=LONG_AGO
        )
        Milestone.objects.create(
            plan=plan, item=self.item, responsible=Responsible.MENTOR, due_on=today()
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
        self.area[letter], self.prison[letter], self.files[letter] = area, prison, mentee

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
            started_at=datetime.time(13),
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
        SessionDraft.objects.create(
            mentorship=mentorship, author=self.people[name], typed={"facts": "Begun"}
        )
        return mentorship

    def coaching(
        self, coach: str, mentor: str, until: datetime.date | None = None
    ) -> CoachAssignment:
        return CoachAssignment.objects.create(
            coach=self.mentor(coach),
            mentor=self.mentor(mentor),
            valid_from=LONG_AGO,
            valid_until=until,
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

    def share(self, name: str, until: datetime.datetime, sections=SECTIONS):
        return operations.share_file(
            self.files["a"],
            by=self.people["admin_a"],
            person=self.people[name],
            sections=sections,
            until=until,
            reason="Housing after release",
        )

    def user(self, name: str) -> User:
        """The person as the next request will load them."""
        return User.objects.get(pk=self.people[name].pk)

    def mentorship_of(self, name: str) -> Mentorship:
        return Mentorship.objects.get(mentor__user=self.people[name])

    def session_of(self, name: str) -> MentoringSession:
        return MentoringSession.objects.get(mentorship=self.mentorship_of(name))
