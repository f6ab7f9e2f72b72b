"""Forms of the admin site: plain fields without script, and what an operation said to them."""

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.dates import today


class DayInput(forms.DateInput):
    """The browser's own calendar: no script, and the day in a form that it understands."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


def add_refusal(form: forms.BaseForm, refusal: ValidationError) -> None:
    """Say beside its field why an operation refused; above the form where it has no such field."""
    named = getattr(refusal, "error_dict", None) or {NON_FIELD_ERRORS: refusal.error_list}
    for field, errors in named.items():
        form.add_error(field if field in form.fields else None, errors)


class StepForm(forms.Form):
    """Asks for what an operation needs, under the names of its arguments."""

    def __init__(self, *args: Any, row: models.Model, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row, self.user = row, user


class DayForm(StepForm):
    """A step that needs no more than its day."""

    on = forms.DateField(label=_("Day"), widget=DayInput, initial=today)


class RefusableForm(forms.ModelForm):
    """Shows again what was typed, with what the operation said to it."""

    refusal: ValidationError | None = None

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.refusal is not None:
            add_refusal(self, self.refusal)
        return cleaned
