"""A mentor whom one area lends to another, and what hangs on the loan."""

import datetime
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import approvals
from accounts.approvals import NotEntitled
from accounts.models import Approval
from audit.models import AuditEvent
from bot_project.tests.cast import LONG_AGO, PASSWORD, yesterday
from bot_project.tests.crowd import MOST_QUERIES, cost_of, in_days
from core.dates import today
from core.errors import Refusal
from mentees.models import Mentee
from mentors import operations
from mentors.models import Mentor, MentorLoan
from mentors.permissions import MentorPermission
from mentors.tasks import warn_of_loans
from mentors.two_persons import offer_loan
from mentorships import operations as mentorships
from mentorships.models import MentoringSession, Mentorship, SessionDraft, SessionNarrative
from mentorships.permissions import MentorshipPermission
from notifications.models import Notice
from training.models import Attendance, Certificate

pytestmark = pytest.mark.django_db
LIST = "/admin/mentors/mentorloan/"


def offer(world, mentor="mentor_b", to="a", by="admin_b", first=0, last=30, **terms) -> Approval:
    return offer_loan(
        world.mentor(mentor),
        by=world.user(by),
        borrower=world.area[to],
        valid_from=in_days(first),
        planned_until=in_days(last),
        reason="Nobody here speaks Somali.",
        **{"payer": "borrower", **terms},
    )


def lend(world, **how) -> MentorLoan:
    approvals.confirm(offer(world, **how), by=world.user("admin_a"))
    return MentorLoan.objects.latest("pk")


def walk_on_loan(world, status="active") -> Mentorship:
    """The lent mentor walks with the mentee of the other area, with a session, note and draft."""
    loan = lend(world)
    mentorship = world.mentorship("mentor_b", "a", role="co_mentor", status=status)
    Mentorship.objects.filter(pk=mentorship.pk).update(loan=loan)
    return Mentorship.objects.get(pk=mentorship.pk)


def expire(loan: MentorLoan) -> None:
    first = in_days(-60)
    MentorLoan.objects.filter(pk=loan.pk).update(valid_from=first, valid_until=yesterday())


def files(world, name):
    return {mentee.reference for mentee in Mentee.objects.visible_to(world.user(name))}


class TestALoan:
    def test_is_offered_by_one_area_and_granted_by_the_other(self, world):
        approval = offer(world, hours=40, payer="lender", rate="310.50")
        assert not MentorLoan.objects.exists()
        told = {n.recipient.name for n in Notice.objects.filter(kind="approval_waiting")}
        assert told == {"admin_a", "barred_admin_a"}
        approvals.confirm(approval, by=world.user("admin_a"))
        loan = MentorLoan.objects.get()
        assert (loan.lent_by.name, loan.granted_by.name) == ("admin_b", "admin_a")
        assert (loan.hours, loan.payer, str(loan.rate)) == (40, "lender", "310.50")
        event = AuditEvent.objects.get(kind="loan.granted")
        assert f"mentors.mentor:{loan.mentor_id}" in event.targets
        told = {n.recipient.name for n in Notice.objects.filter(kind="loan_granted")}
        assert told == {"admin_b", "former_admin_a", "two_hats", "barred_admin_a", "mentor_b"}

    @pytest.mark.parametrize("by", ["admin_a", "coach", "mentor", "former_admin_b", "technical"])
    def test_is_offered_by_nobody_else(self, world, by):
        if by not in world.people:
            world.person(by, "probation_admin", "b", until=yesterday())
        with pytest.raises(NotEntitled):
            offer(world, by=by)

    @pytest.mark.parametrize("by", ["admin_b", "two_hats", "coach"])
    def test_is_granted_by_nobody_else(self, world, by):
        approval = offer(world)
        with pytest.raises(NotEntitled):
            approvals.confirm(approval, by=world.user(by))
        assert not MentorLoan.objects.exists()

    def test_is_not_granted_when_whoever_offered_it_has_left(self, world):
        approval = offer(world)
        world.people["admin_b"].role_assignments.update(valid_until=yesterday())
        with pytest.raises(approvals.NotApproved, match="may not do so any more"):
            approvals.confirm(approval, by=world.user("admin_a"))

    def test_granted_late_begins_on_that_day(self, world, time_machine):
        approval = offer(world)
        time_machine.move_to(timezone.now() + datetime.timedelta(days=3))
        approvals.confirm(approval, by=world.user("admin_a"))
        assert MentorLoan.objects.get().valid_from == today()

    @pytest.mark.parametrize(
        ("field", "words", "how"),
        [
            ("valid_from", "has passed", {"first": -1}),
            ("borrower", "already", {"to": "b"}),
            ("__all__", "before the first", {"first": 5, "last": 4}),
        ],
    )
    def test_that_cannot_be_is_refused_beside_its_field(self, world, field, words, how):
        with pytest.raises(ValidationError) as refused:
            offer(world, **how)
        assert words in str(refused.value.error_dict[field])

    def test_is_made_to_an_area_and_never_twice_for_one_day(self, world):
        world.area["prison"] = world.prison["a"]
        with pytest.raises(ValidationError, match="lent to an area"):
            offer(world, to="prison")
        lend(world, last=10)
        with pytest.raises(ValidationError, match="lent there already"):
            offer(world, first=10)
        assert offer(world, first=11)

    def test_is_agreed_by_two_persons_also_in_the_table(self, world):
        loan = world.loan("mentor_b", "a")
        with pytest.raises(IntegrityError), transaction.atomic():
            MentorLoan.objects.filter(pk=loan.pk).update(granted_by=loan.lent_by)


