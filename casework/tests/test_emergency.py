"""Break-glass: one file, one hour, to read; the others are told, and look at it afterwards."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import decisions
from accounts.roles import Role
from audit.models import AuditEvent
from bot_project.tests.cast import PASSWORD, World
from bot_project.tests.crowd import MOST_QUERIES, another_file, cost_of, walk
from casework.queries.emergency import due_on
from core.references import reference_of
from mentees import operations
from mentees.models import Decision, EmergencyReview, Mentee
from mentees.permissions import FileSection
from mentorships.models import MentoringSession, Mentorship, SessionDraft, SessionNarrative
from notifications.models import Notice

pytestmark = pytest.mark.django_db
URL, REVIEW = "/emergency/", "/emergency/review/"
REASON = "He has said on the phone that he will not live."
ENTITLED = ("admin_a", "coach", "auditor")
WRONG = "No file within your reach has this reference."


@pytest.fixture
def world(world) -> World:
    """The cast, with references that pass the check and an auditor of the area."""
    for number, letter in enumerate("ab"):
        file = world.files[letter]
        Mentee.objects.filter(pk=file.pk).update(reference=reference_of(f"7000{number}"))
        file.refresh_from_db()
    world.person("auditor_b", Role.AUDITOR, "b")
    world.person("coach_b", Role.COACH, "b")
    return world


def fresh(world: World, name: str) -> Client:
    """Somebody who has just given their password again."""
    client = Client()
    client.force_login(world.people[name])
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def asked(world: World, letter: str = "a", **fields) -> dict[str, str]:
    given = {"reference": world.files[letter].reference, "category": "life", "reason": REASON}
    return {**given, **fields}


def opened(world: World, name: str, letter: str = "a") -> Decision:
    return operations.open_in_emergency(by=world.user(name), **asked(world, letter))


def shown(client: Client, url: str) -> str:
    page = client.get(url)
    assert page.status_code == 200
    return page.content.decode()


class TestThePage:
    @pytest.mark.parametrize("name", ENTITLED)
    def test_is_there_for_administrator_coach_and_auditor(self, world, name):
        assert "Open one file" in shown(fresh(world, name), URL)

    @pytest.mark.parametrize("name", ["mentor", "caseworker", "partner", "trainer", "technical"])
    def test_is_closed_to_everyone_else(self, world, name):
        client = fresh(world, name)
        assert client.get(URL).status_code == 403
        assert client.post(URL, asked(world)).status_code == 403
        assert not world.files["a"].decisions.filter(kind="break_glass").exists()

    def test_asks_for_the_password_again(self, world, as_user):
        answer = as_user("admin_a").get(URL)
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("account_reauthenticate"))

    def test_stands_in_the_navigation(self, world):
        for name, page in (("coach", "/desk/"), ("auditor", "/trail/"), ("admin_a", "/admin/")):
            assert f'href="{URL}"' in shown(fresh(world, name), page)
        assert f'href="{URL}"' not in shown(fresh(world, "mentor"), "/caseload/")

    def test_is_never_offered_on_a_page_that_refuses(self, world):
        assert (
            URL.encode()
            not in fresh(world, "admin_b").get(world.files["a"].get_absolute_url()).content
        )


class TestAsking:
    def refused(self, client: Client, sent: dict[str, str], words: str) -> str:
        page = client.post(URL, sent)
        assert page.status_code == 200
        assert words in page.content.decode()
        assert not Decision.objects.filter(kind="break_glass").exists()
        assert not Notice.objects.filter(kind="emergency_access").exists()
        return page.content.decode()

    @pytest.mark.parametrize("name", ["admin_b", "auditor_b", "coach_b", "barred_admin_a"])
    def test_out_of_reach_is_answered_like_a_file_that_never_was(self, world, name):
        client = fresh(world, name)
        hidden = self.refused(client, asked(world), WRONG)
        missing = self.refused(client, asked(world, reference=reference_of("99999")), WRONG)
        reference = world.files["a"].reference
        assert self.bare(hidden, reference) == self.bare(missing, reference_of("99999"))

    def test_is_answered_so_to_an_auditor_who_is_kept_from_the_file(self, world):
        world.files["a"].exclusions.create(person=world.people["auditor"], reason="kin")
        self.refused(fresh(world, "auditor"), asked(world), WRONG)

    def bare(self, page: str, reference: str) -> str:
        page = page.replace(reference, "")
        token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        return page.replace(token, "") if token else page

    def test_out_of_reach_is_recorded_as_a_denial(self, world):
        self.refused(fresh(world, "admin_b"), asked(world), WRONG)
        event = AuditEvent.objects.get(kind="denied")
        assert event.targets == [f"mentees.mentee:{world.files['a'].reference}"]

    def test_with_a_mistyped_reference_says_so(self, world):
        self.refused(fresh(world, "admin_a"), asked(world, reference="M-70000Z"), "do not fit")

    @pytest.mark.parametrize("reason", ["", "urgent", " " * 30, "a" + " " * 30 + "b"])
    def test_without_a_reason_is_refused_and_keeps_what_was_typed(self, world, reason):
        page = self.refused(fresh(world, "admin_a"), asked(world, reason=reason), "invalid")
        assert world.files["a"].reference in page

    @pytest.mark.parametrize("category", ["", "curiosity"])
    def test_without_a_category_is_refused(self, world, category):
        self.refused(fresh(world, "admin_a"), asked(world, category=category), "invalid")

    def test_long_after_the_password_is_asked_again_and_stores_nothing_typed(
        self, world, time_machine
    ):
        client = fresh(world, "admin_a")
        time_machine.move_to(timezone.now() + datetime.timedelta(minutes=6), tick=False)
        page = client.post(URL, asked(world))
        assert page.status_code == 403
        assert not Decision.objects.filter(kind="break_glass").exists()
        assert REASON in page.content.decode()
        assert REASON not in str(dict(client.session))

    def test_for_somebody_else_is_refused(self, world):
        with pytest.raises(decisions.NotGranted):
            decisions.grant(
                world.user("caseworker"),
                FileSection,
                world.files["a"],
                kind=Decision.Kind.BREAK_GLASS,
                by=world.user("admin_a"),
                until=timezone.now() + datetime.timedelta(hours=1),
                reason=REASON,
            )

    @pytest.mark.parametrize(
        ("kind", "hours"),
        [("share", 1), ("named_reader", 1), ("substitute", 1), ("break_glass", 5)],
    )
    def test_opens_no_other_way_to_oneself_and_never_for_longer(self, world, kind, hours):
        """The exception is for this kind alone, and for four hours at most."""
        admin = world.user("admin_a")
        with pytest.raises(decisions.NotGranted):
            decisions.grant(
                admin,
                FileSection,
                world.files["a"],
                kind=kind,
                by=admin,
                until=timezone.now() + datetime.timedelta(hours=hours),
                reason=REASON,
            )


class TestWhatItOpens:
    @pytest.mark.parametrize("name", ENTITLED)
    def test_is_the_whole_file_with_its_notes(self, world, name):
        client = fresh(world, name)
        answer = client.post(URL, asked(world, reference=world.files["a"].reference.lower()))
        assert answer.url == world.files["a"].get_absolute_url()
        page = shown(client, answer.url)
        assert "They talked." in page
        assert "?show=sessions" in page
        assert "Emergency access to" in page

    def test_is_what_an_administrator_does_not_see_otherwise(self, world):
        """The control."""
        page = shown(fresh(world, "admin_a"), world.files["a"].get_absolute_url())
        assert "They talked." not in page
        assert "Emergency access" not in page

    def test_is_this_file_alone_and_nobody_elses(self, world):
        other = another_file(world, 1)
        walk(world, "mentor", other)
        opened(world, "auditor")
        assert list(Mentee.objects.visible_to(world.user("auditor"))) == [world.files["a"]]
        assert not Mentee.objects.visible_to(world.user("auditor_b")).exists()
        assert not SessionNarrative.objects.visible_to(world.user("admin_a")).exists()

    def test_can_be_read_and_not_changed(self, world):
        before = Mentee.objects.permitted(world.user("auditor"), "mentees.change_mentee").count()
        opened(world, "auditor")
        auditor = world.user("auditor")
        assert before == 0
        for permission in ("change_mentee", "record_custody", "see_readers"):
            assert not auditor.has_perm(f"mentees.{permission}", world.files["a"])
        for permission, model in (
            ("mentorships.change_mentoringsession", MentoringSession),
            ("mentorships.log_session", Mentorship),
        ):
            assert not model.objects.permitted(auditor, permission).exists()

    def test_is_never_a_draft(self, world):
        opened(world, "admin_a")
        assert SessionNarrative.objects.visible_to(world.user("admin_a")).exists()
        assert not SessionDraft.objects.visible_to(world.user("admin_a")).exists()

    def test_is_nothing_to_whoever_is_excluded(self, world):
        with pytest.raises(operations.NotInReach):
            opened(world, "barred_admin_a")
        opened(world, "auditor")
        world.files["a"].exclusions.create(person=world.people["auditor"], reason="kin")
        assert not Mentee.objects.visible_to(world.user("auditor")).exists()

    def test_ends_at_the_minute_in_an_open_session_too(self, world, time_machine):
        start = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)
        time_machine.move_to(start, tick=False)
        client = fresh(world, "auditor")
        file = client.post(URL, asked(world)).url
        assert "until 11:00, 60 minutes left" in shown(client, file)
        for minutes in (14, 28, 42, 56):  # reading all the while, so nothing locks
            time_machine.move_to(start + datetime.timedelta(minutes=minutes), tick=False)
            shown(client, file)
        time_machine.move_to(start + datetime.timedelta(minutes=59, seconds=59), tick=False)
        assert client.get(file).status_code == 200
        time_machine.move_to(start + datetime.timedelta(minutes=60), tick=False)
        assert client.get(file).status_code == 404

    def test_is_named_among_those_who_can_see_the_file(self, world):
        opened(world, "auditor")
        address = reverse("casework:file_access", args=[world.files["a"].reference])
        page = shown(fresh(world, "coach"), address)
        assert "Emergency access (danger to life or health), until" in page
        assert page.count("auditor") == 1 + 9  # by name, in each of the parts, and as who records


class TestOthers:
    def test_are_told_in_the_same_moment(self, world):
        world.role("auditor_b", Role.AUDITOR, "a")
        opened(world, "admin_a")
        told = Notice.objects.filter(kind="emergency_access")
        assert {n.recipient.name for n in told} == {"coach", "stand_in", "auditor", "auditor_b"}
        assert {n.link for n in told} == {REVIEW}

    def test_are_not_told_of_what_they_did_themselves(self, world):
        opened(world, "auditor")
        told = Notice.objects.filter(kind="emergency_access")
        assert {n.recipient.name for n in told} == {"coach", "stand_in"}

    def test_find_it_in_the_trail_with_its_category_and_no_word_of_the_reason(self, world):
        decision = opened(world, "admin_a")
        event = AuditEvent.objects.get(kind="emergency.opened")
        assert event.targets == [f"mentees.mentee:{world.files['a'].reference}"]
        assert (event.details["category"], event.details["decision"]) == ("life", decision.pk)
        assert "phone" not in str(event.details)


class TestReview:
    @pytest.mark.parametrize("name", ["coach", "auditor"])
    def test_shows_reason_and_what_was_opened_to_coach_and_auditor(self, world, name):
        client = fresh(world, "admin_a")
        client.get(world.files["a"].get_absolute_url())  # before: none of the review's business
        file = client.post(URL, asked(world)).url
        client.get(file)
        page = shown(fresh(world, name), REVIEW)
        assert REASON in page
        assert "Danger to life or health" in page
        assert page.count(f"read {world.files['a'].reference}") == 1

    def test_is_closed_to_administrators_and_mentors(self, world):
        for name in ("admin_a", "mentor", "caseworker"):
            assert fresh(world, name).get(REVIEW).status_code == 403

    def test_shows_nothing_of_another_area_or_of_somebody_elses_case(self, world):
        opened(world, "admin_a")
        for name in ("auditor_b", "former_coach"):
            assert REASON not in shown(fresh(world, name), REVIEW)

    def test_is_marked_once_and_recorded(self, world):
        decision = opened(world, "admin_a")
        client = fresh(world, "coach")
        for _time in range(2):
            answer = client.post(REVIEW, {"decision": decision.pk})
            assert answer.status_code == 302
        review = EmergencyReview.objects.get()
        assert (review.decision, review.reviewed_by) == (decision, world.people["coach"])
        assert AuditEvent.objects.filter(kind="emergency.reviewed").count() == 1
        assert "Reviewed by coach" in shown(client, REVIEW)

    def test_of_ones_own_is_refused(self, world):
        decision = opened(world, "auditor")
        client = fresh(world, "auditor")
        assert "Mark as reviewed" not in shown(client, REVIEW)
        assert not AuditEvent.objects.filter(kind="denied").exists()
        client.post(REVIEW, {"decision": decision.pk})
        assert not EmergencyReview.objects.exists()
        denied = AuditEvent.objects.get(kind="denied")
        assert denied.targets == [f"mentees.decision:{decision.pk}"]

    @pytest.mark.parametrize("key", ["", "x", "999999", "²"])
    def test_of_what_is_not_there_is_not_found(self, world, key):
        assert fresh(world, "coach").post(REVIEW, {"decision": key}).status_code == 404

    def test_of_another_area_is_not_found(self, world):
        decision = opened(world, "admin_a")
        answer = fresh(world, "auditor_b").post(REVIEW, {"decision": decision.pk})
        assert answer.status_code == 404
        assert not EmergencyReview.objects.exists()

    @pytest.mark.parametrize(
        ("opened_on", "due"),
        [("2026-11-16", "2026-11-18"), ("2026-11-19", "2026-11-23"), ("2026-11-21", "2026-11-24")],
    )
    def test_is_due_within_two_working_days(self, opened_on, due):
        day = datetime.date.fromisoformat
        assert due_on(day(opened_on)) == day(due)

    def test_that_is_late_is_marked(self, world, time_machine):
        time_machine.move_to("2026-11-16 09:00 +0000", tick=False)
        opened(world, "admin_a")
        time_machine.move_to("2026-11-18 22:00 +0000", tick=False)
        assert "To be reviewed by" in shown(fresh(world, "coach"), REVIEW)
        time_machine.move_to("2026-11-19 09:00 +0000", tick=False)
        assert "Review was due on" in shown(fresh(world, "coach"), REVIEW)

    def test_costs_the_same_for_one_and_for_twenty(self, world):
        client = fresh(world, "coach")
        opened(world, "admin_a")
        one = cost_of(client, REVIEW)
        for _number in range(20):
            opened(world, "auditor")
        assert cost_of(client, REVIEW) == one <= MOST_QUERIES


def test_the_file_in_an_emergency_costs_no_more_than_a_file_may(world, settings):
    client = fresh(world, "admin_a")
    file = client.post(URL, asked(world)).url
    assert cost_of(client, file) <= MOST_QUERIES + settings.REQUIRE_SECOND_FACTOR
