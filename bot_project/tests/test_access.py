"""What the kernel promises, on a small scheme (`cast.World`)."""

import datetime

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import F

from accounts import access, decisions
from accounts.access import AccessQuerySet
from accounts.models import RoleAssignment
from accounts.roles import Role
from audit.models import AuditEvent
from bot_project.tests.cast import LONG_AGO, SECTIONS, holding, in_days, yesterday
from bot_project.tests.random_worlds import always
from core.dates import in_force, today
from mentees import operations
from mentees.models import CaseworkerAssignment, Decision, Mentee, MenteeGrant
from mentees.permissions import EnrolmentPermission, FileSection, MenteePermission
from mentors.models import Absence, CoachAssignment, MentorLoan
from mentorships.models import MentoringSession, Mentorship, SessionNarrative
from mentorships.permissions import MentorshipPermission, SessionPermission
from networks.models import NetworkPerson

pytestmark = [pytest.mark.django_db, pytest.mark.second_factor]


CELLS = sorted({(r.model, p) for r in access.RULES for p in r.permissions}, key=str)


VIEW = MenteePermission.VIEW


# Written by hand from access.md: who sees which file.
SEES = {
    "admin_a": "a",
    "admin_b": "b",
    "former_admin_a": "b",
    "barred_admin_a": "",
    "auditor": "",
    "trainer": "",
    "manager": "",
    "mentor": "a",
    "mentor_b": "b",
    "former_mentor": "",
    "leaving_mentor": "",
    "proposed_mentor": "",
    "lent_mentor": "a",
    "once_lent_mentor": "",
    "mentor_without_role": "",
    "two_hats": "ab",
    "coach": "a",
    "former_coach": "b",
    "stand_in": "a",
    "former_stand_in": "",
    "caseworker": "a",
    "former_caseworker": "b",
    "barred_by_kin": "",
    "partner": "a",
    "former_partner": "",
    "stranger": "",
    "inactive": "",
    "technical": "",
}


# And who reads the notes: those who walk along, and their coach. Nobody else.
Role.AGENCY_PARTNER_NOTES = {
    "mentor": "a",
    "mentor_b": "b",
    "lent_mentor": "a",
    "two_hats": "a",
    "coach": "a",
    "former_coach": "b",
    "stand_in": "a",
    "leaving_mentor": "a",  # own ones, in the closing window
}


@pytest.fixture
def world(world):
    """The cast, with two mentors of the other area: one is lent, the loan of one is over."""
    for name, last in (("lent_mentor", None), ("once_lent_mentor", yesterday())):
        world.person(name, Role.MENTOR, "b")
        loan = world.loan(name, "a", until=last, agreed_by=("admin_b", "admin_a"))
        world.mentorship(name, "a", role="co_mentor", loan=loan)
    return world


