"""What several pages say in the same words."""

import datetime

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from core.templatetags.house import day, days

NOON, EVENING = 12, 18
SPELLED = [
    gettext_lazy("Two"),
    gettext_lazy("Three"),
    gettext_lazy("Four"),
    gettext_lazy("Five"),
    gettext_lazy("Six"),
    gettext_lazy("Seven"),
    gettext_lazy("Eight"),
    gettext_lazy("Nine"),
]


# How pages name the rule that opens a file to somebody.
CAPACITIES = {
    Role.MENTOR: gettext_lazy("walks with the mentee"),
    Role.COACH: gettext_lazy("coaches the mentor"),
    Role.PROBATION_ADMIN: gettext_lazy("administers the area"),
    Role.CASEWORKER: gettext_lazy("is the caseworker"),
}
BY_DECISION = gettext_lazy("was given sight of it for a time")


def capacity_in_words(capacity: str) -> str | Promise:
    """Why a rule opens a file: what its role has to do with the mentee."""
    role = capacity.partition(":")[0]
    return CAPACITIES[Role(role)] if role in CAPACITIES else BY_DECISION


def greeting() -> str:
    """By the hour at the office."""
    hour = timezone.localtime(timezone=timezone.get_default_timezone()).hour
    if hour < NOON:
        return _("Good morning.")
    return _("Good afternoon.") if hour < EVENING else _("Good evening.")


def spelled(count: int) -> str:
    """A number at the head of a sentence: Two to Nine in letters, others in figures."""
    return str(SPELLED[count - 2]) if 2 <= count < 2 + len(SPELLED) else str(count)


def clock(at: datetime.time | datetime.datetime) -> str:
    return formats.time_format(at, "TIME_FORMAT")


def when(on: datetime.date | None, at: datetime.time | None, otherwise: str) -> str:
    """Tue 24 Nov, 13:00."""
    if on is None:
        return otherwise
    return f"{day(on)}, {clock(at)}" if at else day(on)


def since(on: datetime.date | None, otherwise: str) -> str:
    """Thu 12 Nov, 9 days ago."""
    return f"{day(on)}, {days(on)}" if on else otherwise
