import datetime

import pytest
from django import forms
from django.db.models import TextChoices
from django.http import QueryDict
from django.template import Context, Template
from django.utils import translation

from core.templatetags.house import (
    choices,
    day,
    days,
    due_days,
    due_state,
    icon,
    track,
    unbroken,
)

TODAY = datetime.date(2026, 11, 21)


@pytest.fixture(autouse=True)
def on_a_saturday(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC))


def after(count: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=count)


class TestADay:
    @pytest.mark.parametrize(
        ("language", "this_year", "next_year"),
        [
            ("en", "Mon 30 Nov", "Fri 1 Jan 2027"),
            ("da", "man 30. nov", "fre 1. jan 2027"),
            ("fr", "lun 30 nov", "ven 1 jan 2027"),
        ],
    )
    def test_is_written_as_its_reader_does(self, language, this_year, next_year):
        with translation.override(language):
            assert day(datetime.date(2026, 11, 30)).lower().replace(".", "") == (
                this_year.lower().replace(".", "")
            )
            assert day(datetime.date(2027, 1, 1)).lower().replace(".", "") == (
                next_year.lower().replace(".", "")
            )

    @pytest.mark.parametrize(
        ("count", "said", "due", "state"),
        [
            (-5, "5 days ago", "5 days late", "late"),
            (-1, "1 day ago", "1 day late", "late"),
            (0, "today", "today", "soon"),
            (1, "in 1 day", "in 1 day", "soon"),
            (14, "in 14 days", "in 14 days", "soon"),
            (15, "in 15 days", "in 15 days", "plan"),
        ],
    )
    def test_is_said_from_today(self, count, said, due, state):
        on = after(count)
        assert (days(on), due_days(on), due_state(on)) == (said, due, state)


class TestATrack:
    def test_lies_behind_at_and_ahead(self):
        way = TextChoices("way", "ONE TWO THREE")
        assert [(step.label, step.place) for step in track(way.TWO)] == [
            ("One", "past"),
            ("Two", "now"),
            ("Three", "ahead"),
        ]


def test_a_reference_in_a_sentence_stays_on_its_line():
    assert unbroken("read <b>, M-73052K and more") == (
        'read &lt;b&gt;, <span class="text-nowrap">M-73052K</span> and more'
    )


def test_an_icon_is_silent_beside_its_word():
    drawn = icon("pen", "s")
    assert 'class="icon icon-s" aria-hidden="true"' in drawn
    assert "img/icons.svg#pen" in drawn


class Asked(forms.Form):
    one = forms.ChoiceField(
        choices=[("", "–"), ("a<", "A & <b>"), (3, "three")], widget=forms.RadioSelect
    )
    some = forms.MultipleChoiceField(
        choices=[("x", "X"), ("y", "Y"), (3, "three")], widget=forms.CheckboxSelectMultiple
    )


class TestChoices:
    WAYS = (
        "{% load house %}{% if own %}{% choices field 'btn' %}{% else %}{% for c in field %}"
        '<input class="btn-check" type="{{ c.data.type }}" name="{{ c.data.name }}"'
        ' id="{{ c.id_for_label }}" value="{{ c.data.value }}"'
        '{% if c.data.selected %} checked{% endif %}><label class="btn"'
        ' for="{{ c.id_for_label }}">{{ c.choice_label }}</label>{% endfor %}{% endif %}'
    )

    @pytest.mark.parametrize(
        "form",
        [
            Asked(),
            Asked(initial={"one": 3, "some": ["x", 3]}),
            Asked(QueryDict("one=a<&some=y&some=bogus")),
            Asked(QueryDict("p-one=&p-some=3"), prefix="p"),
        ],
    )
    def test_are_those_of_the_widget(self, form):
        for field in form:
            own, django = (
                Template(self.WAYS).render(Context({"field": field, "own": each}))
                for each in (True, False)
            )
            assert own == django

    def test_say_what_the_empty_one_means(self):
        said = choices(Asked()["one"], unsaid="Not <said>")
        assert '<span class="visually-hidden">Not &lt;said&gt;</span>' in said
        assert said.count("visually-hidden") == 1
