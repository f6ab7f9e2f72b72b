"""Two persons: one asks, another confirms, and it happens once."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import approvals, operations
from accounts.approvals import NotApproved, NotEntitled
from accounts.models import Approval, ApprovalAnswer, RoleAssignment, User
from accounts.operations import NotGivenAlone
from accounts.roles import Role
from accounts.two_persons import ask_for_administrator, ask_for_technical
from audit.models import AuditEvent
from bot_project.tests.cast import PASSWORD
from bot_project.tests.crowd import MOST_QUERIES, cost_of
from core.append_only import Unchangeable
from core.dates import today
from mentees.models import Mentee
from notifications.models import Notice

pytestmark = pytest.mark.django_db
LIST = "/approvals/"
REASON = "She takes over the area from the first of the month."


@pytest.fixture
def world(world):
    world.person("technical_2", is_superuser=True, is_staff=True)
    return world


def asked(world, name="stranger", letter="a", by="technical") -> Approval:
    return ask_for_administrator(
        world.people[name],
        by=world.user(by),
        organisation=world.area[letter],
        valid_from=today(),
        valid_until=None,
        reason=REASON,
    )


def fresh(world, name: str) -> Client:
    client = Client()
    client.force_login(world.people[name])
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def page_of(approval: Approval) -> str:
    return reverse("approvals:approval_detail", args=[approval.pk])


def administers(world, name="stranger") -> bool:
    return Mentee.objects.visible_to(world.user(name)).exists()


class TestAsking:
    def test_changes_nothing_yet_and_leaves_a_line(self, world):
        approval = asked(world)
        assert not administers(world)
        event = AuditEvent.objects.latest("pk")
        stranger = world.people["stranger"]
        assert event.targets == [
            f"accounts.user:{stranger.pk}",
            f"accounts.approval:{approval.pk}",
        ]
        assert REASON not in str(event.details)

    def test_tells_all_who_can_confirm_and_nobody_else(self, world):
        asked(world)
        told = {n.recipient.name for n in Notice.objects.filter(kind="approval_waiting")}
        assert told == {"technical_2", "admin_a", "barred_admin_a"}

    def test_keeps_the_reason_out_of_sight_of_the_database(self, world):
        approval = asked(world)
        table = Approval.objects.extra(select={"raw": "reason || ''"})
        assert REASON not in table.get(pk=approval.pk).raw

    def test_twice_is_refused_while_it_waits(self, world):
        approvals.decline(asked(world), by=world.user("technical"))
        asked(world)
        with pytest.raises(NotApproved, match="already waits"):
            asked(world)

    def test_for_what_could_not_happen_is_refused_at_once(self, world):
        with pytest.raises(Exception, match="already holds"):
            asked(world, "admin_a")

    @pytest.mark.parametrize("by", ["admin_b", "mentor", "auditor", "former_admin_a", "inactive"])
    def test_is_refused_to_whoever_is_not_entitled(self, world, by):
        with pytest.raises(NotEntitled):
            asked(world, by=by)

    def test_for_oneself_is_refused_by_the_operation_and_by_the_database(self, world):
        with pytest.raises(NotEntitled, match="themselves"):
            asked(world, "technical")
        oneself = world.people["technical"]
        lapses = timezone.now()
        with pytest.raises(IntegrityError), transaction.atomic():
            Approval.objects.create(
                kind="x", target="x", asked_by=oneself, concerns=oneself, expires_at=lapses
            )


class TestConfirming:
    @pytest.mark.parametrize("by", ["technical_2", "admin_a"])
    def test_lets_it_happen_once_with_both_named(self, world, by):
        approval = asked(world)
        approvals.confirm(approval, by=world.user(by))
        assert administers(world)
        role = RoleAssignment.objects.get(user=world.people["stranger"])
        assert (role.decided_by.name, role.confirmed_by.name) == ("technical", by)
        with pytest.raises(NotApproved, match="already"):
            approvals.confirm(approval, by=world.user(by))
        assert AuditEvent.objects.filter(kind="approval.confirmed").count() == 1
        assert AuditEvent.objects.filter(kind="role.given").count() == 1

    def test_tells_whoever_asked(self, world):
        approvals.confirm(asked(world), by=world.user("admin_a"))
        assert Notice.objects.get(kind="approval_answered").recipient.name == "technical"

    @pytest.mark.parametrize("by", ["technical", "stranger", "admin_b", "mentor", "inactive"])
    def test_is_refused_to_the_asker_the_person_concerned_and_others(self, world, by):
        approval = asked(world)
        if by == "stranger":  # who would be entitled otherwise
            world.people[by].is_superuser = True
            world.people[by].save()
        with pytest.raises(NotEntitled):
            approvals.confirm(approval, by=world.user(by))
        assert not ApprovalAnswer.objects.exists()
        assert not RoleAssignment.objects.filter(user=world.people["stranger"]).exists()

    def test_is_refused_when_the_asker_may_no_longer_ask(self, world):
        approval = asked(world)
        world.people["technical"].is_active = False
        world.people["technical"].save()
        with pytest.raises(NotApproved, match="any more"):
            approvals.confirm(approval, by=world.user("technical_2"))

    def test_is_refused_after_a_week(self, world, time_machine):
        approval = asked(world)
        time_machine.move_to(timezone.now() + datetime.timedelta(days=7), tick=False)
        with pytest.raises(NotApproved, match="lapsed"):
            approvals.confirm(approval, by=world.user("technical_2"))
        assert not administers(world)

    def test_of_what_the_act_itself_refuses_leaves_it_waiting(self, world):
        approval = asked(world)
        world.role("stranger", Role.PROBATION_ADMIN, "a")
        with pytest.raises(Exception, match="already holds"):
            approvals.confirm(approval, by=world.user("technical_2"))
        assert not ApprovalAnswer.objects.exists()
        assert Approval.objects.waiting().get() == approval

    def test_agrees_with_who_is_told(self, world):
        """One rule, read in both directions."""
        for approval in (
            asked(world),
            ask_for_technical(world.people["stranger"], by=world.user("technical"), reason="x"),
        ):
            told = set(approvals.KINDS[approval.kind].people(approval))
            for name in world.people:
                person = world.user(name)
                may = approval.pk in approvals.KINDS[approval.kind].entitled(person, [approval])
                assert (may and person.is_active) == (person.pk in told), name


class TestDeclining:
    def test_ends_it(self, world):
        approval = asked(world)
        answer = approvals.decline(approval, by=world.user("admin_a"))
        with pytest.raises(NotApproved):
            approvals.confirm(approval, by=world.user("technical_2"))
        assert answer.verdict == "declined"

    def test_ones_own_is_taking_it_back(self, world):
        approval = asked(world)
        answer = approvals.decline(approval, by=world.user("technical"))
        assert answer.verdict == "withdrawn"

    @pytest.mark.parametrize("by", ["stranger", "admin_b", "mentor"])
    def test_is_refused_to_others(self, world, by):
        with pytest.raises(NotEntitled):
            approvals.decline(asked(world), by=world.user(by))


class TestWithoutASecondPerson:
    """The operations themselves refuse, whoever calls them."""

    def test_no_administrators_role_is_given(self, world):
        technical, stranger = world.people["technical"], world.people["stranger"]
        for second in (None, technical, stranger):
            with pytest.raises(NotGivenAlone):
                operations.give_role(
                    stranger,
                    by=technical,
                    role=Role.PROBATION_ADMIN,
                    organisation=world.area["a"],
                    valid_from=today(),
                    confirmed_by=second,
                )
        assert not administers(world)

    def test_nobody_is_made_technical(self, world):
        technical, stranger = world.people["technical"], world.people["stranger"]
        for second in (technical, stranger):
            with pytest.raises(NotGivenAlone):
                operations.make_technical(stranger, by=technical, confirmed_by=second)
        assert not world.user("stranger").is_superuser

    def test_it_is_ended_by_one_but_not_by_oneself(self, world):
        approval = ask_for_technical(
            world.people["stranger"], by=world.user("technical"), reason=REASON
        )
        approvals.confirm(approval, by=world.user("technical_2"))
        assert world.user("stranger").is_superuser
        with pytest.raises(operations.NotGiven):
            operations.end_technical(world.people["stranger"], by=world.user("stranger"))
        operations.end_technical(world.people["stranger"], by=world.user("technical"))
        assert not world.user("stranger").is_superuser
        assert not world.user("stranger").is_staff

    def test_the_database_refuses_too(self, world):
        technical = world.people["technical"]
        for second in (technical, world.people["stranger"]):
            with pytest.raises(IntegrityError), transaction.atomic():
                RoleAssignment.objects.create(
                    user=world.people["stranger"],
                    role=Role.PROBATION_ADMIN,
                    organisation=world.area["a"],
                    decided_by=technical,
                    confirmed_by=second,
                )

    def test_nothing_asked_or_answered_is_rewritten(self, world):
        approval = asked(world)
        answer = approvals.decline(approval, by=world.user("admin_a"))
        for row in (approval, answer):
            with pytest.raises(Unchangeable):
                row.save()
            with pytest.raises(Unchangeable):
                type(row).objects.all().delete()


class TestThePages:
    def test_show_what_waits_to_whoever_may_confirm(self, world):
        approval = asked(world)
        client = fresh(world, "admin_a")
        assert page_of(approval) in client.get(LIST).content.decode()
        page = client.get(page_of(approval)).content.decode()
        for told in (REASON, "Area a", "stranger", "technical"):
            assert told in page
        assert "See what waits" in client.get("/admin/").content.decode()

    def test_are_led_to_from_the_office_of_whoever_asked_and_of_nobody_else(self, world):
        asker, other = fresh(world, "technical"), fresh(world, "admin_b")
        assert LIST not in asker.get("/admin/").content.decode()
        asked(world)
        assert LIST in asker.get("/admin/").content.decode()
        assert LIST not in other.get("/admin/").content.decode()

    @pytest.mark.parametrize("name", ["admin_b", "stranger", "mentor", "auditor"])
    def test_are_not_there_for_anybody_else(self, world, name):
        approval = asked(world)
        client = fresh(world, name)
        assert page_of(approval) not in client.get(LIST).content.decode()
        assert client.get(page_of(approval)).status_code == 404
        for address in (page_of(approval), f"{page_of(approval)}decline/"):
            assert client.post(address).status_code == 404
        denials = AuditEvent.objects.filter(kind="denied").values_list("targets", flat=True)
        assert [f"accounts.approval:{approval.pk}"] in denials
        assert not ApprovalAnswer.objects.exists()

    def test_confirm_soon_after_signing_in_only(self, world, as_user):
        approval = asked(world)
        client = as_user("admin_a")
        question = client.post(page_of(approval))
        assert question.status_code == 403
        assert not ApprovalAnswer.objects.exists()
        answer = client.post(page_of(approval), {"again-password": PASSWORD})
        assert answer.url == LIST
        assert administers(world)

    def test_refuse_the_asker_in_words_and_record_it(self, world):
        approval = asked(world)
        client = fresh(world, "technical")
        page = client.post(page_of(approval))
        assert "Somebody else has to confirm this." in page.content.decode()
        assert AuditEvent.objects.filter(
            kind="denied", targets=[f"accounts.approval:{approval.pk}"]
        ).exists()
        assert not ApprovalAnswer.objects.exists()

    def test_say_it_when_somebody_was_quicker(self, world):
        approval = asked(world)
        approvals.confirm(approval, by=world.user("technical_2"))
        page = fresh(world, "admin_a").post(page_of(approval))
        assert "answered already" in page.content.decode()
        assert RoleAssignment.objects.filter(user=world.people["stranger"]).count() == 1

    def test_let_the_asker_take_it_back(self, world):
        approval = asked(world)
        client = fresh(world, "technical")
        assert "Take it back" in client.get(page_of(approval)).content.decode()
        client.post(f"{page_of(approval)}decline/")
        assert "It was withdrawn by technical" in client.get(page_of(approval)).content.decode()

    def test_cost_the_same_for_one_and_for_twenty(self, world):
        asked(world)
        client = fresh(world, "technical_2")
        one = cost_of(client, LIST)
        for number in range(20):
            world.person(f"p{number}")
            asked(world, f"p{number}", "b")
        assert cost_of(client, LIST) == one <= MOST_QUERIES


class TestTheOffice:
    def address(self, world, name: str, step: str) -> str:
        return f"/admin/accounts/user/{world.people[name].pk}/step/{step}/"

    def sent(self, world) -> dict[str, object]:
        return {
            "organisation": world.area["a"].pk,
            "valid_from": today().isoformat(),
            "valid_until": "",
            "reason": REASON,
        }

    def test_asks_for_an_administrators_role_on_the_persons_page(self, world):
        client = fresh(world, "technical")
        address = self.address(world, "stranger", "administrator")
        page = client.post(address, self.sent(world), follow=True).content.decode()
        told = "Asked: Give an administrator&#x27;s role. A second person must now confirm it."
        assert told in page
        assert "Done:" not in page
        assert Approval.objects.get().concerns == world.people["stranger"]
        assert not administers(world)

    def test_does_not_offer_the_role_among_those_given_alone(self, world):
        client = fresh(world, "technical")
        add = "/admin/accounts/roleassignment/add/"
        assert b'value="probation_admin"' not in client.get(add).content
        sent = {
            "user": world.people["stranger"].pk,
            "role": "probation_admin",
            "organisation": world.area["a"].pk,
            "valid_from": today().isoformat(),
        }
        assert client.post(add, sent).status_code == 200
        assert not administers(world)
        assert client.post(add, {**sent, "role": "coach"}).status_code == 302  # the control

    def test_refuses_a_grant_to_oneself_in_words_and_records_it(self, world):
        client = fresh(world, "technical")
        before = RoleAssignment.objects.count()
        sent = {**self.sent(world), "user": world.people["technical"].pk, "role": "coach"}
        page = client.post("/admin/accounts/roleassignment/add/", sent)
        assert "Nobody gives a role to themselves." in page.content.decode()
        assert AuditEvent.objects.filter(
            kind="denied", targets=["accounts.roleassignment:add"]
        ).exists()
        assert RoleAssignment.objects.count() == before

    def test_asks_again_before_it_invites_somebody(self, world, as_user):
        client, add = as_user("technical"), "/admin/accounts/user/add/"
        sent = {"email": "new@test.example", "name": "New", "language": "en", "phone": ""}
        question = client.post(add, sent)
        assert question.status_code == 403
        assert "new@test.example" in question.content.decode()
        assert not User.objects.filter(email="new@test.example").exists()
        client.post(add, {**sent, "again-password": PASSWORD})
        assert User.objects.filter(email="new@test.example").exists()

    def test_asks_again_who_is_there_and_keeps_what_was_typed(self, world, as_user):
        client = as_user("technical")
        address = self.address(world, "stranger", "administrator")
        assert client.get(address).url.startswith(reverse("account_reauthenticate"))
        question = client.post(address, self.sent(world))
        assert question.status_code == 403
        assert REASON in question.content.decode()
        client.post(address, {**self.sent(world), "again-password": PASSWORD})
        assert Approval.objects.get().reason == REASON
