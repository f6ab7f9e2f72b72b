"""Enrolments with what became of them, and mentorships: the administrator's daily work.

They stand on this floor because an enrolment's page shows its mentorships. Of a session it shows
that it was, when and how long: what was said has no place in this site.
"""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.office_forms import DayForm, DayInput
from accounts.reach_admin import NOTHING, Cell, Section, Step, link
from core.dates import today
from core.languages import language_name
from mentees import operations as mentees
from mentees.admin import FileAdmin
from mentees.models import Consent, Enrolment, StatusChange
from mentees.permissions import EnrolmentPermission as E
from mentors.models import Mentor
from mentorships import operations
from mentorships.forms.decisions import HandOverForm
from mentorships.models import Handover, MentoringSession, Mentorship
from mentorships.permissions import MentorshipPermission as Ms
from mentorships.permissions import SessionPermission as S

Status, Reason = Enrolment.Status, StatusChange.Reason
SESSIONS_SHOWN = 20

# --- enrolments ----------------------------------------------------------------------------------

# domain.md section 4: which reasons belong to which end or hold.
REASONS: dict[str, list[str]] = {
    Status.NOT_PROCEEDED: [
        Reason.NO_GROUND,
        Reason.DECLINED,
        Reason.TOO_LITTLE_TIME,
        Reason.OTHER_SCHEME,
        Reason.SECURITY,
        Reason.DUPLICATE,
    ],
    Status.ON_HOLD: [
        Reason.HOSPITAL,
        Reason.ISOLATION,
        Reason.VISIT_CONTROL,
        Reason.TRANSFER,
        Reason.MENTOR_ABSENT,
        Reason.BREAK_WISHED,
    ],
    Status.CLOSED: [
        Reason.COMPLETED,
        Reason.PARTLY,
        Reason.LOST_CONTACT,
        Reason.NO_NEW_MENTOR,
        Reason.HANDED_OVER,
        Reason.EXPELLED,
        Reason.ACQUITTED,
        Reason.SAFETY,
        Reason.DECEASED,
        Reason.INELIGIBLE,
    ],
    Status.WITHDRAWN: [Reason.ENDED_BY_MENTEE, Reason.DECLINED],
}
MOVES: dict[str, Any] = {
    Status.SCREENING: _("Begin the screening"),
    Status.AWAITING_CONSENT: _("Ask for consent"),
    Status.WAITING: _("Put on the waiting list"),
    Status.MATCHING: _("Begin matching"),
    Status.ACTIVE: _("Make active"),
    Status.RELEASE_PREP: _("Begin release preparation"),
    Status.AFTERCARE: _("Begin aftercare"),
    Status.ON_HOLD: _("Put on hold"),
    Status.CLOSED: _("Close"),
    Status.WITHDRAWN: _("Record a withdrawal"),
    Status.NOT_PROCEEDED: _("Do not proceed"),
}
# The stops of the track; what goes on beside the walk stands at the same stop as the walk.
STOPS = [
    (Status.REFERRED,),
    (Status.SCREENING,),
    (Status.AWAITING_CONSENT,),
    (Status.WAITING,),
    (Status.MATCHING,),
    (Status.ACTIVE, Status.RELEASE_PREP, Status.AFTERCARE, Status.ON_HOLD),
    (Status.CLOSED, Status.WITHDRAWN, Status.NOT_PROCEEDED),
]


class ReasonForm(DayForm):
    """A move that stops something: why, from when, and until when it is not looked at again."""

    reason = forms.ChoiceField(label=_("Reason"))
    field_order = ["reason", "on"]
    status: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(Reason.choices)
        choices = [(each, labels[each]) for each in REASONS[self.status]]
        self.fields["reason"].choices = [("", _("choose")), *choices]


class NotProceededForm(ReasonForm):
    status = Status.NOT_PROCEEDED


class ClosedForm(ReasonForm):
    status = Status.CLOSED


class WithdrawnForm(ReasonForm):
    status = Status.WITHDRAWN


class HoldForm(ReasonForm):
    status = Status.ON_HOLD
    review_on = forms.DateField(label=_("Look at it again on"), widget=DayInput)


MOVE_FORMS: dict[str, type[DayForm]] = {
    Status.NOT_PROCEEDED: NotProceededForm,
    Status.CLOSED: ClosedForm,
    Status.WITHDRAWN: WithdrawnForm,
    Status.ON_HOLD: HoldForm,
}


