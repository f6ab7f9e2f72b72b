"""From one mentor to the next, with what the coach lets go with it."""

from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction

from accounts import access
from audit.models import AuditEvent
from bot_project.tests.cast import LONG_AGO
from bot_project.tests.crowd import in_days
from core.append_only import Unchangeable
from core.dates import today
from mentees.models import Mentee
from mentorships import operations
from mentorships.models import (
    Agreement,
    Handover,
    MentoringSession,
    Mentorship,
    SessionNarrative,
    SessionParticipant,
)
from mentorships.permissions import MentorshipPermission
from notifications.models import Notice

pytestmark = pytest.mark.django_db
Shows, Tier = Handover.Shows, SessionNarrative.Tier
OF_NOTES = {
    MentoringSession: "mentorship",
    SessionNarrative: "session__mentorship",
    SessionParticipant: "session__mentorship",
    Agreement: "mentorship",
}


@pytest.fixture(autouse=True)
def the_next_one_may_take_it(world):
    """`former_mentor` of the cast takes over; the coach supervises both."""
    world.coaching("coach", "former_mentor")
    type(world.mentor("mentor")).objects.update(status="available")


def hand_over(world, shows=Shows.ALL, of="mentor", to="former_mentor", by="coach", **more):
    summary = "Housing is next." if shows == Shows.SUMMARY else ""
    words = {"on": today(), "reason": "mentor_left", "shows": shows, "summary": summary, **more}
    former = Mentorship.objects.running(today()).get(mentor=world.mentor(of))
    return operations.hand_over(former, by=world.people[by], mentor=world.mentor(to), **words)


def notes_seen(world, name, of="mentor"):
    """Models of which this person sees a row of somebody's former mentorship."""
    user, former = world.user(name), Mentorship.objects.filter(mentor=world.mentor(of))
    return {
        model
        for model, path in OF_NOTES.items()
        if model.objects.visible_to(user).filter(**{f"{path}__in": former}).exists()
    }


