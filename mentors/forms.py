import datetime
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.office_forms import DayInput
from accounts.roles import Role
from core.dates import today
from mentors.models import CoachAssignment, Mentor


def who_may_cover(coach: Mentor) -> models.QuerySet[Mentor]:
    """Other coaches, but for those whom this one supervises; of the same area first."""
    own = CoachAssignment.objects.in_force(today()).filter(coach=coach).values("mentor")
    coaches = Mentor.objects.filter(user__in=User.objects.holding(Role.COACH).values("pk"))
    near = models.Case(models.When(area=coach.area_id, then=0), default=1)
    others = coaches.exclude(pk=coach.pk).exclude(pk__in=own)
    return others.select_related("user", "area").order_by(near, "user__name")


class CoachChoice(forms.ModelChoiceField):
    """Coaches by name, each with the area: two may bear one name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.user.name}, {obj.area.name}"


class AbsenceForm(forms.Form):
    """Asks a coach for what `operations.plan_absence` needs, under the same names."""

    valid_from = forms.DateField(label=_("First day away"), widget=DayInput)
    planned_until = forms.DateField(label=_("Last day away"), widget=DayInput)
    cover = CoachChoice(
        Mentor.objects.none(),
        label=_("Covered by"),
        empty_label=_("choose"),
        help_text=_("From the first day to the last this coach sees and is told what you are."),
    )

    def __init__(self, *args: Any, coach: Mentor | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if coach is not None:
            self.fields["cover"].queryset = who_may_cover(coach)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        first, last = cleaned.get("valid_from"), cleaned.get("planned_until")
        if isinstance(first, datetime.date) and last and last < first:
            self.add_error("planned_until", _("The last day is before the first."))
        elif isinstance(first, datetime.date) and first < today():
            self.add_error("valid_from", _("This day has passed."))
        return cleaned
