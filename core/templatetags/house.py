"""What our templates say in one word: an icon, and days as people speak of them."""

import datetime
from typing import NamedTuple

from django import template
from django.conf import settings
from django.db.models import TextChoices
from django.templatetags.static import static
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import today

register = template.Library()


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """A drawing of `img/icons.svg`, always beside its word; `size` "s" is the small one."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f" icon-{size}" if size else "",
        static("img/icons.svg"),
        name,
    )


@register.filter
def day(on: datetime.date) -> str:
    """Mon 30 Nov; with its year when that is not this one."""
    pattern = "MONTH_DAY_FORMAT" if on.year == today().year else "DATE_FORMAT"
    return formats.date_format(on, pattern)


@register.filter
def days(on: datetime.date) -> str:
    """How far a day is from today: in 9 days, today, 3 days ago."""
    ahead = (on - today()).days
    if ahead == 0:
        return _("today")
    if ahead > 0:
        return ngettext("in %(days)d day", "in %(days)d days", ahead) % {"days": ahead}
    return ngettext("%(days)d day ago", "%(days)d days ago", -ahead) % {"days": -ahead}


@register.filter
def due_days(on: datetime.date) -> str:
    """The same of something to be done: 5 days late, today, in 9 days."""
    late = (today() - on).days
    if late > 0:
        return ngettext("%(days)d day late", "%(days)d days late", late) % {"days": late}
    return days(on)


@register.filter
def due_state(on: datetime.date) -> str:
    """Which badge something due wears: late, soon (`DUE_SOON`) or plan."""
    ahead = on - today()
    if ahead.days < 0:
        return "late"
    return "soon" if ahead <= settings.DUE_SOON else "plan"


class Step(NamedTuple):
    label: str
    place: str  # past, now or ahead


@register.filter
def track(now: TextChoices) -> list[Step]:
    """All steps of the way on which `now` stands, in their order: behind, now, ahead."""
    steps = list(type(now))
    here = steps.index(now)
    places = ["past"] * here + ["now"] + ["ahead"] * len(steps)
    return [Step(step.label, place) for step, place in zip(steps, places, strict=False)]