class TestTheBorrower:
    SEEN = (Mentor, Certificate, Attendance)

    def record(self, world, name="admin_a"):
        mentor = world.mentor("mentor_b")
        owners = {Mentor: {"pk": mentor.pk}, Certificate: {"holder": mentor.user}}
        return [
            model
            for model in self.SEEN
            if model.objects.visible_to(world.user(name))
            .filter(**owners.get(model, {"attendee": mentor.user}))
            .exists()
        ]

    def test_sees_the_record_so_long_and_no_longer(self, world):
        assert self.record(world) == []
        loan = lend(world)
        assert self.record(world) == [*self.SEEN]
        assert self.record(world, "former_admin_a") == [*self.SEEN]  # of the lender's area now
        expire(loan)
        assert self.record(world) == []

    def test_sees_nothing_before_the_first_day(self, world):
        lend(world, first=1)
        assert self.record(world) == []

    def test_sees_nothing_once_the_role_is_over(self, world):
        lend(world)
        world.people["admin_a"].role_assignments.update(valid_until=yesterday())
        assert self.record(world) == []

    def test_changes_nothing_of_the_record(self, world):
        lend(world)
        mentor, admin = world.mentor("mentor_b"), world.user("admin_a")
        assert not admin.has_perm(MentorPermission.CHANGE, mentor)
        assert not admin.has_perm(MentorPermission.LEND, mentor)

    def test_is_lent_one_mentor_and_no_other(self, world):
        world.person("another_b", "mentor", "b")
        another = world.mentor("another_b")
        lend(world)
        assert not Mentor.objects.visible_to(world.user("admin_a")).filter(pk=another.pk).exists()


class TestTheLender:
    def test_learns_nothing_of_the_mentees(self, world):
        before = files(world, "admin_b")
        mentorship = walk_on_loan(world)
        admin = world.user("admin_b")
        assert files(world, "admin_b") == before == {"M-b"}
        assert not admin.has_perm(MentorshipPermission.VIEW, mentorship)
        sessions = MentoringSession.objects.permitted(admin, "mentorships.see_session_metadata")
        assert not sessions.filter(mentorship=mentorship).exists()


