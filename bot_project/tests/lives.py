"""A scheme that people change step by step; after each step everyone sees what access.md says.

The operations change the database. Beside them the facts of `random_worlds` change, by hand, and
its oracle, which never asks the database, says who sees what.
"""

import datetime
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from accounts import access
from accounts import operations as accounts
from accounts.models import RoleAssignment, User
from accounts.roles import Role
from bot_project.tests.facts import (
    AWAY_FROM,
    NOON,
    PEOPLE,
    Away,
    Coaching,
    Facts,
    Handed,
    Held,
    Loan,
    Named,
    OfFile,
    Share,
    Span,
    Walk,
    mentees,
    people,
    worlds,
)
from bot_project.tests.oracle import oracle
from bot_project.tests.random_worlds import ROWS, Built, Disagreement
from core.dates import today
from mentees import operations as files
from mentees.models import Decision, Mentee, MenteeExclusion
from mentees.permissions import FileSection
from mentors import operations as mentors
from mentors.models import Absence
from mentorships import operations as mentorships
from mentorships.models import Handover, Mentorship

places = st.sampled_from("ab")
some = st.integers(0, 99)  # the so-and-so-manieth of what there is
REASON = "Nobody else can be reached and he is in danger."


class Life(RuleBasedStateMachine):
    """One scheme over weeks. `counts` says how often each act was done, and how often refused."""

    counts: Counter[str] = Counter()

    @initialize(facts=worlds())
    def begins(self, facts: Facts) -> None:
        self.undo = ExitStack()
        self.clock = self.undo.enter_context(time_machine.travel(NOON, tick=False))
        self.undo.enter_context(transaction.atomic())
        self.undo.callback(transaction.set_rollback, True)
        self.facts, self.built = facts, Built(facts)
        self.decisions: list[Decision | None] = list(Decision.objects.order_by("pk"))
        self.exclusions: dict[int, MenteeExclusion] = {}  # by number of the fact
        self.absences: dict[int, Absence] = {}
        self.is_stirred = True
        self.clerk = self.built.decider
        self.looks()

    def teardown(self) -> None:
        if hasattr(self, "undo"):
            self.undo.close()

    # --- the means ---------------------------------------------------------------------------

    def does(self, act: str, operation: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """What the operation gives, or False where it refuses: then nothing has changed."""
        self.is_stirred = True
        try:
            with transaction.atomic():
                done = operation(*args, **kwargs)
        except ValidationError:  # a refusal is one
            self.counts[f"{act}, refused"] += 1
            return False
        self.counts[act] += 1
        return True if done is None else done

    def changes(self, **facts: tuple[Any, ...]) -> None:
        self.facts = replace(self.facts, **facts)

    def turned(self, kind: str, number: int, **changed: Any) -> None:
        """The same fact, changed."""
        rows = list(getattr(self.facts, kind))
        rows[number] = replace(rows[number], **changed)
        self.changes(**{kind: tuple(rows)})

    def one_of(self, kind: str, number: int) -> tuple[int, Any] | None:
        rows = getattr(self.facts, kind)
        return (number % len(rows), rows[number % len(rows)]) if rows else None

    def looks(self) -> None:
        """Everyone, at every kind of row, one by one and all at once; after whatever was tried."""
        if not self.is_stirred:
            return
        self.is_stirred = False
        expected = oracle(self.facts)
        everybody = {person: self.built.user(person) for person in range(PEOPLE)}
        named = self.built.number[User]
        self.counts["looks"] += 1
        for key, (model, permission) in ROWS.items():
            number, rows = self.built.number[model], list(model.objects.order_by("pk"))
            seen = {
                (person, number[pk])
                for person, user in everybody.items()
                for pk in model.objects.permitted(user, permission).values_list("pk", flat=True)
            }
            held = {
                (named[h.person], number[h.row])
                for h in access.holders(permission, rows)
                if h.person in named
            }
            for surface, pairs in (("permitted", seen), ("holders", held)):
                if pairs != expected[key]:
                    raise Disagreement(
                        f"{surface}({permission}) shows too much: {sorted(pairs - expected[key])},"
                        f" too little: {sorted(expected[key] - pairs)}"
                    )

    # --- what happens ------------------------------------------------------------------------

    @rule(days=st.sampled_from([0, 1, 15, 31]))
    def time_passes(self, days: int) -> None:
        passed = datetime.timedelta(days=days) or datetime.timedelta(hours=2)
        self.clock.shift(passed)
        self.facts = later(self.facts, passed / datetime.timedelta(days=1))
        self.counts["time passes"] += 1
        self.is_stirred = True
        self.looks()

    @rule(person=people, mentee=mentees, is_primary=st.booleans())
    def somebody_is_matched(self, person: int, mentee: int, is_primary: bool) -> None:
        role = Mentorship.Role.PRIMARY if is_primary else Mentorship.Role.CO_MENTOR
        proposed = self.does(
            "propose",
            mentorships.propose_mentorship,
            self.built.files[mentee].enrolments.get(),
            by=self.clerk,
            mentor=self.built._mentor(person),
            on=today(),
            role=role,
        )
        if proposed:
            loan = self.loan_of(person, mentee)
            walk = Walk(person, mentee, is_primary, "proposed", started=0, loan=loan)
            self.built.walked(len(self.facts.walks), walk, proposed)
            self.changes(walks=(*self.facts.walks, walk))
        self.looks()

    def loan_of(self, mentor: int, mentee: int) -> int | None:
        """On which loan a mentorship hangs that begins now; none where the mentor is at home."""
        places = {self.facts.subjects[mentee].prison, self.facts.subjects[mentee].home}
        if self.facts.people[mentor].area in places:
            return None
        for number, lent in enumerate(self.facts.loans):
            if lent.mentor == mentor and lent.borrower in places and lent.span.holds:
                return number
        raise Disagreement(f"{mentor} walks with {mentee} and is not lent")

    @rule(number=some, step=some)
    def a_mentorship_moves(self, number: int, step: int) -> None:
        if chosen := self.one_of("walks", number):
            number, walk = chosen
            row = self.built.mentorships[number]
            ways = sorted(Mentorship.NEXT_STATUSES[walk.status]) or ["active"]
            status = ways[step % len(ways)]
            if status == "ended":
                reason = Mentorship.EndReason.MENTEE_WISHED
                done = self.does(
                    "end",
                    mentorships.end_mentorship,
                    row,
                    by=self.clerk,
                    on=today(),
                    reason=reason,
                )
            else:
                why = Mentorship.PauseReason.OTHER if status == "paused" else ""
                done = self.does(
                    status,
                    mentorships.move_mentorship,
                    row,
                    by=self.clerk,
                    to=Mentorship.Status(status),
                    on=today(),
                    reason=why,
                )
            if done:
                begun = 0 if walk.status == "proposed" else walk.started
                self.turned("walks", number, status=status, started=begun, ended=0)
            if done and status == "ended":
                self.calls_off(number)
        self.looks()

    @rule(number=some, person=people, shows=st.sampled_from(Handover.Shows))
    def a_mentorship_is_handed_over(self, number: int, person: int, shows: str) -> None:
        if chosen := self.one_of("walks", number):
            number, walk = chosen
            successor = self.does(
                "hand over",
                mentorships.hand_over,
                self.built.mentorships[number],
                by=self.clerk,
                mentor=self.built._mentor(person),
                on=today(),
                reason=Mentorship.EndReason.MENTOR_LEFT,
                shows=shows,
                summary="He is doing well.",
            )
            if successor:
                self.is_handed_over(number, walk, person, successor, whole=shows == "all")
        self.looks()

    def is_handed_over(
        self, number: int, walk: Walk, person: int, successor: Mentorship, *, whole: bool
    ) -> None:
        later = len(self.facts.walks)
        loan = self.loan_of(person, walk.mentee)
        began = Walk(person, walk.mentee, walk.is_primary, "trial", started=0, loan=loan)
        self.built.walked(later, began, successor)
        self.turned("walks", number, status="ended", ended=0)
        self.calls_off(number)
        self.changes(walks=(*self.facts.walks, began))
        if whole:
            earlier = [h.former for h in self.facts.handed if h.successor == number]
            handed = [Handed(former, later) for former in (number, *earlier)]
            self.changes(handed=(*self.facts.handed, *handed))

    def calls_off(self, number: int) -> None:
        """What was still to come."""
        if self.facts.walks[number].meets > 0:
            self.turned("walks", number, is_off=True)

    @rule(coach=people, cover=people, wait=st.sampled_from([0, 1]))
    def a_coach_is_away(self, coach: int, cover: int, wait: int) -> None:
        first = today() + datetime.timedelta(days=wait)
        away = self.does(
            "cover",
            mentors.plan_absence,
            self.built._mentor(coach),
            by=self.clerk,
            cover=self.built._mentor(cover),
            valid_from=first,
            planned_until=first + datetime.timedelta(days=10),
        )
        if away:
            self.absences[len(self.facts.absences)] = away
            planned = Away(coach, cover, Span(wait, wait + 10))
            self.changes(absences=(*self.facts.absences, planned))
        self.looks()

    @rule(number=some)
    def a_coach_comes_back(self, number: int) -> None:
        if self.absences:
            number = sorted(self.absences)[number % len(self.absences)]
            row = self.absences.pop(number)
            if self.does("come back", mentors.end_absence, row, by=self.clerk, on=today()):
                span = self.facts.absences[number].span
                self.turned("absences", number, span=Span(span.first, -1))
        self.looks()

    @rule(person=people, wait=st.sampled_from([0, 0, 1]))
    def a_mentor_is_lent(self, person: int, wait: int) -> None:
        first = today() + datetime.timedelta(days=wait)
        borrower = AWAY_FROM[self.facts.people[person].area]
        lent = self.does(
            "lend",
            mentors.lend_mentor,
            self.built._mentor(person),
            by=self.clerk,
            confirmed_by=self.built.second,
            borrower=self.built.area[borrower],
            valid_from=first,
            planned_until=first + datetime.timedelta(days=20),
        )
        if lent:
            self.built.lent(lent)
            granted = Loan(person, borrower, Span(wait, wait + 20))
            self.changes(loans=(*self.facts.loans, granted))
        self.looks()

    @rule(number=some, mentee=mentees)
    def a_lent_mentor_begins(self, number: int, mentee: int) -> None:
        """To walk with somebody of the area that borrows, from the same day on."""
        if standing := [lent for lent in self.facts.loans if lent.span.holds]:
            lent = standing[number % len(standing)]
            walk = len(self.facts.walks)
            self.somebody_is_matched(lent.mentor, mentee, is_primary=False)
            if len(self.facts.walks) > walk and self.facts.walks[walk].loan is not None:
                self.a_mentorship_moves(walk, step=1)
                self.counts["begin on loan"] += self.facts.walks[walk].runs

    @rule(number=some)
    def a_loan_ends_early(self, number: int) -> None:
        if chosen := self.one_of("loans", number):
            number, lent = chosen
            row = self.built.loans[number]
            if self.does("end a loan", mentors.end_loan, row, by=self.clerk, on=today()):
                self.turned("loans", number, span=Span(lent.span.first, -1))
        self.looks()

    @rule(coach=people, mentor=people)
    def somebody_supervises(self, coach: int, mentor: int) -> None:
        given = {"coach": self.built._mentor(coach), "by": self.clerk, "on": today()}
        if self.does("supervise", mentors.assign_coach, self.built._mentor(mentor), **given):
            kept = [
                replace(c, span=Span(c.span.first, -1))
                if c.mentor == mentor and c.span.last is None
                else c
                for c in self.facts.coachings
            ]
            self.changes(coachings=(*kept, Coaching(coach, mentor, Span(0, None))))
        self.looks()

    @rule(person=people, role=st.sampled_from(Role), place=places)
    def a_role_is_given(self, person: int, role: Role, place: str) -> None:
        given = self.does(
            "give a role",
            accounts.give_role,
            self.built.user(person),
            by=self.clerk,
            role=role,
            organisation=self.built.area[place],
            valid_from=today(),
            confirmed_by=self.built.second,
        )
        if given:
            self.changes(held=(*self.facts.held, Held(person, role, place, Span(0, None))))
        self.looks()

    @rule(number=some)
    def a_role_ends(self, number: int) -> None:
        if chosen := self.one_of("held", number):
            number, held = chosen
            first, last = held.span.first, held.span.last
            row = RoleAssignment.objects.filter(
                user=self.built.users[held.person],
                role=held.role,
                organisation=self.built.area[held.place],
                valid_from=today() + datetime.timedelta(days=first),
                valid_until=None if last is None else today() + datetime.timedelta(days=last),
            ).first()
            yesterday = today() - datetime.timedelta(days=1)
            if self.does("end a role", accounts.end_role, row, by=self.clerk, on=yesterday):
                self.turned("held", number, span=Span(held.span.first, -1))
        self.looks()

    @rule(person=people, is_active=st.booleans())
    def an_account_closes_or_opens(self, person: int, is_active: bool) -> None:
        user = self.built.user(person)
        if self.does("account", accounts.change_account, user, by=self.clerk, is_active=is_active):
            self.turned("people", person, is_active=is_active)
        self.looks()

    @rule(person=people, mentee=mentees)
    def a_caseworker_is_named(self, person: int, mentee: int) -> None:
        given = {"caseworker": self.built.user(person), "by": self.clerk, "on": today()}
        if self.does("caseworker", files.assign_caseworker, self.built.files[mentee], **given):
            kept = [
                replace(c, span=Span(c.span.first, -1))
                if c.mentee == mentee and c.span.last is None
                else c
                for c in self.facts.caseworkers
            ]
            self.changes(caseworkers=(*kept, OfFile(person, mentee, Span(0, None))))
        self.looks()

    @rule(mentee=mentees, place=places)
    def a_mentee_is_moved(self, mentee: int, place: str) -> None:
        file = Mentee.objects.get(pk=self.built.files[mentee].pk)
        where: dict[str, Any] = {"institution": self.built.prison[place], "on": today()}
        if file.custody_episodes.filter(ended_on=None).exists():
            done = self.does("transfer", mentorships.transfer, file, by=self.clerk, **where)
            for number, walk in enumerate(self.facts.walks):
                if done and walk.mentee == mentee:
                    self.calls_off(number)
        else:
            done = self.does("admit", files.admit, file, by=self.clerk, kind="sentence", **where)
        if done:
            self.turned("subjects", mentee, prison=place)
        self.looks()

    @rule(person=people, mentee=mentees, sections=st.frozensets(st.sampled_from(FileSection)))
    def a_file_is_shared(self, person: int, mentee: int, sections: frozenset[FileSection]) -> None:
        shared = self.does(
            "share",
            files.share_file,
            self.built.files[mentee],
            by=self.clerk,
            person=self.built.user(person),
            sections=sections,
            until=timezone.now() + datetime.timedelta(days=5),
            reason="Housing after release",
            legal_basis=Decision.LegalBasis.CONSENT,
        )
        if shared:
            self.decides(shared, Share(person, mentee, sections, ends=5, is_withdrawn=False))
        self.looks()

    @rule(person=people, mentee=mentees)
    def somebody_opens_a_file_in_an_emergency(self, person: int, mentee: int) -> None:
        taken = self.does(
            "emergency",
            files.open_in_emergency,
            self.built.files[mentee].reference,
            by=self.built.user(person),
            category="life",
            reason=REASON,
        )
        if taken:
            opened = frozenset(FileSection)
            self.decides(taken, Share(person, mentee, opened, ends=1 / 24, is_withdrawn=False))
        self.looks()

    @rule(person=people, mentee=mentees, days=st.sampled_from([None, 0, 20]))
    def somebody_is_kept_out(self, person: int, mentee: int, days: int | None) -> None:
        kept_out = self.does(
            "exclude",
            files.exclude_person,
            self.built.files[mentee],
            by=self.clerk,
            person=self.built.user(person),
            category="kin",
            reason="Cousins",
            until=None if days is None else today() + datetime.timedelta(days=days),
        )
        if kept_out:
            self.exclusions[len(self.facts.exclusions)] = kept_out
            kept = OfFile(person, mentee, Span(0, days))
            self.changes(exclusions=(*self.facts.exclusions, kept))
        self.looks()

    @rule(number=some)
    def an_exclusion_is_lifted(self, number: int) -> None:
        if self.exclusions:
            number = sorted(self.exclusions)[number % len(self.exclusions)]
            row = self.exclusions.pop(number)
            lifted = {"by": self.clerk, "reason": "A mistake"}
            if self.does("lift", files.lift_exclusion, row, **lifted):
                span = self.facts.exclusions[number].span
                self.turned("exclusions", number, span=Span(span.first, -1))
        self.looks()

    @rule(person=people, number=some)
    def a_reader_is_named(self, person: int, number: int) -> None:
        if chosen := self.one_of("walks", number):
            number, walk = chosen
            named = self.does(
                "name a reader",
                mentorships.name_reader,
                self.built.notes[number],
                by=self.built.user(walk.mentor),
                person=self.built.user(person),
                until=timezone.now() + datetime.timedelta(days=5),
                reason="She supervises the exit programme",
            )
            if named:
                self.changes(named=(*self.facts.named, Named(person, number, 5, False)))
        self.looks()

    def decides(self, decision: Decision, share: Share) -> None:
        self.decisions.append(decision)
        self.changes(shares=(*self.facts.shares, share))

    @rule(number=some)
    def a_decision_is_withdrawn(self, number: int) -> None:
        if standing := [i for i, share in enumerate(self.facts.shares) if share.stands]:
            number = standing[number % len(standing)]
            if self.decisions[number]:
                given = {"by": self.clerk, "reason": "No longer needed"}
                if self.does("withdraw", files.withdraw_decision, self.decisions[number], **given):
                    self.turned("shares", number, is_withdrawn=True)
        self.looks()


def later(facts: Facts, days: float) -> Facts:
    """The same facts, told so many days later."""
    whole = int(days)

    def moved(span: Span) -> Span:
        return Span(span.first - whole, None if span.last is None else span.last - whole)

    dated = {
        kind: tuple(replace(row, span=moved(row.span)) for row in getattr(facts, kind))
        for kind in ("held", "coachings", "caseworkers", "exclusions", "absences", "loans")
    }
    return replace(
        facts,
        walks=tuple(
            replace(
                walk,
                started=walk.started - whole,
                ended=walk.ended - whole,
                meets=walk.meets - whole,
            )
            for walk in facts.walks
        ),
        shares=tuple(replace(share, ends=share.ends - days) for share in facts.shares),
        named=tuple(replace(named, ends=named.ends - days) for named in facts.named),
        **dated,
    )
