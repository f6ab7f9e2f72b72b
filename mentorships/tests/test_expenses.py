"""What a mentor paid: claimed from a month's sessions, frozen, and decided on by somebody else."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from audit.models import AuditEvent
from bot_project.tests.cast import LONG_AGO, PASSWORD
from bot_project.tests.crowd import MOST_QUERIES, another_file, cost_of, meet, walk
from core.dates import today
from mentorships import operations
from mentorships.expenses import costs_of, months_of, total_of
from mentorships.models import (
    ExpenseClaim,
    ExpenseLine,
    ExpenseRate,
    MentoringSession,
    Mentorship,
    OtherWork,
)
from notifications.models import Notice

pytestmark = pytest.mark.django_db
ANSWERING = ("coach", "stand_in")  # for the mentor: their coach, and who covers
RATE = Decimal("3.79")


@pytest.fixture
def month():
    return today().replace(day=1)


@pytest.fixture
def costs(world, month):
    """The mentor's session of today: 38 kilometres, a ticket and a coffee."""
    ExpenseLine.objects.all().delete()
    ExpenseClaim.objects.all().delete()
    ExpenseRate.objects.create(year=today().year, per_kilometre=RATE)
    return meet(
        world.mentorship_of("mentor"),
        today(),
        kilometres=38,
        fare=Decimal("24.00"),
        outlay=Decimal("35.50"),
        preparation_minutes=15,
        travel_minutes=50,
    )


@pytest.fixture
def claim(world, costs, month):
    mentor = world.user("mentor")
    return operations.submit_expenses(month, by=mentor, total=total_of(costs_of(mentor, month)))


def page_of(month):
    return f"/expenses/{month.year}-{month.month}/"


def decide(client, claim, action="approve", reason=""):
    sent = {"action": action, "reason": reason}
    return client.post(f"{claim.get_absolute_url()}decide/", sent, follow=True)


class TestWhatIsClaimed:
    def test_is_exact_to_the_cent(self, world, costs):
        [cost] = costs_of(world.user("mentor"))
        assert cost.amount == Decimal("38") * RATE + Decimal("59.50") == Decimal("203.52")

    def test_is_of_ones_own_sessions_alone(self, world, costs):
        assert costs_of(world.user("two_hats")) == []

    def test_follows_the_month_that_the_session_names(self, world, costs, month):
        later = (month + datetime.timedelta(days=32)).replace(day=1)
        MentoringSession.objects.filter(pk=costs.pk).update(claim_month=later)
        assert costs_of(world.user("mentor"), month) == []
        assert len(costs_of(world.user("mentor"), later)) == 1

    def test_names_no_file_that_is_out_of_sight(self, world, costs):
        assert costs_of(world.user("mentor"))[0].reference == "M-a"
        Mentorship.objects.filter(mentor__user=world.people["mentor"]).update(
            status="ended", ended_on=today() - datetime.timedelta(days=60), end_reason="other"
        )
        [cost] = costs_of(world.user("mentor"))
        assert (cost.reference, cost.amount) == ("", Decimal("203.52"))


class TestSubmitting:
    def test_freezes_what_the_page_showed(self, as_user, world, costs, month):
        client = as_user("mentor")
        shown = client.get(page_of(month)).context["total_exact"]
        client.post(page_of(month), {"total": shown})
        claim = ExpenseClaim.objects.get()
        MentoringSession.objects.update(kilometres=500)
        ExpenseRate.objects.update(per_kilometre=9)
        claim.refresh_from_db()
        assert (claim.total, claim.kilometres, claim.month) == (Decimal("203.52"), 38, month)
        assert claim.lines.get().amount == Decimal("203.52")

    def test_tells_the_coach(self, world, claim):
        told = Notice.objects.filter(kind="expenses_submitted")
        assert {each.recipient for each in told} == {world.people[n] for n in ANSWERING}

    def test_of_another_sum_than_was_shown_is_refused(self, as_user, costs, month):
        page = as_user("mentor").post(page_of(month), {"total": "1.00"}).content.decode()
        assert "have changed meanwhile" in page
        assert not ExpenseClaim.objects.exists()

    def test_of_nothing_is_refused_in_words(self, as_user, world, claim, month):
        page = as_user("mentor").post(page_of(month), {"total": "203.52"}).content.decode()
        assert "nothing to claim" in page
        assert ExpenseClaim.objects.count() == 1

    def test_without_a_rate_of_the_year_waits(self, as_user, costs, month):
        ExpenseRate.objects.all().delete()
        client = as_user("mentor")
        page = client.get(page_of(month))
        assert "not set yet" in page.content.decode()
        client.post(page_of(month), {"total": page.context["total_exact"]})
        assert not ExpenseClaim.objects.exists()

    def test_of_a_month_that_has_not_come_is_refused(self, world, costs):
        later = today() + datetime.timedelta(days=40)
        with pytest.raises(operations.NotClaimed):
            operations.submit_expenses(
                later.replace(day=1), by=world.user("mentor"), total=Decimal("203.52")
            )

    def test_of_what_came_late_is_a_claim_of_its_own(self, as_user, world, claim, month):
        operations.approve_expenses(claim, by=world.people["coach"])
        meet(world.mentorship_of("mentor"), today(), fare=Decimal("12.00"))
        as_user("mentor").post(page_of(month), {"total": "12.00"})
        totals = ExpenseClaim.objects.order_by("pk").values_list("total", flat=True)
        assert list(totals) == [Decimal("203.52"), Decimal("12.00")]

    def test_pays_no_session_twice(self, claim):
        line = claim.lines.get()
        line.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            line.save()

    @pytest.mark.parametrize("address", ["2026-13", "2026-0", "0-1"])
    def test_of_a_month_that_is_none_is_not_there(self, as_user, world, address):
        assert as_user("mentor").get(f"/expenses/{address}/").status_code == 404


