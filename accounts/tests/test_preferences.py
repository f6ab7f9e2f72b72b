import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts import operations
from audit.models import AuditEvent
from bot_project.tests.crowd import questions_in

ACCOUNT = reverse("accounts:account_detail")


class TestALanguage:
    def test_is_kept_on_the_account_and_goes_before_the_browser(self, as_user, world):
        client = as_user("mentor")
        client.post(reverse("accounts:language_choose"), {"language": "da", "next": ACCOUNT})
        client.cookies.pop("django_language", None)

        page = client.get(ACCOUNT, headers={"accept-language": "fr"})

        assert '<html lang="da"' in page.content.decode()
        assert AuditEvent.objects.get(kind="preferences.changed").details == {
            "fields": ["language"]
        }

    def test_can_be_chosen_before_signing_in(self, client, db):
        login = reverse("account_login")
        assert '<html lang="en"' in client.get(login).content.decode()

        answer = client.post(
            reverse("accounts:language_choose"), {"language": "fr", "next": login}
        )

        assert answer.url == login
        assert '<html lang="fr"' in client.get(login).content.decode()
        assert not AuditEvent.objects.exists()

    def test_that_there_is_not_is_refused_and_nothing_changes(self, world):
        mentor = world.people["mentor"]
        with pytest.raises(ValidationError):
            operations.change_preferences(mentor, by=mentor, language="tlh")
        mentor.refresh_from_db()
        assert mentor.language == ""


class TestATheme:
    def test_is_kept_on_the_account_and_written_into_the_page(self, as_user, world):
        client = as_user("mentor")
        assert 'data-theme-choice="system"' in client.get(ACCOUNT).content.decode()

        client.post(reverse("accounts:theme_choose"), {"theme": "dark"})

        page = client.get(ACCOUNT).content.decode()
        assert 'data-bs-theme="dark" data-theme-choice="dark"' in page

    def test_that_there_is_not_is_400(self, as_user):
        assert as_user("mentor").post("/preferences/theme/", {"theme": "neon"}).status_code == 400

    def test_is_not_chosen_by_a_stranger(self, client, db):
        answer = client.post(reverse("accounts:theme_choose"), {"theme": "dark"})
        assert answer.url.startswith(reverse("account_login"))


class TestTheWayBack:
    @pytest.mark.parametrize(
        ("asked", "given"),
        [(ACCOUNT, ACCOUNT), ("https://elsewhere.example/", "/"), ("//elsewhere.example", "/")],
    )
    def test_leads_only_to_our_own_pages(self, as_user, asked, given):
        client = as_user("mentor")
        for name, choice in (("theme", "dark"), ("language", "da")):
            answer = client.post(reverse(f"accounts:{name}_choose"), {name: choice, "next": asked})
            assert answer.url == given


class TestMyAccount:
    def test_shows_my_roles_and_nobody_elses(self, as_user, world):
        page = as_user("two_hats").get(ACCOUNT).content.decode()
        assert "Probation administrator" in page
        assert "Area b" in page
        assert "Auditor" not in page

    def test_costs_the_same_for_one_role_and_for_two(
        self, client, world, django_assert_max_num_queries
    ):
        for name in ("mentor", "two_hats"):
            client.force_login(world.people[name])
            with django_assert_max_num_queries(9) as captured:  # some open and close it
                client.get(ACCOUNT)
            asked = questions_in(captured)
            assert len(asked) == 5  # session, user, roles, standing, notices


class TestTheSignInPage:
    def test_names_the_demonstration_accounts_only_in_a_demonstration(
        self, client, world, settings
    ):
        world.person("karin", is_demo=True)
        settings.DEMO = False
        assert "karin@test.example" not in client.get("/accounts/login/").content.decode()
        settings.DEMO = True
        page = client.get("/accounts/login/").content.decode()
        assert "karin@test.example" in page
        assert "mentor@test.example" not in page
