"""The caseworker's files, and how they are found."""

import pytest

from audit.models import AuditEvent
from bot_project.tests.cast import World
from bot_project.tests.crowd import MOST_QUERIES, another_file, cost_of, in_days, milestone
from casework.queries.cases import NoReference, cases_of
from core.encryption import token_of, words_of
from mentees.models import CaseworkerAssignment, Mentee, NameToken

pytestmark = pytest.mark.django_db
URL = "/cases/"


def references(world: World, search: str = "") -> list[str]:
    return [c.mentee.reference for c in cases_of(world.user("caseworker"), search=search)]


def name(mentee: Mentee, text: str) -> None:
    NameToken.objects.bulk_create(
        NameToken(mentee=mentee, token=token_of(word)) for word in words_of(text)
    )


def own_file(world: World, number: int) -> Mentee:
    mentee = another_file(world, number)
    CaseworkerAssignment.objects.create(
        mentee=mentee, caseworker=world.people["caseworker"], valid_from=in_days(-9)
    )
    return mentee


class TestThePage:
    def test_lists_own_files_by_reference_alone(self, as_user):
        page = as_user("caseworker").get(URL).content.decode()
        assert "M-a" in page
        assert "Given-a" not in page
        assert "M-b" not in page

    def test_is_closed_to_other_roles(self, as_user):
        for who in ("mentor", "coach", "admin_a", "auditor"):
            assert as_user(who).get(URL).status_code == 403

    def test_says_what_will_come_where_there_is_nothing(self, as_user):
        CaseworkerAssignment.objects.update(valid_until=in_days(-1))
        assert "No cases yet" in as_user("caseworker").get(URL).content.decode()

    def test_costs_the_same_for_one_row_and_for_fifty(self, as_user, world):
        client = as_user("caseworker")
        one = cost_of(client, URL)
        for number in range(49):
            own_file(world, number)
        assert len(references(world)) == 50
        assert cost_of(client, URL) == one <= MOST_QUERIES


class TestARow:
    def test_says_what_is_the_caseworkers_to_do_and_nothing_elses(self, world):
        [case] = cases_of(world.user("caseworker"))
        assert case.plan == "nothing open"
        milestone(world, world.files["a"], in_days(-2), "caseworker")
        [case] = cases_of(world.user("caseworker"))
        assert (case.plan_kind, case.plan) == ("late", "1 late")

    def test_goes_when_the_assignment_ends(self, world):
        CaseworkerAssignment.objects.filter(caseworker=world.people["caseworker"]).update(
            valid_until=in_days(-1)
        )
        assert not references(world)


class TestSearching:
    def test_finds_a_reference_however_it_is_typed(self, world):
        mentee = own_file(world, 123)
        assert references(world, f" {mentee.reference.lower()} ") == [mentee.reference]

    def test_says_that_a_mistyped_reference_cannot_be_one(self, as_user, world):
        with pytest.raises(NoReference):
            references(world, "M-00123A")
        page = as_user("caseworker").post(URL, {"search": "M-00123A"}).content.decode()
        assert "do not fit together" in page
        assert 'value="M-00123A"' in page

    def test_finds_whole_words_of_a_name(self, world):
        mentee = own_file(world, 123)
        name(mentee, "Åse Lindeskov")
        assert references(world, "ase") == [mentee.reference]
        assert references(world, "lindeskov åse") == [mentee.reference]
        assert not references(world, "linde")

    def test_stays_inside_own_files(self, world):
        other = another_file(world, 123)
        name(other, "Lindeskov")
        assert not references(world, "Lindeskov")
        assert not references(world, other.reference)

    def test_leaves_no_name_in_the_trail_or_the_address(self, as_user, world):
        name(world.files["a"], "Lindeskov")
        page = as_user("caseworker").post(URL, {"search": "Lindeskov"})
        assert page.status_code == 200
        event = AuditEvent.objects.get(kind="listed")
        assert event.targets == ["mentees.mentee:M-a"]
        assert "indeskov" not in f"{event.details}{event.capacity}"

    @pytest.mark.parametrize("typed", ["", " ", "\x00", "🙂", "x" * 300, "M-", "M-٣٤٥٦٧A"])
    def test_survives_anything(self, as_user, typed):
        assert as_user("caseworker").post(URL, {"search": typed}).status_code == 200