class TestAMentorshipOnLoan:
    def propose(self, world, on=0):
        return mentorships.propose_mentorship(
            world.files["a"].enrolments.get(),
            by=world.people["admin_a"],
            mentor=world.mentor("mentor_b"),
            on=in_days(on),
            role="co_mentor",
        )

    def test_is_refused_without_a_loan_beside_the_mentor(self, world):
        with pytest.raises(mentorships.NotProposed) as refused:
            self.propose(world)
        assert "not lent" in str(refused.value.error_dict["mentor"])

    def test_hangs_on_the_loan_in_force(self, world):
        lend(world, first=10, last=40)
        with pytest.raises(mentorships.NotProposed):
            self.propose(world)
        loan = lend(world, last=9)
        assert self.propose(world).loan == loan

    @pytest.mark.parametrize("days", [-1, 31])
    def test_begins_on_no_day_outside_it(self, world, days):
        proposed = walk_on_loan(world, status="proposed")
        move = partial(mentorships.move_mentorship, proposed, by=world.people["admin_a"])
        with pytest.raises(Refusal) as refused:
            move(to="trial", on=in_days(days))
        assert "not lent on this day" in str(refused.value.error_dict["on"])
        assert move(to="trial", on=in_days(30)).status == "trial"

    def test_goes_on_no_more_when_the_loan_is_over_but_ends(self, world, as_user):
        mentorship = walk_on_loan(world, status="trial")
        expire(mentorship.loan)
        page = f"/admin/mentorships/mentorship/{mentorship.pk}/step/"
        typed = {"on": today().isoformat(), "reason": "transfer"}
        answer = as_user("admin_a").post(f"{page}active/", typed)
        assert "not lent on this day" in answer.context_data["form"].errors["on"][0]
        assert as_user("admin_a").post(f"{page}end/", typed).status_code == 302

    def test_of_ones_own_area_hangs_on_none(self, world):
        world.files["a"].home_municipality = world.prison["b"]  # whatever lies within area B
        world.files["a"].save()
        lend(world)
        assert self.propose(world).loan is None

    def test_takes_over_from_another_mentor(self, world):
        loan = lend(world)
        former = world.mentorship_of("mentor")
        how = {"on": today(), "reason": "transfer", "shows": "from_today"}
        successor = mentorships.hand_over(
            former, by=world.people["admin_a"], mentor=world.mentor("mentor_b"), **how
        )
        assert successor.loan == loan

    def test_is_gone_for_the_mentor_the_coach_and_the_stand_in_when_the_loan_is_over(self, world):
        mentorship = walk_on_loan(world)
        world.absence("former_coach", "stand_in", first=today())
        for name in ("mentor_b", "former_coach"):
            assert files(world, name) == {"M-a", "M-b"}
        expire(mentorship.loan)
        for name in ("mentor_b", "former_coach"):
            assert files(world, name) == {"M-b"}
            for model in (MentoringSession, SessionNarrative, SessionDraft):
                mine = model.objects.visible_to(world.user(name))
                path = "session__mentorship" if model is SessionNarrative else "mentorship"
                assert not mine.filter(**{path: mentorship}).exists()
            assert not world.user(name).has_perm(MentorshipPermission.VIEW, mentorship)
        stand_in = world.user("stand_in")
        assert not stand_in.has_perm(MentorshipPermission.VIEW, mentorship)
        assert world.user("admin_a").has_perm(MentorshipPermission.CHANGE, mentorship)

    @pytest.mark.parametrize("days_left", [0, 1])
    def test_is_there_to_the_last_day(self, world, days_left):
        mentorship = walk_on_loan(world)
        MentorLoan.objects.filter(pk=mentorship.loan_id).update(valid_until=in_days(days_left))
        assert "M-a" in files(world, "mentor_b")

    def test_is_gone_in_an_open_session_too(self, world, as_user):
        mentorship = walk_on_loan(world)
        client = as_user("mentor_b")
        assert client.get("/mentees/M-a/").status_code == 200
        expire(mentorship.loan)
        assert client.get("/mentees/M-a/").status_code == 404
        assert "M-a" not in client.get("/caseload/").content.decode()

    def test_leaves_no_proposal_and_no_closing_window_behind(self, world):
        mentorship = walk_on_loan(world, status="proposed")
        mentor = world.user("mentor_b")
        assert mentor.has_perm(MentorshipPermission.SEE_PROPOSAL, mentorship)
        expire(mentorship.loan)
        assert not world.user("mentor_b").has_perm(MentorshipPermission.SEE_PROPOSAL, mentorship)
        Mentorship.objects.filter(pk=mentorship.pk).update(
            status="ended", started_on=LONG_AGO, ended_on=yesterday(), end_reason="transfer"
        )
        assert not world.user("mentor_b").has_perm(MentorshipPermission.LOOK_BACK, mentorship)


