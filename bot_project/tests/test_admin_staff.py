"""What the office knows of mentors, training and accounts."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.letters import Letter
from accounts.models import RoleAssignment, User
from accounts.operations import invite
from accounts.roles import Role
from audit.models import AuditEvent
from bot_project.tests.cast import LONG_AGO, PASSWORD
from bot_project.tests.office import signed_in_again, step, url
from core.dates import today
from mentors.models import CoachAssignment, Mentor
from organisations.models import Organisation
from training.models import Certificate, TrainingProgramme

pytestmark = pytest.mark.django_db


class TestAMentor:
    def test_is_registered_from_the_people_of_ones_area(self, as_user, world):
        client = as_user("admin_a")
        offered = client.get(url(Mentor, "add")).context_data["adminform"].form.fields["user"]
        assert set(offered.queryset) == {world.people["barred_by_kin"]}
        response = client.post(
            url(Mentor, "add"),
            {
                "user": world.people["barred_by_kin"].pk,
                "area": world.area["a"].pk,
                "status": "applied",
                "background": "law",
                "capacity": "2",
            },
        )
        assert response.status_code == 302
        assert AuditEvent.objects.filter(kind="mentor.registered").exists()

    def test_gets_a_coach_and_never_in_a_circle(self, as_user, world):
        client = as_user("admin_a")
        coach, mentor = world.mentor("coach"), world.mentor("former_mentor")
        step(client, mentor, "coach", coach=coach.pk, on=today())
        assert CoachAssignment.objects.filter(mentor=mentor, coach=coach).exists()
        world.role("former_mentor", Role.COACH, "a")
        response = step(client, coach, "coach", coach=mentor.pk, on=today())
        assert "around a corner" in response.content.decode()

    def test_shows_the_state_of_the_certificate(self, as_user, world):
        sections = (
            as_user("admin_a").get(url(world.mentor("mentor"), "change")).context_data["sections"]
        )
        assert [str(row[0].text) for row in sections[0].rows] == ["Mentor training"]


class TestTraining:
    def test_is_certified_by_its_organiser(self, as_user, world):
        typed = {
            "holder": world.people["barred_by_kin"].pk,
            "programme": world.training.pk,
            "standing": "full",
            "valid_from": "2026-01-01",
            "valid_until": "2028-01-01",
        }
        assert as_user("admin_a").post(url(Certificate, "add"), typed).status_code == 403
        assert as_user("trainer").post(url(Certificate, "add"), typed).status_code == 302
        assert AuditEvent.objects.filter(kind="certificate.given").count() == 1

    def test_is_changed_by_its_organiser(self, as_user, world):
        typed = {"name": "Mentor training", "valid_for_months": "36"}
        assert as_user("trainer").post(url(world.training, "change"), typed).status_code == 302
        assert TrainingProgramme.objects.get().valid_for_months == 36


class TestTheTechnicalAccount:
    NEW = {"email": "Ny@Test.example", "name": "Ny"}

    def test_opens_an_account_gives_a_role_and_ends_it(self, as_user, world):
        client = signed_in_again(as_user("technical"))
        assert client.post(url(User, "add"), self.NEW).status_code == 302
        user = User.objects.get(email="ny@test.example")
        assert not user.has_usable_password()  # no administrator ever types somebody's
        assert user.letters.get().kind == "invitation"
        typed = {
            "user": user.pk,
            "role": "mentor",
            "organisation": world.area["a"].pk,
            "valid_from": today(),
        }
        assert client.post(url(RoleAssignment, "add"), typed).status_code == 302
        assignment = user.role_assignments.get()
        assert assignment.decided_by == world.people["technical"]
        assert user in User.objects.holding(Role.MENTOR, within=[world.area["a"].pk])
        step(client, assignment, "end", on=today())
        assignment.refresh_from_db()
        assert assignment.valid_until == today()
        kinds = set(AuditEvent.objects.values_list("kind", flat=True))
        assert {"account.opened", "role.given", "role.ended"} <= kinds

    def test_gives_no_role_to_itself(self, as_user, world):
        typed = {
            "user": world.people["technical"].pk,
            "role": "auditor",
            "organisation": world.root.pk,
            "valid_from": today(),
        }
        client = signed_in_again(as_user("technical"))
        response = client.post(url(RoleAssignment, "add"), typed)
        assert "Nobody gives a role to themselves." in response.content.decode()
        assert not world.people["technical"].role_assignments.exists()

    def test_lists_invitations_sends_one_again_and_withdraws_it(self, as_user, world):
        client = as_user("technical")
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        client.post(url(User, "add"), self.NEW)
        user = User.objects.get(email="ny@test.example")
        first = user.letters.get()

        def listed(state):
            page = client.get(url(User, "changelist"), {"invitation": state}).content.decode()
            assert "mentor@test.example" not in page  # has come in long ago
            return user.email in page

        assert listed("open")
        assert not listed("over")
        step(client, user, "invite", sure="yes")
        first.refresh_from_db()
        assert first.withdrawn_at
        assert listed("open")
        step(client, user, "withdraw", sure="yes")
        assert not Letter.objects.standing(timezone.now()).exists()
        assert listed("over")
        assert not listed("open")

    def test_invites_nobody_who_is_in(self, as_user, world):
        mentor = world.people["mentor"]
        answer = step(as_user("technical"), mentor, "invite")
        assert "This step is not open any more." in answer.content.decode()
        assert not mentor.letters.exists()

    def test_closes_an_account(self, as_user, world):
        client, mentor = as_user("technical"), world.people["mentor"]
        typed = {"email": mentor.email, "name": mentor.name}  # no box is ticked
        assert client.post(url(mentor, "change"), typed).status_code == 302
        assert not world.user("mentor").is_active

    def test_cannot_close_itself_or_make_another_like_itself(self, as_user, world):
        technical = world.people["technical"]
        typed = {"email": technical.email, "name": technical.name, "is_superuser": "on"}
        client = as_user("technical")
        response = client.post(url(technical, "change"), typed)
        assert "Nobody closes their own account." in response.content.decode()
        mentor = world.people["mentor"]
        client.post(
            url(mentor, "change"),
            {**typed, "email": mentor.email, "name": mentor.name, "is_active": "on"},
        )
        assert not world.user("mentor").is_superuser

    def test_changes_the_structure_and_its_history_is_kept(self, as_user, world):
        area, client = world.area["a"], as_user("technical")
        typed = {
            "kind": "area",
            "name": "Area West",
            "within": world.root.pk,
            "legal_regime": "led",
            "valid_from": LONG_AGO,
        }
        assert client.post(url(area, "change"), typed).status_code == 302
        assert Organisation.objects.get(pk=area.pk).name == "Area West"
        assert area.history.first().history_user == world.people["technical"]
        assert client.get(url(area, "history")).status_code == 200

    def test_is_read_by_the_auditor_and_by_nobody_else(self, as_user, world):
        mentor = world.people["mentor"]
        assert as_user("auditor").get(url(mentor, "change")).status_code == 200
        assert as_user("auditor").post(url(mentor, "change"), {}).status_code == 403
        invited = invite(by=None, email="ny@test.example", name="Ny")
        assert step(as_user("auditor"), invited, "invite").status_code == 403
        assert as_user("admin_a").get(url(mentor, "change")).status_code == 404
        assert as_user("admin_a").get(url(User, "changelist")).status_code == 403
