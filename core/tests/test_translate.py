"""A constant that is looked up once must be so for each language, and nothing else with it."""

import pytest
from django.template import Context, Template
from django.utils import translation

LOADS = "{% load i18n %}"


def in_each(source, **context):
    template, said = Template(LOADS + source), []
    for language in ("en", "da", "en", "da"):
        with translation.override(language):
            said.append(template.render(Context(context)))
    return said


def test_a_constant_is_said_in_the_language_of_whoever_reads():
    english, danish, *again = in_each('{% translate "Log a session" %}')
    assert english == "Log a session"
    assert danish != english
    assert again == [english, danish]


@pytest.mark.parametrize(
    "source", ["{% translate word %}", "{% translate word as said %}{{ said }}"]
)
def test_what_is_no_constant_is_looked_up_each_time(source):
    template = Template(LOADS + source)
    words = ("One", "Two <b>", "One")
    said = [template.render(Context({"word": word})) for word in words]
    assert said == ["One", "Two &lt;b&gt;", "One"]


def test_a_constant_is_set_where_it_is_asked_for():
    source = '{% translate "Log a session" as said %}[{{ said }}]'
    assert in_each(source)[0] == "[Log a session]"
    assert len(set(in_each(source))) == 2