class TestDeciding:
    @pytest.mark.parametrize("name", [*ANSWERING, "admin_a"])
    def test_approves_and_tells_the_mentor(self, as_user, world, claim, name):
        decide(as_user(name), claim)
        claim.refresh_from_db()
        assert (claim.status, claim.decided_by) == ("approved", world.people[name])
        assert Notice.objects.get(kind="expenses_approved").recipient == world.people["mentor"]

    @pytest.mark.parametrize(
        ("name", "status"), [("mentor", 403), ("former_coach", 404), ("admin_b", 404)]
    )
    def test_is_not_for_others(self, as_user, world, claim, name, status):
        assert decide(as_user(name), claim).status_code == status
        claim.refresh_from_db()
        assert claim.is_waiting

    def test_is_never_of_ones_own(self, as_user, world, claim):
        world.role("mentor", "probation_admin", "a")
        page = decide(as_user("mentor"), claim).content.decode()
        assert "Nobody decides on what they claim themselves" in page
        claim.refresh_from_db()
        assert claim.is_waiting
        world.role("two_hats", "probation_admin", "a")
        assert decide(as_user("two_hats"), claim).status_code == 200  # the control: another one
        claim.refresh_from_db()
        assert claim.status == "approved"

    def test_sends_back_with_a_reason_and_lets_it_be_claimed_anew(
        self, as_user, world, claim, month
    ):
        assert costs_of(world.user("mentor"), month) == []
        decide(as_user("coach"), claim, "send_back", "The ticket is from another day.")
        claim.refresh_from_db()
        assert claim.status == "sent_back"
        page = as_user("mentor").get(claim.get_absolute_url()).content.decode()
        assert "The ticket is from another day." in page
        assert len(costs_of(world.user("mentor"), month)) == 1

    @pytest.mark.parametrize(
        ("action", "reason", "says"),
        [
            ("send_back", " ", "Say what has to be looked at again."),
            ("send_back", "x" * 501, "500"),
            ("", "kept words", "Approve it, or send it back."),
            ("pay", "kept words", "pay"),
        ],
    )
    def test_that_lacks_something_says_so_and_keeps_the_text(
        self, as_user, world, claim, action, reason, says
    ):
        page = decide(as_user("coach"), claim, action, reason).content.decode()
        assert says in page
        assert reason in page
        claim.refresh_from_db()
        assert claim.is_waiting

    def test_is_done_once(self, as_user, world, claim):
        decide(as_user("coach"), claim)
        page = decide(as_user("admin_a"), claim, "send_back", "No.").content.decode()
        assert "already" in page
        claim.refresh_from_db()
        assert claim.status == "approved"


class TestReading:
    def test_shows_references_and_no_name_of_a_mentee(self, as_user, world, claim):
        page = as_user("coach").get(claim.get_absolute_url()).content.decode()
        assert "M-a" in page
        assert world.files["a"].given_name not in page

    def test_of_a_file_from_which_one_is_kept_is_a_sum(self, as_user, world, claim):
        world.files["a"].exclusions.create(person=world.people["coach"], reason="kin")
        answer = as_user("coach").get(claim.get_absolute_url())
        assert "M-a" not in answer.content.decode()
        assert answer.context["shown"].hidden == claim.total

    @pytest.mark.parametrize("address", ["/expenses/", "month", "claim"])
    def test_costs_the_same_for_one_and_for_many(self, as_user, world, claim, month, address):
        address = {"month": page_of(month), "claim": claim.get_absolute_url()}.get(
            address, address
        )
        client = as_user("mentor")

        def spend(number):
            walked = walk(world, "mentor", another_file(world, number))
            session = meet(walked, today(), fare=10)
            ExpenseLine.objects.create(
                claim=claim, session=session, held_on=today(), fare=10, amount=10
            )
            meet(walked, today(), fare=10)

        spend(0)
        one = cost_of(client, address)
        for number in range(1, 10):
            spend(number)
        assert cost_of(client, address) == one <= MOST_QUERIES


