"""What a mentor writes for themself: theirs alone, the coach's when it is shared on purpose."""

import pytest

from accounts import access
from audit.models import AuditEvent
from mentees import operations as files
from mentors.models import CoachAssignment
from mentorships import operations
from mentorships.models import Reflection
from mentorships.permissions import ReflectionPermission
from notifications.models import Notice

pytestmark = pytest.mark.django_db
ANSWERING = ("coach", "stand_in")  # for the mentor: their coach, and who covers
WRITE = "/reflections/write/"


@pytest.fixture
def reflection(world):
    Reflection.objects.all().delete()
    return operations.write_reflection(by=world.people["mentor"], text="A hard day.", wellbeing=2)


def readers(reflection):
    return {h.person for h in access.holders(ReflectionPermission.VIEW, [reflection])}


def at(reflection, act=""):
    return reflection.get_absolute_url() + act


class TestWriting:
    def test_keeps_it_for_its_author_alone(self, as_user, world):
        Reflection.objects.all().delete()
        answer = as_user("mentor").post(WRITE, {"text": "A hard day.", "wellbeing": "2"})
        assert answer.status_code == 302
        kept = Reflection.objects.get()
        assert (kept.text, kept.wellbeing, kept.shared_at) == ("A hard day.", 2, None)
        assert readers(kept) == {world.people["mentor"].pk}

    def test_takes_the_scale_without_words(self, as_user, world):
        Reflection.objects.all().delete()
        as_user("mentor").post(WRITE, {"text": "", "wellbeing": "5"})
        assert Reflection.objects.get().wellbeing == 5

    @pytest.mark.parametrize(
        ("typed", "says"),
        [
            ({"text": " "}, "Write something"),
            ({"text": "x" * 4001}, "4000"),
            ({"text": "kept words", "wellbeing": "6"}, "6"),
            ({"text": "kept words", "wellbeing": "ill"}, "ill"),
        ],
    )
    def test_says_what_is_wrong_and_keeps_what_was_typed(self, as_user, world, typed, says):
        Reflection.objects.all().delete()
        page = as_user("mentor").post(WRITE, typed).content.decode()
        assert says in page
        assert typed["text"] in page
        assert not Reflection.objects.exists()

    def test_writes_none_of_its_words_into_the_trail(self, reflection):
        line = AuditEvent.objects.get(kind="reflection.written")
        assert "hard" not in f"{line.details}{line.targets}"

    def test_is_not_for_a_coach_who_walks_with_nobody(self, as_user, world):
        assert as_user("stand_in").get(WRITE).status_code == 403


class TestReading:
    def test_is_not_for_the_coach_before_it_is_shared(self, as_user, world, reflection):
        assert as_user("coach").get(at(reflection)).status_code == 404
        assert as_user("coach").get("/reflections/").context["shared"] == []

    def test_is_not_opened_in_an_emergency(self, as_user, world, reflection):
        operations.share_reflection(reflection, by=world.people["mentor"])
        files.open_in_emergency(
            world.files["a"].reference,
            by=world.user("admin_a"),
            category="life",
            reason="He has said that he will not live.",
        )
        assert as_user("admin_a").get(at(reflection)).status_code == 404

    def test_ends_for_the_coach_with_the_assignment(self, as_user, world, reflection):
        operations.share_reflection(reflection, by=world.people["mentor"])
        assert as_user("coach").get(at(reflection)).status_code == 200
        CoachAssignment.objects.filter(mentor__user=world.people["mentor"]).delete()
        assert as_user("coach").get(at(reflection)).status_code == 404


class TestSharing:
    def test_shows_it_to_who_answers_for_the_mentor_and_tells_them(
        self, as_user, world, reflection
    ):
        as_user("mentor").post(at(reflection, "share/"))
        answering = {world.people[name].pk for name in ANSWERING}
        assert readers(reflection) == answering | {world.people["mentor"].pk}
        told = Notice.objects.filter(kind="reflection_shared")
        assert set(told.values_list("recipient", flat=True)) == answering

    def test_is_taken_back_at_once(self, as_user, world, reflection):
        client = as_user("mentor")
        client.post(at(reflection, "share/"))
        client.post(at(reflection, "take-back/"))
        assert as_user("coach").get(at(reflection)).status_code == 404
        kinds = AuditEvent.objects.filter(kind__startswith="reflection.").order_by("pk")
        assert [line.kind for line in kinds] == [
            "reflection.written",
            "reflection.shared",
            "reflection.taken_back",
        ]

    def test_is_for_its_author_alone_to_do(self, as_user, world, reflection):
        operations.share_reflection(reflection, by=world.people["mentor"])
        for act in ("share/", "take-back/"):
            assert as_user("coach").post(at(reflection, act)).status_code == 403
        reflection.refresh_from_db()
        assert reflection.shared_at is not None

    def test_without_a_coach_is_refused_in_words(self, as_user, world, reflection):
        CoachAssignment.objects.all().delete()
        page = as_user("mentor").post(at(reflection, "share/"), follow=True).content.decode()
        assert "You have no coach" in page
        reflection.refresh_from_db()
        assert reflection.shared_at is None


class TestChanging:
    def test_is_not_possible_under_the_eyes_of_the_coach(self, as_user, world, reflection):
        operations.share_reflection(reflection, by=world.people["mentor"])
        answer = as_user("mentor").post(
            at(reflection, "edit/"), {"text": "Other words.", "version": 1}, follow=True
        )
        assert "Take it back to change it" in answer.content.decode()
        reflection.refresh_from_db()
        assert reflection.text == "A hard day."

    def test_behind_another_page_shows_both_and_goes_on_when_sent_again(
        self, as_user, world, reflection
    ):
        client = as_user("mentor")
        first = {"text": "From the phone.", "wellbeing": "3", "version": 1}
        client.post(at(reflection, "edit/"), first)
        late = client.post(at(reflection, "edit/"), first | {"text": "From the desk."})
        page = late.content.decode()
        assert late.status_code == 409
        assert "From the phone." in page
        assert "From the desk." in page
        reflection.refresh_from_db()
        assert reflection.text == "From the phone."
        again = {"text": "From the desk.", "version": late.context["form"]["version"].value()}
        client.post(at(reflection, "edit/"), again)
        reflection.refresh_from_db()
        assert reflection.text == "From the desk."


def test_the_list_costs_the_same_for_one_and_for_many(
    as_user, world, reflection, django_assert_max_num_queries
):
    client = as_user("mentor")
    client.get("/reflections/")
    with django_assert_max_num_queries(9) as one:
        client.get("/reflections/")
    for _number in range(20):
        operations.write_reflection(by=world.people["mentor"], text="Again.")
    with django_assert_max_num_queries(len(one)):
        client.get("/reflections/")
