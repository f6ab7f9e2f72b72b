"""Django's `i18n` tags; a constant in `{% translate %}` is looked up once for each language.

A form has eighty of them. The settings name this library in the place of Django's.
"""

from typing import Any

from django import template
from django.templatetags import i18n
from django.utils.translation import get_language

register = template.Library()
register.tags |= i18n.register.tags
register.filters |= i18n.register.filters


class Constant(template.Node):
    def __init__(self, node: Any) -> None:
        self.node = node
        self.said: dict[str | None, str] = {}

    def render(self, context: template.Context) -> str:
        language = get_language()
        if language not in self.said:
            self.said[language] = self.node.render(context)
        return self.said[language]


@register.tag("trans")
@register.tag("translate")
def translate(parser: Any, token: Any) -> template.Node:
    node: Any = i18n.do_translate(parser, token)
    said = node.filter_expression
    is_constant = said.var.literal is not None and not said.filters
    return Constant(node) if is_constant and not (node.asvar or node.message_context) else node
