"""What is held about one mentee: which records, how many, from when to when. No word of them."""

import datetime
from typing import Any, NamedTuple

from django.db.models import (
    CharField,
    Count,
    DateField,
    Max,
    Min,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce
from django.utils.text import capfirst

from accounts.models import User
from mentees.models import (
    Consent,
    CustodyEpisode,
    CustodyEvent,
    Enrolment,
    KeyDate,
    Mentee,
    Placement,
    StatusChange,
)
from mentees.permissions import MenteePermission
from mentors.models import Mentor
from mentors.permissions import MentorPermission
from mentorships.models import MentoringSession, Mentorship
from mentorships.permissions import MentorshipPermission
from networks.models import ContactRestriction
from networks.permissions import NetworkPermission
from release_plans.models import Milestone, ReleasePlan
from release_plans.permissions import PlanPermission
from training.models import Attendance, Certificate
from training.permissions import TrainingPermission

# Each kind of record with the day that says when it came.
RECORDS: list[tuple[type[Any], str, str]] = [
    (CustodyEpisode, MenteePermission.IS_THERE, "started_on"),
    (Placement, MenteePermission.IS_THERE, "started_on"),
    (CustodyEvent, MenteePermission.IS_THERE, "happened_on"),
    (KeyDate, MenteePermission.IS_THERE, "recorded_at"),
    (Enrolment, MenteePermission.IS_THERE, "opened_on"),
    (StatusChange, MenteePermission.IS_THERE, "changed_on"),
    (Consent, MenteePermission.IS_THERE, "given_on"),
    (Mentorship, MentorshipPermission.IS_THERE, "proposed_on"),
    (MentoringSession, MentorshipPermission.IS_THERE, "held_on"),
    (ReleasePlan, PlanPermission.IS_THERE, "made_on"),
    (Milestone, PlanPermission.IS_THERE, "due_on"),
    (ContactRestriction, NetworkPermission.IS_THERE, "valid_from"),
]


class Held(NamedTuple):
    """The records of one kind."""

    label: str
    number: int
    first: datetime.date
    last: datetime.date


def record_of(mentee: Mentee, user: User) -> list[Held]:
    """All kinds of which there is something, as far as this reader may know of it; one query."""
    arms = [
        _counted(str(number), model.objects.permitted(user, permission), mentee, day)
        for number, (model, permission, day) in enumerate(RECORDS)
    ]
    found = sorted(arms[0].union(*arms[1:]).order_by(), key=lambda row: int(row[0]))
    return [
        Held(capfirst(str(RECORDS[int(number)][0]._meta.verbose_name_plural)), *counted)
        for number, *counted in found
    ]


def mentors_of(mentee: Mentee, user: User) -> list[Mentor]:
    """Whoever was to walk with this mentee, as far as this reader may know that they are there:
    their status, and how many days of training and which certificate they have; one query."""
    walks = Mentorship.objects.permitted(user, MentorshipPermission.IS_THERE)
    days = Attendance.objects.permitted(user, TrainingPermission.IS_THERE)
    counted = days.filter(attendee=OuterRef("user")).order_by().values("attendee")
    certificates = Certificate.objects.permitted(user, TrainingPermission.IS_THERE)
    last = certificates.filter(holder=OuterRef("user")).order_by("-valid_until")
    mentors = Mentor.objects.permitted(user, MentorPermission.IS_THERE)
    return list(
        mentors.filter(pk__in=walks.filter(enrolment__mentee=mentee).values("mentor"))
        .select_related("user")
        .annotate(
            days=Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n")), 0),
            certified_until=Subquery(last.values("valid_until")[:1]),
        )
    )


def _counted(number: str, rows: QuerySet, mentee: Mentee, day: str) -> QuerySet:
    case = rows.model.case
    told = Cast(day, DateField())
    return (
        rows.filter(**{case: mentee})
        .order_by()
        .values(case)
        .annotate(
            kind_=Value(number, CharField()), count_=Count("pk"), first_=Min(told), last_=Max(told)
        )
        .values_list("kind_", "count_", "first_", "last_")
    )
