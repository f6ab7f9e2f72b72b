"""What stands in the rail: by role, and only what exists."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from accounts.access import allows
from accounts.roles import Role
from casework.permissions import CaseworkPermission as C
from mentorships.permissions import MentorshipPermission
from notifications.models import Notice
from reports.permissions import ReportPermission
from training.permissions import TrainingPermission


class Entry(NamedTuple):
    url_name: str
    label: Any
    icon: str
    permission: str | None = None  # none: everyone who is signed in
    counts: str = ""  # which figure stands beside it


# A hat is a role whose pages form a day of their own; the first that one wears is the landing.
HATS: dict[str, tuple[Any, list[Entry]]] = {
    Role.MENTOR: (
        _("Mentor"),
        [
            Entry("casework:caseload", _("Caseload"), "home", C.OPEN_CASELOAD),
            Entry(
                "mentorships:session_start",
                _("Log a session"),
                "pen",
                MentorshipPermission.LOG_SESSION,
            ),
        ],
    ),
    Role.COACH: (_("Coach"), [Entry("casework:desk", _("Desk"), "desk", C.OPEN_DESK)]),
    Role.CASEWORKER: (_("Caseworker"), [Entry("casework:cases", _("Cases"), "case", C.OPEN_CASES)]),
    Role.PROBATION_ADMIN: (_("Administrator"), [Entry("admin:index", _("Office"), "case")]),
    Role.TRAINING_ORGANISER: (
        _("Training organiser"),
        [Entry("training:programme_list", _("Training"), "book", TrainingPermission.REGISTER)],
    ),
    Role.PROGRAMME_MANAGER: (
        _("Programme manager"),
        [Entry("reports:figures", _("Figures"), "chart", ReportPermission.OPEN_FIGURES)],
    ),
    Role.AUDITOR: (
        _("Auditor"),
        [
            Entry("casework:trail", _("The trail"), "eye", C.OPEN_TRAIL),
            Entry("reports:figures", _("Figures"), "chart", ReportPermission.OPEN_FIGURES),
        ],
    ),
}
EVERYONE = [
    Entry("notifications:notice_list", _("Notices"), "bell", counts="notices"),
    Entry("training:my_training", _("My training"), "book", TrainingPermission.VIEW_CERTIFICATE),
]


def navigation(request: HttpRequest) -> dict[str, Any]:
    return {}
