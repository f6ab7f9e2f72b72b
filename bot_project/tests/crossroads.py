"""Everybody in every relation to a file: eleven people, each with a file of their own for each.

The facts are there whatever the role: the caseworker of this world also walks with somebody,
though nobody made them a mentor. So what opens a file is the fact and the role together.
"""

import uuid
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.utils import timezone

from accounts.models import ApiToken, Approval, RoleAssignment, User
from accounts.roles import Role
from accounts.two_persons import TECHNICAL as TECHNICAL_STAFF
from audit.models import AuditEvent
from bot_project.tests.cast import LONG_AGO, World, holding, in_days, yesterday
from core.dates import today
from core.references import reference_of
from mentees import operations
from mentees.models import Goal, GoalStep, MenteeExclusion
from mentees.permissions import SHAREABLE
from mentors.models import Absence, CoachAssignment, MentorLoan
from mentorships.models import (
    Addendum,
    ClosingAddendum,
    ClosingReport,
    Concern,
    ExpenseClaim,
    MentoringSession,
    Mentorship,
    NoteAnswer,
    PlannedMeeting,
    Reflection,
    SessionDraft,
    SessionNarrative,
    SessionSheet,
)
from networks.models import NetworkPerson
from notifications.models import Notice
from organisations.models import Organisation
from release_plans.models import Milestone
from training.models import Certificate


class Relation(StrEnum):
    """How a person stands to a file; the letters are those of access.md where it has one."""

    WALKS = "o"  # in an own running mentorship
    CLOSES = "e"  # it ended yesterday
    WALKED = "own, ended"
    SUPERVISES = "s"
    SUPERVISED = "supervised until yesterday"
    ANSWERS = "c"  # its named caseworker
    ANSWERED = "caseworker until yesterday"
    AREA = "r"  # in the area where the person holds the role
    ELSEWHERE = "another area"
    SHARED = "h"
    LAPSED = "share that lapsed"
    EMERGENCY = "g"  # opened by break-glass, by whoever may
    BARRED = "excluded"  # walks, supervises, answers, in the area, and excluded
    NEVER = "never existed"


# The people, by the column in which the table has them.
ROLES = [
    Role.MENTOR,
    Role.COACH,
    Role.PROBATION_ADMIN,
    Role.CASEWORKER,
    Role.TRAINING_ORGANISER,
    Role.PROGRAMME_MANAGER,
    Role.AUDITOR,
    Role.AGENCY_PARTNER,
]
TECHNICAL, FORMER, NOBODY = "technical", "former", "nobody"
SIGNED_IN = [*map(str, ROLES), TECHNICAL, FORMER]
WHOLE_SCHEME = {Role.TRAINING_ORGANISER, Role.PROGRAMME_MANAGER, Role.AUDITOR}
STANDING = [relation for relation in Relation if relation != Relation.NEVER]
# Whose files each role may see, before anything is asked of a rule. An administrator sees the
# area as well; everybody else sees none.
IN_SIGHT: dict[str, set[Relation]] = {
    Role.MENTOR: {Relation.WALKS, Relation.CLOSES, Relation.SHARED},
    Role.COACH: {Relation.SUPERVISES, Relation.SHARED, Relation.EMERGENCY},
    Role.PROBATION_ADMIN: {Relation.SHARED},
    Role.CASEWORKER: {Relation.ANSWERS, Relation.SHARED},
    Role.AUDITOR: {Relation.EMERGENCY, Relation.SHARED},
    Role.AGENCY_PARTNER: {Relation.SHARED},
}
HOME, AWAY = "a", "b"
WHY = "He does not want to live any more."


