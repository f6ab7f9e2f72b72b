import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from audit.models import AuditEvent
from bot_project.tests.cast import LONG_AGO, yesterday
from core.append_only import Unchangeable
from core.dates import today
from core.errors import Refusal
from core.references import is_reference
from mentees import operations
from mentees.models import (
    Consent,
    CustodyEpisode,
    Enrolment,
    KeyDate,
    Mentee,
    Phase,
    Placement,
    StatusChange,
    phase_of,
    release_anchor,
)

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def admin(world):
    return world.people["admin_a"]


def registered(world, admin, **more):
    particulars = {"given_name": "Zoë", "family_name": "Østergård-Prøve"} | more
    return operations.register_mentee(by=admin, institution=world.prison["a"], **particulars)


class TestRegistering:
    def test_gives_a_reference_that_is_random_and_checks(self, world, admin):
        one, other = registered(world, admin), registered(world, admin)
        assert is_reference(one.reference)
        assert one.reference != other.reference

    def test_lets_the_person_be_found_by_each_whole_word_whatever_the_accents(self, world, admin):
        mentee = registered(world, admin)
        for words in ("zoe", "ZOË", "østergård", "prøve zoë", "Ostergard"):
            assert set(Mentee.objects.named(words)) == {mentee}, words
        for words in ("zo", "oste", "zoë nobody", "", "  "):
            assert not Mentee.objects.named(words).exists(), words

    def test_needs_a_place(self, world, admin):
        with pytest.raises(ValidationError, match="where the mentee is"):
            operations.register_mentee(by=admin, given_name="A", family_name="B")

    def test_stores_no_name_in_clear(self, world, admin):
        mentee = registered(world, admin)
        stored = Mentee.objects.filter(pk=mentee.pk).extra(select={"raw": "given_name"}).get().raw
        assert "Zoë" not in stored

    def test_change_of_name_moves_the_words(self, world, admin):
        mentee = registered(world, admin)
        operations.change_mentee(mentee, by=admin, given_name="Ida")
        assert not Mentee.objects.named("zoë").exists()
        assert Mentee.objects.named("ida").get() == mentee
        assert AuditEvent.objects.latest("pk").details == {"fields": ["given_name"]}
        assert mentee.history.count() == 2


class TestKeyDates:
    def given(self, world, admin, value, certainty="expected", kind="two_thirds"):
        return operations.record_key_date(
            world.files["a"], by=admin, kind=kind, value=value, certainty=certainty, source="court"
        )

    def test_are_versions_and_the_newest_holds(self, world, admin):
        first = self.given(world, admin, today() + 30 * DAY)
        second = self.given(world, admin, today() + 60 * DAY)
        kept = world.files["a"].key_dates
        assert kept.newest().get(kind="two_thirds") == second
        assert kept.filter(kind="two_thirds").count() == 2
        assert second.replaces == first

    def test_again_the_same_change_nothing(self, world, admin):
        first = self.given(world, admin, today())
        assert self.given(world, admin, today()) == first

    def test_cannot_be_rewritten(self, world, admin):
        first = self.given(world, admin, today())
        first.value = LONG_AGO
        with pytest.raises(Unchangeable):
            first.save()

    def test_may_become_unknown(self, world, admin):
        self.given(world, admin, today())
        assert self.given(world, admin, None).value is None

    def test_have_one_first_version(self, world, admin):
        self.given(world, admin, today())
        with pytest.raises(IntegrityError), transaction.atomic():
            KeyDate.objects.create(
                mentee=world.files["a"],
                kind="two_thirds",
                value=today(),
                certainty="expected",
                source="court",
            )


