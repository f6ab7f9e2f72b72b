"""What the office does to a file: from its opening to the end of a mentorship."""

import datetime

import pytest
from django.contrib.admin.models import LogEntry

from audit.models import AuditEvent
from bot_project.tests.office import referred, step, url
from core.dates import today
from mentees import operations
from mentees.models import (
    Consent,
    CustodyEvent,
    Enrolment,
    KeyDate,
    Mentee,
    StatusChange,
)
from mentors.models import Mentor
from mentorships.admin import MOVE_FORMS, MOVES, REASONS
from mentorships.models import Mentorship

pytestmark = pytest.mark.django_db


@pytest.fixture
def new_file(world):
    """A mentee in area A whom nobody has referred yet."""
    return operations.register_mentee(
        by=world.people["admin_a"],
        given_name="Ny",
        family_name="Sag",
        institution=world.prison["a"],
    )


class TestAFile:
    def test_is_opened_with_custody_in_one_form(self, as_user, world):
        response = as_user("admin_a").post(
            url(Mentee, "add"),
            {
                "given_name": "Ny",
                "family_name": "Sag",
                "language": "da",
                "subject_category": "convicted",
                "institution": world.prison["a"].pk,
                "custody": "sentence",
                "admitted_on": "2026-01-05",
            },
        )
        mentee = Mentee.objects.get(custody_episodes__started_on="2026-01-05")
        assert response.url == url(mentee, "change")
        assert mentee.full_name == "Ny Sag"
        assert mentee.history.get().history_user == world.people["admin_a"]
        assert AuditEvent.objects.filter(kind="mentee.registered").count() == 1
        assert LogEntry.objects.get().object_repr == mentee.reference

    def test_is_not_opened_outside_ones_area_and_what_was_typed_is_kept(self, as_user, world):
        response = as_user("admin_a").post(
            url(Mentee, "add"),
            {
                "given_name": "Fremmed",
                "family_name": "Sag",
                "language": "da",
                "subject_category": "other",
                "institution": world.prison["b"].pk,
                "custody": "remand",
                "admitted_on": "2026-01-05",
            },
        )
        page = response.content.decode()
        assert response.status_code == 200
        assert "This would lie outside your area." in page
        assert 'value="Fremmed"' in page
        assert Mentee.objects.count() == 2
        assert not LogEntry.objects.exists()

    def test_says_beside_the_fields_what_is_missing(self, as_user, world):
        response = as_user("admin_a").post(
            url(Mentee, "add"),
            {"given_name": "🙂 ليلى", "language": "da", "custody": "remand", "birth_year": "18"},
        )
        errors = response.context_data["adminform"].form.errors
        assert {"family_name", "birth_year", "institution", "admitted_on"} <= set(errors)
        assert "🙂 ليلى" in response.content.decode()

    def test_is_changed_through_the_operation(self, as_user, world, new_file):
        client = as_user("admin_a")
        typed = {
            "given_name": "Anden",
            "family_name": "Sag",
            "language": "da",
            "subject_category": "other",
        }
        assert client.post(url(new_file, "change"), typed).status_code == 302
        new_file.refresh_from_db()
        assert new_file.given_name == "Anden"
        assert AuditEvent.objects.get(kind="mentee.changed").details == {"fields": ["given_name"]}
        versions = client.get(url(new_file, "history")).context_data["versions"]
        assert versions[0].what == ["First name: Ny → Anden"]

    def test_takes_down_custody_dates_and_referral_step_by_step(self, as_user, world, new_file):
        client = as_user("admin_a")
        Mentee.objects.filter(pk=new_file.pk).update(
            institution=None, home_municipality=world.prison["a"]
        )
        done = [
            ("admit", {"kind": "remand", "institution": world.prison["a"].pk, "on": "2026-01-05"}),
            ("event", {"kind": "judgment", "on": "2026-02-05"}),
            (
                "key-date",
                {
                    "kind": "two_thirds",
                    "value": "2027-03-01",
                    "certainty": "recorded",
                    "source": "court",
                },
            ),
            ("caseworker", {"caseworker": world.people["caseworker"].pk, "on": "2026-03-01"}),
            (
                "refer",
                {"programme": world.programme.pk, "controller": world.root.pk, "on": "2026-03-02"},
            ),
            ("release", {"on": "2026-04-01"}),
        ]
        for name, typed in done:
            response = step(client, new_file, name, **typed)
            assert response.redirect_chain, (name, response.context_data["form"].errors)
        assert new_file.custody_episodes.get().ended_on == datetime.date(2026, 4, 1)
        assert CustodyEvent.objects.filter(mentee=new_file).count() == 2
        assert KeyDate.objects.filter(mentee=new_file).count() == 2
        assert new_file.enrolments.get().status == "referred"
        assert new_file.caseworker_assignments.get().caseworker == world.people["caseworker"]

    def test_leads_to_the_page_of_a_transfer_while_in_custody(self, as_user, world, new_file):
        page = f'href="/mentees/{new_file.reference}/transfer/"'
        client, address = as_user("admin_a"), url(new_file, "change")
        Mentee.objects.filter(pk=new_file.pk).update(
            institution=None, home_municipality=world.prison["a"]
        )
        assert page not in client.get(address).content.decode()
        operations.admit(
            Mentee.objects.get(pk=new_file.pk),
            by=world.people["admin_a"],
            kind="sentence",
            institution=world.prison["a"],
            on=datetime.date(2026, 1, 5),
        )
        assert page in client.get(address).content.decode()
        assert b"/step/transfer/" not in client.get(address).content


