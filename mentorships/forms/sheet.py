"""The words of the session form on paper."""

from typing import Any

from django import forms

from mentorships.forms.goals import choices_of_level
from mentorships.forms.session import SessionForm


def fields_of_paper() -> dict[str, Any]:
    """Each field with its name and what can be ticked, as the screen says it."""
    return {
        name: {"label": field.label, "choices": _to_tick(field)}
        for name, field in SessionForm.base_fields.items()
    } | {"goal": {"choices": [str(label) for _value, label in choices_of_level()]}}


def _to_tick(field: forms.Field) -> list[str]:
    """What stands beside the boxes; of rows of the database paper names none."""
    if isinstance(field, forms.ModelChoiceField) or not isinstance(field, forms.ChoiceField):
        return []
    choices: Any = field.choices
    return [str(label) for value, label in choices if value]
