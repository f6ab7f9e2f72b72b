"""What is written in plain strings must be what Django's own templates write."""

import datetime

import pytest
from django import forms
from django.forms.boundfield import BoundWidget
from django.forms.renderers import TemplatesSetting as Templates
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from core.form_renderer import PLAIN, PlainRenderer

ODD = {"class": 'a "quoted" <b>', "data-on": True, "data-off": False, "max": 5, "data-<": "é"}
CHOICES = [
    ("", gettext_lazy("Not known")),
    (1, "one & <two>"),
    (SafeString("<3>"), SafeString("<i>three</i>")),
    ("in a <group>", [("x", "X"), (None, "nothing")]),
]
WIDGETS = [
    *(each(attrs=ODD) for each in (forms.TextInput, forms.NumberInput, forms.EmailInput)),
    *(each(attrs=ODD) for each in (forms.HiddenInput, forms.PasswordInput, forms.Textarea)),
    forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    forms.Select(attrs=ODD, choices=CHOICES),
    forms.SelectMultiple(attrs=ODD, choices=CHOICES),
    forms.CheckboxSelectMultiple(choices=CHOICES),
    forms.RadioSelect(choices=CHOICES),
]
VALUES = [
    *(None, "", 0, 1, 1234567, "1", "<3>", 'said "so" & <b>\n\nmore', SafeString("<br>")),
    *(["1", "x"], datetime.date(2026, 11, 22), datetime.time(13, 5), gettext_lazy("Not known")),
]


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: type(widget).__name__)
def test_a_widget_is_written_to_the_byte_as_its_template_writes_it(widget):
    for name in ("held_on", 'a "name" <b>'):
        for value in VALUES:
            plain, templates = (
                widget.render(name, value, attrs={"id": "id_<x>"}, renderer=renderer)
                for renderer in (PlainRenderer(), Templates())
            )
            assert plain == templates


@pytest.mark.parametrize("kind", [forms.CheckboxSelectMultiple, forms.RadioSelect])
def test_so_is_each_of_its_options(kind):
    widget = kind(attrs=ODD, choices=CHOICES)
    for attrs in ({"id": "id_<x>"}, {}):
        for option in widget.subwidgets("themes", [1, "x"], attrs):
            shown = [BoundWidget(widget, option, each()) for each in (PlainRenderer, Templates)]
            plain, templates = ([str(each), each.tag()] for each in shown)
            assert plain == templates


def test_each_that_is_written_here_is_compared():
    several = (forms.CheckboxSelectMultiple, forms.RadioSelect)
    options = {each.option_template_name for each in several}
    compared = {widget.template_name for widget in WIDGETS} | options
    assert set(PLAIN) <= compared
