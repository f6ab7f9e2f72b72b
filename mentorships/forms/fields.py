"""Fields as the forms of this app ask them."""

import datetime
from collections.abc import Callable, Collection
from copy import deepcopy
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.forms.utils import ErrorDict
from django.utils import timezone
from django.utils.text import capfirst, format_lazy

from mentorships.models import Mentorship

Kind = TypeVar("Kind", bound=forms.Form)


class Forgiving(forms.Form):
    """Shows what was typed whatever is wrong with it."""

    def say_nothing(self) -> None:
        """Without a word about what is missing or wrong."""
        self._errors = ErrorDict()

    def say_only(self, sentence: str) -> None:
        """With this one sentence."""
        self.say_nothing()
        self.cleaned_data: dict[str, Any] = {}
        self.add_error(None, sentence)


def spoken(choices: Any) -> list[tuple[str, Any]]:
    """Choices as words that stand alone; within a sentence their labels begin small."""
    return [(value, capfirst(label)) for value, label in choices.choices]


class Shared(dict[str, forms.Field]):
    """The fields of a class of forms, of which each form copies only what it `changes`."""

    def __init__(self, fields: dict[str, forms.Field], changes: Collection[str]) -> None:
        super().__init__(fields)
        self.changes = changes

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, forms.Field]:
        return {
            name: deepcopy(field, memo) if name in self.changes else field
            for name, field in self.items()
        }


def changes(*names: str) -> Callable[[type[Kind]], type[Kind]]:
    """Of the decorated form: these fields alone are its own. To copy forty takes as long as to
    read what stands around them."""

    def decorated(form: type[Kind]) -> type[Kind]:
        form.base_fields = Shared(form.base_fields, names)
        return form

    return decorated


def one_of(choices: Any, **kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **kwargs)


def a_choice(label: Any, empty: Any, choices: Any, *, required: bool = False) -> forms.ChoiceField:
    """One of many, or none: `empty` says what that means."""
    return forms.ChoiceField(
        label=label,
        choices=[("", empty), *spoken(choices)],
        widget=forms.Select(attrs={"class": "form-select"}),
        required=required,
    )


class MenteeChoice(forms.ModelChoiceField):
    """A mentorship of one's own, by its mentee; which they are is said when the form is made."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Select(attrs={"class": "form-select"})
        nothing = Mentorship.objects.none()
        super().__init__(nothing, empty_label=None, widget=widget, **kwargs)

    def label_from_instance(self, mentorship: Mentorship) -> str:
        mentee = mentorship.enrolment.mentee
        return f"{mentee.reference}, {mentee.given_name}"


def a_date(**kwargs: Any) -> forms.DateField:
    # Browsers speak ISO to a date field whatever they show, so the value is written so too.
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"})
    return forms.DateField(widget=widget, **kwargs)


def a_time(**kwargs: Any) -> forms.TimeField:
    widget = forms.TimeInput(
        format="%H:%M", attrs={"type": "time", "class": "form-control w-time"}
    )
    return forms.TimeField(widget=widget, **kwargs)


APART = ZoneInfo("UTC")  # a zone in which no night changes its clocks
MINUTE = datetime.timedelta(minutes=1)


class Moment(forms.DateTimeField):
    """A day and a time by the clock at the office, on each night of the year.

    Of an hour that the clock shows twice the first is meant; what it never showed is when it was
    put forward. Django refuses both, and whoever phoned that night has no other time to give.
    """

    def to_python(self, value: Any) -> datetime.datetime | None:
        with timezone.override(APART):
            said = super().to_python(value)
        if said is None or said.tzinfo is not APART:
            return said
        office = timezone.get_default_timezone()
        moment = said.replace(tzinfo=office)
        while moment.astimezone(APART).astimezone(office).time() != moment.time():
            moment += MINUTE
        return moment


def a_number(most: int, **kwargs: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "form-control w-num"})
    return forms.IntegerField(widget=widget, required=False, min_value=0, max_value=most, **kwargs)


class Amount(forms.DecimalField):
    """Money; a comma or a point stands before the cents, whatever the language."""

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


def an_amount(label: Any) -> Amount:
    """Money, in the currency of the scheme."""
    return Amount(
        label=format_lazy("{}, {}", label, settings.CURRENCY),
        widget=forms.TextInput(attrs={"class": "form-control w-num", "inputmode": "decimal"}),
        required=False,
        min_value=0,
        max_value=settings.MONEY_AT_MOST,
        decimal_places=2,
    )


def a_scale(label: Any) -> forms.TypedChoiceField:
    choices = [("", "–"), *((str(number), str(number)) for number in range(11))]
    return forms.TypedChoiceField(
        choices=choices,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        label=label,
        required=False,
    )


def a_text(rows: int, at_most: int, **kwargs: Any) -> forms.CharField:
    attrs = {"rows": rows, "class": "form-control", "data-count": at_most}
    field = forms.CharField(
        widget=forms.Textarea(attrs=attrs), max_length=at_most, required=False, **kwargs
    )
    return whole(field)


def whole(field: forms.CharField) -> forms.CharField:
    """Let a browser send text that is too long: `maxlength` would cut a paste without a word."""
    field.widget.attrs.pop("maxlength", None)
    return field