class TestOwnHours:
    def test_are_told_apart_by_what_they_went_into(self, world, costs, month):
        OtherWork.objects.filter(logged_by=world.people["mentor"]).delete()
        OtherWork.objects.create(
            mentorship=world.mentorship_of("mentor"),
            worked_on=today(),
            minutes=30,
            kind="report",
            logged_by=world.people["mentor"],
        )
        now = months_of(world.user("mentor"))[0]
        minutes = (costs.minutes, 15, 50, 30)
        assert (now.direct, now.preparation, now.travel, now.other) == minutes
        assert now.unclaimed == Decimal("203.52")

    def test_of_long_ago_are_shown_while_something_is_left_to_claim(self, world, costs):
        long_ago = today().replace(day=1) - datetime.timedelta(days=500)
        old = meet(world.mentorship_of("mentor"), long_ago, fare=10)
        months = months_of(world.user("mentor"))
        assert [month.direct for month in months] == [costs.minutes, old.minutes]
        MentoringSession.objects.filter(pk=old.pk).update(fare=None)
        assert [month.direct for month in months_of(world.user("mentor"))] == [costs.minutes]

    def test_are_ones_own(self, world, costs):
        assert months_of(world.user("two_hats")) == []


class TestTheExport:
    def client(self, world, name="admin_a") -> Client:
        client = Client()
        client.force_login(world.people[name])
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        return client

    def test_holds_approved_claims_of_the_area_and_is_recorded(self, world, claim):
        address = f"/expenses/export/{claim.month.year}/"
        before = b"".join(self.client(world).get(address).streaming_content).decode()
        assert "203.52" not in before
        operations.approve_expenses(claim, by=world.people["coach"])
        table = b"".join(self.client(world).get(address).streaming_content).decode()
        assert "203.52" in table
        other = b"".join(self.client(world, "admin_b").get(address).streaming_content).decode()
        assert "203.52" not in other
        line = AuditEvent.objects.filter(kind="expenses.exported").order_by("pk")[1]
        assert line.targets == [f"mentorships.expenseclaim:{claim.pk}"]
        assert line.details == {"year": claim.month.year, "claims": 1}

    def test_leaves_out_what_one_sees_as_a_coach_elsewhere(self, world, claim):
        operations.approve_expenses(claim, by=world.people["coach"])
        world.role("coach", "probation_admin", "b")
        address = f"/expenses/export/{claim.month.year}/"
        table = b"".join(self.client(world, "coach").get(address).streaming_content).decode()
        assert "203.52" not in table

    def test_asks_for_the_password_again(self, as_user, world, claim):
        assert as_user("admin_a").get("/expenses/export/2026/").status_code == 302

    def test_is_not_for_a_coach(self, world, claim):
        assert self.client(world, "coach").get("/expenses/export/2026/").status_code == 403


class TestTheRate:
    def test_is_set_by_an_administrator(self, as_user, world):
        typed = {"year": today().year, "per_kilometre": "3,81", "version": "0"}
        as_user("admin_a").post("/expenses/rates/", typed)
        more = {"per_kilometre": "3.85", "version": "1"}
        as_user("admin_a").post("/expenses/rates/", typed | more)
        assert ExpenseRate.objects.get().per_kilometre == Decimal("3.85")
        assert AuditEvent.objects.filter(kind="expenses.rate_set").count() == 2

    @pytest.mark.parametrize("year", [2025, 2026])
    def test_that_somebody_set_meanwhile_is_shown_beside_what_was_typed(
        self, as_user, world, year
    ):
        client = as_user("admin_a")
        known = client.get("/expenses/rates/").context["form"]["version"].value()
        ExpenseRate.objects.create(year=2025, per_kilometre="3.79")
        sent = {"year": year, "per_kilometre": "3.85", "version": known}
        answer = client.post("/expenses/rates/", sent)
        form, page = answer.context["form"], answer.content.decode()
        assert answer.status_code == 409
        assert "3.79" in page
        assert form["per_kilometre"].value() == "3.85"
        assert [str(rate.per_kilometre) for rate in ExpenseRate.objects.all()] == ["3.79"]
        again = sent | {"version": form["version"].value()}
        assert client.post("/expenses/rates/", again).status_code == 302
        assert str(ExpenseRate.objects.get(year=year).per_kilometre) == "3.85"

    @pytest.mark.parametrize(
        "typed",
        [
            {"year": "1999"},
            {"year": "2999"},
            {"year": "now"},
            {"per_kilometre": "0"},
            {"per_kilometre": "-3"},
            {"per_kilometre": "3.791"},
            {"per_kilometre": "much"},
        ],
    )
    def test_that_is_none_is_refused_beside_its_field(self, as_user, world, typed):
        sent = {"year": "2026", "per_kilometre": "3.81", "version": "0"} | typed
        answer = as_user("admin_a").post("/expenses/rates/", sent)
        assert set(answer.context["form"].errors) == set(typed)
        assert not ExpenseRate.objects.exists()


def test_a_claim_of_long_ago_is_shown_with_its_month(as_user, world):
    claim = ExpenseClaim.objects.get(mentor__user=world.people["mentor"])
    assert claim.month == LONG_AGO
    assert "January 2020" in as_user("mentor").get(claim.get_absolute_url()).content.decode()