class TestAHandOver:
    def test_closes_the_file_to_the_one_and_opens_it_to_the_other(self, world):
        successor = hand_over(world)
        assert not Mentee.objects.visible_to(world.user("mentor")).exists()
        assert world.user("former_mentor").has_perm(MentorshipPermission.LOG_SESSION, successor)
        assert (successor.status, successor.started_on) == ("trial", today())

    @pytest.mark.parametrize(
        ("shows", "seen"),
        [(Shows.ALL, set(OF_NOTES)), (Shows.SUMMARY, set()), (Shows.FROM_TODAY, set())],
    )
    def test_shows_the_next_mentor_what_the_coach_chose(self, world, shows, seen):
        assert notes_seen(world, "former_mentor") == set()
        hand_over(world, shows)
        assert notes_seen(world, "former_mentor") == seen

    @pytest.mark.parametrize("tier", [tier for tier in Tier if tier != Tier.ORDINARY])
    def test_leaves_notes_of_a_closer_circle_in_it(self, world, tier):
        SessionNarrative.objects.update(tier=tier)
        hand_over(world, Shows.ALL)
        assert notes_seen(world, "former_mentor") == set(OF_NOTES) - {SessionNarrative}

    def test_is_found_to_show_too_much_where_the_rule_forgets_the_choice(self, world, monkeypatch):
        forgetful = SimpleNamespace(Shows=SimpleNamespace(ALL=Shows.FROM_TODAY))
        monkeypatch.setattr("mentorships.rules.Handover", forgetful)
        access.forget()
        hand_over(world, Shows.FROM_TODAY)
        found = notes_seen(world, "former_mentor")
        access.forget()
        assert found

    def test_shows_the_notes_as_long_as_the_next_mentorship_runs(self, world):
        successor = hand_over(world)
        operations.end_mentorship(
            successor, by=world.people["coach"], on=today(), reason="completed"
        )
        assert notes_seen(world, "former_mentor") == set()

    def test_passes_on_what_was_passed_on_whole(self, world):
        world.coaching("coach", "leaving_mentor")
        hand_over(world, Shows.ALL)
        hand_over(world, Shows.ALL, of="former_mentor", to="leaving_mentor")
        assert notes_seen(world, "leaving_mentor") == set(OF_NOTES)

    def test_passes_on_nothing_that_was_kept_back(self, world):
        world.coaching("coach", "leaving_mentor")
        hand_over(world, Shows.FROM_TODAY)
        hand_over(world, Shows.ALL, of="former_mentor", to="leaving_mentor")
        assert notes_seen(world, "leaving_mentor") == set()

    def test_gives_its_summary_to_the_next_mentor_and_the_coach_only(self, world):
        hand_over(world, Shows.SUMMARY)
        readers = {
            name for name in world.people if Handover.objects.visible_to(world.user(name)).exists()
        }
        assert readers == {"former_mentor", "coach", "stand_in"}

    def test_tells_both_mentors_and_leaves_a_line(self, world):
        hand_over(world)
        told = set(Notice.objects.values_list("recipient__name", "kind"))
        assert {("former_mentor", "handed_to_you"), ("mentor", "handed_on")} <= told
        line = AuditEvent.objects.get(kind="mentorship.handed_over")
        assert line.details["shows"] == "all"

    @pytest.mark.parametrize(
        ("field", "values"),
        [
            ("mentor", {"to": "mentor"}),
            ("mentor", {"to": "coach"}),  # to oneself
            ("on", {"on": in_days(1)}),
            ("on", {"on": LONG_AGO.replace(year=2019)}),
            ("summary", {"shows": Shows.SUMMARY, "summary": " "}),
        ],
    )
    def test_is_refused_in_words_beside_the_field(self, world, field, values):
        with pytest.raises(operations.NotHandedOver) as refusal:
            hand_over(world, **values)
        assert set(refusal.value.error_dict) == {field}
        assert not Handover.objects.exists()

    def test_is_refused_where_nothing_runs(self, world):
        with pytest.raises(operations.NotHandedOver, match="runs"):
            operations.hand_over(
                world.mentorship_of("leaving_mentor"),
                by=world.people["coach"],
                mentor=world.mentor("former_mentor"),
                on=today(),
                reason="other",
                shows=Shows.ALL,
            )

    def test_is_written_once_and_says_what_it_shows(self, world):
        hand_over(world, Shows.SUMMARY)
        decided = Handover.objects.get()
        with pytest.raises(Unchangeable):
            decided.save()
        for values in ({"shows": "summary", "summary": None}, {"shows": "all", "summary": "x"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Handover.objects.create(
                    former=decided.successor,
                    successor=decided.former,
                    decided_by=decided.decided_by,
                    **values,
                )


class TestThePage:
    def url(self, world):
        return f"/sessions/{world.mentorship_of('mentor').pk}/hand-over/"

    def sent(self, world, **more):
        return {
            "mentor": world.mentor("former_mentor").pk,
            "on": today().isoformat(),
            "reason": "mentor_left",
            "shows": "summary",
            "summary": "Housing is next.",
            **more,
        }

    def test_is_linked_from_the_file_and_hands_over(self, world, as_user):
        client, url = as_user("coach"), self.url(world)
        assert url in client.get("/mentees/M-a/").content.decode()
        assert client.get(url).status_code == 200
        assert client.post(url, self.sent(world)).url == "/mentees/M-a/"
        assert "Housing is next." in client.get("/mentees/M-a/").content.decode()
        file = as_user("former_mentor").get("/mentees/M-a/").content.decode()
        assert "Housing is next." in file
        assert "They talked." not in file
        assert "Hand over from" not in file

    def test_wants_a_summary_beside_its_field_and_keeps_the_rest(self, world, as_user):
        page = as_user("coach").post(self.url(world), self.sent(world, summary=""))
        assert page.status_code == 200
        assert page.context["form"].errors.keys() == {"summary"}
        assert page.context["form"]["reason"].value() == "mentor_left"
        assert Mentorship.objects.filter(status="ended", ended_on=today()).count() == 0

    def test_survives_nonsense(self, world, as_user):
        sent = {"mentor": "x", "on": "soon", "reason": "because", "shows": "some"}
        assert as_user("coach").post(self.url(world), sent).status_code == 200

    @pytest.mark.parametrize(
        ("name", "status"),
        [("mentor", 403), ("admin_a", 200), ("admin_b", 404), ("mentor_b", 404), ("auditor", 404)],
    )
    def test_is_the_coachs_and_the_administrators(self, world, as_user, name, status):
        assert as_user(name).get(self.url(world)).status_code == status


class TestTheOffice:
    def test_hands_over_without_a_word_of_the_notes(self, world, as_user):
        url = f"/admin/mentorships/mentorship/{world.mentorship_of('mentor').pk}/step/hand-over/"
        client = as_user("admin_a")
        form = client.get(url).context["form"]
        assert "summary" not in form.fields
        sent = {
            "mentor": world.mentor("former_mentor").pk,
            "on": today().isoformat(),
            "reason": "mentor_left",
            "shows": "from_today",
        }
        assert client.post(url, sent).status_code == 302
        assert Handover.objects.get().shows == "from_today"