class TestSight:
    def test_is_what_the_matrix_says(self, world):
        seen = {
            name: "".join(m.reference[-1] for m in Mentee.objects.visible_to(world.user(name)))
            for name in world.people
        }
        assert seen == SEES

    def test_of_notes_is_the_mentors_and_the_coachs(self, world):
        files = "session__mentorship__enrolment__mentee__reference"
        for name in world.people:
            notes = SessionNarrative.objects.visible_to(world.user(name))
            seen = "".join(
                sorted({reference[-1] for reference in notes.values_list(files, flat=True)})
            )
            assert seen == Role.AGENCY_PARTNER_NOTES.get(name, ""), name

    def test_of_an_administrator_is_that_a_session_was_and_no_more(self, world):
        admin, session = world.user("admin_a"), world.session_of("mentor")
        assert admin.has_perm(SessionPermission.METADATA, session)
        assert not admin.has_perm(SessionPermission.VIEW, session)
        assert not world.user("admin_b").has_perm(SessionPermission.METADATA, session)

    def test_of_two_roles_in_two_areas_is_no_more_than_the_two(self, world):
        two_hats = world.user("two_hats")
        assert not two_hats.has_perm(MenteePermission.CHANGE, world.files["a"])
        assert not two_hats.has_perm(MentorshipPermission.CHANGE, world.mentorship_of("two_hats"))
        assert two_hats.has_perm(MentorshipPermission.CHANGE, world.mentorship_of("mentor_b"))

    def test_of_a_superuser_with_a_role_is_that_of_the_role(self, world):
        world.role("technical", Role.MENTOR, "a")
        own = world.mentorship("technical", "a", role="co_mentor")
        technical = world.user("technical")
        assert technical.has_perm(MentorshipPermission.VIEW, own)
        assert not technical.has_perm(MentorshipPermission.CHANGE, own)
        assert list(Mentorship.objects.visible_to(technical)) == [own]

    def test_may_be_locked_and_narrowed_like_any_queryset(self, world):
        for name in ("admin_a", "caseworker", "mentor"):
            rows = Mentee.objects.visible_to(world.user(name))
            assert list(rows.select_for_update(of=("self",)).filter(reference="M-a"))
            assert rows.filter(reference="M-a").update(language="en") == 1

    def test_reaches_what_hangs_on_a_shared_file_section_by_section(self, world):
        partner = world.user("partner")
        assert NetworkPerson.objects.visible_to(partner).count() == 2
        assert not MentoringSession.objects.visible_to(partner).exists()
        assert not partner.has_perm(MenteePermission.CHANGE, world.files["a"])

    def test_ends_everywhere_with_an_exclusion(self, world):
        mentor = world.people["mentor"]
        world.files["a"].exclusions.create(person=mentor, reason="kin")
        for model in (Mentee, Mentorship, MentoringSession, SessionNarrative, NetworkPerson):
            assert not model.objects.visible_to(world.user("mentor")).exists()

    def test_goes_on_with_an_exclusion_of_somebody_else_or_from_another_file(self, world):
        mentor, file = world.people["mentor"], world.files["a"]
        before = access.holders(MenteePermission.VIEW, [file])
        world.files["b"].exclusions.create(person=mentor, reason="kin")
        file.exclusions.create(person=world.people["stranger"], reason="kin")
        assert mentor.pk in {holder.person for holder in before}
        assert access.holders(MenteePermission.VIEW, [file]) == before

    @pytest.mark.parametrize(("first", "last"), [(-9, -1), (1, 9)])
    def test_goes_on_before_an_exclusion_and_after_it(self, world, first, last):
        mentor, file = world.people["mentor"], world.files["a"]
        mentorship = world.mentorship_of("mentor")
        held = [(MenteePermission.VIEW, file), (MentorshipPermission.VIEW, mentorship)]
        before = [access.holders(permission, [row]) for permission, row in held]
        assert all(mentor.pk in {holder.person for holder in each} for each in before)
        days = [today() + datetime.timedelta(days=each) for each in (first, last)]
        file.exclusions.create(
            person=mentor, reason="kin", valid_from=days[0], valid_until=days[1]
        )
        assert [access.holders(permission, [row]) for permission, row in held] == before


@pytest.mark.parametrize(("model", "permission"), CELLS, ids=str)
class TestEveryCell:
    def test_says_the_same_of_one_of_many_and_of_holders(self, world, model, permission):
        rows = list(model.objects.order_by("pk"))
        held = {(h.person, h.row) for h in access.holders(permission, rows)}
        for name in world.people:
            user = world.user(name)
            many = set(AccessQuerySet(model).permitted(user, permission))
            assert many == {row for row in rows if user.has_perm(permission, row)}, name
            assert {r.pk for r in many} == access.can(user, permission, rows), name
            assert {r.pk for r in many} == {row for person, row in held if person == user.pk}, name

    def test_is_closed_to_a_superuser_and_to_groups(self, world, model, permission):
        technical = world.people["technical"]
        everything = Group.objects.create(name="everything")
        everything.permissions.set(Permission.objects.all())
        technical.groups.add(everything)
        technical.user_permissions.set(Permission.objects.all())
        technical = world.user("technical")
        assert not technical.has_perm(permission)
        assert not any(technical.has_perm(permission, row) for row in model.objects.all())
        assert not technical.has_module_perms(model._meta.app_label)
        assert not technical.has_perm("mentees.delete_mentee", world.files["a"])
        assert technical.has_perm("accounts.change_user")

    def test_does_not_mistake_another_model_for_its_own(self, world, model, permission):
        other = Mentorship if model._meta.app_label == "mentees" else Mentee
        assert not any(
            world.user(name).has_perm(permission, row)
            for name in world.people
            for row in other.objects.all()
        )


