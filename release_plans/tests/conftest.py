import datetime

import pytest

from core.dates import today
from mentees.models import CustodyEpisode, Enrolment, KeyDate, Mentee
from release_plans import operations
from release_plans.models import Milestone, MilestoneTemplate, ReleasePlan

OPENED = datetime.date(2025, 1, 6)


class Case:
    """A mentee of area A who serves a sentence, the dates that were given, and the plan."""

    def __init__(self, world, number: int = 1) -> None:
        self.world, self.by = world, world.people["admin_a"]
        self.mentee = Mentee.objects.create(
            reference=f"M-new{number}",
            given_name="Given",
            family_name="Family",
            institution=world.prison["a"],
            home_municipality=world.area["a"],
        )
        self.enrolment = Enrolment.objects.create(
            mentee=self.mentee,
            programme=world.programme,
            status=Enrolment.Status.ACTIVE,
            controller=world.root,
            opened_on=OPENED,
        )

    def held(self, kind: str = "sentence", since: datetime.date = OPENED) -> "Case":
        CustodyEpisode.objects.create(mentee=self.mentee, kind=kind, started_on=since)
        return self

    def given(self, kind: str, value: datetime.date | None) -> "Case":
        """A date that an authority gave before anything followed it."""
        before = self.mentee.key_dates.newest().filter(kind=kind).first()
        KeyDate.objects.create(
            mentee=self.mentee,
            kind=kind,
            value=value,
            certainty="recorded",
            source="import",
            replaces=before,
        )
        return self

    def planned(self, code: str = "sentence", on: datetime.date = OPENED) -> ReleasePlan:
        operations.load_templates(by=None)
        template = MilestoneTemplate.objects.get(code=code, version=1)
        return operations.make_plan(self.enrolment, by=self.by, on=on, template=template)

    def moves(self, kind: str, value: datetime.date | None, reason: str = "Recalculated") -> None:
        operations.move_date(
            self.enrolment.release_plan,
            by=self.by,
            kind=KeyDate.Kind(kind),
            value=value,
            certainty=KeyDate.Certainty.DECIDED,
            source=KeyDate.Source.CASEWORKER,
            reason=reason,
        )

    def __getitem__(self, code: str) -> Milestone:
        return Milestone.objects.get(plan__enrolment=self.enrolment, item__code=code)

    def due(self, *codes: str) -> list[str]:
        return [str(self[code].due_on) for code in codes]

    def done(self, code: str) -> Milestone:
        milestone = self[code]
        return operations.complete_milestone(
            milestone, by=self.by, on=today(), evidence_kind="document", evidence="Page 3"
        )


@pytest.fixture(autouse=True)
def _own_templates(request):
    """The cast has a small template of the same code; it stands for an earlier version."""
    if "world" in request.fixturenames:
        request.getfixturevalue("world")
        MilestoneTemplate.objects.filter(code="sentence").update(code="sentence-before")


@pytest.fixture
def case(world) -> Case:
    return Case(world)
