from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from audit.models import AuditEvent
from core.references import is_reference
from mentees.models import Decision

LARGEST_KEY = 2**63 - 1


def checked(reference: str) -> str:
    """A reference as it was typed, in the form in which it is kept; empty stays empty."""
    typed = reference.strip().upper()
    if typed and not is_reference(typed):
        raise forms.ValidationError(
            _("This is not a reference: the digits and the letter do not fit together.")
        )
    return typed


class SearchForm(forms.Form):
    """What a caseworker types to find a file; sent by POST, so that no name is in an address."""

    search = forms.CharField(label=_("Reference or name"), max_length=100, required=False)


class EmergencyForm(forms.Form):
    """Break-glass: which file, and why."""

    reference = forms.CharField(
        label=_("Reference"),
        max_length=16,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    category = forms.ChoiceField(
        label=_("Why it cannot wait"),
        choices=[(value, capfirst(label)) for value, label in Decision.Category.choices],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("What has happened"),
        help_text=_("At least 20 characters. The coach and the auditor read it."),
        min_length=settings.EMERGENCY_REASON_AT_LEAST,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    wants_sign_in = False  # the password was given too long ago

    def clean_reference(self) -> str:
        return checked(self.cleaned_data["reference"])


class EarlierForm(forms.Form):
    """Where the page before ended: a key of the trail."""

    before = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_KEY)


class TrailForm(forms.Form):
    """What narrows the trail; every field may be empty."""

    act = forms.ChoiceField(
        label=_("Act"), required=False, choices=[("", _("Every act")), *AuditEvent.Act.choices]
    )
    day = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    reference = forms.CharField(label=_("Reference"), max_length=16, required=False)
    person = forms.UUIDField(required=False, widget=forms.HiddenInput)
    before = forms.IntegerField(
        required=False, min_value=1, max_value=LARGEST_KEY, widget=forms.HiddenInput
    )

    def clean_reference(self) -> str:
        return checked(self.cleaned_data["reference"])
