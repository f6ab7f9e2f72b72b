"""What somebody decides about one file: shares, substitutes, and who must not see it."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import decisions
from accounts.models import User
from accounts.roles import Role
from audit.models import AuditEvent
from bot_project.tests.cast import LONG_AGO, PASSWORD, World, in_days, yesterday
from bot_project.tests.crowd import MOST_QUERIES, cost_of
from core.dates import today
from core.errors import Overreach
from mentees import operations
from mentees.models import Decision, Mentee, MenteeExclusion
from mentees.permissions import FileSection, MenteePermission
from mentorships.models import SessionNarrative
from notifications.models import Notice
from release_plans.models import Milestone

pytestmark = [pytest.mark.django_db, pytest.mark.second_factor]

ACCESS = "/mentees/M-a/access/"
SHARE, SUBSTITUTE, EXCLUDE = (f"{ACCESS}{page}/" for page in ("share", "substitute", "exclude"))
DECIDERS = ("admin_a", "coach", "stand_in")
OTHERS = {
    "mentor": 403,
    "caseworker": 403,
    "partner": 403,
    "auditor": 404,
    "admin_b": 404,
    "barred_admin_a": 404,
    "trainer": 404,
    "technical": 404,
}


@pytest.fixture
def world(world) -> World:
    world.person("partner2", Role.AGENCY_PARTNER, "a")
    return world


def sent(**fields) -> dict:
    return {
        "person": "partner2@test.example",
        "sections": [FileSection.PLAN],
        "last_day": (today() + datetime.timedelta(days=14)).isoformat(),
        "reason": "A room from the first night",
        "legal_basis": "ksp",
        "basis_note": "Meeting of 12 November",
        **fields,
    }


def opened(world: World, name: str, **given) -> dict:
    """What the operations take that open the front page to somebody."""
    whom = {"by": world.people["coach"], "person": world.people[name], "until": in_days(3)}
    return {**whom, "sections": [FileSection.CORE], "reason": "x", **given}


def sees(world: World, name: str) -> bool:
    return Mentee.objects.visible_to(world.user(name)).filter(reference="M-a").exists()


class TestTheScreens:
    @pytest.mark.parametrize("address", [SHARE, SUBSTITUTE, EXCLUDE])
    def test_open_to_administrator_and_coach_and_to_nobody_else(self, as_user, address):
        for name in DECIDERS:
            assert as_user(name).get(address).status_code == 200
        answers = {name: as_user(name).get(address).status_code for name in OTHERS}
        assert answers == OTHERS

    @pytest.mark.parametrize("name", DECIDERS)
    def test_are_linked_from_who_can_see_this(self, as_user, name):
        page = as_user(name).get(ACCESS).content.decode()
        assert all(f'href="{address}"' in page for address in (SHARE, SUBSTITUTE, EXCLUDE))
        page = as_user("mentor").get(ACCESS).content.decode()
        assert not any(address in page for address in (SHARE, SUBSTITUTE, EXCLUDE))


class TestSharing:
    def test_asks_once_in_plain_words_and_then_shares(self, as_user, world):
        client = as_user("coach")
        asked = client.post(SHARE, sent()).content.decode()
        assert "partner2 (agency partner, Area a) will be able to see, until" in asked
        assert "Release plan" in asked
        assert "not for the investigation" in asked
        assert not sees(world, "partner2")
        assert client.post(SHARE, sent(confirm="1")).url == ACCESS
        assert sees(world, "partner2")
        assert Milestone.objects.visible_to(world.user("partner2")).exists()
        decision = Decision.objects.latest("pk")
        assert (decision.kind, decision.legal_basis) == ("share", "ksp")
        assert decision.sections == [FileSection.CORE, FileSection.PLAN]

    def test_goes_back_to_the_form_with_all_that_was_typed(self, as_user):
        page = as_user("coach").post(SHARE, sent(change="1")).content.decode()
        assert "partner2@test.example" in page
        assert "A room from the first night" in page
        assert 'name="confirm"' not in page

    @pytest.mark.parametrize(
        ("fields", "says"),
        [
            ({"person": "mentor_b@test.example"}, "has another role"),
            ({"person": "nobody@test.example"}, "Nobody with a role"),
            ({"person": "x"}, "valid email address"),
            ({"sections": [FileSection.NOTES]}, "not one of the available choices"),
            ({"sections": ["mentees.read_all"]}, "not one of the available choices"),
            ({"last_day": "2020-01-01"}, "This day is over"),
            ({"last_day": "2090-01-01"}, "At the latest"),
            ({"legal_basis": ""}, "This field is required"),
            ({"legal_basis": "because"}, "not one of the available choices"),
            ({"reason": " "}, "This field is required"),
        ],
    )
    def test_says_what_is_wrong_and_shares_nothing(self, as_user, world, fields, says):
        before = Decision.objects.count()
        answer = as_user("coach").post(SHARE, sent(confirm="1", **fields))
        assert answer.status_code == 200
        assert says in answer.content.decode()
        assert "Meeting of 12 November" in answer.content.decode()
        assert Decision.objects.count() == before

    def test_lasts_thirty_days_at_most(self, world):
        for days, is_refused in ((30, False), (31, True)):
            given = opened(world, "partner2", until=in_days(days), legal_basis="consent")
            if is_refused:
                with pytest.raises(decisions.NotGranted):
                    operations.share_file(world.files["a"], **given)
            else:
                operations.share_file(world.files["a"], **given)

    @pytest.mark.parametrize("name", ["mentor_b", "admin_b", "stranger", "former_worker"])
    def test_is_for_another_service_whoever_asks_for_it(self, world, name):
        world.person("former_worker", Role.CASEWORKER, "a", until=yesterday())
        given = {"legal_basis": "consent"}
        with pytest.raises(decisions.NotGranted) as refused:
            operations.share_file(world.files["a"], **opened(world, name, **given))
        words = "it takes one of: agency partner or caseworker"
        assert words in str(refused.value.error_dict["person"])
        assert not sees(world, name)
        for fit in ("partner2", "caseworker"):  # the control
            operations.share_file(world.files["a"], **opened(world, fit, **given))
            assert sees(world, fit)

    @pytest.mark.parametrize(
        "section", [FileSection.NOTES, FileSection.ELIGIBILITY, FileSection.ENROLMENT]
    )
    def test_never_opens_notes_enrolment_nor_eligibility(self, world, section):
        with pytest.raises(decisions.NotGranted, match="never shared"):
            world.share("partner2", in_days(5), [FileSection.CORE, section])

    def test_of_notes_is_refused_by_the_database_too(self, world):
        given = {
            "person": world.people["partner2"],
            "decided_by": world.people["coach"],
            "reason": "x",
            "expires_at": in_days(5),
        }
        make = world.files["a"].decisions.create
        for wrong in (
            {"kind": "share", "sections": [FileSection.NOTES], "legal_basis": "ksp"},
            {"kind": "substitute", "sections": [FileSection.NOTES]},
            {"kind": "share", "sections": [FileSection.CORE]},
            {"kind": "substitute", "sections": [FileSection.CORE], "legal_basis": "ksp"},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                make(**wrong, **given)
        make(kind="break_glass", sections=[FileSection.NOTES], **given)  # the control

    def test_offers_the_network_only_to_whoever_sees_it(self, as_user):
        assert FileSection.NETWORK in as_user("coach").get(SHARE).content.decode()
        assert FileSection.NETWORK not in as_user("admin_a").get(SHARE).content.decode()

    def test_ends_with_a_reason_and_at_once(self, as_user, world):
        decision = world.share("partner2", in_days(10))
        address = f"{ACCESS}decisions/{decision.pk}/end/"
        client = as_user("admin_a")
        assert f'href="{address}"' in client.get(ACCESS).content.decode()
        assert client.post(address, {"reason": ""}).status_code == 200
        assert sees(world, "partner2")
        assert client.post(address, {"reason": "A room was found"}).url == ACCESS
        assert not sees(world, "partner2")
        assert client.post(address, {"reason": "Again"}).status_code == 404

    def test_cannot_be_ended_under_another_file_nor_an_emergency(self, as_user, world):
        decision = world.share("partner2", in_days(10))
        address = f"/mentees/M-b/access/decisions/{decision.pk}/end/"
        assert as_user("admin_b").post(address, {"reason": "x"}).status_code == 404
        taken = operations.open_in_emergency(
            "M-a", by=world.user("admin_a"), category="life", reason="He may come to harm today."
        )
        address = f"{ACCESS}decisions/{taken.pk}/end/"
        assert as_user("coach").post(address, {"reason": "x"}).status_code == 404


class TestTheReader:
    def test_is_told_and_lands_on_what_was_shared(self, as_user, world):
        world.share("partner2", in_days(10), [FileSection.CORE, FileSection.PLAN])
        client = as_user("partner2")
        told = Notice.objects.get(recipient=world.people["partner2"])
        assert (told.kind, told.link) == ("file_shared", "/shared/")
        assert client.get("/").url == "/shared/"
        page = client.get("/shared/").content.decode()
        assert 'href="/mentees/M-a/"' in page
        assert "Release plan" in page
        assert "Housing after release" in page
        assert "Given-a" not in page

    def test_finds_on_the_file_only_the_parts_that_were_shared(self, as_user, world):
        world.share("partner2", in_days(10), [FileSection.CORE, FileSection.PLAN])
        page = as_user("partner2").get("/mentees/M-a/").content.decode()
        assert "Release plan" in page
        assert "Sister" not in page
        assert "Consent" not in page
        assert not SessionNarrative.objects.visible_to(world.user("partner2")).exists()

    def test_is_the_recipient_of_a_disclosure_each_time(self, as_user, world):
        client = as_user("partner")
        client.get("/mentees/M-a/")
        line = AuditEvent.objects.latest("pk")
        assert (line.kind, line.act) == ("disclosed", "disclose")
        assert line.details["recipient"] == world.people["partner"].pk
        assert line.targets == ["mentees.mentee:M-a"]
        client.get("/api/v1/mentees/M-a/")
        assert AuditEvent.objects.latest("pk").act == "disclose"

    def test_of_ones_own_case_and_of_an_emergency_is_no_recipient(self, as_user, world):
        as_user("coach").get("/mentees/M-a/")
        assert AuditEvent.objects.latest("pk").act == "consult"
        person = world.person("auditor_a", Role.AUDITOR, "a")
        operations.open_in_emergency(
            "M-a", by=person, category="life", reason="He may come to harm today."
        )
        as_user("auditor_a").get("/mentees/M-a/")
        assert AuditEvent.objects.latest("pk").act == "consult"

    def test_stands_among_those_who_opened_the_file(self, as_user):
        as_user("partner").get("/mentees/M-a/")
        page = as_user("coach").get(ACCESS).content.decode()
        assert "partner" in page.partition("Who has read this")[2]

    def test_sees_nothing_of_a_share_that_is_over(self, as_user, world, time_machine):
        decision = world.share("partner2", in_days(2))
        client = as_user("partner2")
        assert "M-a" in client.get("/shared/").content.decode()
        time_machine.move_to(decision.expires_at + datetime.timedelta(minutes=1))
        client = as_user("partner2")
        assert "Nothing is shared with you now" in client.get("/shared/").content.decode()
        assert client.get("/mentees/M-a/").status_code == 404

    def test_pays_the_same_for_one_share_and_for_many(self, as_user, world):
        world.share("partner2", in_days(10))
        client = as_user("partner2")
        one = cost_of(client, "/shared/")
        for days in range(1, 20):
            world.share("partner2", in_days(days))
        assert cost_of(client, "/shared/") == one <= MOST_QUERIES


class TestASubstitute:
    def test_sees_what_it_takes_and_no_note(self, as_user, world):
        given = sent(person="mentor_b@test.example", sections=[FileSection.PLAN], confirm="1")
        assert as_user("coach").post(SUBSTITUTE, given).url == ACCESS
        assert sees(world, "mentor_b")
        assert Decision.objects.latest("pk").kind == "substitute"
        notes = SessionNarrative.objects.visible_to(world.user("mentor_b"))
        file = "session__mentorship__enrolment__mentee__reference"
        assert set(notes.values_list(file, flat=True)) == {"M-b"}
        as_user("mentor_b").get("/mentees/M-a/")
        assert AuditEvent.objects.latest("pk").act == "consult"  # of the same authority

    @pytest.mark.parametrize("address", [SUBSTITUTE, SHARE])
    @pytest.mark.parametrize("confirm", [{}, {"confirm": "1"}], ids=["asked", "confirmed"])
    def test_is_never_whoever_decides_which_is_recorded(self, as_user, world, address, confirm):
        """Whether or not they hold the role that it takes."""
        before = Decision.objects.count()
        given = sent(person="coach@test.example", **confirm)
        page = as_user("coach").post(address, given).content.decode()
        assert "Nobody opens a file to themselves" in page
        assert "A room from the first night" in page
        assert Decision.objects.count() == before
        denied = AuditEvent.objects.get(kind="denied")
        assert (denied.actor, denied.targets) == (
            str(world.people["coach"].pk),
            ["mentees.mentee:M-a"],
        )

    def test_of_another_role_is_no_denial(self, as_user):
        """The control."""
        given = sent(person="partner2@test.example")
        assert "has another role" in as_user("coach").post(SUBSTITUTE, given).content.decode()
        assert not AuditEvent.objects.filter(kind="denied").exists()

    def test_is_a_mentor_whoever_appoints_one(self, world):
        with pytest.raises(decisions.NotGranted) as refused:
            operations.appoint_substitute(world.files["a"], **opened(world, "partner2"))
        assert "it takes one of: mentor" in str(refused.value.error_dict["person"])
        operations.appoint_substitute(world.files["a"], **opened(world, "mentor_b"))
        assert sees(world, "mentor_b")

    def test_is_a_mentor(self, as_user, world):
        given = sent(person="caseworker@test.example", confirm="1")
        assert "has another role" in as_user("coach").post(SUBSTITUTE, given).content.decode()


class TestAnExclusion:
    def keep_out(self, world: World, name: str, by: str = "coach", **given) -> MenteeExclusion:
        return operations.exclude_person(
            world.files["a"],
            by=world.people[by],
            person=world.people[name],
            category="kin",
            reason="His cousin",
            **given,
        )

    def test_asks_first_and_then_closes_the_file_in_every_way(self, as_user, world):
        given = {"person": "mentor@test.example", "category": "kin", "reason": "His cousin"}
        client = as_user("coach")
        assert (
            "cannot find out that the file exists" in client.post(EXCLUDE, given).content.decode()
        )
        assert sees(world, "mentor")
        assert client.post(EXCLUDE, {**given, "confirm": "1"}).url == ACCESS
        assert not sees(world, "mentor")
        hidden = as_user("mentor").get("/mentees/M-a/")
        assert hidden.content == as_user("mentor").get("/mentees/M-zzz/").content
        assert not Notice.objects.filter(recipient=world.people["mentor"]).exists()

    def test_goes_before_a_share_and_an_emergency(self, world):
        self.keep_out(world, "partner")
        assert not sees(world, "partner")
        self.keep_out(world, "admin_a")
        with pytest.raises(operations.NotInReach):
            operations.open_in_emergency(
                "M-a", by=world.user("admin_a"), category="life", reason="He may come to harm."
            )
        with pytest.raises(decisions.NotGranted, match="must not see"):
            operations.appoint_substitute(world.files["a"], **opened(world, "barred_by_kin"))

    def test_from_another_file_is_in_nobodys_way(self, world):
        helper = opened(world, "mentor_b")
        world.files["b"].exclusions.create(person=helper["person"], reason="kin")
        operations.appoint_substitute(world.files["a"], **helper)
        assert sees(world, "mentor_b")

    def test_is_lifted_with_a_reason_by_somebody_else(self, as_user, world):
        exclusion = self.keep_out(world, "mentor")
        address = f"{ACCESS}exclusions/{exclusion.pk}/lift/"
        assert as_user("mentor").post(address, {"reason": "x"}).status_code == 404
        assert AuditEvent.objects.get(kind="denied").targets == ["mentees.mentee:M-a"]
        with pytest.raises(Overreach, match="their own"):
            operations.lift_exclusion(exclusion, by=world.people["mentor"], reason="x")
        client = as_user("admin_a")
        asked = client.post(address, {"reason": "A mistake"})
        assert (asked.status_code, sees(world, "mentor")) == (403, False)
        assert "A mistake" in asked.content.decode()
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        assert client.post(address, {"reason": ""}).status_code == 200
        assert client.post(address, {"reason": "A mistake"}).url == ACCESS
        assert sees(world, "mentor")
        exclusion.refresh_from_db()
        assert (exclusion.lifted_by, exclusion.lift_reason) == (
            world.people["admin_a"],
            "A mistake",
        )
        assert client.post(address, {"reason": "Again"}).status_code == 404

    def test_ends_by_itself_after_its_last_day(self, world, time_machine):
        self.keep_out(world, "mentor", until=today())
        assert not sees(world, "mentor")
        time_machine.move_to(timezone.now() + datetime.timedelta(days=1))
        assert sees(world, "mentor")

    def test_is_refused_where_nobody_else_could_lift_it(self, world):
        for name in ("coach", "stand_in"):
            User.objects.filter(pk=world.people[name].pk).update(is_active=False)
        with pytest.raises(operations.NotExcluded, match="Nobody else could lift it"):
            self.keep_out(world, "admin_a", by="admin_a")
        world.person("second_admin_a", Role.PROBATION_ADMIN, "a")
        self.keep_out(world, "admin_a", by="admin_a")  # the control; also of oneself
        assert not sees(world, "admin_a")

    def test_is_refused_twice_and_in_the_past(self, world):
        with pytest.raises(operations.NotExcluded, match="already"):
            self.keep_out(world, "barred_by_kin")
        with pytest.raises(operations.NotExcluded, match="over"):
            self.keep_out(world, "mentor", until=LONG_AGO)

    def test_is_told_to_the_mentor_by_name_alone(self, as_user, world):
        exclusion = self.keep_out(world, "two_hats")
        for name in DECIDERS:
            page = as_user(name).get(ACCESS).content.decode()
            assert "Relative or close friend" in page
            assert "His cousin" in page
            assert f"{ACCESS}exclusions/{exclusion.pk}/lift/" in page
        page = as_user("mentor").get(ACCESS).content.decode()
        assert "two_hats" in page.partition("Must not see this file")[2]
        assert "His cousin" not in page
        assert "Relative or close friend" not in page

    def test_keeps_its_reason_encrypted(self, world):
        exclusion = self.keep_out(world, "mentor")
        raw = MenteeExclusion.objects.extra(select={"raw": "reason"}).get(pk=exclusion.pk).raw
        assert "cousin" not in raw


def test_whoever_may_decide_is_who_the_rule_says(world):
    """Permission by permission; the pages above follow it."""
    for permission in (MenteePermission.SHARE, MenteePermission.EXCLUDE):
        may = {n for n in world.people if world.user(n).has_perm(permission, world.files["a"])}
        assert may == set(DECIDERS)