class TestTheAnchor:
    @pytest.mark.parametrize(
        ("known", "refused", "expected"),
        [
            ([], False, None),
            (["half_time"], False, None),
            (["expiry", "half_time"], False, "expiry"),
            (["expiry", "two_thirds"], False, "two_thirds"),
            (["expiry", "two_thirds"], True, "expiry"),
            (["two_thirds"], True, None),
            (["two_thirds", "decided_release"], True, "decided_release"),
            (["decided_release", "actual_release", "expiry"], False, "actual_release"),
        ],
    )
    def test_is_the_first_that_is_known(self, known, refused, expected):
        dates = [KeyDate(kind=kind, value=today(), certainty="recorded") for kind in known]
        anchor = release_anchor(dates, parole_refused=refused)
        assert (anchor.kind if anchor else None) == expected

    @pytest.mark.parametrize(
        ("custody", "days", "phase"),
        [
            ({"remand"}, None, Phase.REMAND),
            ({"remand"}, 10, Phase.REMAND),
            ({"sentence"}, None, Phase.SENTENCE),
            ({"sentence"}, 183, Phase.SENTENCE),
            ({"sentence"}, 182, Phase.RE_ENTRY),
            ({"sentence", "remand"}, 10, Phase.RE_ENTRY),
            (set(), None, Phase.COMMUNITY),
        ],
    )
    def test_and_custody_make_the_phase(self, custody, days, phase):
        anchor = None if days is None else today() + days * DAY
        assert phase_of(custody, anchor) == phase


class TestCustody:
    def test_moves_with_a_transfer_and_so_does_the_area(self, world, admin):
        mentee = world.files["a"]
        assert Mentee.objects.visible_to(world.user("admin_a")).filter(pk=mentee.pk).exists()
        operations.transfer(mentee, by=admin, institution=world.prison["b"], on=today())
        assert not Mentee.objects.visible_to(world.user("admin_a")).filter(pk=mentee.pk).exists()
        assert Mentee.objects.visible_to(world.user("admin_b")).filter(pk=mentee.pk).exists()
        stays = Placement.objects.filter(episode__mentee=mentee).order_by("pk")
        assert [stay.ended_on for stay in stays] == [today(), None]

    def test_ends_with_the_release_that_needs_a_home(self, world, admin):
        mentee = world.files["a"]
        with pytest.raises(ValidationError, match="where the mentee is"):
            operations.release(mentee, by=admin, on=today())
        home = world.area["a"].parts.create(kind="municipality", name="Home")
        mentee = operations.change_mentee(mentee, by=admin, home_municipality=home)
        operations.release(mentee, by=admin, on=today())
        assert not CustodyEpisode.objects.filter(mentee=mentee, ended_on=None).exists()
        assert mentee.key_dates.newest().get(kind="actual_release").value == today()
        with pytest.raises(Refusal):
            operations.release(mentee, by=admin, on=today())

    def test_before_admission_ends_never(self, world, admin):
        with pytest.raises(IntegrityError), transaction.atomic():
            CustodyEpisode.objects.filter(mentee=world.files["a"]).update(ended_on=LONG_AGO - DAY)

    def test_of_one_kind_runs_once(self, world, admin):
        with pytest.raises(ValidationError, match="already running"):
            operations.admit(
                world.files["a"],
                by=admin,
                kind="sentence",
                institution=world.prison["a"],
                on=today(),
            )


