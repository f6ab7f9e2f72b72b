from django import forms
from django.utils.translation import gettext_lazy as _

from audit.models import AuditEvent
from core.references import is_reference

LARGEST_KEY = 2**63 - 1


class SearchForm(forms.Form):
    """What a caseworker types to find a file; sent by POST, so that no name is in an address."""

    search = forms.CharField(label=_("Reference or name"), max_length=100, required=False)


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
        typed = self.cleaned_data["reference"].strip().upper()
        if typed and not is_reference(typed):
            raise forms.ValidationError(
                _("This is not a reference: the digits and the letter do not fit together.")
            )
        return typed
