import pytest
from django.urls import reverse

from core.dates import today
from release_plans import operations
from release_plans.models import MilestoneTemplate, TemplateItem


@pytest.fixture
def office(world, client):
    operations.load_templates(by=None)
    client.force_login(world.people["admin_a"])
    return client


def url(row, page="change", *more):
    return reverse(f"admin:release_plans_{row._meta.model_name}_{page}", args=[row.pk, *more])


def take(office, row, step, **typed):
    return office.post(url(row, "step", step), {"csrfmiddlewaretoken": "as a browser", **typed})


def in_force() -> MilestoneTemplate:
    return MilestoneTemplate.objects.get(code="sentence", version=1)


def sent(item, **changes):
    """What the page of an item sends."""
    fields = (
        *("code", "category", "responsible", "anchored_to", "offset_days"),
        *("evidence", "evidence_required", "mandatory"),
    )
    kept = {name: getattr(item, name) for name in fields}
    titles = {f"title_{language}": title for language, title in item.titles.items()}
    return {k: v for k, v in {**kept, **titles, **changes}.items() if v is not False}


class TestTheOffice:
    def test_reads_a_version_in_force_and_changes_nothing_in_it(self, office):
        page = office.get(url(in_force()))
        assert b"Release meeting held" in page.content
        item = in_force().items.get(code="P15")
        assert office.post(url(item), sent(item, offset_days=-91)).status_code == 403
        assert in_force().items.get(code="P15").offset_days == -84

    def test_writes_a_new_version_and_puts_it_into_force(self, office):
        take(office, in_force(), "begin")
        draft = MilestoneTemplate.objects.get(code="sentence", version=2)
        item = draft.items.get(code="P15")
        office.post(url(item), sent(item, offset_days=-91, title_en="The meeting"))
        item.refresh_from_db()
        assert (item.offset_days, item.titles["en"]) == (-91, "The meeting")
        take(office, draft, "publish", on=today().isoformat())
        draft.refresh_from_db()
        assert draft.valid_from == today()

    def test_is_told_beside_the_field_what_cannot_be(self, office):
        take(office, in_force(), "begin")
        item = TemplateItem.objects.get(template__version=2, code="P15")
        answer = office.post(url(item), sent(item, offset_days=-3000, title_en="Kept"))
        assert answer.status_code == 200
        assert b"More than five years from its day." in answer.content
        assert b"Kept" in answer.content

    def test_takes_an_item_out_and_adds_another(self, office):
        take(office, in_force(), "begin")
        draft = MilestoneTemplate.objects.get(version=2)
        take(office, draft.items.get(code="P03"), "drop")
        added = {
            "code": "P31",
            "category": "papers",
            "title_en": "Licence",
            "title_da": "Kørekort",
            "title_fr": "Permis",
            "responsible": "mentor",
            "anchored_to": "release",
            "offset_days": -35,
            "evidence": "document",
        }
        take(office, draft, "add", **added)
        codes = set(draft.items.values_list("code", flat=True))
        assert "P31" in codes
        assert "P03" not in codes

    @pytest.mark.parametrize("name", ["auditor", "trainer", "technical"])
    def test_is_the_administrators(self, office, world, name):
        office.force_login(world.people[name])
        assert office.get(url(in_force())).status_code in {403, 404}
