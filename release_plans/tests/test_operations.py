import datetime

import pytest

from audit.models import AuditEvent
from core.dates import today
from mentees.models import Enrolment, KeyDate, Mentee
from release_plans import catalogue, operations
from release_plans.models import Milestone, MilestoneTemplate, TemplateItem, Variant

Status = Milestone.Status
ANCHOR = datetime.date(2026, 9, 7)
OPENED = datetime.date(2025, 1, 6)


def template(code: str) -> MilestoneTemplate:
    operations.load_templates(by=None)
    return MilestoneTemplate.objects.get(code=code)


@pytest.fixture
def enrolment(world) -> Enrolment:
    mentee = Mentee.objects.create(
        reference="M-new", given_name="Given", family_name="Family", institution=world.prison["a"]
    )
    return Enrolment.objects.create(
        mentee=mentee,
        programme=world.programme,
        status=Enrolment.Status.ACTIVE,
        controller=world.root,
        opened_on=OPENED,
    )


def given(mentee, kind, value, certainty="recorded"):
    """A date that an authority gave, and no plan has followed yet."""
    before = mentee.key_dates.newest().filter(kind=kind).first()
    return KeyDate.objects.create(
        mentee=mentee,
        kind=kind,
        value=value,
        certainty=certainty,
        source="import",
        replaces=before,
    )


def made(world, enrolment, code="sentence", anchor=ANCHOR, court_deadline=None, on=OPENED):
    given(enrolment.mentee, "expiry", anchor)
    given(enrolment.mentee, "court_deadline", court_deadline)
    plan = operations.make_plan(
        enrolment, by=world.people["admin_a"], on=on, template=template(code)
    )
    return {milestone.item.code: milestone for milestone in plan.milestones.select_related("item")}


@pytest.fixture(autouse=True)
def _own_templates(world):
    """The cast has a small template of the same code; it stands for an earlier version."""
    MilestoneTemplate.objects.filter(code="sentence").update(code="sentence-before")


class TestTheCatalogue:
    def test_has_the_codes_of_the_table(self):
        codes = {t.code: [item.code for item in t.items] for t in catalogue.TEMPLATES}
        assert codes["sentence"] == [
            *(f"P{number:02}" for number in range(1, 31)),
            *(f"R{number:02}" for number in range(1, 16)),
        ]
        before = [code for code in codes["remand"] if code.startswith("U")]
        assert before == [f"U{number:02}" for number in range(1, 6)]
        assert {"R01", "R02"} <= set(codes["remand"])
        assert set(codes["short"]) == {i.code for i in catalogue.SENTENCE.items if i.mandatory}
        assert set(codes["expulsion"]) == {"P05", "P19", "P25", "P26", "P30", "X01"}
        assert codes["on_parole"] == [f"R{number:02}" for number in range(1, 16)]

    def test_names_every_milestone_in_every_language(self, settings):
        codes = {item.code for t in catalogue.TEMPLATES for item in t.items}
        assert codes == set(catalogue.TITLES)
        for code, titles in catalogue.TITLES.items():
            assert set(titles) == {language for language, _name in settings.LANGUAGES}, code
            assert len(set(titles.values())) == len(titles), code

    def test_never_calls_anybody_a_patient(self):
        for titles in catalogue.TITLES.values():
            assert not any("patient" in title.lower() for title in titles.values())

    def test_counts_before_release_what_comes_before_it(self):
        for item in catalogue.SENTENCE.items:
            if item.counted == TemplateItem.AnchoredTo.RELEASE:
                assert (item.days < 0) == item.code.startswith("P"), item.code


class TestLoadTemplates:
    def test_adds_what_is_missing_and_leaves_a_line(self, world):
        added = operations.load_templates(by=world.people["technical"])
        assert [t.code for t in added] == list(Variant)
        assert {t.version for t in added} == {1}
        assert AuditEvent.objects.filter(kind="templates.loaded").count() == 1

    def test_changes_nothing_the_second_time(self, world):
        operations.load_templates(by=None)
        TemplateItem.objects.filter(template__code="remand", code="U03").update(offset_days=3)
        assert operations.load_templates(by=None) == []
        assert TemplateItem.objects.get(template__code="remand", code="U03").offset_days == 3
        assert AuditEvent.objects.filter(kind="templates.loaded").count() == 1


