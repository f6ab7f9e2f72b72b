"""Rows in reach, of which a form offers some, as it calls them."""

from typing import Any

from django import forms
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.templatetags.house import day
from mentees.models import Mentee
from mentors.models import Mentor
from mentorships.models import Agreement, PlannedMeeting
from networks.models import NetworkPerson

WHO_MAY_NOT: dict[str, Any] = {
    "invalid_choice": gettext_lazy("Somebody whom you chose may not take part any more.")
}


NOT_YOURS: dict[str, Any] = {
    "invalid_choice": gettext_lazy("You do not walk with one of these any more.")
}


class SomeRows(forms.ModelMultipleChoiceField):
    """Some of the rows that are offered; for none of them the database is not asked."""

    def clean(self, value: Any) -> list[Any]:  # type: ignore[override]
        return list(super().clean(value)) if value else []


class NamedPeople(SomeRows):
    """People of the network, as the mentee calls them."""

    default_error_messages = WHO_MAY_NOT

    def label_from_instance(self, person: NetworkPerson) -> str:
        return f"{person.display_name}, {person.get_relation_display()}"


class NamedMentors(SomeRows):
    default_error_messages = WHO_MAY_NOT

    def label_from_instance(self, mentor: Mentor) -> str:
        return _("%(name)s, co-mentor") % {"name": mentor.user.name}


class OtherMentees(SomeRows):
    default_error_messages = NOT_YOURS

    def label_from_instance(self, mentee: Mentee) -> str:
        return f"{mentee.given_name}, {mentee.reference}"


class OpenAgreements(SomeRows):
    def label_from_instance(self, agreement: Agreement) -> str:
        return agreement.text


class OpenMeeting(forms.ModelChoiceField):
    def label_from_instance(self, meeting: PlannedMeeting) -> str:
        return spoken_of(meeting)


def spoken_of(meeting: PlannedMeeting) -> str:
    on = day(meeting.planned_on)
    return f"{on}, {time_format(meeting.planned_at)}" if meeting.planned_at else on
