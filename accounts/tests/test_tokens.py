"""A token reads as one person in one role, and in nothing else of theirs."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import operations
from accounts.models import ApiToken, RoleAssignment
from accounts.operations import NotGivenAlone, NoToken
from accounts.roles import Role
from audit.models import AuditEvent
from bot_project.tests.cast import PASSWORD
from bot_project.tests.crowd import MOST_QUERIES, cost_of
from core.dates import today

pytestmark = pytest.mark.django_db
MENTEES, PAGE = "/api/v1/mentees/", "/preferences/tokens/"


def role_of(world, name: str, role: str) -> RoleAssignment:
    return world.people[name].role_assignments.get(role=role, valid_until=None)


def made(world, name="admin_a", role=Role.PROBATION_ADMIN, days=30) -> tuple[ApiToken, str]:
    assignment = role_of(world, name, role)
    return operations.make_token(assignment, by=world.people[name], purpose="report", days=days)


def read(words: str, address: str = MENTEES, method: str = "get", **kwargs):
    headers = {"Authorization": f"Bearer {words}"}
    return getattr(Client(), method)(address, headers=headers, **kwargs)


def references(answer) -> set[str]:
    assert answer.status_code == 200, answer.content
    return {each["reference"] for each in answer.json()["results"]}


def fresh(world, name: str) -> Client:
    client = Client()
    client.force_login(world.people[name])
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


class TestAToken:
    def test_reads_what_its_role_reads(self, world):
        _token, words = made(world)
        assert references(read(words)) == {"M-a"}
        assert read(words, f"{MENTEES}M-a/").json()["reference"] == "M-a"
        assert read(words, f"{MENTEES}M-b/").status_code == 404

    def test_reaches_nothing_of_the_owners_other_roles(self, world):
        _token, words = made(world, "two_hats", Role.MENTOR)
        assert references(read(words)) == {"M-a"}
        _token, words = made(world, "two_hats", Role.PROBATION_ADMIN)
        assert references(read(words)) == {"M-b"}

    def test_reaches_nothing_that_was_shared_with_its_owner(self, world):
        assert world.user("partner").standing.sections  # the control: the person may
        _token, words = made(world, "partner", Role.AGENCY_PARTNER)
        assert read(words).status_code == 403

    def test_heeds_an_exclusion(self, world):
        _token, words = made(world, "barred_admin_a")
        assert references(read(words)) == set()

    def test_never_inherits_a_superuser(self, world):
        world.people["admin_a"].is_superuser = world.people["admin_a"].is_staff = True
        world.people["admin_a"].save()
        _token, words = made(world)
        assert references(read(words)) == {"M-a"}
        assert read(words, "/admin/").status_code == 302  # to the door: no page knows tokens

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_changes_nothing(self, world, method):
        _token, words = made(world)
        assert read(words, method=method).status_code == 403

    def test_goes_before_a_session_beside_it(self, world, as_user):
        _token, words = made(world, "two_hats", Role.MENTOR)
        client = as_user("admin_b")
        answer = client.get(MENTEES, headers={"Authorization": f"Bearer {words}"})
        assert references(answer) == {"M-a"}

    def test_is_named_in_the_trail_with_its_owner_and_role(self, world):
        token, words = made(world)
        read(words)
        event = AuditEvent.objects.filter(kind="listed").latest("pk")
        assert event.actor == str(world.people["admin_a"].pk)
        assert f"in the role probation_admin by token {token}" in event.capacity
        assert words not in str(AuditEvent.objects.values_list())

    def test_remembers_the_day_of_its_last_use_with_one_write_a_day(
        self, world, django_assert_num_queries
    ):
        token, words = made(world)
        first = cost_of(Client(headers={"Authorization": f"Bearer {words}"}), MENTEES)
        token.refresh_from_db()
        assert token.last_used_on == today()
        again = cost_of(Client(headers={"Authorization": f"Bearer {words}"}), MENTEES)
        assert again == first - 1

    def test_stands_in_the_database_as_a_digest_alone(self, world):
        token, words = made(world)
        kept = ApiToken.objects.values_list().get()
        assert words not in map(str, kept)
        assert words[12:] not in str(kept)
        assert words.startswith(token.beginning)

    def test_still_opens_under_the_key_before(self, world, settings):
        _token, words = made(world)
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another key for the cookies and the digests of tokens"
        assert read(words).status_code == 200
        settings.SECRET_KEY_FALLBACKS = []
        assert read(words).status_code == 401


class TestADeadToken:
    """Refused in the same words whatever killed it, and in the trail."""

    def refused(self, words: str) -> None:
        before = AuditEvent.objects.filter(kind="denied").count()
        answer = read(words)
        assert answer.status_code == 401
        assert answer.json() == {"detail": "This token opens nothing."}
        assert answer["WWW-Authenticate"] == "Bearer"
        assert AuditEvent.objects.filter(kind="denied").count() == before + 1

    @pytest.mark.parametrize("words", ["", "bot_", "bot_" + "x" * 43, "Bearer", "\u00e6\u00f8"])
    def test_that_was_forged(self, world, words):
        self.refused(words)

    def test_with_a_letter_changed(self, world):
        _token, words = made(world)
        self.refused(words[:-1] + ("a" if words[-1] != "a" else "b"))

    def test_that_is_too_old(self, world, time_machine):
        _token, words = made(world, days=7)
        time_machine.move_to(timezone.now() + datetime.timedelta(days=7, seconds=1), tick=False)
        self.refused(words)

    def test_that_was_revoked(self, world):
        token, words = made(world)
        operations.revoke_token(token, by=world.people["admin_a"])
        self.refused(words)

    def test_whose_role_is_over(self, world):
        token, words = made(world)
        RoleAssignment.objects.filter(pk=token.assignment_id).update(
            valid_until=today() - datetime.timedelta(days=1)
        )
        self.refused(words)

    def test_whose_owner_was_deactivated(self, world):
        _token, words = made(world)
        operations.change_account(
            world.people["admin_a"], by=world.people["technical"], is_active=False
        )
        self.refused(words)

    def test_whose_owner_has_a_new_password(self, world):
        _token, words = made(world)
        world.people["admin_a"].set_password("another passphrase for tests only")
        world.people["admin_a"].save()
        self.refused(words)
        assert not ApiToken.objects.select_related("assignment__user").get().is_standing


class TestMakingOne:
    @pytest.mark.parametrize("days", [0, -1, 91])
    def test_for_too_long_or_not_at_all_is_refused(self, world, days):
        with pytest.raises(NoToken, match="90 days"):
            made(world, days=days)

    def test_in_a_role_that_is_over_is_refused(self, world):
        over = world.people["former_admin_a"].role_assignments.exclude(valid_until=None).get()
        with pytest.raises(NoToken, match="do not hold"):
            operations.make_token(over, by=world.people["former_admin_a"], purpose="x", days=7)

    def test_in_somebody_elses_role_is_refused(self, world):
        with pytest.raises(NotGivenAlone):
            operations.make_token(
                role_of(world, "admin_a", "probation_admin"),
                by=world.people["admin_b"],
                purpose="x",
                days=7,
            )
        assert not ApiToken.objects.exists()

    def test_and_using_it_needs_the_second_factor_where_that_is_demanded(self, world, settings):
        settings.REQUIRE_SECOND_FACTOR = False
        _token, words = made(world)
        world.people["admin_a"].authenticator_set.all().delete()
        settings.REQUIRE_SECOND_FACTOR = True
        assert read(words).status_code == 403
        with pytest.raises(NoToken, match="second factor"):
            made(world)


class TestThePage:
    def sent(self, world) -> dict[str, object]:
        role = role_of(world, "admin_a", "probation_admin")
        return {"assignment": role.pk, "purpose": "Monthly report", "days": 30}

    def test_shows_the_words_once(self, world):
        client = fresh(world, "admin_a")
        page = client.post(PAGE, self.sent(world)).content.decode()
        words = page.partition('class="secret">')[2].partition("<")[0]
        assert references(read(words)) == {"M-a"}
        assert words not in client.get(PAGE).content.decode()
        assert words[:12] in client.get(PAGE).content.decode()

    def test_asks_again_who_is_there_and_keeps_what_was_typed(self, world, as_user):
        client = as_user("admin_a")
        question = client.post(PAGE, self.sent(world))
        assert question.status_code == 403
        assert "Monthly report" in question.content.decode()
        assert not ApiToken.objects.exists()
        client.post(PAGE, {**self.sent(world), "again-password": PASSWORD})
        assert ApiToken.objects.get().purpose == "Monthly report"

    def test_offers_ones_own_roles_alone(self, world):
        client = fresh(world, "admin_b")
        page = client.post(PAGE, self.sent(world))
        assert page.status_code == 200
        assert not ApiToken.objects.exists()
        denied = AuditEvent.objects.get(kind="denied")
        assert (denied.actor, denied.targets) == (
            str(world.people["admin_b"].pk),
            ["accounts.apitoken:"],
        )

    def test_ends_ones_own_token(self, world):
        token, words = made(world)
        client = fresh(world, "admin_a")
        client.post(f"{PAGE}{token.pk}/revoke/")
        assert read(words).status_code == 401

    def test_does_not_know_somebody_elses(self, world):
        token, words = made(world)
        client = fresh(world, "admin_b")
        assert str(token) not in client.get(PAGE).content.decode()
        assert client.post(f"{PAGE}{token.pk}/revoke/").status_code == 404
        assert read(words).status_code == 200

    def test_costs_the_same_for_one_and_for_twenty(self, world):
        client = fresh(world, "admin_a")
        made(world)
        one = cost_of(client, PAGE)
        for _number in range(20):
            made(world)
        assert cost_of(client, PAGE) == one <= MOST_QUERIES


class TestTheOffice:
    def test_lets_the_technical_administrator_revoke(self, world):
        token, words = made(world)
        client = fresh(world, "technical")
        assert str(token)[:12] in client.get("/admin/accounts/apitoken/").content.decode()
        client.post(f"/admin/accounts/apitoken/{token.pk}/step/revoke/", {"yes": "1"})
        assert read(words).status_code == 401

    def test_lets_the_auditor_look_and_nobody_else(self, world):
        made(world)
        assert fresh(world, "auditor").get("/admin/accounts/apitoken/").status_code == 200
        assert fresh(world, "admin_a").get("/admin/accounts/apitoken/").status_code == 403


def test_the_description_of_the_api_names_tokens(as_user):
    text = as_user("admin_a").get("/api/v1/schema/").content.decode()
    assert "scheme: bearer" in text
    assert "Authorization: Bearer" in text
