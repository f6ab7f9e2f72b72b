"""What a coach or author decides: who else reads a note, to whom a mentee goes."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.decision_forms import DecisionForm
from accounts.office_forms import DayInput, StepForm
from core.dates import today
from mentors.models import Mentor
from mentorships.models import (
    Handover,
    Mentorship,
)


class NamedReaderForm(DecisionForm):
    """Somebody who may read one note."""

    kind = "named_reader"

    def what(self) -> list[str]:
        return [_("This one note")]


class HandOverForm(StepForm):
    """Asks for what `operations.hand_over` needs, under the same names."""

    mentor = forms.ModelChoiceField(
        Mentor.objects.none(),
        label=gettext_lazy("Next mentor"),
        empty_label=gettext_lazy("choose"),
    )
    on = forms.DateField(
        label=gettext_lazy("Day of the hand-over"),
        widget=DayInput,
        initial=today,
        help_text=gettext_lazy("The last day of the one and the first of the other."),
    )
    reason = forms.ChoiceField(label=gettext_lazy("Why it ends"))
    shows = forms.ChoiceField(
        label=gettext_lazy("What the next mentor sees of the earlier notes"),
        choices=Handover.Shows.choices,
        widget=forms.RadioSelect,
    )
    summary = forms.CharField(
        label=gettext_lazy("Summary"),
        required=False,
        max_length=settings.SUMMARY_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy(
            "Only for “a written summary”: what matters for the next meetings, nothing about "
            "others. The next mentor reads it on the file."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = Mentor.objects.visible_to(self.user).filter(status=Mentor.Status.AVAILABLE)
        others = seen.exclude(pk=self.row.mentor_id).exclude(user=self.user)
        self.fields["mentor"].queryset = others.select_related("user")
        reasons = Mentorship.EndReason
        labels = [c for c in reasons.choices if c[0] != reasons.NOT_TAKEN_UP]
        self.fields["reason"].choices = [("", _("choose")), *labels]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        wanted = cleaned.get("shows") == Handover.Shows.SUMMARY
        if wanted and not cleaned.get("summary", "").strip():
            self.add_error("summary", _("Write the summary that the next mentor reads."))
        return cleaned
