"""The widgets of every page that has a form, in plain strings.

Django renders each through three to twenty templates; a form of thirty fields spends a fifth of
its page on them. The strings here are the same to the byte (`core/tests/test_form_renderer.py`
compares them); a widget that is not here is rendered by its template.
"""

from collections.abc import Callable
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.safestring import SafeString

from core.markup import filled, joined, run

Widget = dict[str, Any]  # what a widget tells its template


class PlainRenderer(TemplatesSetting):
    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> str:
        if plain := PLAIN.get(template_name):
            return plain(context["widget"])
        return super().render(template_name, context, request)


def _attributes(widget: Widget) -> SafeString:
    return run(
        filled(" {}", name) if value is True else filled(' {}="{}"', name, str(value))
        for name, value in widget["attrs"].items()
        if value is not False
    )


def _input(widget: Widget) -> SafeString:
    value = "" if widget["value"] is None else filled(' value="{}"', str(widget["value"]))
    named = (widget["type"], widget["name"])
    return filled('<input type="{}" name="{}"{}{}>', *named, value, _attributes(widget))


def _option(widget: Widget) -> SafeString:
    """One box or button of several, within its label or, with `tag`, alone."""
    if not widget["wrap_label"]:
        return _input(widget)
    key = widget["attrs"].get("id")
    said = (filled(' for="{}"', key) if key else "", _input(widget), widget["label"])
    return filled("<label{}>{}\n {}</label>", *said)


def _textarea(widget: Widget) -> SafeString:
    written = (widget["name"], _attributes(widget), widget["value"] or "")
    return filled('<textarea name="{}"{}>\n{}</textarea>', *written)


def _select(widget: Widget) -> SafeString:
    inside = run(_group(name, options) for name, options, _index in widget["optgroups"])
    named = (widget["name"], _attributes(widget))
    return filled('<select name="{}"{}>{}\n</select>', *named, inside)


def _group(name: Any, options: list[Widget]) -> SafeString:
    rows = ((str(each["value"]), _attributes(each), each["label"]) for each in options)
    inside = joined('\n  <option value="{}"{}>{}</option>\n', rows)
    if not name:
        return inside
    return filled('\n  <optgroup label="{}">{}\n  </optgroup>', name, inside)


INPUTS = ("text", "number", "email", "hidden", "password", "date", "time")
PLAIN: dict[str, Callable[[Widget], SafeString]] = {
    **{f"django/forms/widgets/{kind}.html": _input for kind in INPUTS},
    **{f"django/forms/widgets/{kind}_option.html": _option for kind in ("checkbox", "radio")},
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
}
