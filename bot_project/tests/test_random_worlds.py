"""The rule and every surface against an oracle, in a few random worlds.

`make test-full` runs the same over hundreds of worlds (`long/test_random_worlds.py`).
"""

import datetime
from collections import Counter
from dataclasses import replace

import pytest
from django.db.models import F, Q
from hypothesis import HealthCheck, Phase, given, settings

from accounts import access
from accounts.roles import Role
from bot_project.tests.facts import (
    MENTEES,
    PEOPLE,
    Away,
    Coaching,
    Facts,
    Held,
    Loan,
    Named,
    OfFile,
    Person,
    Span,
    Subject,
    Thought,
    Walk,
    worlds,
)
from bot_project.tests.oracle import oracle
from bot_project.tests.random_worlds import always, composed_anew
from bot_project.tests.surfaces import differences, told
from core.dates import in_force
from mentorships.models import Reflection, SessionNarrative
from mentorships.rules import SHARING

pytestmark = pytest.mark.django_db
FEW = settings(
    max_examples=3,
    derandomize=True,  # the same worlds each time: a change fails, chance does not
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
OPEN, OVER = Span(-400, None), Span(-400, -1)
COACHED_UNTIL_YESTERDAY = Facts(
    people=(Person(is_active=True, is_superuser=False),) * PEOPLE,
    held=(Held(0, Role.MENTOR, "a", OPEN), Held(1, Role.COACH, "a", OPEN)),
    subjects=(Subject("a", ""),) * MENTEES,
    walks=(Walk(mentor=0, mentee=0, is_primary=True, status="active", started=-400),),
    coachings=(Coaching(coach=1, mentor=0, span=OVER),),
    caseworkers=(),
    exclusions=(),
    shares=(),
)
# The coach of a lent mentor, an administrator who borrowed, and one who lent.
LENT_UNTIL_YESTERDAY = replace(
    COACHED_UNTIL_YESTERDAY,
    held=(
        *COACHED_UNTIL_YESTERDAY.held,
        Held(2, Role.PROBATION_ADMIN, "b", OPEN),
        Held(3, Role.PROBATION_ADMIN, "a", OPEN),
    ),
    subjects=(Subject("b", ""),) * MENTEES,
    walks=(Walk(0, 0, is_primary=True, status="active", started=-400, loan=0),),
    coachings=(Coaching(coach=1, mentor=0, span=OPEN),),
    loans=(Loan(mentor=0, borrower="b", span=OVER),),
)
ENDED_LONG_AGO = Walk(
    0, 0, is_primary=True, status="ended", started=-400, ended=-15, report="finished", is_off=True
)
SUPERVISED = replace(COACHED_UNTIL_YESTERDAY, coachings=(Coaching(coach=1, mentor=0, span=OPEN),))
# A caseworker of a mentee who has not agreed that goals are shown.
ANSWERED_FOR = replace(
    COACHED_UNTIL_YESTERDAY,
    held=(*COACHED_UNTIL_YESTERDAY.held, Held(2, Role.CASEWORKER, "a", OPEN)),
    caseworkers=(OfFile(person=2, mentee=0, span=OPEN),),
)
COVERING_FOR_ONES_COACH = replace(
    COACHED_UNTIL_YESTERDAY,
    held=(*COACHED_UNTIL_YESTERDAY.held, Held(0, Role.COACH, "a", OPEN)),
    coachings=(Coaching(coach=1, mentor=0, span=OPEN),),
    absences=(Away(coach=1, cover=0, span=OPEN),),
)


def disagreements(facts: Facts) -> list[str]:
    """Between the oracle, the rule and one page."""
    return list(differences(facts, Counter(), ["/mentees/{}/"]))


def shared_or_not(on):
    """The rule of reflections as somebody writes it who forgets that they are private."""
    written = Reflection.objects.filter(in_force(on, SHARING))
    return written.values(person=F(f"{SHARING}__coach__user"), row=F("pk"))


def shows_too_much(permission: str, found: list[str]) -> bool:
    return any(line.startswith(f"permitted({permission}) shows") for line in found)


class TestSightInRandomWorlds:
    def test_is_what_the_oracle_says_on_every_surface(self, tell):
        counts: Counter[str] = Counter()

        @FEW
        @given(worlds())
        def look(facts):
            assert not list(differences(facts, counts))

        look()
        tell(told(counts))

    def test_is_found_to_differ_where_a_mentor_looks_back_for_ever(self, settings):
        facts = replace(COACHED_UNTIL_YESTERDAY, walks=(ENDED_LONG_AGO,))
        assert not disagreements(facts)
        settings.CLOSING_WINDOW = datetime.timedelta(days=15)
        with composed_anew():
            found = disagreements(facts)
        every = ("sessionnarrative", "plannedmeeting", "concern", "expenseline", "closingreport")
        for kept in every:
            assert shows_too_much(f"mentorships.view_{kept}", found)

    def test_is_found_to_differ_where_a_coach_still_answers_for_a_mentor(self, monkeypatch):
        facts = replace(COACHED_UNTIL_YESTERDAY, thoughts=(Thought(0, is_shared=True),))
        assert not disagreements(facts)
        monkeypatch.setattr("mentorships.rules.in_force", always)
        with composed_anew():
            found = disagreements(facts)
        for kept in ("concern", "expenseclaim", "expenseline", "reflection"):
            assert shows_too_much(f"mentorships.view_{kept}", found)

    def test_is_found_to_differ_where_a_coach_reads_what_was_not_shared(self, monkeypatch):
        facts = replace(SUPERVISED, thoughts=(Thought(0, is_shared=False),))
        assert not disagreements(facts)
        rules = [
            replace(each, pairs_on=shared_or_not)
            if each.name == "shared_by_mentors_they_coach"
            else each
            for each in access.RULES
        ]
        monkeypatch.setattr(access, "RULES", rules)
        with composed_anew():
            found = disagreements(facts)
        assert shows_too_much("mentorships.view_reflection", found)

    @pytest.mark.parametrize(
        ("report", "tier"), [("begun", "ordinary"), ("finished", "restricted")]
    )
    def test_is_found_to_differ_where_a_coach_reads_any_closing_report(
        self, report, tier, monkeypatch
    ):
        walk = replace(ENDED_LONG_AGO, report=report, tier=tier)
        facts = replace(SUPERVISED, walks=(walk,))
        assert not disagreements(facts)
        monkeypatch.setattr("mentorships.rules.for_coach", lambda model: Q())
        with composed_anew():
            found = disagreements(facts)
        assert shows_too_much("mentorships.view_closingreport", found)

    def test_is_found_to_differ_where_one_covers_for_ones_own_coach(self, monkeypatch):
        assert not disagreements(COVERING_FOR_ONES_COACH)
        monkeypatch.setattr("mentors.rules.Exact", lambda left, right: Q(pk__in=[]))
        with composed_anew():
            found = disagreements(COVERING_FOR_ONES_COACH)
        assert any(line.startswith("holders as coach shows") for line in found)

    def test_is_found_to_differ_where_a_coach_stays_after_the_last_day(self, monkeypatch):
        assert not disagreements(COACHED_UNTIL_YESTERDAY)
        monkeypatch.setattr("mentorships.rules.in_force", always)
        with composed_anew():
            found = disagreements(COACHED_UNTIL_YESTERDAY)
        assert any(line.startswith("permitted(mentees.view_mentee) shows") for line in found)
        assert any(line.startswith("/mentees/{}/ shows") for line in found)

    def test_is_found_to_differ_where_a_coach_reads_what_is_restricted(self, monkeypatch):
        walk = replace(COACHED_UNTIL_YESTERDAY.walks[0], tier="restricted")
        coaching = replace(COACHED_UNTIL_YESTERDAY.coachings[0], span=OPEN)
        facts = replace(COACHED_UNTIL_YESTERDAY, walks=(walk,), coachings=(coaching,))
        assert not disagreements(facts)
        monkeypatch.setattr(
            SessionNarrative, "tiers_of", classmethod(lambda cls, role: list(cls.Tier))
        )
        with composed_anew():
            found = disagreements(facts)
        assert any("view_sessionnarrative) shows" in line for line in found)

    @pytest.mark.parametrize(
        ("forgetful", "kept"),
        [("mentorships.models.mentorship", "mentees.view_mentee"), ("mentors.rules", "mentor")],
    )
    def test_is_found_to_differ_where_a_loan_that_is_over_still_gives(
        self, forgetful, kept, monkeypatch
    ):
        assert not disagreements(LENT_UNTIL_YESTERDAY)
        monkeypatch.setattr(f"{forgetful}.in_force", always)
        with composed_anew():
            found = disagreements(LENT_UNTIL_YESTERDAY)
        assert any(f"{kept}) shows what it must not" in line for line in found), found

    @pytest.mark.parametrize("last", [0, -1])
    def test_follows_a_loan(self, last):
        loans = (Loan(mentor=0, borrower="b", span=Span(-30, last)),)
        facts = replace(LENT_UNTIL_YESTERDAY, loans=loans)
        lent = {(0, 0), (1, 0)} if last == 0 else set()
        assert oracle(facts)["mentee"] == {*lent, (2, 0), (2, 1), (2, 2)}
        assert ((2, 0) in oracle(facts)["mentor"]) is (last == 0)
        assert oracle(facts)["loan"] == {(2, 0), (3, 0)}
        assert not disagreements(facts)

    @pytest.mark.parametrize("agrees", [True, False])
    def test_follows_a_mentees_consent_to_show_goals(self, agrees):
        facts = replace(ANSWERED_FOR, subjects=(Subject("a", "", agrees=agrees),) * MENTEES)
        assert ((2, 0) in oracle(facts)["goal"]) is agrees
        assert not disagreements(facts)

    def test_is_found_to_differ_where_nobody_asks_for_that_consent(self, monkeypatch):
        assert not disagreements(ANSWERED_FOR)
        monkeypatch.setattr("mentees.rules.Q", lambda **asked: Q())
        with composed_anew():
            found = disagreements(ANSWERED_FOR)
        assert any(line.startswith("permitted(mentees.view_goal) shows") for line in found)

    @pytest.mark.parametrize("reads", [True, False])
    def test_follows_who_is_named(self, reads):
        named = Named(person=2, walk=0, ends=5, is_withdrawn=not reads)
        held = (*COACHED_UNTIL_YESTERDAY.held, Held(2, Role.AGENCY_PARTNER, "a", OPEN))
        facts = replace(COACHED_UNTIL_YESTERDAY, held=held, named=(named,))
        assert ((2, 0) in oracle(facts)["note"]) is reads
        assert not disagreements(facts)
