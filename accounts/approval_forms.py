from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class ConfirmForm(forms.Form):
    """To be the second person; what cannot be undone asks for what it is about, typed."""

    typed = forms.CharField(
        label=gettext_lazy("Reference"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def __init__(self, *args: Any, wanted: str | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted = wanted
        if not wanted:
            del self.fields["typed"]

    def clean_typed(self) -> str:
        if self.cleaned_data["typed"].strip().upper() != self.wanted:
            raise forms.ValidationError(_("This is not the reference of what is to be done."))
        return self.cleaned_data["typed"]
