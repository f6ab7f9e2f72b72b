"""What a field of a form holds, as a person would say it."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.translation import gettext as _

from core.templatetags.house import day


def in_words(field: forms.Field, value: Any) -> str:
    """A value, kept or sent; what the field cannot read stands as it was sent."""
    if isinstance(field, forms.BooleanField):
        return _("yes") if value else _("no")
    if isinstance(field, forms.ChoiceField):
        chosen = value if isinstance(value, list | tuple) else [value]
        wanted = {str(each) for each in chosen}
        choices: Any = field.choices
        return ", ".join(str(label) for key, label in choices if str(key) in wanted)
    try:
        said = field.to_python(value)
    except ValidationError:
        said = value
    if isinstance(said, datetime.date):
        return day(said)
    if isinstance(said, datetime.time):
        return formats.time_format(said, "TIME_FORMAT")
    return "" if said is None else str(said)
