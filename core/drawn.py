"""Fields that look alike are drawn once.

A long form draws forty fields, most of which are the same on everybody's page; together they take
a sixth of it. Kept is only what nobody typed: a field as its class declares it, of a form that was
not sent, which is empty or one of its choices.
"""

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any

from django.forms import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import get_language

KEPT_AT_MOST = 4096  # drawings; a form of forty fields in three languages needs a few hundred


def drawn_once(draw: Callable[..., SafeString]) -> Callable[..., SafeString]:
    """Of a function that draws a field. What else it is given has to be few words of ours."""
    kept: dict[Hashable, SafeString] = {}

    @wraps(draw)
    def drawn(field: BoundField, *said: Any, **named: Any) -> SafeString:
        alike = _alike(field)
        if alike is None:
            return draw(field, *said, **named)
        key = (*alike, said, *named.items())
        if key not in kept:
            if len(kept) >= KEPT_AT_MOST:
                kept.clear()
            kept[key] = draw(field, *said, **named)
        return kept[key]

    return drawn


def _alike(field: BoundField) -> tuple[Any, ...] | None:
    """All on which the look of a field depends; none where it is this page's own."""
    form: Any = field.form
    if form.is_bound or type(form).base_fields.get(field.name) is not field.field:
        return None
    value = field.value()
    if not (value in (None, "") or hasattr(field.field, "choices")):
        return None
    chosen = tuple(value) if isinstance(value, list) else value
    about = (field.html_name, field.auto_id, form.use_required_attribute)
    return type(form), *about, chosen, get_language()
