"""What stands in the rail: by role, and only what exists."""

import datetime
from collections.abc import Callable
from functools import cache, partial
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import resolve
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import allows
from accounts.models import User
from accounts.roles import Role
from accounts.statements import PERSON, Arm, ask
from casework.queries.emergency import shown_in_emergency
from core.addresses import address
from core.dates import today
from notifications.models import Notice


def unread_notices(user: User) -> int:
    counted = ask([(Arm(_unread, None, today()), {"person": user.pk})])
    return counted[0][0] if counted else 0


def _unread(_subject: None, _on: datetime.date) -> QuerySet:
    unread = Notice.objects.filter(recipient=PERSON).unread().order_by().values("recipient")
    return unread.values_list(Count("pk"))


class Entry(NamedTuple):
    """A page of the rail. Whom it is for, its view says; an entry only names the page."""

    url_name: str
    label: Any
    icon: str
    waiting: Callable[[User], int] | None = None  # the figure beside it
    short: Any = ""  # the label on a phone, where the whole one is too long


# Always there for whoever may need it: a link on a refused page would tell that a file exists.
EMERGENCY = Entry("casework:emergency", _("Emergency"), "key")
# For whoever was shown something by decision: it is the whole day of an agency partner.
SHARED = Entry("casework:shared", _("Shared with me"), "eye", short=_("Shared"))
CONCERNS = Entry("concerns:concern_list", _("Concerns"), "flag")
# A hat is a role whose pages form a day of their own; the first that one wears is the landing.
HATS: dict[str, tuple[Any, list[Entry]]] = {
    Role.COACH: (_("Coach"), [Entry("casework:desk", _("Desk"), "desk"), CONCERNS, EMERGENCY]),
    Role.MENTOR: (
        _("Mentor"),
        [
            Entry("casework:caseload", _("Caseload"), "home"),
            Entry(
                "mentorships:session_start",
                _("Log a session"),
                "pen",
                short=pgettext_lazy("a verb, the button", "Log"),
            ),
            CONCERNS,
        ],
    ),
    Role.CASEWORKER: (
        _("Caseworker"),
        [Entry("casework:cases", _("Cases"), "case")],
    ),
    Role.PROBATION_ADMIN: (
        _("Administrator"),
        [Entry("admin:index", _("Office"), "case"), EMERGENCY],
    ),
    Role.TRAINING_ORGANISER: (
        _("Training organiser"),
        [Entry("training:programme_list", _("Training"), "book")],
    ),
    Role.PROGRAMME_MANAGER: (
        _("Programme manager"),
        [
            Entry("reports:figures", _("Figures"), "chart"),
            Entry("reports:expense_sums", _("Expenses"), "note"),
        ],
    ),
    Role.AUDITOR: (
        _("Auditor"),
        [
            Entry("casework:trail", _("The trail"), "eye"),
            Entry("reports:figures", _("Figures"), "chart"),
            EMERGENCY,
        ],
    ),
    Role.AGENCY_PARTNER: (_("Agency partner"), [SHARED]),
}
EVERYONE = [
    Entry("notifications:notice_list", _("Notices"), "bell", waiting=unread_notices),
    Entry("training:my_training", _("My training"), "book", short=_("Training")),
]
# In the account menu: the bar of a phone has room for five entries.
IN_THE_MENU = [
    Entry("casework:calendar", _("Calendar"), "calendar"),
    Entry("expenses:expense_list", _("Hours and expenses"), "note"),
    Entry("reflections:reflection_list", _("Reflections"), "pen"),
    Entry("casework:own_acts", _("What I have done"), "eye"),
]
# For whoever runs the installation and has no case role: users, roles and settings.
TECHNICAL = (_("Technical"), [Entry("admin:index", _("Users and settings"), "key")])


class Link(NamedTuple):
    """An entry as the page shows it."""

    url: str
    label: Any
    short: Any
    icon: str
    is_current: bool
    waiting: int


class Hat(NamedTuple):
    label: Any
    entries: list[Entry]
    url: str
    is_current: bool = False


class Rail(NamedTuple):
    links: list[Link]
    hats: list[Hat]
    menu: list[tuple[str, Any]]  # address and label

    @property
    def hat(self) -> Hat | None:
        """The one that is worn on this page."""
        return next((hat for hat in self.hats if hat.is_current), None)


def hats_of(user: User) -> list[Hat]:
    """The hats this person wears today, in the order of the table; costs no query of its own."""
    worn = [HATS[role] for role in HATS if role in user.standing.roles]
    if user.is_staff:
        worn.append(TECHNICAL)
    hats = []
    for label, entries in worn:
        open_to = _open_to(user, entries)
        if open_to:
            hats.append(Hat(label, open_to, address(open_to[0].url_name)))
    return hats


def first_page(user: User) -> str | None:
    """The address where this person's day begins, if they have a role that has pages."""
    return next((hat.url for hat in hats_of(user)), None)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The rail, built when a page shows it: standing is known by then, the count is one query.
    And what stands above a file that is open in an emergency."""
    return {
        "nav": SimpleLazyObject(partial(_rail, request)),
        "emergency": SimpleLazyObject(partial(shown_in_emergency, request)),
    }


def _rail(request: HttpRequest) -> Rail:
    here = request.resolver_match.view_name if request.resolver_match else ""
    hats = hats_of(request.user)
    worn = next((hat for hat in hats if here in {e.url_name for e in hat.entries}), None)
    worn = worn or (hats[0] if hats else None)
    entries = (worn.entries if worn else []) + _open_to(request.user, EVERYONE)
    if SHARED not in entries and _was_shown_something(request.user):
        entries.append(SHARED)
    links = [
        Link(
            address(entry.url_name),
            entry.label,
            entry.short,
            entry.icon,
            entry.url_name == here,
            entry.waiting(request.user) if entry.waiting else 0,
        )
        for entry in entries
    ]
    menu = [(address(e.url_name), e.label) for e in _open_to(request.user, IN_THE_MENU)]
    return Rail(links, [hat._replace(is_current=hat is worn) for hat in hats], menu)


def _was_shown_something(user: User) -> bool:
    """By a share, as a substitute or by name; an emergency stands open on its own page."""
    return bool(user.standing.sections) and not _may_open(user, EMERGENCY)


def _open_to(user: User, entries: list[Entry]) -> list[Entry]:
    return [entry for entry in entries if _may_open(user, entry)]


def _may_open(user: User, entry: Entry) -> bool:
    """Ask the page itself: what its guard demands, the rail demands."""
    demanded = _demanded_by(entry.url_name)
    return demanded is None or allows(user, demanded)


@cache
def _demanded_by(url_name: str) -> str | None:
    """The permission without which this page is closed; None where it is open to all."""
    page = resolve(address(url_name)).func
    demanded = getattr(page, "required_permission", None)
    return demanded if isinstance(demanded, str) else None
