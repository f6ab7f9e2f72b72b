"""Addresses in which nothing varies are looked up once; a page has twenty of them.

The settings put this `{% url %}` in the place of Django's.
"""

from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.template import defaulttags
from django.urls import get_script_prefix, get_urlconf, reverse

register = template.Library()
SAME_NAME_TWICE = "admin:"  # a name space of which there may be several


def address(name: str) -> str:
    """`reverse` of a name without anything to fill in."""
    return _reversed(name, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())


@cache
def _reversed(name: str, urls: str, prefix: str) -> str:
    return reverse(name)


class Constant(template.Node):
    def __init__(self, name: str) -> None:
        self.name = name

    def render(self, context: template.Context) -> str:
        return address(self.name)


@register.tag
def url(parser: Any, token: Any) -> template.Node:
    node: Any = defaulttags.url(parser, token)
    name = node.view_name.var if not node.view_name.filters else None
    if isinstance(name, str) and not (node.args or node.kwargs or node.asvar):
        return node if name.startswith(SAME_NAME_TWICE) else Constant(name)
    return node
