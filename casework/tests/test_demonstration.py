"""What the demonstration promises, asked through the access rules where somebody's view is."""

import datetime
import itertools

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction
from django.utils import timezone

from accounts.access import allows
from accounts.models import RoleAssignment, User
from accounts.roles import Role
from casework.demo import notes
from casework.demo.builder import build
from casework.demo.loading import SCHEME, STRUCTURE, find_reference, load
from casework.demo.people import PASSWORD, PEOPLE
from casework.demo.scheme import Scheme
from casework.demo.staff import found_organisations, hire
from casework.models import CaseloadRow
from core.dates import today
from core.references import is_reference
from mentees.models import CustodyEvent, Enrolment, KeyDate, Mentee, Placement, StatusChange
from mentors.models import Absence, CoachAssignment, Mentor, MentorLoan
from mentorships.forms.session import SessionForm
from mentorships.models import (
    Agreement,
    ClosingReport,
    Handover,
    MentoringSession,
    Mentorship,
    SessionDraft,
    SessionNarrative,
)
from mentorships.permissions import MentorshipPermission
from networks.models import ContactRestriction, NetworkPerson
from notifications.kinds import KINDS
from notifications.models import Notice
from organisations.models import Organisation
from release_plans.models import Milestone
from training.models import Attendance, Certificate

pytestmark = pytest.mark.django_db
LEAP_DAY, NEW_YEAR = datetime.date(2028, 2, 29), datetime.date(2027, 1, 1)


def days(number: int) -> datetime.timedelta:
    return datetime.timedelta(days=number)


def ignore(part: float, writing: str) -> None:
    """Nobody watches the bar."""