# How each dated fact ends. A rule that leans on a fact not named here fails below.
def _last_day_was_yesterday(fact):
    type(fact).objects.filter(pk=fact.pk).update(valid_until=yesterday())


ENDINGS = {
    RoleAssignment: _last_day_was_yesterday,
    CoachAssignment: _last_day_was_yesterday,
    CaseworkerAssignment: _last_day_was_yesterday,
    Absence: _last_day_was_yesterday,
    MentorLoan: _last_day_was_yesterday,
    Mentorship: lambda fact: Mentorship.objects.filter(pk=fact.pk).update(
        status="ended", ended_on=LONG_AGO, end_reason="other"
    ),
    MenteeGrant: lambda fact: MenteeGrant.objects.filter(pk=fact.pk).update(
        expires_at=in_days(-1)
    ),
}


# Tables that a rule passes through and that hold no dated right of their own.
DATELESS = {
    "organisation",
    "mentee",
    "mentor",
    "enrolment",
    "handover",
    "mentoringsession",
    "sessionnarrative",
    "sessionparticipant",
    "sessiondraft",
    "sessionsheet",
    "agreement",
    "closingreport",
    "noteanswer",
    "plannedmeeting",
    "otherwork",
    "concern",
    "reflection",
    "expenseclaim",
    "expenseline",
    "networkperson",
    "goal",
    "goalstep",
    "goalrating",
    "livingcondition",
    "tie",
    "contactrestriction",
    "releaseplan",
    "milestone",
    "milestonedatechange",
    "milestonecomment",
    "gateplan",
    "releasepack",
    "reminderstep",
    "custodyepisode",
    "custodyevent",
    "placement",
    "keydate",
    "statuschange",
    "consent",
    "user",
    "attendance",
    "courseday",
    "courserun",
    "certificate",
    "trainingprogramme",
}


FACTS_OF = {
    RoleAssignment: lambda user: user.role_assignments.all(),
    CoachAssignment: lambda user: CoachAssignment.objects.filter(coach__user=user),
    CaseworkerAssignment: lambda user: user.caseworker_assignments.all(),
    Absence: lambda user: Absence.objects.in_force(today()).filter(cover__user=user),
    MentorLoan: lambda user: MentorLoan.objects.filter(mentor__user=user),
    Mentorship: lambda user: Mentorship.objects.filter(mentor__user=user),
    MenteeGrant: lambda user: MenteeGrant.objects.filter(user=user),
}


def test_every_fact_in_a_rule_has_a_known_ending():
    known = {model._meta.db_table for model in ENDINGS}
    for stated in access.RULES:
        query = stated.pairs_on(today()).query
        tables = {j.table_name for a, j in query.alias_map.items() if query.alias_refcount[a]}
        leaned_on = {t.rpartition("_")[2] for t in tables - known}
        assert leaned_on <= DATELESS, (stated.model, stated.capacity)


# Whose sight leans on a fact of whom, besides their own.
LEANS = {
    "mentor": {"coach", "stand_in"},
    "mentor_b": {"former_coach"},
    "coach": {"stand_in"},
}


CASES = {"mentees", "mentorships", "networks", "release_plans"}


@pytest.mark.parametrize("fact_model", ENDINGS, ids=lambda m: m.__name__)
def test_when_a_fact_ends_its_sight_of_cases_ends_and_nobody_elses(world, fact_model):
    before = _sight(world)
    leaning = [n for n in world.people if before[n] and _facts(world, fact_model, n)]
    assert leaning, "nobody in the cast sees a case by such a fact"
    for name in leaning:
        after = _sight_after_the_end(world, fact_model, name)
        still_admin_elsewhere = name == "two_hats" and fact_model is Mentorship
        assert after[name] < before[name] if still_admin_elsewhere else not after[name], name
        for other in set(world.people) - {name} - LEANS.get(name, set()):
            assert after[other] == before[other], (name, other)


