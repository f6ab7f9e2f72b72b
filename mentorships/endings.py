"""What a mentor sees of mentorships that ended: for a while what is still to do, then no more."""

from collections import defaultdict
from dataclasses import dataclass

from accounts.models import User
from core.dates import today
from mentorships.expenses import Cost, costs_of
from mentorships.models import (
    Agreement,
    ClosingReport,
    GoalRating,
    MentoringSession,
    Mentorship,
    SessionDraft,
)
from mentorships.models.session import stands
from mentorships.permissions import MentorshipPermission, SessionPermission


@dataclass(frozen=True)
class Ended:
    """A mentorship of one's own that ended lately: what is still to do, and what one wrote."""

    mentorship: Mentorship
    days_left: int
    report: ClosingReport | None
    drafts: list[SessionDraft]
    agreements: list[Agreement]  # that nobody has settled
    costs: list[Cost]  # that nobody has claimed
    sessions: list[MentoringSession]

    @property
    def has_work(self) -> bool:
        """Besides the closing report."""
        return bool(self.drafts or self.agreements or self.costs)

    @property
    def reference(self) -> str:
        return self.mentorship.enrolment.mentee.reference


def ended_lately(user: User) -> list[Ended]:
    """What one may look back on, the first to close first: seven queries."""
    own = Mentorship.objects.permitted(user, MentorshipPermission.LOOK_BACK)
    found = list(own.select_related("enrolment__mentee").order_by("ended_on", "pk"))
    sessions, drafts = defaultdict(list), defaultdict(list)
    agreements, costs = defaultdict(list), defaultdict(list)
    seen = MentoringSession.objects.permitted(user, SessionPermission.VIEW)
    for session in seen.filter(mentorship__in=found):
        sessions[session.mentorship_id].append(session)
    kept = SessionDraft.objects.permitted(user, SessionPermission.VIEW_DRAFT)
    for draft in kept.filter(mentorship__in=found):
        drafts[draft.mentorship_id].append(draft)
    reports = ClosingReport.objects.permitted(user, MentorshipPermission.VIEW_CLOSING)
    written = {report.mentorship_id: report for report in reports.filter(mentorship__in=found)}
    agreed = Agreement.objects.permitted(user, SessionPermission.VIEW_AGREEMENT).open()
    for agreement in agreed.filter(mentorship__in=found):
        agreements[agreement.mentorship_id].append(agreement)
    for cost in costs_of(user):
        costs[cost.session.mentorship_id].append(cost)
    return [
        Ended(
            mentorship=each,
            days_left=(each.closes_on - today()).days,
            report=written.get(each.pk),
            drafts=drafts[each.pk],
            agreements=agreements[each.pk],
            costs=costs[each.pk],
            sessions=sessions[each.pk],
        )
        for each in found
    ]


@dataclass
class Closing:
    """What stands around a closing report: what is kept of it, and what it begins from."""

    report: ClosingReport | None
    agreements: list[Agreement]  # that nobody has settled
    ratings: list[GoalRating]  # the last of each goal, as one's own sessions have it


def closing_of(user: User, mentorship: Mentorship) -> Closing:
    """Three queries."""
    reports = ClosingReport.objects.permitted(user, MentorshipPermission.VIEW_CLOSING)
    agreed = Agreement.objects.permitted(user, SessionPermission.VIEW_AGREEMENT).open()
    rated = GoalRating.objects.permitted(user, SessionPermission.VIEW_RATING)
    rated = rated.current().filter(
        stands("session"), session__mentorship=mentorship, level__isnull=False
    )
    newest = rated.select_related("goal").order_by("goal", "-session__held_on", "-pk")
    last: dict[int, GoalRating] = {}
    for rating in newest:
        last.setdefault(rating.goal_id, rating)
    return Closing(
        report=reports.filter(mentorship=mentorship).first(),
        agreements=list(agreed.filter(mentorship=mentorship)),
        ratings=list(last.values()),
    )


def has_walked(user: User) -> bool:
    """Whether a mentorship of theirs ended that had begun: no more is told of it for good."""
    own = Mentorship.objects.filter(mentor__user=user, status=Mentorship.Status.ENDED)
    return own.filter(started_on__isnull=False).exists()
