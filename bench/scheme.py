"""The demonstration, through the eyes of some of its accounts; `casework.demo` makes it."""

from dataclasses import dataclass

from accounts.models import RoleAssignment, User
from accounts.roles import Role
from casework.demo.loading import COPIED, load
from core.dates import today
from mentees.models import CaseworkerAssignment, Enrolment, Mentee
from mentors.models import Absence, CoachAssignment, Mentor
from mentorships.models import Mentorship

KEYS = ("mentor", "coach", "admin")
READ_BY_THE_RULE = {
    *(User, RoleAssignment, Mentor, CoachAssignment, Absence),
    *(Mentee, CaseworkerAssignment, Enrolment, Mentorship),
}


@dataclass(frozen=True)
class Scheme:
    """The people through whose eyes is measured, and one file of theirs."""

    mentor: User
    coach: User
    admin: User
    area: int
    mentorship: Mentorship

    @property
    def mentee(self) -> Mentee:
        return self.mentorship.enrolment.mentee


def fill(scale: str, *, pages: bool) -> None:
    """Without pages only what the rule reads is as large as the scale."""
    load(
        seed=1,
        day=today(),
        scale=scale,
        copied=COPIED if pages else READ_BY_THE_RULE,
        progress=lambda part, writing: None,
    )


def scheme() -> Scheme:
    """Their rows are as many at the national as at the European scale: ten files of the mentor,
    fifty of the coach; but the area of the administrator grows."""
    users = {key: User.objects.get(email=f"{key}@demo.example") for key in KEYS}
    walked = Mentorship.objects.running(today()).filter(mentor__user=users["mentor"])
    return Scheme(
        **users,
        area=users["admin"].role_assignments.get(role=Role.PROBATION_ADMIN).organisation_id,
        mentorship=walked.select_related("enrolment__mentee").earliest("pk"),
    )