class TestAnEnrolment:
    def test_goes_its_way_by_buttons(self, as_user, world, new_file):
        client, enrolment = as_user("admin_a"), referred(world, new_file)
        consent = {"purpose": "take_part", "wording_version": "4", "language": "da"}
        for name, more in (
            ("screening", {}),
            ("awaiting_consent", {}),
            ("consent", consent),
            ("waiting", {}),
            ("matching", {}),
            ("active", {}),
            ("on_hold", {"reason": "hospital", "review_on": "2027-01-01"}),
            ("active", {}),
            ("closed", {"reason": "completed"}),
        ):
            response = step(client, enrolment, name, on=today(), **more)
            assert response.redirect_chain, (name, response.context_data["form"].errors)
        enrolment.refresh_from_db()
        assert enrolment.status == "closed"
        assert enrolment.status_changes.count() == 9
        assert AuditEvent.objects.filter(kind="enrolment.moved").count() == 8
        assert LogEntry.objects.filter(user=world.people["admin_a"]).count() == 9

    def test_offers_only_the_steps_that_are_open(self, as_user, world, new_file):
        enrolment = referred(world, new_file)
        page = as_user("admin_a").get(url(enrolment, "change"))
        offered = {each.name for each in page.context_data["steps"]}
        assert offered == {"screening", "not_proceeded", "consent", "consent-withdrawn"}
        assert [place for _label, place in page.context_data["track"]].count("now") == 1

    def test_says_that_a_step_is_not_open_any_more(self, as_user, world, new_file):
        response = step(as_user("admin_a"), referred(world, new_file), "closed", on=today())
        assert "This step is not open any more." in response.content.decode()

    def test_keeps_what_was_typed_when_the_operation_refuses(self, as_user, world, new_file):
        enrolment = referred(world, new_file)
        later = today() + datetime.timedelta(days=3)
        client = as_user("admin_a")
        response = step(client, enrolment, "not_proceeded", on=later, reason="declined")
        form = response.context_data["form"]
        assert form.errors["on"] == ["That day has not come yet."]
        assert f'value="{later.isoformat()}"' in response.content.decode()
        assert form["reason"].value() == "declined"
        enrolment.refresh_from_db()
        assert enrolment.status == "referred"
        assert not LogEntry.objects.exists()

    @pytest.mark.parametrize(
        "on", ["", "yesterday", "2026-02-30", "0000-00-00", "9" * 400, "\x00"]
    )
    def test_answers_nonsense_with_a_sentence(self, as_user, world, new_file, on):
        response = step(as_user("admin_a"), referred(world, new_file), "screening", on=on)
        assert response.status_code == 200
        assert "on" in response.context_data["form"].errors

    def test_waits_for_the_consent(self, as_user, world, new_file):
        client, enrolment = as_user("admin_a"), referred(world, new_file)
        for name in ("screening", "awaiting_consent", "waiting"):
            response = step(client, enrolment, name, on=today())
        assert "has not yet consented" in response.content.decode()

    def test_lets_a_consent_be_taken_back(self, as_user, world):
        enrolment = world.files["a"].enrolments.get()
        consent = Consent.objects.get(enrolment=enrolment, purpose="take_part")
        step(as_user("admin_a"), enrolment, "consent-withdrawn", consent=consent.pk, on=today())
        consent.refresh_from_db()
        assert consent.withdrawn_on == today()

    def test_refuses_a_consent_of_another_file(self, as_user, world):
        other = Consent.objects.get(enrolment__mentee=world.files["b"], purpose="take_part")
        enrolment = world.files["a"].enrolments.get()
        response = step(
            as_user("admin_a"), enrolment, "consent-withdrawn", consent=other.pk, on=today()
        )
        assert "consent" in response.context_data["form"].errors
        other.refresh_from_db()
        assert other.withdrawn_on is None

    def test_is_only_read_by_whoever_does_not_administer_it(self, as_user, world):
        """Who administers B and walks with a mentee of A gains nothing in A."""
        enrolment = world.files["a"].enrolments.get()
        client = as_user("two_hats")
        page = client.get(url(enrolment, "change"))
        assert page.status_code == 200
        assert page.context_data["steps"] == []
        for name in ("closed", "propose"):
            assert step(client, enrolment, name, on=today()).status_code == 403

    def test_has_a_label_for_each_move_and_reasons_for_each_stop(self):
        moves = {status for after in Enrolment.NEXT_STATUSES.values() for status in after}
        assert moves == set(MOVES)
        assert set(MOVE_FORMS) == set(REASONS) == {*Enrolment.OVER, Enrolment.Status.ON_HOLD}
        told = {reason for reasons in REASONS.values() for reason in reasons}
        assert told == set(StatusChange.Reason)


