from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentees.models import ErasedFile, Mentee


class ErasureForm(forms.Form):
    """Why a file is to be erased; and its reference, typed, because nothing undoes it."""

    ground = forms.ChoiceField(
        label=gettext_lazy("Ground"),
        choices=[(value, capfirst(label)) for value, label in ErasedFile.Ground.choices],
        widget=forms.RadioSelect,
    )
    reference = forms.CharField(
        label=gettext_lazy("Reference of the file"),
        max_length=16,
        help_text=gettext_lazy("Type it: nothing undoes an erasure."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def __init__(self, *args: Any, mentee: Mentee, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mentee = mentee

    def clean_reference(self) -> str:
        typed: str = self.cleaned_data["reference"].strip().upper()
        if typed != self.mentee.reference.upper():
            raise forms.ValidationError(_("This is not the reference of this file."))
        return typed
