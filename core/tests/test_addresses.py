"""An address that is looked up once has to be the one that Django would find."""

import types

import pytest
from django.http import HttpResponse
from django.template import Context, Template
from django.urls import NoReverseMatch, path, reverse, set_script_prefix

from core.addresses import Constant, address


def nodes_of(source):
    return Template(source).nodelist[0]


def test_is_found_as_django_finds_it():
    source = "{% url 'casework:landing' %}"
    assert isinstance(nodes_of(source), Constant)
    for _ in range(2):
        assert Template(source).render(Context()) == reverse("casework:landing")


@pytest.mark.parametrize(
    "source",
    [
        "{% url 'casework:file' reference='M-1' %}",
        "{% url name %}",
        "{% url 'casework:landing' as there %}",
        "{% url 'admin:index' %}",
        "{% url 'casework:landing'|lower %}",
    ],
)
def test_what_varies_is_left_to_django(source):
    assert not isinstance(nodes_of(source), Constant)


def test_follows_the_prefix_and_the_addresses_in_force(settings):
    here = address("casework:landing")
    set_script_prefix("/below/")
    try:
        assert address("casework:landing") == f"/below{here}"
    finally:
        set_script_prefix("/")
    urls = types.ModuleType("urls")
    urls.urlpatterns = [path("elsewhere/", HttpResponse, name="unlock")]
    before = address("unlock")
    settings.ROOT_URLCONF = urls
    assert address("unlock") == "/elsewhere/" != before


def test_a_name_that_there_is_not_is_said():
    with pytest.raises(NoReverseMatch):
        Template("{% url 'nothing' %}").render(Context())