class TestMakePlan:
    def test_counts_from_the_release(self, world, enrolment):
        milestones = made(world, enrolment)
        due = {code: milestones[code].due_on.isoformat() for code in ("P15", "P24", "R11")}
        assert due == {"P15": "2026-06-15", "P24": "2026-08-10", "R11": "2026-12-07"}

    def test_counts_from_the_enrolment_what_hangs_on_it(self, world, enrolment):
        assert made(world, enrolment)["P01"].due_on == OPENED + datetime.timedelta(weeks=4)

    def test_leaves_without_a_date_what_hangs_on_an_unknown_release(self, world, enrolment):
        milestones = made(world, enrolment, anchor=None)
        assert milestones["P15"].status == Status.UNSCHEDULED
        assert milestones["P15"].due_on is None
        assert milestones["P01"].status == Status.PLANNED

    def test_counts_from_the_court_deadline_on_remand(self, world, enrolment):
        deadline = datetime.date(2026, 3, 30)
        milestones = made(world, enrolment, "remand", anchor=None, court_deadline=deadline)
        assert milestones["U02"].due_on == datetime.date(2026, 3, 16)
        assert milestones["U04"].due_on == OPENED + datetime.timedelta(weeks=1)

    def test_is_refused_a_second_time(self, world, enrolment):
        made(world, enrolment)
        with pytest.raises(operations.NotPlanned):
            made(world, enrolment)

    def test_is_refused_when_the_enrolment_is_over(self, world, enrolment):
        Enrolment.objects.filter(pk=enrolment.pk).update(status="closed", closed_on=today())
        with pytest.raises(operations.NotPlanned):
            made(world, enrolment)

    def test_leaves_a_line_in_the_trail(self, world, enrolment):
        made(world, enrolment)
        line = AuditEvent.objects.get(kind="release_plan.made")
        assert line.targets == ["mentees.mentee:M-new"]
        assert line.actor == str(world.people["admin_a"].pk)


def completed(milestone, by, on=None):
    return operations.complete_milestone(
        milestone, by=by, on=on or today(), evidence_kind="document", evidence="Seen, page 3"
    )


class TestCompleteMilestone:
    def test_says_when_and_by_whom(self, world, enrolment):
        mentor = world.people["mentor"]
        milestone = made(world, enrolment)["P05"]
        done = completed(milestone, mentor)
        done.refresh_from_db()
        assert (done.status, done.done_on, done.done_by) == (Status.DONE, today(), mentor)
        assert AuditEvent.objects.filter(kind="milestone.completed", actor=mentor.pk).exists()

    def test_is_refused_twice(self, world, enrolment):
        milestone = made(world, enrolment)["P05"]
        completed(milestone, world.people["mentor"])
        with pytest.raises(operations.NotCompleted):
            completed(milestone, world.people["coach"])

    def test_may_be_done_before_it_has_a_date(self, world, enrolment):
        milestone = made(world, enrolment, anchor=None)["P05"]
        assert completed(milestone, world.people["mentor"]).status == Status.DONE

    @pytest.mark.parametrize(
        ("field", "shown"),
        [
            ("evidence_kind", {"evidence_kind": "", "evidence": "Seen"}),
            ("evidence_kind", {"evidence_kind": "hearsay", "evidence": "Seen"}),
            ("evidence", {"evidence_kind": "document", "evidence": "  "}),
        ],
    )
    def test_is_refused_without_evidence(self, world, enrolment, field, shown):
        milestone = made(world, enrolment)["P05"]
        with pytest.raises(operations.NotCompleted) as refusal:
            operations.complete_milestone(
                milestone, by=world.people["mentor"], on=today(), **shown
            )
        assert list(refusal.value.message_dict) == [field]

    def test_is_refused_while_something_is_not_ticked(self, world, enrolment):
        milestone = made(world, enrolment)["P23"]
        with pytest.raises(operations.NotCompleted, match="Bank account"):
            completed(milestone, world.people["mentor"])

    def test_is_refused_for_a_day_to_come(self, world, enrolment):
        milestone = made(world, enrolment)["P05"]
        tomorrow = today() + datetime.timedelta(days=1)
        with pytest.raises(operations.NotCompleted):
            completed(milestone, world.people["mentor"], tomorrow)