class Crossroads(World):
    """One person for each role, with a file for each relation."""

    def __init__(self) -> None:
        self._ground()
        self.keys: dict[tuple[str, str], dict[str, Any]] = {}
        self.made = 10000
        self.line = AuditEvent.objects.create(kind="signed_in", act="sign_in")
        for name, area in (("walker", AWAY), ("neighbour", HOME), ("supervisor", AWAY)):
            self.person(name, Role.MENTOR, area)
        for name in ("walker", "neighbour"):
            self.coaching("supervisor", name)
        self.person("decider", Role.PROBATION_ADMIN, AWAY)
        for role in ROLES:
            self.person(role, role, self.root if role in WHOLE_SCHEME else HOME)
        self.person(TECHNICAL, is_superuser=True, is_staff=True)
        self.person(FORMER)
        for role in ROLES:
            place = self.root if role in WHOLE_SCHEME else HOME
            self.role(FORMER, role, place, until=yesterday())
        for name in SIGNED_IN:
            self._person_at_the_crossroads(name)

    def _person_at_the_crossroads(self, name: str) -> None:
        for kind, until in (("mentee", None), ("was_mentee", yesterday())):
            self.person(f"{kind}_of_{name}", Role.MENTOR, AWAY)
            self.coaching(name, f"{kind}_of_{name}", until=until)
        self.coaching("supervisor", name)
        for relation in STANDING:
            self._stand(name, relation)
        self.keys[name, Relation.NEVER] = self._keys_of_nothing()

    def _stand(self, name: str, relation: Relation) -> None:
        """Make the file in which this person stands so, and keep its keys."""
        near = relation in {Relation.AREA, Relation.EMERGENCY, Relation.BARRED}
        label = f"{name} {relation}"
        self.made += 1
        reference = reference_of(str(self.made))
        mentee = self.file(label, self.prison[HOME if near else AWAY], reference)
        walker = {
            Relation.SUPERVISES: f"mentee_of_{name}",
            Relation.BARRED: f"mentee_of_{name}",
            Relation.SUPERVISED: f"was_mentee_of_{name}",
            Relation.AREA: "neighbour",
        }.get(relation, "walker")
        met = self.mentorship(walker, label)
        person = self.people[name]
        mentor = self.people["walker" if relation == Relation.BARRED else walker]
        if relation in {Relation.WALKS, Relation.BARRED}:
            met = self.mentorship(name, label, role="co_mentor")
        elif relation in {Relation.CLOSES, Relation.WALKED}:
            days = 1 if relation == Relation.CLOSES else 60
            over = {"ended_on": today() - timedelta(days=days), "end_reason": "completed"}
            met = self.mentorship(name, label, status="ended", role="co_mentor", **over)
        if relation == Relation.WALKS:
            mentor = person
        self._answered_and_amended(met)
        if relation in {Relation.ANSWERS, Relation.BARRED}:
            self.answers_for(name, label)
        elif relation == Relation.ANSWERED:
            self.answers_for(name, label, until=yesterday())
        if relation in {Relation.SHARED, Relation.LAPSED}:
            with holding(person, Role.AGENCY_PARTNER, self.root):
                self.share(name, in_days(10), SHAREABLE, file=label, by="decider")
        if relation == Relation.LAPSED:
            mentee.grants.update(expires_at=in_days(-1))
        if relation == Relation.EMERGENCY:
            self._open(person, reference)
        if relation == Relation.BARRED:
            MenteeExclusion.objects.create(person=person, mentee=mentee, reason="kin")
        self.keys[name, relation] = self._keys(relation, met, mentor, person)

    def _answered_and_amended(self, met: Mentorship) -> None:
        """The note is locked: its coach has asked something, and its author amended it. The
        closing report is finished."""
        ClosingReport.objects.filter(mentorship=met).update(finished_at=timezone.now())
        ClosingAddendum.objects.create(
            report=met.closing_report, text="They met once more.", author=met.mentor.user
        )
        note = SessionNarrative.objects.get(session__mentorship=met)
        NoteAnswer.objects.create(
            narrative=note, kind="question", text="Where?", author=self.people["supervisor"]
        )
        Addendum.objects.create(
            narrative=note,
            why="addition",
            reason="I was asked.",
            facts="They talked in the yard.",
            author=note.session.logged_by,
        )

    def _open(self, person: User, reference: str) -> None:
        try:
            operations.open_in_emergency(reference, by=person, category="life", reason=WHY)
        except operations.NotInReach:
            pass

    def _keys(
        self, relation: Relation, met: Mentorship, mentor: User, person: User
    ) -> dict[str, Any]:
        """How addresses name the rows around one file."""
        enrolment = met.enrolment
        mentee = enrolment.mentee
        told = person if mentor == person else mentor
        supervisor = self.people["supervisor"]
        notice, _created = Notice.objects.get_or_create(
            recipient=told, kind="emergency.opened", link="/", occurrence=mentee.reference
        )
        return {
            "reference": mentee.reference,
            "mentee": mentee.pk,
            "enrolment": enrolment.pk,
            "mentorship": met.pk,
            "session": MentoringSession.objects.filter(mentorship=met).latest("pk").uuid,
            "concern": Concern.objects.get(mentorship=met).uuid,
            "claim": ExpenseClaim.objects.get(mentor__user=mentor).uuid,
            "reflection": Reflection.objects.get(author=mentor).uuid,
            "sheet": SessionSheet.objects.get(mentorship=met).uuid,
            "draft": SessionDraft.objects.get(mentorship=met).pk,
            "meeting": PlannedMeeting.objects.filter(mentorship=met).latest("pk").uuid,
            "goal": Goal.objects.get(mentee=mentee).uuid,
            "goal_step": GoalStep.objects.get(goal__mentee=mentee).pk,
            "answer": NoteAnswer.objects.get(narrative__session__mentorship=met).pk,
            "milestone": Milestone.objects.get(plan__enrolment=enrolment).pk,
            "network_person": NetworkPerson.objects.filter(mentee=mentee).earliest("pk").pk,
            "mentor": mentor.mentor.pk,
            "coaching": CoachAssignment.objects.filter(mentor__user=mentor).latest("pk").pk,
            "certificate": Certificate.objects.filter(holder=mentor).latest("pk").pk,
            "notice": notice.pk,
            "user": mentor.pk,
            "user_uuid": mentor.uuid,
            "token": self._token(person if relation == Relation.WALKS else self.people["walker"]),
            "absence": self._absence(person, relation),
            "loan": self._loan(mentor),
            "line": self.line.pk,
            "approval": self._approval(person if relation == Relation.WALKS else supervisor),
            "role": RoleAssignment.objects.latest("pk").pk,
            "organisation": Organisation.objects.latest("pk").pk,
            "programme": self.programme.pk,
            "training_programme": self.training.pk,
            "template": enrolment.release_plan.template_id,
            "template_item": enrolment.release_plan.template.items.earliest("pk").pk,
        }

    def _token(self, person: User) -> int:
        """A token of this person, whatever role of theirs it is bound to."""
        assignment = RoleAssignment.objects.filter(user=person).last() or self.spare_role(person)
        return ApiToken.objects.create(
            assignment=assignment,
            purpose="a test",
            beginning="bot_",
            digest=uuid.uuid4().hex,
            expires_at=in_days(10),
        ).pk

    def spare_role(self, person: User) -> RoleAssignment:
        """One that is over, for whoever never held any."""
        return RoleAssignment.objects.create(
            user=person,
            role=Role.MENTOR,
            organisation=self.root,
            valid_from=LONG_AGO,
            valid_until=LONG_AGO,
        )

    def _absence(self, person: User, relation: Relation) -> int:
        """Of this person as a coach, of one of the area, or of a coach elsewhere."""
        near = {Relation.SUPERVISES: person, Relation.AREA: self.people["neighbour"]}
        coach = near.get(relation, self.people["supervisor"])
        found = Absence.objects.filter(coach__user=coach).first()
        return (found or self.absence(coach.name, "walker", first=today())).pk

    def _loan(self, mentor: User) -> int:
        """Of this mentor, to the other area."""
        found = MentorLoan.objects.filter(mentor__user=mentor).first()
        lent = found or self.loan(mentor.name, AWAY, agreed_by=("decider", "walker"))
        return lent.pk

    def _approval(self, asked_by: User) -> int:
        return Approval.objects.create(
            kind=TECHNICAL_STAFF,
            target=f"accounts.user:{self.people['walker'].pk}",
            concerns=self.people["walker"],
            reason="a test",
            asked_by=asked_by,
            expires_at=in_days(1),
        ).pk

    def _keys_of_nothing(self) -> dict[str, Any]:
        known = next(iter(self.keys.values()))
        return {
            name: reference_of("99999")
            if name == "reference"
            else uuid.UUID(int=7)
            if isinstance(key, uuid.UUID)
            else 99999999
            for name, key in known.items()
        }

    def in_sight(self, name: str) -> set[str]:
        """References that may stand on a page of this person, as access.md has it."""
        near = {str(m) for n, m in self.files.items() if m.institution == self.prison[HOME]}
        own = {relation: str(self.files[f"{name} {relation}"]) for relation in STANDING}
        seen = {own[relation] for relation in IN_SIGHT.get(name, ())}
        if name == Role.PROBATION_ADMIN:
            seen |= near - {own[Relation.BARRED]}
        return seen
