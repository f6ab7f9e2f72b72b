import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from core.dates import today
from release_plans import operations
from release_plans.models import MilestoneTemplate, TemplateItem

TITLES = {"en": "Driving licence", "da": "Kørekort", "fr": "Permis"}
NEW = {
    "code": "P31",
    "category": "papers",
    "titles": TITLES,
    "responsible": "mentor",
    "offset_days": -35,
}


@pytest.fixture
def by(world):
    operations.load_templates(by=None)
    return world.people["admin_a"]


@pytest.fixture
def draft(by):
    return operations.begin_version(MilestoneTemplate.objects.get(code="sentence"), by=by)


def item(template, code) -> TemplateItem:
    return template.items.get(code=code)


class TestANewVersion:
    def test_begins_as_the_one_before(self, draft):
        assert (draft.version, draft.is_draft) == (2, True)
        assert draft.items.count() == 45
        assert item(draft, "P15").after == item(draft, "P14")

    def test_leaves_the_one_in_force_until_it_is_published(self, draft, by):
        in_force = MilestoneTemplate.objects.in_force(today())
        assert in_force.get(code="sentence").version == 1
        operations.publish_template(draft, by=by, on=today())
        assert in_force.get(code="sentence").version == 2

    def test_is_begun_once(self, draft, by):
        with pytest.raises(ValidationError):
            operations.begin_version(draft, by=by)

    def test_is_not_published_into_the_past(self, draft, by):
        with pytest.raises(operations.NotEdited):
            operations.publish_template(draft, by=by, on=today() - datetime.timedelta(days=1))

    def test_makes_no_plan_while_it_is_a_draft(self, draft, by, case):
        with pytest.raises(operations.NotPlanned):
            operations.make_plan(case.enrolment, by=by, on=today(), template=draft)


class TestAVersionInForce:
    def test_is_never_changed(self, by):
        template = MilestoneTemplate.objects.get(code="sentence")
        for act in (
            lambda: operations.change_item(item(template, "P15"), by=by, offset_days=-1),
            lambda: operations.add_item(template, by=by, **NEW),
            lambda: operations.drop_item(item(template, "P15"), by=by),
            lambda: operations.publish_template(template, by=by, on=today()),
        ):
            with pytest.raises(operations.NotEdited):
                act()


class TestAnImpossibleItem:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"offset_days": -3000},
            {"offset_days": 5},
            {"anchored_to": "enrolment"},
            {"anchored_to": "court_deadline", "offset_days": 3},
            {"titles": {"en": "Only English"}},
            {"code": "P15"},
        ],
        ids=str,
    )
    def test_is_refused_in_words(self, draft, by, wrong):
        with pytest.raises(ValidationError) as refusal:
            operations.add_item(draft, by=by, **{**NEW, **wrong})
        assert all(refusal.value.messages)

    def test_is_refused_by_the_database_too(self, draft):
        with pytest.raises(IntegrityError), transaction.atomic():
            TemplateItem.objects.create(template=draft, **{**NEW, "offset_days": -3000})


class TestAWholeTemplate:
    def test_without_a_mandatory_item_is_refused(self, draft, by):
        draft.items.update(mandatory=False)
        with pytest.raises(operations.NotEdited, match="mandatory"):
            operations.publish_template(draft, by=by, on=today())

    def test_that_goes_round_in_a_circle_is_refused(self, draft, by):
        draft.items.update(after=None)
        circle = [item(draft, code) for code in ("P05", "P06", "P07")]
        for one, next_one in zip(circle, [*circle[1:], circle[0]], strict=True):
            operations.change_item(one, by=by, after=next_one)
        with pytest.raises(operations.NotEdited, match="waits for itself"):
            operations.publish_template(draft, by=by, on=today())

    def test_with_something_due_before_what_it_follows_is_refused(self, draft, by):
        operations.change_item(item(draft, "P15"), by=by, offset_days=-200)
        with pytest.raises(operations.NotEdited, match="P15 is due before P14"):
            operations.publish_template(draft, by=by, on=today())
