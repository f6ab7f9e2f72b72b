"""A coach who is away, and who answers meanwhile."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts import access
from accounts.roles import Role
from audit.models import AuditEvent
from bot_project.tests.cast import LONG_AGO, yesterday
from bot_project.tests.crowd import MOST_QUERIES, cost_of, in_days
from core.dates import today
from mentees.models import Mentee
from mentees.permissions import MenteePermission
from mentors import operations
from mentors.models import Absence, Mentor
from mentorships.models import SessionNarrative
from mentorships.permissions import MentorshipPermission
from notifications.models import Notice

pytestmark = pytest.mark.django_db
URL = "/desk/cover/"


@pytest.fixture(autouse=True)
def everybody_is_there(world):
    Absence.objects.all().delete()


def plan(world, coach="former_coach", cover="coach", first=0, last=7, by=None):
    return operations.plan_absence(
        world.mentor(coach),
        by=world.people[by or coach],
        cover=world.mentor(cover),
        valid_from=in_days(first),
        planned_until=in_days(last),
    )


def files(world, name):
    return {mentee.reference for mentee in Mentee.objects.visible_to(world.user(name))}


def another_coach(world, name="another"):
    world.person(name, Role.COACH, "b")
    return world.mentor(name)


class TestCover:
    def test_brings_everything_of_the_absent_coach_and_goes_back_by_itself(
        self, world, time_machine
    ):
        assert files(world, "coach") == {"M-a"}
        plan(world)
        assert files(world, "coach") == files(world, "former_coach") | {"M-a"} == {"M-a", "M-b"}
        assert SessionNarrative.objects.visible_to(world.user("coach")).filter(
            session__mentorship=world.mentorship_of("mentor_b")
        )
        assert Mentor.objects.visible_to(world.user("coach")).filter(
            pk=world.mentor("mentor_b").pk
        )
        time_machine.move_to(timezone.now() + datetime.timedelta(days=8))
        assert files(world, "coach") == {"M-a"}

    def test_begins_on_its_first_day_and_not_before(self, world):
        plan(world, first=1)
        assert files(world, "coach") == {"M-a"}

    def test_is_not_passed_on_by_whoever_covers(self, world):
        plan(world)
        another_coach(world)
        # The table lets it stand; only the operation refuses to make it.
        world.absence("coach", "another", first=today())
        assert files(world, "another") == {"M-a"}

    def test_never_reaches_ones_own_mentorship(self, world):
        """Neither does it where the table holds what the operation refuses."""
        world.role("mentor", Role.COACH, "a")
        before = files(world, "mentor")
        world.absence("coach", "mentor", first=today())
        mentor, own = world.user("mentor"), world.mentorship_of("mentor")
        rules = {
            h.capacity.partition(":")[0]
            for h in access.holders(MenteePermission.VIEW, [world.files["a"]])
            if h.person == mentor.pk
        }
        assert rules == {Role.MENTOR}
        assert not mentor.has_perm(MentorshipPermission.CHANGE, own)
        assert files(world, "mentor") == before

    def test_of_ones_own_mentorship_is_found_where_the_rule_forgets_it(self, world, monkeypatch):
        world.role("mentor", Role.COACH, "a")
        world.absence("coach", "mentor", first=today())
        monkeypatch.setattr("mentors.rules.Exact", lambda left, right: Q(pk__in=[]))
        access.forget()
        found = world.user("mentor").has_perm(
            MentorshipPermission.CHANGE, world.mentorship_of("mentor")
        )
        access.forget()
        assert found

    def test_puts_the_rows_on_the_desk_and_says_for_whom(self, world, as_user):
        page = as_user("coach").get("/desk/").content.decode()
        assert "covering for" not in page
        plan(world)
        page = as_user("coach").get("/desk/").content.decode()
        assert "M-a" in page
        assert "M-b" in page
        assert page.count("covering for former_coach") == 1
        assert "You cover for former_coach until" in page

    def test_brings_the_notices_of_the_mentors(self, world):
        session = world.session_of("mentor_b")
        plan(world)
        told = {
            h.person for h in access.holders("mentorships.view_mentorship", [session.mentorship])
        }
        assert world.people["coach"].pk in told


class TestPlanningAnAbsence:
    def test_tells_both_and_leaves_a_line(self, world):
        plan(world, by="admin_b")
        told = set(
            Notice.objects.filter(kind="absence_planned").values_list("recipient__name", "link")
        )
        assert told == {("coach", URL), ("former_coach", URL)}
        assert AuditEvent.objects.latest("pk").kind == "absence.planned"

    @pytest.mark.parametrize(
        ("field", "values"),
        [
            ("__all__", {"cover": "former_coach"}),
            ("valid_from", {"first": -1}),
            ("__all__", {"first": 5, "last": 4}),
            ("cover", {"cover": "mentor"}),  # no coach
            ("cover", {"cover": "mentor_b"}),  # whom this coach supervises
        ],
    )
    def test_is_refused_in_words_beside_the_field(self, world, field, values):
        world.role("mentor_b", Role.COACH, "b")
        with pytest.raises(ValidationError) as refusal:
            plan(world, **values)
        assert set(refusal.value.error_dict) == {field}
        assert not Absence.objects.filter(
            valid_from__gte=today(), coach=world.mentor("former_coach")
        )

    @pytest.mark.parametrize(("first", "last"), [(0, 3), (7, 9), (4, 5), (0, 30)])
    def test_is_refused_twice_on_one_day(self, world, first, last):
        plan(world, first=3, last=7)
        with pytest.raises(operations.NotCovered, match="already"):
            plan(world, first=first, last=last)

    def test_is_refused_where_the_cover_is_away_or_needed(self, world):
        another_coach(world)
        plan(world, coach="coach", cover="another", first=20, last=22)
        with pytest.raises(operations.NotCovered, match="absent"):
            plan(world, cover="coach", first=22, last=24)
        with pytest.raises(operations.NotCovered, match="covers for another"):
            plan(world, coach="another", cover="former_coach", first=22, last=24)

    def test_stands_beside_one_that_was_called_off(self, world):
        operations.end_absence(plan(world, first=3), by=world.people["former_coach"], on=today())
        plan(world, first=3)

    def test_is_refused_by_the_database_too(self, world):
        coach, cover = world.mentor("coach"), world.mentor("former_coach")
        for values in (
            {"cover": coach},
            {"cover": cover, "planned_until": LONG_AGO},
            {"cover": cover, "valid_until": in_days(9)},
        ):
            days = {"valid_from": today(), "planned_until": in_days(5), "valid_until": in_days(5)}
            with pytest.raises(IntegrityError), transaction.atomic():
                Absence.objects.create(coach=coach, **{**days, **values})


class TestEndingAnAbsence:
    def test_closes_the_files_at_once_and_tells_both(self, world):
        absence = plan(world)
        operations.end_absence(absence, by=world.people["former_coach"], on=today())
        assert files(world, "coach") == {"M-a"}
        assert Notice.objects.filter(
            kind="absence_ended", recipient=world.people["coach"]
        ).exists()
        assert AuditEvent.objects.latest("pk").kind == "absence.ended"

    def test_calls_off_what_has_not_begun(self, world):
        absence = plan(world, first=3)
        absence = operations.end_absence(absence, by=world.people["former_coach"], on=today())
        assert absence.state == ("off", "called off")

    def test_is_refused_afterwards_and_in_the_past(self, world):
        absence = plan(world)
        by = world.people["former_coach"]
        with pytest.raises(operations.IsOver):
            operations.end_absence(absence, by=by, on=yesterday())
        operations.end_absence(absence, by=by, on=today())
        with pytest.raises(operations.IsOver):
            operations.end_absence(absence, by=by, on=today())


class TestThePage:
    def sent(self, world, **changes):
        return {
            "valid_from": today().isoformat(),
            "planned_until": in_days(5).isoformat(),
            "cover": world.mentor("coach").pk,
            **changes,
        }

    def test_records_an_absence_and_ends_it(self, world, as_user):
        client = as_user("former_coach")
        assert client.post(URL, self.sent(world)).status_code == 302
        absence = Absence.objects.get(coach__user=world.people["former_coach"], valid_from=today())
        assert "Covered by coach" in client.get(URL).content.decode()
        assert client.post(f"{URL}{absence.pk}/end/").status_code == 302
        assert files(world, "coach") == {"M-a"}

    def test_says_beside_the_field_what_cannot_be_and_keeps_the_rest(self, world, as_user):
        page = as_user("former_coach").post(
            URL, self.sent(world, planned_until=yesterday().isoformat())
        )
        assert page.status_code == 200
        text = page.content.decode()
        assert "The last day is before the first." in text
        assert f'value="{today().isoformat()}"' in text

    def test_survives_nonsense(self, world, as_user):
        sent = {"valid_from": "soon", "planned_until": "2026-02-31", "cover": "x"}
        assert as_user("former_coach").post(URL, sent).status_code == 200

    def test_says_what_is_missing_to_a_coach_without_a_record(self, world, as_user):
        world.person("new_coach", Role.COACH, "a")
        client = as_user("new_coach")
        assert "You have no mentor’s record yet" in client.get(URL).content.decode()
        assert client.post(URL, self.sent(world)).status_code == 200
        assert not Absence.objects.filter(coach__user=world.people["new_coach"]).exists()

    def test_offers_nobody_whom_one_supervises_and_nobody_without_the_hat(self, world, as_user):
        world.role("mentor_b", Role.COACH, "b")
        page = as_user("former_coach").get(URL)
        offered = {mentor.user.name for mentor in page.context["form"].fields["cover"].queryset}
        assert offered == {"coach", "stand_in", "former_stand_in"}

    def test_is_closed_to_other_roles_and_their_absences_to_others(self, world, as_user):
        for name in ("mentor", "admin_a", "auditor"):
            assert as_user(name).get(URL).status_code == 403
        absence = plan(world)
        assert as_user("stand_in").post(f"{URL}{absence.pk}/end/").status_code == 404
        assert as_user("coach").post(f"{URL}{absence.pk}/end/").status_code == 403

    def test_costs_the_same_for_one_row_and_for_fifty(self, world, as_user):
        client = as_user("former_coach")
        one = cost_of(client, URL)
        for number in range(50):
            world.absence("former_coach", "coach", in_days(number), in_days(number))
        assert cost_of(client, URL) == one <= MOST_QUERIES


class TestTheOffice:
    ADD = "/admin/mentors/absence/add/"

    def test_records_an_absence_in_ones_own_area(self, world, as_user):
        another_coach(world)
        sent = {
            "coach": world.mentor("coach").pk,
            "cover": world.mentor("another").pk,
            "valid_from": in_days(20).isoformat(),
            "planned_until": in_days(21).isoformat(),
        }
        assert as_user("admin_a").post(self.ADD, sent).status_code == 302
        assert Absence.objects.get(valid_from=in_days(20)).coach == world.mentor("coach")
        page = as_user("admin_b").post(self.ADD, sent)
        assert page.status_code == 200  # no such choice
        assert Absence.objects.filter(valid_from=in_days(20)).count() == 1

    def test_says_why_an_absence_cannot_be(self, world, as_user):
        sent = {
            "coach": world.mentor("coach").pk,
            "cover": world.mentor("former_coach").pk,
            "valid_from": yesterday().isoformat(),
            "planned_until": in_days(1).isoformat(),
        }
        page = as_user("admin_a").post(self.ADD, sent)
        assert "This day has passed" in page.content.decode()
