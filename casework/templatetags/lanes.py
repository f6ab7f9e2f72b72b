"""The signs along the lanes of a release plan."""

from django import template
from django.utils.safestring import SafeString

from core.markup import filled

register = template.Library()
# Of each state its sign, around a point: a shape of its own, not a colour alone.
SIGNS = {
    "done": '<circle class="stop stop-done" cx="{0}" cy="{1}" r="8"/>'
    '<path class="stop-tick" d="M{0} {1}m-3.6 .2l2.6 2.6 4.6-5.2"/>',
    "soon": '<circle class="stop stop-soon" cx="{0}" cy="{1}" r="8"/>'
    '<path class="stop-half" d="M{0} {1}m0-5.5a5.5 5.5 0 0 0 0 11Z"/>',
    "late": '<path class="stop stop-late" d="M{0} {1}m0-10l10 10-10 10-10-10Z"/>'
    '<path class="stop-bang" d="M{0} {1}m0-4.5v4.5m0 4v.1"/>',
    "plan": '<circle class="stop" cx="{0}" cy="{1}" r="8"/>',
    "off": '<circle class="stop" cx="{0}" cy="{1}" r="8"/>'
    '<path class="stop-dash" d="M{0} {1}m-3.5 0h7"/>',
}


@register.simple_tag
def stop(state: str, x: int, y: int) -> SafeString:
    """The sign of a state, drawn at a point of the picture."""
    return filled(SIGNS[state], str(x), str(y))
