"""What our templates say in one word: an icon, and days as people speak of them."""

import datetime
import re
from functools import cache
from typing import NamedTuple

from django import template
from django.conf import settings
from django.db.models import Model, TextChoices
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import today
from core.drawn import drawn_once
from core.markup import escaped, filled, joined, run

register = template.Library()
REFERENCE = re.compile(r"\b([A-Z]+-[0-9]{5,9}[A-Z])\b")


@register.simple_tag
@cache
def icon(name: str, size: str = "") -> SafeString:
    """A drawing of `img/icons.svg`, always beside its word; `size` "s" is the small one."""
    return filled(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f" icon-{size}" if size else "",
        static("img/icons.svg"),
        name,
    )


CHOICE = (
    '<input class="btn-check" type="{0}" name="{1}" id="{2}_{3}" value="{4}"{5}>'
    '<label class="{6}" for="{2}_{3}">{7}</label>'
)
CHECKED = filled(" {}", "checked")
UNSAID = '<span aria-hidden="true">{}</span><span class="visually-hidden">{}</span>'


@register.simple_tag
@drawn_once
def choices(field: BoundField, css: str = "btn", unsaid: str = "") -> SafeString:
    """Each choice of a field with radio buttons or boxes, its label behind it as a button.

    `unsaid` is what the empty choice means, for whoever hears its sign. In Python, as what
    follows: a form has a hundred choices, and each costs a template as much as a query.
    """
    widget = field.field.widget
    chosen = widget.format_value(field.value())
    shared = (widget.input_type, field.html_name, field.auto_id, css)
    kind, name, key, style = map(escaped, shared)
    rows = []
    for number, (value, label) in enumerate(widget.choices):
        said = filled(UNSAID, label, unsaid) if unsaid and not value else label
        checked = CHECKED if str(value) in chosen else ""
        rows.append((kind, name, key, number, value, checked, style, said))
    return joined(CHOICE, rows)


TICK = """<div class="form-check">
  <input class="form-check-input" type="checkbox" name="{0}" id="{1}_{2}" value="{2}"{3}>
  <label class="form-check-label" for="{1}_{2}" id="{1}_{2}_label">{4}</label>
</div>"""
BESIDE = '{} <span class="soft small">· {}</span>'
ABOUT = ' aria-describedby="{}_{}_label"'


@register.simple_tag
def tick(
    field: BoundField, row: Model, said: str, beside: str = "", about: BoundField | None = None
) -> SafeString:
    """The box of one row among those that a field offers; `beside` follows its label in small.

    `about` is another field that offers the same rows, whose label says what this box is about.
    """
    is_ticked = str(row.pk) in field.field.widget.format_value(field.value())
    described = filled(ABOUT, about.auto_id, row.pk) if about else ""
    marks = run((CHECKED if is_ticked else "", described))
    label = filled(BESIDE, said, beside) if beside else said
    return filled(TICK, field.html_name, field.auto_id, row.pk, marks, label)


FAULT = '<p class="invalid-feedback d-block"{}>{}</p>'


@register.simple_tag
def faults(field: BoundField) -> SafeString:
    """What is wrong with a field."""
    return run(filled(FAULT, "", fault) for fault in field.errors)


def _own_faults(field: BoundField) -> SafeString:
    """The same, under a key that the field itself points to."""
    key = filled(' id="{}_fault"', field.auto_id)
    return run(filled(FAULT, key, fault) for fault in field.errors)


@register.simple_tag
@drawn_once
def chips(field: BoundField) -> SafeString:
    """Several of many, or one of many. Stands in a fieldset, whose legend is the question."""
    return filled('<div class="chips">{}</div>{}', choices(field, "btn chip"), faults(field))


@register.simple_tag
@drawn_once
def segments(field: BoundField) -> SafeString:
    """One of two to four. Stands in a fieldset, whose legend is the question."""
    return filled('<div class="seg">{}</div>{}', choices(field), faults(field))


SCALE = """<fieldset class="scale">
  <legend class="form-label">{}</legend>
  <div class="seg">{}</div>
  <p class="scale-ends" aria-hidden="true"><span>{}</span><span>{}</span></p>
  {}
</fieldset>"""


@register.simple_tag
def scale(field: BoundField, label: str, low: str, high: str) -> SafeString:
    """From 0 to 10, to be left out or taken back: what is asked, and what its ends mean."""
    return filled(SCALE, label, choices(field, "btn", _("Not said")), low, high, faults(field))


LABELLED = """<div{}>
  <label class="form-label" for="{}">{}</label>
  {}
  {}
</div>"""


@register.simple_tag
@drawn_once
def labelled(field: BoundField, when_held: bool = False) -> SafeString:
    """A field of a row under its label, its faults beneath; `when_held` is true where it falls
    away for a meeting that was not held."""
    css = filled(' class="{}"', "when-held") if when_held else ""
    said = (css, field.id_for_label, field.label, field.as_widget(), _own_faults(field))
    return filled(LABELLED, *said)


WRITE_FOOT = (
    '<p class="write-foot"><span>{}</span><span class="num" data-count-of="{}">{}</span></p>{}'
)


@register.simple_tag
def write_foot(field: BoundField, belongs: str) -> SafeString:
    """Under a text with `data-count`: what belongs in it, how much fits, what is wrong."""
    at_most = formats.localize(field.field.widget.attrs["data-count"])
    most = _("at most %(most)s") % {"most": at_most}
    return filled(WRITE_FOOT, belongs, field.id_for_label, most, _own_faults(field))


@register.filter
def day(on: datetime.date) -> str:
    """Mon 30 Nov; with its year when that is not this one."""
    pattern = "MONTH_DAY_FORMAT" if on.year == today().year else "DATE_FORMAT"
    return formats.date_format(on, pattern)


@register.filter
def unbroken(sentence: str) -> SafeString:
    """A sentence in whose references no line ends."""
    *parts, rest = REFERENCE.split(sentence)
    whole = zip(parts[::2], parts[1::2], strict=True)
    head = joined('{}<span class="text-nowrap">{}</span>', whole)
    return filled("{}{}", head, rest)


@register.filter
def last_day(until: datetime.datetime) -> datetime.date:
    """The last day on which something that ends at a moment still stands, at the office."""
    last = until - datetime.timedelta(microseconds=1)
    return timezone.localtime(last, timezone.get_default_timezone()).date()


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


STATE = '<span class="state state-{}">{}</span>'
DUE = '<span class="due">{} <time datetime="{}">{}</time></span>'


@register.simple_tag
def due_date(on: datetime.date, done: bool = False) -> SafeString:
    """Every date by which something is to be done: relative first, absolute beside it; `done`
    when it is no longer waited for."""
    state = ("done", _("done")) if done else (due_state(on), due_days(on))
    return filled(DUE, filled(STATE, *state), f"{on:%Y-%m-%d}", day(on))


@register.filter
def signed(number: int) -> str:
    """−2 with a minus sign, 0, +2: a level beside what was expected."""
    return f"{number:+d}".replace("-", "−") if number else "0"


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
