"""What worries a mentor: written apart, told at once, and read by nobody else."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import access
from audit.models import AuditEvent
from bot_project.tests.cast import in_days
from core.dates import today
from mentees import operations as files
from mentors.models import CoachAssignment
from mentorships import operations
from mentorships.models import Concern, MentoringSession
from mentorships.permissions import ConcernPermission
from notifications.models import Notice

pytestmark = pytest.mark.django_db
ANSWERING = ("coach", "stand_in")  # for the mentor: their coach, and who covers
TYPED = {"level": "1", "observed": "Slept badly.", "source": "saw", "talked_with": "nobody"}


@pytest.fixture
def concern(world):
    Concern.objects.all().delete()
    return operations.raise_concern(
        world.mentorship_of("mentor"),
        by=world.people["mentor"],
        level=Concern.Level.ACT,
        observed="Slept badly.",
        source=Concern.Source.SAW,
    )


def form(world, name="mentor"):
    return reverse("concerns:concern_raise", args=[world.mentorship_of(name).pk])


def at(moment: datetime.datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


class TestRaising:
    def test_keeps_it_apart_and_tells_the_coach_at_once(self, as_user, world):
        answer = as_user("mentor").post(form(world), TYPED, follow=True)
        assert "Your coach has been told" in answer.content.decode()
        [concern] = Concern.objects.filter(taken_up_at=None)
        assert (concern.observed, concern.raised_by) == ("Slept badly.", world.people["mentor"])
        told = Notice.objects.filter(kind="concern_told", link=f"/concerns/{concern.uuid}/")
        assert {each.recipient for each in told} == {world.people[n] for n in ANSWERING}

    def test_says_so_where_nobody_answers_for_the_mentor(self, as_user, world):
        CoachAssignment.objects.all().delete()
        client = as_user("mentor")
        assert "You have no coach" in client.get(form(world)).content.decode()
        assert "phone the office" in client.post(form(world), TYPED, follow=True).content.decode()

    def test_follows_a_session_after_which_somebody_is_worried(self, as_user, world):
        session = world.session_of("mentor")
        as_user("mentor").post(f"{form(world)}?session={session.uuid}", TYPED)
        assert Concern.objects.get(taken_up_at=None).session == session

    def test_follows_no_session_of_somebody_else(self, as_user, world):
        session = world.session_of("mentor_b")
        as_user("mentor").post(f"{form(world)}?session={session.uuid}", TYPED)
        assert Concern.objects.get(taken_up_at=None).session is None

    def test_says_who_will_be_told(self, as_user, world):
        page = as_user("mentor").get(form(world)).content.decode()
        assert str(world.people["coach"]) in page

    @pytest.mark.parametrize(
        ("typed", "says"),
        [
            ({"level": ""}, "Say how urgent it is."),
            ({"observed": " "}, "Write what happened"),
            ({"observed": "x" * 2001}, "2000"),
            ({"source": ""}, "Say how you know."),
            ({"level": "3"}, "Phone first"),
            ({"level": "3", "phoned": "police"}, "Say when you phoned."),
            ({"phoned_at": "2026-01-01T10:00"}, "Say whom you phoned."),
            ({"phoned": "police", "phoned_at": "yesterday"}, "This is no time."),
            ({"phoned": "police", "phoned_at": at(in_days(1))}, "This has not come yet."),
            ({"level": "9"}, "9"),
        ],
    )
    def test_that_lacks_something_says_so_and_keeps_the_text(self, as_user, world, typed, says):
        sent = TYPED | {"assessment": "Pressure from outside."} | typed
        page = as_user("mentor").post(form(world), sent).content.decode()
        assert says in page
        assert "Pressure from outside." in page
        assert not Concern.objects.filter(taken_up_at=None).exists()

    @pytest.mark.parametrize(
        ("typed", "now", "meant"),
        [
            ("2026-10-25T02:30", "2026-10-25T02:00", "2026-10-25T00:30"),  # the first of two
            ("2026-10-25T03:00", "2026-10-25T02:00", "2026-10-25T02:00"),
            ("2026-03-29T02:30", "2026-03-29T01:05", "2026-03-29T01:00"),  # 02:00 became 03:00
            ("2026-03-29T01:59", "2026-03-29T01:05", "2026-03-29T00:59"),
            ("2026-03-29 03:01", "2026-03-29T01:05", "2026-03-29T01:01"),
            ("2026-03-29T02:30+05:00", "2026-03-29T01:05", "2026-03-28T21:30"),
        ],
    )
    def test_is_possible_on_the_nights_when_the_clocks_change(
        self, as_user, world, time_machine, typed, now, meant
    ):
        time_machine.move_to(f"{now}+00:00", tick=False)
        phoned = {"level": "3", "phoned": "police", "phoned_at": typed}
        as_user("mentor").post(form(world), TYPED | phoned)
        phoned_at = Concern.objects.get(taken_up_at=None).phoned_at
        assert f"{phoned_at.astimezone(datetime.UTC):%Y-%m-%dT%H:%M}" == meant

    def test_of_immediate_danger_is_taken_once_somebody_was_phoned(self, as_user, world):
        phoned = {"level": "3", "phoned": "police", "phoned_at": at(timezone.now())}
        as_user("mentor").post(form(world), TYPED | phoned)
        assert Concern.objects.get(taken_up_at=None).phoned == "police"

    def test_after_the_end_is_refused_in_words(self, world):
        mentorship = world.mentorship_of("mentor")
        mentorship.status, mentorship.ended_on = "ended", today() - datetime.timedelta(days=60)
        mentorship.end_reason = "completed"
        mentorship.save()
        with pytest.raises(operations.NotRaised):
            operations.raise_concern(
                mentorship, by=world.people["mentor"], level=1, observed="Late.", source="saw"
            )

    def test_writes_none_of_its_words_into_the_trail(self, concern):
        line = AuditEvent.objects.get(kind="concern.raised")
        assert "Slept" not in f"{line.details}{line.targets}"

    def test_comes_after_the_session_form_that_said_so(self, as_user, world):
        session = world.session_of("mentor")
        MentoringSession.objects.filter(pk=session.pk).update(concern_raised=True)
        page = as_user("mentor").get(f"{form(world)}?session={session.uuid}").content.decode()
        assert "after the session of" in page


class TestReading:
    def test_is_for_its_author_and_the_coach_alone(self, world, concern):
        held = {h.person for h in access.holders(ConcernPermission.VIEW, [concern])}
        assert held == {world.people[name].pk for name in ("mentor", *ANSWERING)}

    def test_is_not_opened_in_an_emergency(self, as_user, world, concern):
        files.open_in_emergency(
            world.files["a"].reference,
            by=world.user("admin_a"),
            category="life",
            reason="He has said that he will not live.",
        )
        assert as_user("admin_a").get(concern.get_absolute_url()).status_code == 404

    def test_ends_with_the_mentorship(self, as_user, world, concern):
        long_ago = today() - datetime.timedelta(days=60)
        type(concern.mentorship).objects.filter(pk=concern.mentorship_id).update(
            status="ended", ended_on=long_ago, end_reason="completed"
        )
        assert as_user("mentor").get(concern.get_absolute_url()).status_code == 404
        assert as_user("coach").get(concern.get_absolute_url()).status_code == 200

    def test_list_puts_what_waits_and_presses_first(self, as_user, world, concern):
        gravest = operations.raise_concern(
            concern.mentorship,
            by=world.people["mentor"],
            level=3,
            observed="Violence.",
            source="saw",
            phoned="police",
            phoned_at=timezone.now(),
        )
        operations.take_up_concern(concern, by=world.people["coach"])
        listed = as_user("coach").get("/concerns/").context["concerns"]
        assert [each.pk for each in listed] == [gravest.pk, concern.pk]


class TestTakingUp:
    def test_tells_the_mentor_and_stops_the_clock(self, as_user, world, concern):
        as_user("coach").post(f"/concerns/{concern.uuid}/take-up/")
        concern.refresh_from_db()
        assert concern.taken_up_by == world.people["coach"]
        assert Notice.objects.get(kind="concern_taken_up").recipient == world.people["mentor"]

    def test_is_done_once(self, as_user, world, concern):
        client = as_user("coach")
        client.post(f"/concerns/{concern.uuid}/take-up/")
        page = client.post(f"/concerns/{concern.uuid}/take-up/", follow=True).content.decode()
        assert "already" in page
        assert AuditEvent.objects.filter(kind="concern.taken_up").count() == 1

    def test_is_not_for_its_author(self, as_user, world, concern):
        client = as_user("mentor")
        assert client.post(f"/concerns/{concern.uuid}/take-up/").status_code == 403
        assert "I have it" not in client.get(concern.get_absolute_url()).content.decode()

    @pytest.mark.parametrize(("level", "days"), [(0, None), (1, 7), (2, 0), (3, 0)])
    def test_is_due_as_the_level_says(self, concern, level, days):
        concern.level = level
        due = None if days is None else today() + datetime.timedelta(days=days)
        assert concern.act_on == due


def test_the_list_costs_the_same_for_one_and_for_many(
    as_user, world, concern, django_assert_max_num_queries
):
    client = as_user("coach")
    client.get("/concerns/")
    with django_assert_max_num_queries(12) as one:  # some of them open and close it
        client.get("/concerns/")
    for _number in range(20):
        Concern.objects.create(
            mentorship=concern.mentorship,
            level=1,
            observed="x",
            source="saw",
            raised_by=world.people["mentor"],
        )
    with django_assert_max_num_queries(len(one)):
        client.get("/concerns/")
