"""What happens to files: opened, moved, answered for, shown, closed to somebody."""

import datetime
from dataclasses import replace
from typing import Any

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import MultipleResults, multiple, rule

from accounts.roles import Role
from bot_project.tests.facts import OfFile, Share, Span, Subject, people
from bot_project.tests.scheme import Scheme, filed, places, some
from core.dates import today
from mentees import operations as files
from mentees.models import Consent, Decision, Enrolment, Mentee, StatusChange
from mentees.permissions import SHAREABLE, FileSection
from mentorships import operations as mentorships

parts = st.frozensets(st.sampled_from(sorted(SHAREABLE)), min_size=1) | st.frozensets(
    st.sampled_from(FileSection)  # most of which no share opens
)
REASON = "Nobody else can be reached and he is in danger."


class LivesOfFiles(Scheme):
    """Whom the scheme knows, and who is let in to them or kept out by a decision."""

    def enrolment(self, mentee: int) -> Enrolment:
        """The last, with the mentee as they are now: where, for one thing."""
        return Enrolment.objects.filter(mentee=self.built.files[mentee]).latest("pk")

    @rule(target=filed, place=places, is_held=st.booleans())
    def somebody_enrols(self, place: str, is_held: bool) -> int | MultipleResults[int]:
        subject = Subject(place, "") if is_held else Subject("", place)
        opened = self.does("enrol", self.enrolled, subject)
        if opened:
            self.built.filed(opened, agrees=subject.agrees)
            self.changes(subjects=(*self.facts.subjects, subject))
        self.looks()
        return len(self.facts.subjects) - 1 if opened else multiple()

    def enrolled(self, subject: Subject) -> Mentee:
        mentee = files.register_mentee(
            by=self.clerk,
            given_name="Given",
            family_name="Family",
            institution=self.built.prison[subject.prison],
            home_municipality=self.built.home[subject.home],
        )
        files.record_consent(
            self.referred(mentee),
            by=self.clerk,
            purpose=Consent.Purpose.TAKE_PART,
            wording_version="1",
            language="en",
            on=today(),
        )
        return mentee

    def referred(self, mentee: Mentee, follows: Enrolment | None = None) -> Enrolment:
        return files.refer(
            mentee,
            by=self.clerk,
            programme=self.built.programme,
            controller=self.built.root,
            on=today(),
            follows=follows,
        )

    @rule(mentee=filed, step=some)
    def an_enrolment_moves(self, mentee: int, step: int) -> None:
        """Nobody sees more or less of the file for it; after the last step another may begin."""
        enrolment = self.enrolment(mentee)
        if ways := enrolment.next_statuses():
            status = ways[step % len(ways)]
            moved = {"reason": StatusChange.Reason.OTHER_SCHEME, "review_on": today()}
            given = {"by": self.clerk, "to": status, "on": today(), **moved}
            self.does("move an enrolment", files.move_enrolment, enrolment, **given)
        else:
            self.does("enrol again", self.referred, enrolment.mentee, enrolment)
        self.looks()

    @rule(person=people, mentee=filed)
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

    @rule(mentee=filed, place=places)
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

    @rule(person=people, mentee=filed, sections=parts)
    def a_file_is_shared(self, person: int, mentee: int, sections: frozenset[FileSection]) -> None:
        person = self.holding(person, Role.AGENCY_PARTNER, Role.CASEWORKER)
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

    @rule(person=people, mentee=filed)
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

    @rule(person=people, mentee=filed, days=st.sampled_from([None, 0, 20]))
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
