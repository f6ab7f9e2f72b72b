"""What several pages say in the same words."""

import datetime
from collections.abc import Iterable

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from core.templatetags.house import day, days
from mentees.permissions import FileSection

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
COVERS = gettext_lazy("covers for the mentor’s coach")
# The same for a page that tells it whole.
IN_FULL = {
    Role.MENTOR: gettext_lazy("Mentor in a running mentorship"),
    Role.COACH: gettext_lazy("Coach of the mentor"),
    Role.PROBATION_ADMIN: gettext_lazy("Administrator of the area"),
    Role.CASEWORKER: gettext_lazy("Caseworker, responsible for the action plan"),
}
# The parts in which a file is shared, as forms and pages say them.
SECTIONS = {
    FileSection.CORE: gettext_lazy("Front page"),
    FileSection.CUSTODY: gettext_lazy("Custody and dates"),
    FileSection.PLAN: gettext_lazy("Release plan"),
    FileSection.GOALS: gettext_lazy("Goals and living conditions"),
    FileSection.NETWORK: gettext_lazy("Network"),
    FileSection.RESTRICTIONS: gettext_lazy("Contact rules"),
}
LOOKS_BACK = gettext_lazy("was the mentor, and may still read own notes")
IS_ASKED = gettext_lazy("is asked to walk with the mentee, and has not begun")
# Rules that say more than their role, by the end of their names.
BY_RULE = {"_they_cover": COVERS, "_of_late": LOOKS_BACK, "_to_them": IS_ASKED}
WITHOUT_A_WALK = ("_of_late", "_to_them")
BY_DECISION = gettext_lazy("was given sight of it for a time")


def capacity_in_words(capacity: str) -> str | Promise:
    """Why a rule opens a file: what its role has to do with the mentee."""
    role, _colon, name = capacity.partition(": ")
    if said := _by_rule(name):
        return said
    return CAPACITIES[Role(role)] if role in CAPACITIES else BY_DECISION


def _by_rule(name: str) -> Promise | None:
    return next((said for end, said in BY_RULE.items() if name.endswith(end)), None)


def capacity_in_full(capacity: str) -> str:
    """The same, to stand alone."""
    role, _colon, name = capacity.partition(": ")
    if said := _by_rule(name):
        return capfirst(str(said))
    return str(IN_FULL.get(Role(role)) or capfirst(str(Role(role).label)))


def sections_in_words(sections: Iterable[str]) -> list[str]:
    """The parts of a file by name, in the order of the file."""
    return [str(words) for section, words in SECTIONS.items() if section in set(sections)]


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
