"""What is asked about money: to submit it, to decide on it, what a kilometre is worth."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.dates import today
from mentorships.forms.fields import Amount, a_text


class SubmitForm(forms.Form):
    """Asks for the sum that its page showed, as `operations.submit_expenses` wants it."""

    total = forms.DecimalField(max_digits=10, decimal_places=2, widget=forms.HiddenInput)


class DecideForm(forms.Form):
    """Approved, or sent back with a reason."""

    APPROVE, SEND_BACK = "approve", "send_back"

    action = forms.ChoiceField(
        choices=[(APPROVE, APPROVE), (SEND_BACK, SEND_BACK)],
        widget=forms.HiddenInput,
        error_messages={"required": gettext_lazy("Approve it, or send it back.")},
    )
    reason = a_text(
        3, settings.CLAIM_REASON_AT_MOST, label=gettext_lazy("What has to be looked at again")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        sends_back = cleaned.get("action") == self.SEND_BACK
        if sends_back and "reason" in cleaned and not cleaned["reason"].strip():
            self.add_error("reason", _("Say what has to be looked at again."))
        return cleaned


class RateForm(forms.Form):
    """Asks for what `operations.set_expense_rate` needs, under the same names."""

    year = forms.IntegerField(
        label=gettext_lazy("Year"),
        min_value=2020,
        widget=forms.NumberInput(attrs={"class": "form-control w-num"}),
    )
    per_kilometre = Amount(
        label=format_lazy("{}, {}", gettext_lazy("A kilometre"), settings.CURRENCY),
        widget=forms.TextInput(attrs={"class": "form-control w-num", "inputmode": "decimal"}),
        min_value=0.01,
        max_value=100,
        decimal_places=2,
    )

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def go_on_from(self, version: int) -> None:
        """Sent once more, what was typed goes over what is set now."""
        sent: Any = self.data.copy()
        sent["version"] = version
        self.data = sent

    def clean_year(self) -> int:
        year = self.cleaned_data["year"]
        if year > today().year + 1:
            raise forms.ValidationError(_("At the latest for next year."))
        return year