class TestEndingEarly:
    @pytest.mark.parametrize("by", ["admin_a", "admin_b"])
    def test_is_for_either_area_and_tells_the_others(self, world, by):
        mentorship = walk_on_loan(world)
        assert world.user(by).has_perm(MentorPermission.END_LOAN, mentorship.loan)
        operations.end_loan(mentorship.loan, by=world.user(by), on=today())
        assert files(world, "mentor_b") == {"M-b"}
        told = {n.recipient.name for n in Notice.objects.filter(kind="loan_ended")}
        assert {"mentor_b", "admin_a", "admin_b"} - {by} <= told
        assert by not in told
        with pytest.raises(operations.IsOver):
            operations.end_loan(mentorship.loan, by=world.user(by), on=today())

    def test_in_the_past_is_refused(self, world):
        with pytest.raises(operations.IsOver):
            operations.end_loan(lend(world), by=world.user("admin_b"), on=yesterday())


class TestTheWarning:
    @pytest.mark.parametrize(("last", "is_told"), [(14, True), (15, False)])
    def test_comes_fourteen_days_ahead_and_once(self, world, last, is_told):
        world.loan("mentor_b", "a", until=in_days(last))
        warn_of_loans()
        warn_of_loans()
        told = [n.recipient.name for n in Notice.objects.filter(kind="loan_ends")]
        assert len(told) == len(set(told))
        assert ({"mentor_b", "admin_a", "admin_b"} <= set(told)) == is_told
        assert bool(told) == is_told

    def test_comes_neither_too_early_nor_after_the_end(self, world):
        world.loan("mentor_b", "a", until=yesterday())
        world.loan("mentor_b", "a", first=in_days(1), until=in_days(5))
        warn_of_loans()
        assert not Notice.objects.filter(kind="loan_ends").exists()


class TestTheOffice:
    def test_offers_grants_and_ends_a_loan(self, world, as_user):
        mentor = world.mentor("mentor_b")
        lender = as_user("admin_b")
        page = f"/admin/mentors/mentor/{mentor.pk}/"
        step = f"{page}step/lend/"
        assert step in lender.get(f"{page}change/").content.decode()
        typed = {
            "borrower": world.area["a"].pk,
            "valid_from": today().isoformat(),
            "planned_until": in_days(30).isoformat(),
            "payer": "borrower",
            "reason": "Nobody here speaks Somali.",
        }
        again = lender.post(step, {**typed, "valid_from": yesterday().isoformat()})
        assert "This day has passed" in again.content.decode()
        assert "Nobody here speaks Somali." in again.content.decode()
        assert lender.post(step, typed).status_code == 302
        borrower = Client()
        borrower.force_login(world.people["admin_a"])
        borrower.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        waiting = reverse("approvals:approval_detail", args=[Approval.objects.get().pk])
        shown = borrower.get(waiting).content.decode()
        assert "mentor_b" in shown
        assert "Area a" in shown
        assert borrower.post(waiting).status_code == 302
        loan = MentorLoan.objects.get()
        for client in (lender, borrower):
            assert "mentor_b" in client.get(LIST).content.decode()
            assert client.get(f"{LIST}{loan.pk}/change/").status_code == 200
        assert borrower.get(f"{page}change/").status_code == 200
        assert borrower.get(step).status_code == 403
        ended = borrower.post(f"{LIST}{loan.pk}/step/end/", {"on": today().isoformat()})
        assert ended.status_code == 302
        assert borrower.get(f"{page}change/").status_code == 404

    def test_shows_a_loan_to_its_two_areas_alone(self, world, as_user):
        loan = world.loan("mentor_b", "a")
        world.people["two_hats"].role_assignments.update(organisation=world.prison["a"])
        assert as_user("two_hats").get(f"{LIST}{loan.pk}/change/").status_code == 404

    def test_costs_the_same_for_one_loan_and_for_fifty(self, world, as_user):
        client = as_user("admin_a")
        world.loan("mentor_b", "a")
        one = cost_of(client, LIST)
        for number in range(49):
            world.person(f"m{number}", "mentor", "b")
            world.loan(f"m{number}", "a")
        assert cost_of(client, LIST) == one <= MOST_QUERIES