@pytest.fixture(scope="module", autouse=True)
def scheme(django_db_setup, django_db_blocker):
    """One demonstration for all questions of this module, gone after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load(seed=1, day=today(), progress=ignore)
        transaction.set_rollback(True)


def person(key: str) -> User:
    """The account as a request would load it."""
    return User.objects.get(email=f"{key}@demo.example")


def files_of(key: str) -> set[str]:
    return set(Mentee.objects.visible_to(person(key)).values_list("reference", flat=True))


def running(key: str) -> list[CaseloadRow]:
    walked = Mentorship.objects.visible_to(person(key)).running(today())
    return list(CaseloadRow.objects.filter(mentorship__in=walked.filter(mentor__user=person(key))))


def built(seed: int, day: datetime.date) -> Scheme:
    """In memory only."""
    scheme = Scheme(seed, day)
    found_organisations(scheme)
    hire(scheme)
    build(scheme, find_reference())
    return scheme


def fingerprint(scheme: Scheme) -> list[tuple]:
    files = [(m.reference, m.full_name, m.birth_year) for m in scheme.rows[Mentee]]
    meetings = [
        (s.uuid, s.held_on, s.status, s.themes, s.finished_at)
        for s in scheme.rows[MentoringSession]
    ]
    words = [(n.facts, n.assessment, n.own_words) for n in scheme.rows[SessionNarrative]]
    plans = [(m.code, m.status, m.due_on) for m in scheme.rows[Milestone]]
    counts = [(model.__name__, len(rows)) for model, rows in scheme.rows.items()]
    return files + meetings + words + plans + counts


class TestTheSeed:
    def test_gives_the_same_on_the_same_day(self):
        assert fingerprint(built(7, NEW_YEAR)) == fingerprint(built(7, NEW_YEAR))

    def test_gives_something_else_with_another_number(self):
        assert fingerprint(built(7, NEW_YEAR)) != fingerprint(built(8, NEW_YEAR))

    def test_moves_with_the_day(self):
        assert fingerprint(built(7, NEW_YEAR)) != fingerprint(built(7, NEW_YEAR + days(1)))

    @pytest.mark.parametrize("seed", [2, 3, 4])
    @pytest.mark.parametrize("day", [LEAP_DAY, NEW_YEAR])
    def test_never_writes_of_days_to_come(self, seed, day):
        scheme = built(seed, day)
        for session in scheme.rows[MentoringSession]:
            mentorship = session.mentorship
            assert mentorship.started_on <= session.held_on < day
            assert session.held_on <= session.finished_at.date() < day
            assert mentorship.ended_on is None or session.held_on <= mentorship.ended_on
        for change in scheme.rows[StatusChange]:
            assert change.changed_on <= day
        for date in scheme.rows[KeyDate]:
            assert date.recorded_at.date() < day
            assert date.replaces is None or date.replaces.recorded_at <= date.recorded_at


class TestTheNumbers:
    def test_are_those_of_a_pilot(self):
        assert Mentor.objects.count() == 10
        coaches = RoleAssignment.objects.filter(role=Role.COACH).values("user")
        assert Mentor.objects.filter(user__in=coaches).count() == 2
        assert Mentee.objects.count() == 40
        held = Mentee.objects.exclude(institution=None).values("institution").distinct()
        assert held.count() == 3
        assert 850 <= MentoringSession.objects.count() <= 1150

    def test_reach_back_about_eighteen_months(self):
        first = MentoringSession.objects.order_by("held_on").first().held_on
        assert days(450) < today() - first < days(560)

    def test_hold_every_municipality_within_an_area(self):
        municipalities = Organisation.objects.of_kind(Organisation.Kind.MUNICIPALITY)
        assert municipalities.filter(within__kind=Organisation.Kind.AREA).count() == 98

    def test_hold_every_constraint_of_the_database(self):
        for model in {**STRUCTURE, **SCHEME}:
            for row in model._base_manager.order_by("pk")[:60]:
                row.full_clean(validate_unique=False)

    def test_hold_references_that_check(self):
        assert all(map(is_reference, Mentee.objects.values_list("reference", flat=True)))

    def test_let_people_be_found_by_name(self):
        mentee = Mentee.objects.first()
        assert mentee in Mentee.objects.named(f"{mentee.family_name} {mentee.given_name}")

    def test_begin_the_history_of_what_is_edited_in_place(self):
        assert Mentee.history.count() == 40


class TestTheAccounts:
    KEYS = [key for key, each in PEOPLE.items() if each.signs_in]

    def test_are_those_of_the_contract(self):
        assert set(self.KEYS) == {
            "mentor",
            "mentor2",
            "coach",
            "coach2",
            "admin",
            "admin2",
            "caseworker",
            "trainer",
            "manager",
            "auditor",
            "technical",
            "partner",
        }

    @pytest.mark.parametrize("key", KEYS)
    def test_sign_in_with_the_password(self, rf, key):
        signed_in = authenticate(rf.post("/"), email=f"{key}@demo.example", password=PASSWORD)
        assert signed_in == person(key)
        assert EmailAddress.objects.get(user=signed_in, verified=True, primary=True)

    def test_of_colleagues_have_no_password(self):
        others = [person(key) for key, each in PEOPLE.items() if not each.signs_in]
        assert len(others) == 10
        assert not any(user.has_usable_password() for user in others)

    def test_are_all_marked_as_invented(self):
        assert not User.objects.filter(is_demo=False).exists()


class TestThePartner:
    def test_has_a_share_that_stands_and_sees_that_file_alone(self):
        [mentee] = Mentee.objects.visible_to(person("partner"))
        assert Milestone.objects.visible_to(person("partner")).exists()
        assert not SessionNarrative.objects.visible_to(person("partner")).exists()
        assert mentee in Mentee.objects.visible_to(person("mentor"))


def test_one_note_is_its_authors_alone():
    [note] = SessionNarrative.objects.filter(tier="restricted")
    assert note in SessionNarrative.objects.visible_to(person("mentor"))
    assert note not in SessionNarrative.objects.visible_to(person("coach"))


class TestTheMentor:
    def test_walks_with_somebody_in_each_phase(self):
        rows = running("mentor")
        assert len(rows) >= 3
        soon = [row for row in rows if row.open_remand]
        assert soon[0].court_deadline <= today() + days(14)
        before = [row for row in rows if row.open_sentence and row.decided_release]
        assert days(35) <= before[0].decided_release - today() <= days(50)
        after = [row for row in rows if row.actual_release]
        assert days(42) <= today() - after[0].actual_release <= days(56)

    def test_shares_nobody_with_the_other_mentor(self):
        assert files_of("mentor")
        assert files_of("mentor2")
        assert not files_of("mentor") & files_of("mentor2")

    def test_has_a_fresh_note_and_older_ones_that_are_locked(self):
        own = MentoringSession.objects.filter(logged_by=person("mentor"))
        assert [session for session in own if session.locks_at > timezone.now()]
        assert [session for session in own if session.locks_at < timezone.now()]

    def test_has_something_overdue_and_something_due_soon(self):
        theirs = Milestone.objects.visible_to(person("mentor"))
        assert theirs.overdue(today()).filter(responsible="mentor").exists()
        soon = theirs.open().filter(due_on__range=(today(), today() + days(14)))
        assert soon.filter(responsible="mentor").exists()
        agreements = Agreement.objects.visible_to(person("mentor")).open()
        assert agreements.filter(due_on__lt=today()).exists()
        assert agreements.filter(due_on__gte=today()).exists()

    def test_has_begun_a_note_that_the_form_understands(self):
        draft = SessionDraft.objects.visible_to(person("mentor")).get()
        assert set(draft.typed) <= set(SessionForm.base_fields)
        assert draft.held_on == today() - days(1)

    def test_sees_the_rule_that_keeps_somebody_away(self):
        assert ContactRestriction.objects.visible_to(person("mentor")).count() == 1
        barred = ContactRestriction.objects.get().network_person
        there = NetworkPerson.objects.may_take_part(today())
        assert barred not in there
        assert there.exists()

    def test_looks_back_on_a_mentorship_that_was_handed_over_with_a_summary(self):
        mentor = person("mentor")
        [former] = Mentorship.objects.permitted(mentor, MentorshipPermission.LOOK_BACK)
        assert days(5) <= today() - former.ended_on <= days(7)
        assert former.enrolment.mentee.reference not in files_of("mentor")
        assert MentoringSession.objects.visible_to(mentor).filter(mentorship=former).exists()
        handover = Handover.objects.get(former=former)
        assert handover.shows == Handover.Shows.SUMMARY
        next_mentor = handover.successor.mentor.user
        assert handover in Handover.objects.visible_to(next_mentor)
        assert handover.summary

    def test_is_proposed_to_somebody_who_says_what_they_wish(self):
        mentor = person("mentor")
        [proposed] = Mentorship.objects.permitted(mentor, MentorshipPermission.SEE_PROPOSAL)
        assert proposed.enrolment.mentee.wishes
        assert proposed.enrolment.mentee.reference not in files_of("mentor")


class TestTheOthers:
    def test_a_mentor_reads_the_notes_that_were_handed_over_whole(self):
        handover = Handover.objects.get(shows=Handover.Shows.ALL)
        assert handover.successor.mentor.user == person("mentor2")
        earlier = MentoringSession.objects.filter(mentorship=handover.former)
        assert earlier.count() > 5
        assert set(earlier) <= set(MentoringSession.objects.visible_to(person("mentor2")))
        report = ClosingReport.objects.get(mentorship=handover.former)
        assert report in ClosingReport.objects.visible_to(person("mentor2"))

    def test_a_coach_supervises_four_mentors(self):
        for key, theirs in (("coach", "mentor"), ("coach2", "mentor2")):
            supervised = CoachAssignment.objects.in_force(today()).filter(coach__user=person(key))
            assert supervised.count() == 4
            assert supervised.filter(mentor__user=person(theirs)).exists()
            assert files_of(theirs) <= files_of(key)

    def test_one_coach_covers_for_the_other_and_not_the_other_way_round(self):
        away = Absence.objects.in_force(today()).get()
        assert (away.coach.user, away.cover.user) == (person("coach2"), person("coach"))
        assert files_of("mentor2") < files_of("coach")
        assert not files_of("coach2") & files_of("mentor")

    def test_a_mentor_is_lent_to_the_other_area_and_walks_there(self):
        loan = MentorLoan.objects.in_force(today()).get()
        assert (loan.lent_by, loan.granted_by) == (person("admin2"), person("admin"))
        assert loan.valid_until <= today() + settings.LOAN_WARNING
        walked = loan.mentorships.get()
        reference = walked.enrolment.mentee.reference
        assert reference in files_of("admin") - files_of("admin2")
        assert loan.mentor in Mentor.objects.visible_to(person("admin"))
        assert reference in files_of("coach2")

    def test_nobody_else_walks_outside_the_own_area(self):
        for walked in Mentorship.objects.select_related("mentor__area").filter(loan=None):
            mentee = walked.enrolment.mentee
            places = [mentee.institution, mentee.home_municipality]
            assert walked.mentor.area in {place.within for place in places if place}

    def test_an_administrator_sees_the_own_area(self):
        for key, area in (("admin", "Øst"), ("admin2", "Vest")):
            assert files_of(key)
            for mentee in Mentee.objects.visible_to(person(key)):
                places = [mentee.institution, mentee.home_municipality]
                assert any(place.within.name.endswith(area) for place in places if place)
        assert files_of("admin") | files_of("admin2") == {
            mentee.reference for mentee in Mentee.objects.all()
        }

    def test_the_caseworker_answers_for_several_at_one_institution(self):
        theirs = Mentee.objects.visible_to(person("caseworker"))
        assert theirs.count() >= 5
        assert {mentee.institution.name for mentee in theirs} == {"Storstrøm Fængsel"}

    @pytest.mark.parametrize("key", ["technical", "trainer", "manager", "auditor"])
    def test_who_works_with_no_case_sees_none(self, key):
        assert not files_of(key)
        assert not SessionNarrative.objects.visible_to(person(key)).exists()

    def test_the_technical_account_holds_no_role(self):
        technical = person("technical")
        assert technical.is_superuser
        assert not technical.role_assignments.exists()
        assert not allows(technical, "mentees.view_mentee")

    def test_the_trainer_organises_at_the_directorate(self):
        assert (
            Attendance.objects.visible_to(person("trainer")).count() == Attendance.objects.count()
        )

    def test_a_mentor_in_training_has_nine_of_twelve_days_and_no_mentorship(self):
        learning = Mentor.objects.get(status=Mentor.Status.IN_TRAINING)
        assert Attendance.objects.filter(attendee=learning.user).count() == 9
        assert not learning.mentorships.exists()
        assert not Certificate.objects.filter(holder=learning.user).exists()

    def test_everybody_who_walks_was_certified_before_and_one_soon_no_longer(self):
        for mentorship in Mentorship.objects.select_related("mentor__user"):
            given = mentorship.mentor.user.certificates.in_force(mentorship.proposed_on)
            assert given.exists(), mentorship.pk
        soon = Certificate.objects.filter(valid_until__range=(today(), today() + days(30)))
        assert soon.count() == 1


class TestTheHistory:
    def test_has_somebody_at_every_step(self):
        found = set(Enrolment.objects.values_list("status", flat=True))
        assert found == set(Enrolment.Status.values)

    def test_leads_each_enrolment_to_where_it_stands(self):
        for enrolment in Enrolment.objects.prefetch_related("status_changes"):
            steps = sorted(enrolment.status_changes.all(), key=lambda step: step.pk)
            assert steps[0].changed_on == enrolment.opened_on
            assert steps[-1].to_status == enrolment.status
            for before, after in itertools.pairwise(steps):
                assert after.from_status == before.to_status
                assert after.to_status in Enrolment.NEXT_STATUSES[before.to_status]
                assert after.changed_on >= before.changed_on

    def test_has_a_refused_parole_whose_anchor_is_the_end_of_the_sentence(self):
        refused = CustodyEvent.objects.filter(kind=CustodyEvent.Kind.PAROLE_REFUSED)
        assert refused.exists()
        for event in refused:
            dates = {date.kind: date.value for date in event.mentee.key_dates.newest()}
            assert dates["two_thirds"] < today() < dates["expiry"]
            plan = event.mentee.enrolments.get().release_plan
            last = plan.milestones.get(item__code="R01")
            assert last.due_on == dates["expiry"]

    def test_has_a_transfer_between_the_areas(self):
        moved = Placement.objects.get(transfer_reason="nearer to the family")
        before = Placement.objects.get(episode=moved.episode, ended_on=moved.started_on)
        assert before.institution.within != moved.institution.within

    def test_keeps_stays_without_a_gap(self):
        for mentee in Mentee.objects.all():
            stays = Placement.objects.filter(episode__mentee=mentee).order_by("started_on", "pk")
            for before, after in itertools.pairwise(stays):
                assert before.ended_on == after.started_on
            now = stays.filter(ended_on=None).first()
            assert mentee.institution == (now.institution if now else None)

    def test_has_dates_in_several_versions(self):
        assert KeyDate.objects.exclude(replaces=None).count() > 40

    def test_has_meetings_that_fell_out_and_two_mentorships_gone_quiet(self):
        sessions = MentoringSession.objects
        assert sessions.filter(cancelled_by="institution").exists()
        assert sessions.filter(status=MentoringSession.Status.NO_SHOW).exists()
        active = Mentorship.objects.filter(status=Mentorship.Status.ACTIVE)
        quiet = CaseloadRow.objects.filter(
            mentorship__in=active, last_held_on__lt=today() - days(21)
        )
        assert quiet.count() == 2

    def test_has_a_hold_with_a_day_of_review(self):
        held = Enrolment.objects.get(status=Enrolment.Status.ON_HOLD)
        assert held.review_on > today()
        paused = held.mentorships.get()
        assert paused.status == Mentorship.Status.PAUSED
        assert paused.paused_on

    def test_has_notices_to_be_read_of_kinds_that_exist(self):
        assert Notice.objects.filter(recipient=person("coach")).unread().exists()
        assert set(Notice.objects.values_list("kind", flat=True)) <= set(KINDS)


class TestTheNotes:
    def test_are_drawn_from_enough_sentences(self):
        facts = {text for three in notes.FACTS.values() for some in three for text in some}
        assessments = {text for some in notes.ASSESSMENTS.values() for text in some}
        own_words = {text for some in notes.OWN_WORDS.values() for text in some}
        agreements = {text for some in notes.AGREEMENTS.values() for _who, text in some}
        assert len(facts) >= 120
        assert len(assessments) >= 60
        assert len(own_words) >= 40
        assert len(agreements) >= 60

    def test_leave_no_blank_unfilled(self):
        for note in SessionNarrative.objects.all():
            assert note.facts
            assert "{" not in note.facts + note.assessment + note.own_words

    def test_name_nobody_but_the_mentee(self):
        names = {mentee.given_name for mentee in Mentee.objects.all()}
        for note in SessionNarrative.objects.select_related(
            "session__mentorship__enrolment__mentee"
        )[:200]:
            own = note.session.mentorship.enrolment.mentee.given_name
            words = set(f"{note.facts} {note.assessment}".replace(".", " ").split())
            assert not words & (names - {own})