class TestAMentorship:
    @pytest.fixture
    def proposed(self, world, new_file, as_user):
        enrolment = referred(world, new_file)
        Enrolment.objects.filter(pk=enrolment.pk).update(status="matching")
        Mentor.objects.update(status="available")
        mentor = world.mentor("mentor")
        step(
            as_user("admin_a"), enrolment, "propose", mentor=mentor.pk, role="primary", on=today()
        )
        return Mentorship.objects.get(enrolment=enrolment)

    def test_is_proposed_begun_confirmed_paused_and_ended(self, as_user, proposed):
        client = as_user("admin_a")
        for name, more in (
            ("trial", {}),
            ("active", {}),
            ("paused", {"reason": "no_contact"}),
            ("active", {}),
            ("end", {"reason": "completed"}),
        ):
            response = step(client, proposed, name, on=today(), **more)
            assert response.redirect_chain, (name, response.context_data["form"].errors)
        proposed.refresh_from_db()
        assert (proposed.status, proposed.end_reason) == ("ended", "completed")

    def test_is_proposed_to_mentors_in_reach_alone(self, as_user, world):
        Mentor.objects.update(status="available")
        enrolment = world.files["a"].enrolments.get()
        form = as_user("admin_a").get(url(enrolment, "step", "propose")).context_data["form"]
        offered = set(form.fields["mentor"].queryset)
        assert world.mentor("mentor") in offered
        assert world.mentor("mentor_b") not in offered

    def test_is_ended_by_its_own_administrator_alone(self, as_user, world):
        mentorship = world.mentorship_of("mentor")
        typed = {"on": today(), "reason": "completed"}
        assert step(as_user("admin_b"), mentorship, "end", **typed).status_code == 404
        assert step(as_user("two_hats"), mentorship, "end", **typed).status_code in {403, 404}
        mentorship.refresh_from_db()
        assert mentorship.status == "active"