class TestAnEnrolment:
    @pytest.fixture
    def enrolment(self, world, admin):
        return operations.refer(
            registered(world, admin),
            by=admin,
            programme=world.programme,
            controller=world.root,
            on=today(),
        )

    def move(self, enrolment, admin, to, **more):
        return operations.move_enrolment(enrolment, by=admin, to=to, on=today(), **more)

    def test_goes_step_by_step_and_keeps_its_history(self, enrolment, admin):
        self.move(enrolment, admin, "screening")
        self.move(enrolment, admin, "awaiting_consent")
        steps = StatusChange.objects.filter(enrolment=enrolment).order_by("pk")
        assert [step.to_status for step in steps] == ["referred", "screening", "awaiting_consent"]
        assert AuditEvent.objects.latest("pk").details["after"] == "awaiting_consent"

    def test_jumps_over_no_step(self, enrolment, admin):
        with pytest.raises(Refusal, match="cannot become"):
            self.move(enrolment, admin, "active")

    def test_waits_only_with_consent(self, enrolment, admin):
        for status in ("screening", "awaiting_consent"):
            enrolment = self.move(enrolment, admin, status)
        with pytest.raises(Refusal, match="consented"):
            self.move(enrolment, admin, "waiting")
        operations.record_consent(
            enrolment,
            by=admin,
            purpose=Consent.Purpose.TAKE_PART,
            wording_version="1",
            language="da",
            on=today(),
        )
        assert self.move(enrolment, admin, "waiting").status == "waiting"

    def test_stops_only_with_a_reason(self, enrolment, admin):
        with pytest.raises(Refusal, match="Say why"):
            self.move(enrolment, admin, "not_proceeded")
        over = self.move(enrolment, admin, "not_proceeded", reason="declined")
        assert over.closed_on == today()
        assert not Enrolment.objects.open().filter(pk=enrolment.pk).exists()

    def test_on_hold_is_reviewed_and_comes_back_to_where_it_was(self, world, admin):
        enrolment = enrolment_a(world)
        enrolment = self.move(enrolment, admin, "release_prep")
        with pytest.raises(ValidationError, match="looked at again"):
            self.move(enrolment, admin, "on_hold", reason="hospital")
        held = self.move(
            enrolment_a(world), admin, "on_hold", reason="hospital", review_on=today() + 30 * DAY
        )
        assert held.next_statuses() == ["release_prep", "closed", "withdrawn"]
        with pytest.raises(Refusal):
            self.move(held, admin, "active")
        back = self.move(enrolment_a(world), admin, "release_prep")
        assert (back.review_on, back.held_from) == (None, "")

    def test_of_one_mentee_is_open_once_a_programme(self, world, admin):
        with pytest.raises(ValidationError, match="already enrolled"):
            operations.refer(
                world.files["a"],
                by=admin,
                programme=world.programme,
                controller=world.root,
                on=today(),
            )

    def test_over_without_a_day_is_refused_by_the_database(self, world):
        with pytest.raises(IntegrityError), transaction.atomic():
            Enrolment.objects.update(status="closed")

    def test_every_step_leads_to_a_known_status(self):
        known = set(Enrolment.Status)
        assert set(Enrolment.NEXT_STATUSES) == known
        assert all(following <= known for following in Enrolment.NEXT_STATUSES.values())

    def test_does_not_move_tomorrow(self, world, admin):
        with pytest.raises(Refusal, match="not come yet"):
            operations.move_enrolment(
                enrolment_a(world), by=admin, to="release_prep", on=today() + DAY
            )


def enrolment_a(world):
    return Enrolment.objects.get(mentee=world.files["a"])


class TestConsent:
    def test_stands_once_and_can_be_given_again_after_withdrawal(self, world, admin):
        enrolment = enrolment_a(world)
        again = {
            "purpose": "take_part",
            "wording_version": "2",
            "language": "da",
            "on": today(),
        }
        with pytest.raises(ValidationError, match="already recorded"):
            operations.record_consent(enrolment, by=admin, **again)
        operations.withdraw_consent(
            enrolment.consents.get(purpose="take_part"), by=admin, on=yesterday()
        )
        operations.record_consent(enrolment, by=admin, **again)
        assert enrolment.consents.filter(purpose="take_part").count() == 2

    def test_is_withdrawn_once(self, world, admin):
        consent = enrolment_a(world).consents.get(purpose="take_part")
        operations.withdraw_consent(consent, by=admin, on=yesterday())
        assert (
            operations.withdraw_consent(consent, by=admin, on=today()).withdrawn_on == yesterday()
        )


class TestACaseworker:
    def test_replaces_the_one_before_from_the_day(self, world, admin):
        newcomer = world.people["former_caseworker"]
        operations.assign_caseworker(world.files["a"], by=admin, caseworker=newcomer, on=today())
        assert not Mentee.objects.visible_to(world.user("caseworker")).exists()
        assert world.files["a"] in Mentee.objects.visible_to(world.user("former_caseworker"))

    def test_who_begins_before_the_present_one_is_refused(self, world, admin):
        with pytest.raises(Refusal):
            operations.assign_caseworker(
                world.files["a"],
                by=admin,
                caseworker=world.people["former_caseworker"],
                on=LONG_AGO,
            )
