"""A scheme that people change step by step; after each step everyone sees what access.md says.

The operations change the database. Beside them the facts of `random_worlds` change, by hand, and
its oracle, which never asks the database, says who sees what.
"""

import datetime
from dataclasses import replace

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import rule

from accounts import operations as accounts
from accounts.models import RoleAssignment
from accounts.roles import Role
from bot_project.tests.facts import (
    AWAY_FROM,
    Away,
    Coaching,
    Handed,
    Held,
    Loan,
    Named,
    Span,
    Walk,
    people,
)
from bot_project.tests.lives_of_files import LivesOfFiles
from bot_project.tests.random_worlds import Disagreement
from bot_project.tests.scheme import filed, places, some
from core.dates import today
from mentors import operations as mentors
from mentorships import operations as mentorships
from mentorships.models import Handover, Mentorship


class Life(LivesOfFiles):
    """One scheme over weeks. `counts` says how often each act was done, and how often refused."""

    @rule(person=people, mentee=filed, is_primary=st.booleans())
    def somebody_is_matched(self, person: int, mentee: int, is_primary: bool) -> None:
        role = Mentorship.Role.PRIMARY if is_primary else Mentorship.Role.CO_MENTOR
        proposed = self.does(
            "propose",
            mentorships.propose_mentorship,
            self.enrolment(mentee),
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
                began = walk.status != "proposed" or status != "ended"
                moved = {"status": status, "started": begun, "ended": 0, "began": began}
                self.turned("walks", number, **moved)
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

    @rule(coach=people, cover=people, wait=st.sampled_from([0, 1]))
    def a_coach_is_away(self, coach: int, cover: int, wait: int) -> None:
        first = today() + datetime.timedelta(days=wait)
        cover = self.holding(cover, Role.COACH)
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

    @rule(number=some, mentee=filed)
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