class ConsentForm(DayForm):
    """Asks for what `record_consent` needs; who is signed in is the witness."""

    purpose = forms.ChoiceField(label=_("Purpose"), choices=Consent.Purpose)
    wording_version = forms.CharField(label=_("Version of the wording"), max_length=20)
    language = forms.CharField(label=_("Language"), max_length=20)
    expires_on = forms.DateField(label=_("Until"), widget=DayInput, required=False)
    field_order = ["purpose", "wording_version", "language", "on", "expires_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = self.row.mentee.language


class WithdrawForm(DayForm):
    consent = forms.ModelChoiceField(
        Consent.objects.none(), label=_("Consent"), empty_label=_("choose")
    )
    field_order = ["consent", "on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = Consent.objects.permitted(self.user, E.VIEW_CONSENT).select_related(
            "enrolment__mentee"
        )
        self.fields["consent"].queryset = seen.filter(enrolment=self.row, withdrawn_on=None)


class ProposeForm(DayForm):
    """Mentors in reach who are available; a person chooses, nothing is ranked."""

    mentor = forms.ModelChoiceField(
        Mentor.objects.none(), label=_("Mentor"), empty_label=_("choose")
    )
    role = forms.ChoiceField(label=_("As"), choices=Mentorship.Role)
    field_order = ["mentor", "role", "on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = Mentor.objects.visible_to(self.user).select_related("user")
        self.fields["mentor"].queryset = seen.filter(status=Mentor.Status.AVAILABLE)


def withdraw_consent(enrolment: Enrolment, *, by: Any, consent: Consent, on: Any) -> Consent:
    return operations.withdraw_consent(consent, by=by, on=on)


class HoldFilter(admin.SimpleListFilter):
    title = _("hold")
    parameter_name = "hold"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("past_review", _("past its review"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> models.QuerySet:
        return queryset.past_review(today()) if self.value() else queryset


@admin.register(Enrolment)
class EnrolmentAdmin(FileAdmin):
    """A window with buttons: only operations move an enrolment, and they say why."""

    related = ("mentee__institution", "mentee__home_municipality", "programme", "controller")
    list_display = ["mentee", "status", "institution", "programme", "opened_on", "review_on"]
    list_filter = ["status", HoldFilter, "participation_basis"]
    sortable_by = ["status", "opened_on", "review_on"]
    fieldsets = [
        (
            _("Person and programme"),
            {
                "fields": [
                    "mentee",
                    "institution",
                    "home_municipality",
                    "programme",
                    "participation_basis",
                    "controller",
                    "opened_on",
                    "closed_on",
                    "review_on",
                ]
            },
        )
    ]

    @admin.display(description=_("Institution"))
    def institution(self, row: Enrolment) -> Any:
        return row.mentee.institution or NOTHING

    @admin.display(description=_("Home municipality"))
    def home_municipality(self, row: Enrolment) -> Any:
        return row.mentee.home_municipality or NOTHING

    def get_steps(self, row: Enrolment) -> list[Step]:
        moves = [
            Step(
                status,
                MOVES[status],
                E.MOVE,
                MOVE_FORMS.get(status, DayForm),
                partial(mentees.move_enrolment, to=status),
            )
            for status in row.next_statuses()
        ]
        if row.status in Enrolment.OVER:
            return moves
        consents = [
            Step(
                "consent",
                _("Record a consent"),
                E.RECORD_CONSENT,
                ConsentForm,
                mentees.record_consent,
            ),
            Step(
                "consent-withdrawn",
                _("Record a consent withdrawn"),
                E.RECORD_CONSENT,
                WithdrawForm,
                withdraw_consent,
            ),
        ]
        # Who may move the enrolment may propose for it: `ADD` alone says nothing of this row.
        propose = Step(
            "propose", _("Propose a mentor"), E.MOVE, ProposeForm, operations.propose_mentorship
        )
        asks = {Status.AWAITING_CONSENT: consents[0], Status.MATCHING: propose}
        open_to_mentors = {Status.WAITING, Status.MATCHING, *Enrolment.UNDER_WAY}
        proposals = [propose] if row.status in open_to_mentors else []
        first = asks.get(Status(row.status), moves[0])._replace(is_next=True)
        rest = [each for each in (*moves, *proposals, *consents) if each.name != first.name]
        return [first, *rest]

    def get_track(self, row: Enrolment) -> list[tuple[Any, str]]:
        here = next(n for n, stop in enumerate(STOPS) if row.status in stop)
        cut_short = row.status in {Status.WITHDRAWN, Status.NOT_PROCEEDED}
        track: list[tuple[Any, str]] = []
        for number, stop in enumerate(STOPS):
            label = Status(row.status).label if number == here else stop[0].label
            place = "past" if number < here else "now" if number == here else "ahead"
            if not (cut_short and place == "past" and number):
                track.append((label, place))
        return track

    def get_sections(self, request: HttpRequest, row: Enrolment) -> list[Section]:
        user = request.user
        changes = StatusChange.objects.permitted(user, E.VIEW_HISTORY).filter(enrolment=row)
        consents = Consent.objects.permitted(user, E.VIEW_CONSENT).filter(enrolment=row)
        walks = Mentorship.objects.permitted(user, Ms.VIEW).filter(enrolment=row)
        met = MentoringSession.objects.permitted(user, S.METADATA)
        return [
            Section(
                _("What happened so far"),
                [_("Day"), _("Step"), _("Reason"), _("By")],
                [
                    [
                        Cell(each.changed_on),
                        Cell(_step(each)),
                        Cell(each.get_reason_display()),
                        Cell(each.changed_by),
                    ]
                    for each in changes.select_related("changed_by")
                ],
                _("Nothing yet."),
            ),
            Section(
                _("Consents"),
                [_("Purpose"), _("Wording"), _("Given"), _("Until"), _("Withdrawn"), _("Witness")],
                [
                    [
                        Cell(each.get_purpose_display()),
                        Cell(f"{each.wording_version}, {language_name(each.language)}"),
                        Cell(each.given_on),
                        Cell(each.expires_on),
                        Cell(each.withdrawn_on),
                        Cell(each.witnessed_by),
                    ]
                    for each in consents.select_related("witnessed_by")
                ],
                _("No consent recorded."),
            ),
            Section(
                _("Mentorships"),
                [_("Mentor"), _("As"), _("Status"), _("First day"), _("Last day")],
                [
                    [
                        Cell(each.mentor, link(each)),
                        Cell(each.get_role_display()),
                        Cell(each.get_status_display()),
                        Cell(each.started_on),
                        Cell(each.ended_on),
                    ]
                    for each in walks.select_related("mentor__user")
                ],
                _("No mentor proposed yet."),
            ),
            sessions_section(met.filter(mentorship__enrolment=row)),
        ]


def _step(change: StatusChange) -> str:
    if not change.from_status:
        return str(change.get_to_status_display())
    return f"{change.get_from_status_display()} → {change.get_to_status_display()}"


def sessions_section(met: models.QuerySet[MentoringSession]) -> Section:
    """That they met, when and how long, the latest first: metadata, not a word more."""
    shown = met.only("held_on", "status", "minutes", "voided_at")[:SESSIONS_SHOWN]
    return Section(
        _("Latest sessions: date, status and minutes only"),
        [_("Date"), _("Status"), _("Minutes")],
        [[Cell(met.held_on), Cell(met.status_in_words), Cell(met.minutes)] for met in shown],
        _("No session logged yet."),
    )


# --- mentorships ---------------------------------------------------------------------------------

WALK = {
    Mentorship.Status.TRIAL: _("Begin the trial period"),
    Mentorship.Status.ACTIVE: _("Confirm"),
    Mentorship.Status.PAUSED: _("Pause"),
}


class PauseForm(DayForm):
    """Asks for what `operations.move_mentorship` needs to pause."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", _("choose")), *Mentorship.PauseReason.choices],
        help_text=_("The mentor reads it."),
    )
    field_order = ["reason", "on"]


class EndForm(DayForm):
    """Asks for what `operations.end_mentorship` needs."""

    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", _("choose")), *Mentorship.EndReason.choices]
    )
    on = forms.DateField(label=_("Last day"), widget=DayInput, initial=today)
    field_order = ["reason", "on"]


class OfficeHandOverForm(HandOverForm):
    """Without the summary: what was said has no place in this site."""

    summary = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shows = Handover.Shows
        self.fields["shows"].choices = [c for c in shows.choices if c[0] != shows.SUMMARY]


@admin.register(Mentorship)
class MentorshipAdmin(FileAdmin):
    """Proposed on the enrolment's page; begun, paused and ended here."""

    related = (
        *("mentor__user", "enrolment__mentee", "enrolment__programme"),
        *("loan__mentor__user", "loan__borrower"),
    )
    list_display = [
        "reference",
        "mentor",
        "role",
        "status",
        "proposed_on",
        "started_on",
        "ended_on",
    ]
    list_filter = ["status", "role"]
    sortable_by = ["status", "proposed_on", "started_on", "ended_on"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "mentor",
                    "enrolment",
                    "loan",
                    "role",
                    "status",
                    "proposed_on",
                    "started_on",
                    "ended_on",
                    "end_reason",
                    "paused_on",
                    "pause_reason",
                    "rhythm_days",
                ]
            },
        )
    ]

    @admin.display(description=_("Mentee"))
    def reference(self, row: Mentorship) -> str:
        return row.enrolment.mentee.reference

    def get_steps(self, row: Mentorship) -> list[Step]:
        steps = [
            Step(
                status,
                label,
                Ms.CHANGE,
                PauseForm if status == Mentorship.Status.PAUSED else DayForm,
                partial(operations.move_mentorship, to=status),
                is_next=status != Mentorship.Status.PAUSED,
            )
            for status, label in WALK.items()
            if status in Mentorship.NEXT_STATUSES[row.status]
        ]
        if Mentorship.Status.ENDED in Mentorship.NEXT_STATUSES[row.status]:
            steps.append(Step("end", _("End"), Ms.CHANGE, EndForm, operations.end_mentorship))
        if row.is_running:
            hand_over = (Ms.HAND_OVER, OfficeHandOverForm, operations.hand_over)
            steps.append(Step("hand-over", _("Hand over"), *hand_over))
        return steps

    def get_sections(self, request: HttpRequest, row: Mentorship) -> list[Section]:
        met = MentoringSession.objects.permitted(request.user, S.METADATA)
        return [sessions_section(met.filter(mentorship=row))]
