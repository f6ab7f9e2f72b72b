"""A meeting that is planned: with whom, when, how; and why it is moved or called off."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from core.dates import today
from mentorships.forms.fields import MenteeChoice, a_choice, a_date, a_time
from mentorships.models import MentoringSession, PlannedMeeting
from mentorships.operations import Appointment

Session = MentoringSession


class AppointmentForm(forms.Form):
    """When and how two people mean to meet."""

    planned_on = a_date(
        label=gettext_lazy("Date"),
        error_messages={
            "required": gettext_lazy("Give the day of the meeting."),
            "invalid": gettext_lazy("This is no date. Write it like 2026-11-19."),
        },
    )
    planned_at = a_time(
        label=gettext_lazy("Start"),
        required=False,
        error_messages={"invalid": gettext_lazy("This is no time. Write it like 13:00.")},
    )
    modality = a_choice(gettext_lazy("How"), gettext_lazy("Not said"), Session.Modality)
    place = a_choice(gettext_lazy("Where"), gettext_lazy("Not said"), Session.Place)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["planned_on"].widget.attrs["min"] = today().isoformat()

    def appointment(self) -> Appointment:
        names = ("planned_on", "planned_at", "modality", "place")
        return Appointment(**{name: self.cleaned_data[name] for name in names})


class PlanForm(AppointmentForm):
    """Asks for what `operations.plan_meeting` needs."""

    mentorship = MenteeChoice(label=gettext_lazy("With whom"))
    field_order = ["mentorship"]

    def __init__(self, *args: Any, own: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mentorship"].queryset = own


class ReasonForm(forms.Form):
    """Asks for what `operations.call_off_meeting` needs."""

    reason = a_choice(
        gettext_lazy("Why"), gettext_lazy("choose"), Session.CancelReason, required=True
    )


class MoveForm(AppointmentForm, ReasonForm):
    """Asks for what `operations.move_meeting` needs."""

    field_order = ["planned_on", "planned_at", "modality", "place", "reason"]

    @classmethod
    def of(cls, meeting: PlannedMeeting, sent: Any) -> "MoveForm":
        names = ("planned_on", "planned_at", "modality", "place")
        return cls(sent, initial={name: getattr(meeting, name) for name in names})