def test_the_sight_that_is_left_where_a_rule_forgets_a_loan_is_found(world, monkeypatch):
    monkeypatch.setattr("mentorships.models.mentorship.in_force", always)
    access.forget()
    assert _sight_after_the_end(world, MentorLoan, "lent_mentor")["lent_mentor"]


def _facts(world, fact_model, name):
    return list(FACTS_OF[fact_model](world.people[name]))


def _sight_after_the_end(world, fact_model, name):
    with transaction.atomic():
        for fact in _facts(world, fact_model, name):
            ENDINGS[fact_model](fact)
        after = _sight(world)
        transaction.set_rollback(True)
    return after


def _sight(world):
    """(model, permission, key) of everything in cases that each person may do.

    Whoever may ask in an emergency sees nothing by that: it follows from their role alone.
    """
    asking = MenteePermission.OPEN_IN_EMERGENCY
    of_cases = [(m, p) for m, p in CELLS if m._meta.app_label in CASES and m.case is not None]
    cells = [(m, p) for m, p in of_cases if p != asking]
    return {
        name: {
            (model, permission, pk)
            for model, permission in cells
            for pk in AccessQuerySet(model)
            .permitted(user, permission)
            .values_list("pk", flat=True)
        }
        for name in world.people
        for user in [world.user(name)]
    }


class TestARule:
    @pytest.mark.parametrize(
        ("fault", "model", "permission", "pairs"),
        [
            ("no permissions.py", Mentee, "mentees.delete_mentee", {"row": F("pk")}),
            ("does not belong", Mentee, MentorshipPermission.VIEW, {"row": F("pk")}),
            ("row does not lead", Mentee, VIEW, {"row": F("enrolments__pk")}),
            ("exactly values", Mentee, VIEW, {"key": F("pk")}),
        ],
    )
    def test_with_a_fault_is_refused(self, fault, model, permission, pairs):
        person = F("enrolments__mentorships__mentor__user")
        with pytest.raises(ImproperlyConfigured, match=fault):
            access.rule(model, to=Role.MENTOR, allows=[permission])(
                lambda on: Mentee.objects.values(person=person, **pairs)
            )

    def test_that_speaks_of_two_rows_of_one_relation_is_refused(self):
        def reversed_and_chained(on):
            posting = "institution__within__role_assignments"
            held = Mentee.objects.filter(in_force(on, posting))
            held = held.filter(**{f"{posting}__role": Role.PROBATION_ADMIN})
            return held.values(person=F(f"{posting}__user"), row=F("pk"))

        with pytest.raises(ImproperlyConfigured, match="two filters speak of two rows"):
            access.rule(Mentee, to=Role.PROBATION_ADMIN, allows=[VIEW])(reversed_and_chained)

    def test_stated_twice_is_refused(self):
        first = next(r for r in access.RULES if not r.over)
        with pytest.raises(ImproperlyConfigured, match="stated twice"):
            access.rule(first.model, to=first.role, allows=first.permissions)(first.pairs_on)


class TestHolders:
    def test_say_who_and_why(self, world):
        people = world.people
        why = {(h.person, h.capacity) for h in access.holders(VIEW, [world.files["a"]])}
        assert (people["mentor"].pk, "mentor: rows_of_running_mentorships") in why
        assert (people["coach"].pk, "coach: rows_of_mentors_they_coach") in why
        assert (people["caseworker"].pk, "caseworker: files_they_answer_for") in why
        assert (people["partner"].pk, "decision: CORE") in why

    def test_cost_one_query(self, world, django_assert_num_queries):
        rows = list(Mentee.objects.order_by("pk"))
        with django_assert_num_queries(1):
            access.holders(VIEW, rows)


