"""What is folded away in the session form: the scales, and time and travel."""

import datetime
from dataclasses import fields, replace
from typing import Any

from django import forms
from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.dates import today
from mentorships.forms.fields import a_number, a_scale, an_amount
from mentorships.models import MentoringSession, SessionNarrative
from mentorships.operations import TimeAndTravel


class Scales(forms.Form):
    wellbeing_asked = a_scale(gettext_lazy("Wellbeing, asked"))
    wellbeing_seen = a_scale(gettext_lazy("Wellbeing, my view"))
    engagement_asked = a_scale(gettext_lazy("Taking part, asked"))
    engagement_seen = a_scale(gettext_lazy("Taking part, my view"))

    @property
    def scales(self) -> list[forms.BoundField]:
        return [self[name] for name in SessionNarrative.SCALES]

    @property
    def says_scales(self) -> bool:
        return any(field.errors or field.value() not in (None, "") for field in self.scales)

    def said_on_scales(self) -> dict[str, int]:
        given = {name: self.cleaned_data[name] for name in SessionNarrative.SCALES}
        return {name: said for name, said in given.items() if said is not None}


class Beside(forms.Form):
    """Time and travel, as `TimeAndTravel` names them."""

    preparation_minutes = a_number(
        settings.PREPARATION_AT_MOST, label=gettext_lazy("Preparation, minutes")
    )
    travel_minutes = a_number(settings.TRAVEL_AT_MOST, label=gettext_lazy("Travel, minutes"))
    kilometres = a_number(settings.KILOMETRES_AT_MOST, label=gettext_lazy("By car, km"))
    fare = an_amount(gettext_lazy("Public transport"))
    outlay = an_amount(gettext_lazy("Outlay"))
    claim_month = forms.TypedChoiceField(
        label=gettext_lazy("Claim in"),
        coerce=datetime.date.fromisoformat,
        empty_value=None,
        widget=forms.Select(attrs={"class": "form-select"}),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["claim_month"].choices = _months_to_claim_in()

    @property
    def beside(self) -> list[forms.BoundField]:
        """The fields of time and travel."""
        return [self[field.name] for field in fields(TimeAndTravel)]

    @property
    def has_faults_beside(self) -> bool:
        return any(field.errors for field in self.beside)

    @property
    def beside_in_short(self) -> str:
        """What of time and travel is filled in, so that one need not look."""
        words = {
            "preparation_minutes": _("%(said)s min preparation"),
            "travel_minutes": _("%(said)s min travel"),
            "kilometres": _("%(said)s km"),
            "fare": _("fare %(said)s"),
            "outlay": _("outlay %(said)s"),
        }
        said = {name: self[name].value() for name in words}
        return ", ".join(words[name] % {"said": value} for name, value in said.items() if value)

    def time_and_travel(self) -> TimeAndTravel:
        """What was typed; whoever spoke from afar has not travelled."""
        given = self.cleaned_data
        beside = TimeAndTravel(**{each.name: given[each.name] for each in fields(TimeAndTravel)})
        if given["modality"] in MentoringSession.REMOTE:
            return replace(beside, travel_minutes=None, kilometres=None, fare=None)
        return beside


def _months_to_claim_in() -> list[tuple[str, Any]]:
    """The month of the meeting, as is usual; or this one, or the next."""
    this = today().replace(day=1)
    following = (this + datetime.timedelta(days=31)).replace(day=1)
    months = [(m.isoformat(), date_format(m, "YEAR_MONTH_FORMAT")) for m in (this, following)]
    return [("", _("the month of the meeting")), *months]
