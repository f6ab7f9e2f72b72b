import pytest
from django.urls import resolve, reverse

from accounts.roles import Role
from bot_project.tests.cast import in_days
from casework.navigation import EVERYONE, HATS, navigation
from notifications.models import Notice


@pytest.fixture
def rail_of(rf, world):
    """The rail that a member of the cast sees on a page, as a template would ask for it."""

    def built(name: str, path: str = "/preferences/"):
        request = rf.get(path)
        request.user = world.user(name)
        request.resolver_match = resolve(path)
        return navigation(request)["nav"]

    return built


class TestTheRail:
    def test_shows_each_role_its_own_pages(self, rail_of):
        caseload, desk = reverse("casework:caseload"), reverse("casework:desk")
        of_mentor = [link.url for link in rail_of("mentor").links]
        of_coach = [link.url for link in rail_of("coach", desk).links]
        assert caseload in of_mentor
        assert desk not in of_mentor
        assert desk in of_coach
        assert caseload not in of_coach  # it is behind the other hat

    def test_has_no_page_of_a_role_that_is_over(self, rail_of):
        hats = [str(hat.label) for hat in rail_of("mentor_without_role").hats]
        assert hats == ["Agency partner"]

    def test_shows_what_was_shared_only_to_whom_something_was(self, rail_of, world):
        shared = reverse("casework:shared")
        assert shared not in [link.url for link in rail_of("caseworker").links]
        world.share("caseworker", in_days(3))
        assert shared in [link.url for link in rail_of("caseworker").links]

    def test_shows_training_only_to_whom_it_is_open(self, rail_of, world):
        training = reverse("training:my_training")
        assert training in [link.url for link in rail_of("mentor").links]
        assert training not in [link.url for link in rail_of("caseworker").links]
        world.role("caseworker", Role.MENTOR, "a")  # who walks with somebody in another role
        assert training in [link.url for link in rail_of("caseworker").links]

    def test_marks_the_page_that_is_open(self, rail_of):
        notices = reverse("notifications:notice_list")
        current = [link.url for link in rail_of("mentor", notices).links if link.is_current]
        assert current == [notices]

    def test_counts_what_was_not_read_by_this_person(self, rail_of, world):
        for name in ("mentor", "coach"):
            Notice.objects.create(recipient=world.people[name], kind="k", link="/", occurrence="1")
        Notice.objects.create(
            recipient=world.people["mentor"],
            kind="k",
            link="/",
            occurrence="2",
            read_at="2026-01-01T12:00Z",
        )
        assert sum(link.waiting for link in rail_of("mentor").links) == 1

    def test_costs_nothing_until_it_is_shown_and_then_one_count(
        self, rail_of, world, django_assert_num_queries
    ):
        world.people["two_hats"].standing  # noqa: B018 every page knows it by then
        with django_assert_num_queries(1):  # the person, for the fixture
            rail = rail_of("two_hats")
        with django_assert_num_queries(2):  # standing and notices
            assert rail.links

    def test_fits_the_bar_of_a_phone(self):
        for _label, entries in HATS.values():
            assert len(entries) + len(EVERYONE) <= 5


class TestAHat:
    def test_is_offered_for_each_role_and_worn_on_its_own_pages(self, rail_of):
        on_desk = rail_of("coach", reverse("casework:desk"))
        on_caseload = rail_of("coach", reverse("casework:caseload"))
        assert [str(hat.label) for hat in on_desk.hats] == ["Coach", "Mentor"]
        assert (str(on_desk.hat.label), str(on_caseload.hat.label)) == ("Coach", "Mentor")

    def test_is_not_offered_to_who_wears_one(self, as_user):
        assert "Working as" not in as_user("mentor").get("/preferences/").content.decode()
        assert "Working as" in as_user("coach").get("/preferences/").content.decode()


class TestTheLandingPage:
    @pytest.mark.parametrize(
        ("name", "first"),
        [
            ("mentor", "casework:caseload"),
            ("coach", "casework:desk"),
            ("caseworker", "casework:cases"),
            ("admin_a", "admin:index"),
            ("trainer", "training:programme_list"),
            ("manager", "reports:figures"),
            ("auditor", "casework:trail"),
            ("technical", "admin:index"),
            ("partner", "casework:shared"),
        ],
    )
    def test_is_the_first_page_of_the_first_hat(self, as_user, name, first):
        assert as_user(name).get("/").url == reverse(first)

    def test_tells_who_has_no_pages_what_to_do(self, as_user):
        answer = as_user("stranger").get("/")
        assert answer.status_code == 200
        assert "You have no role yet" in answer.content.decode()

    def test_is_behind_the_door(self, client, db):
        assert client.get("/").url.startswith(reverse("account_login"))


class TestTheGallery:
    def test_is_there_only_while_building_and_in_a_demonstration(self, as_user, settings):
        settings.DEMO = settings.DEBUG = False
        assert as_user("mentor").get("/components/").status_code == 404
        settings.DEMO = True
        assert as_user("mentor").get("/components/").status_code == 200


def test_every_role_with_a_page_has_a_hat():
    assert set(Role) == set(HATS)