class TestADecision:
    def test_is_refused_to_oneself_in_the_past_and_for_too_long(self, world):
        admin, file = world.people["admin_a"], world.files["a"]
        kw = {"sections": SECTIONS, "reason": "x", "legal_basis": "ksp"}
        for person, until in [("admin_a", 5), ("partner", -1), ("partner", 31)]:
            with pytest.raises(decisions.NotGranted):
                operations.share_file(
                    file, by=admin, person=world.people[person], until=in_days(until), **kw
                )
        with pytest.raises(decisions.NotGranted):
            world.share("partner", in_days(1), [FileSection.NOTES])

    @pytest.mark.parametrize("pairs", [decisions.shared, decisions.excluded])
    def test_on_a_file_is_asked_without_reading_files(self, pairs):
        sql, _params = pairs(Mentee, today()).query.sql_with_params()
        assert f'"{Mentee._meta.db_table}"' not in sql

    def test_never_shortens_another_and_leaves_it_standing_when_withdrawn(self, world):
        person = world.person("reader", Role.AGENCY_PARTNER)
        by, file = world.people["admin_a"], world.files["a"]
        long, short = (world.share("reader", in_days(days)) for days in (20, 2))
        ends = MenteeGrant.objects.filter(user=person).values_list("expires_at", flat=True)
        assert set(ends.all()) == {long.expires_at}
        decisions.withdraw(long, file, by=by, reason="x")
        assert set(ends.all()) == {short.expires_at}
        assert Mentee.objects.visible_to(world.user("reader")).exists()
        decisions.withdraw(short, file, by=by, reason="x")
        assert not Mentee.objects.visible_to(world.user("reader")).exists()
        assert Decision.objects.filter(person=person).count() == 2

    def test_leaves_its_line_in_the_trail(self, world):
        decision = world.share("partner", in_days(2))
        line = AuditEvent.objects.latest("pk")
        assert (line.kind, line.targets) == ("decision.made", ["mentees.mentee:M-a"])
        assert line.details["decision"] == decision.pk

    def test_opens_nothing_to_somebody_who_has_left(self, world):
        with holding(world.people["stranger"], Role.AGENCY_PARTNER, world.root):
            world.share("stranger", in_days(2))
        assert not Mentee.objects.visible_to(world.user("stranger")).exists()


class TestDays:
    def test_the_last_day_is_inclusive(self, world):
        assignment = world.role("stranger", Role.PROBATION_ADMIN, "a", until=today())
        assert Mentee.objects.visible_to(world.user("stranger")).exists()
        _last_day_was_yesterday(assignment)
        assert not Mentee.objects.visible_to(world.user("stranger")).exists()

    def test_the_day_is_the_offices(self, time_machine):
        time_machine.move_to(datetime.datetime(2026, 6, 30, 22, 30, tzinfo=datetime.UTC))
        assert today() == datetime.date(2026, 7, 1)

    def test_a_fact_of_tomorrow_opens_nothing(self, world):
        assignment = world.role("stranger", Role.PROBATION_ADMIN, "a")
        assignment.valid_from = today() + datetime.timedelta(days=1)
        assignment.save()
        assert not Mentee.objects.visible_to(world.user("stranger")).exists()

    def test_an_area_reaches_who_lives_there_and_is_held_elsewhere(self, world):
        home = world.area["a"].parts.create(kind="municipality", name="Home", valid_from=LONG_AGO)
        assert not world.user("admin_a").has_perm(EnrolmentPermission.VIEW, enrolment_b(world))
        Mentee.objects.filter(reference="M-b").update(home_municipality=home)
        assert world.user("admin_a").has_perm(EnrolmentPermission.VIEW, enrolment_b(world))


def enrolment_b(world):
    return world.files["b"].enrolments.get()


class TestAnAnswer:
    def test_for_fifty_rows_costs_one_query(self, world, django_assert_num_queries):
        user, rows = world.user("admin_a"), list(Mentee.objects.order_by("pk"))
        assert user.standing
        with django_assert_num_queries(1):
            assert access.can(user, MenteePermission.CHANGE, rows) == {world.files["a"].pk}
