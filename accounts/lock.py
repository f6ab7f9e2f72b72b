"""The life of a session: open while somebody is at it, locked when they are away, then ended.

A locked or ended session lends its person to nobody: `request.user` is anonymous, so whatever
asks who is there turns it away. `request.sitting` still knows whose session it is. Such a request
executes nothing; what was typed is kept for its author (`accounts.unsent`), and the password opens
the session again at the same place (`accounts.lock_views`).

The clock stands in the session itself. People move it: a page that is opened, a form that is
sent, a draft that is saved after typing. What a page fetches by itself does not.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts import unsent
from accounts.models import User

BEGAN, ACTIVE = "began_at", "active_at"
BY_PROVIDER = "by_provider"  # of a session that an identity provider has opened
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class State(StrEnum):
    OPEN = "open"
    LOCKED = "locked"
    ENDED = "ended"
    OUT = "out"  # nobody is signed in


def now() -> int:
    return int(timezone.now().timestamp())


def begin(session: Any) -> None:
    """Start both clocks: somebody has just signed in."""
    if BEGAN in session:  # in their own session, whose key Django would leave as it was
        renew_key(session)
    session.pop(BY_PROVIDER, None)
    session[BEGAN] = session[ACTIVE] = now()


def renew_key(session: Any) -> None:
    """Go on under another key: whoever knew the old one holds nothing."""
    old = session.session_key
    session.cycle_key()
    UserSession.objects.filter(session_key=old).update(session_key=session.session_key)


def state_at(clock: Any, moment: int) -> State:
    """The state of a session by its own clock; one without a clock is locked."""
    if moment - clock.get(BEGAN, moment) >= settings.SESSION_LASTS.total_seconds():
        return State.ENDED
    idle = moment - clock.get(ACTIVE, 0)
    return State.LOCKED if idle >= settings.SESSION_LOCKS_AFTER.total_seconds() else State.OPEN


@dataclass(frozen=True)
class Sitting:
    """Who sits before this browser, and whether the session is still theirs to use."""

    person: User | None
    state: State
    session: Any

    @classmethod
    def of(cls, request: HttpRequest) -> "Sitting":
        user: Any = request.user
        if not user.is_authenticated:
            return cls(None, State.OUT, request.session)
        return cls(user, state_at(request.session, now()), request.session)

    @property
    def is_open(self) -> bool:
        return self.state == State.OPEN

    @property
    def is_shut(self) -> bool:
        """Locked or ended: somebody's, but not to be used."""
        return self.state in {State.LOCKED, State.ENDED}

    @property
    def locks_in(self) -> int:
        """Seconds of quiet until it locks or ends."""
        lock = self.session.get(ACTIVE, 0) + settings.SESSION_LOCKS_AFTER.total_seconds()
        end = self.session.get(BEGAN, 0) + settings.SESSION_LASTS.total_seconds()
        return int(min(lock, end)) - now()

    def stir(self) -> None:
        """Somebody is there. Written once a minute at most, so it may lock that much early."""
        if now() - self.session[ACTIVE] >= settings.SESSION_CLOCK_STEP.total_seconds():
            self.session[ACTIVE] = now()


def asks_for_data(request: HttpRequest) -> bool:
    """A script asks, not a person who opens a page: it is told, never sent elsewhere."""
    headers = request.headers
    return (
        headers.get("Sec-Fetch-Dest") == "empty"
        or headers.get("X-Requested-With") == "XMLHttpRequest"
        or request.path_info.startswith("/api/")
        or "application/json" in headers.get("Accept", "")
    )


def is_of_a_person(request: HttpRequest) -> bool:
    """Whether a request shows that somebody is there; a script that only looks says nothing."""
    if "X-Background" in request.headers:
        return False
    return request.method not in SAFE_METHODS or not asks_for_data(request)


def mark_of(key: Any) -> str:
    """A person as pages and answers name them: always the same, and telling nothing."""
    return salted_hmac("accounts.lock", str(key)).hexdigest()[:24] if key else ""


def marks(request: HttpRequest) -> dict[str, Any]:
    """For templates: whose page this is, in which light, and when the script has to look again."""
    person = getattr(request, "sitting", None) and request.sitting.person
    return {
        "person_mark": mark_of(person.pk) if person else "",
        "theme": person.theme if person else User.Theme.SYSTEM,
        "locks_after": int(settings.SESSION_LOCKS_AFTER.total_seconds()),
    }


def way_in(way_back: str) -> str:
    return f"{reverse('unlock')}?{urlencode({'next': way_back})}"


class LockMiddleware(LoginRequiredMiddleware):
    """Lets only an open session in, and marks every answer with whose it is.

    Stands inside the session, authentication and message middleware and around all else.
    """

    get_response: Callable[[HttpRequest], HttpResponse]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sitting = request.sitting = Sitting.of(request)
        if sitting.is_shut:
            request.user = AnonymousUser()
        elif sitting.is_open and is_of_a_person(request):
            sitting.stir()
        kept = unsent.take_key(request)
        response = self.get_response(request)
        if request.user.is_authenticated:
            unsent.forget_what_was_sent(request, response)
            if kept is not None:
                response = unsent.put_back(request, response, kept)
        self.mark(request, response)
        return response

    @staticmethod
    def mark(request: HttpRequest, response: HttpResponse) -> None:
        """Nothing of a page stays in a shared computer, least of all when its person leaves."""
        person, before = request.session.get(SESSION_KEY), request.sitting.person
        if person:
            response["X-Person"] = mark_of(person)
        if before is not None and str(before.pk) != person:
            response["Clear-Site-Data"] = '"cache", "storage"'
        if "no-store" not in response.get("Cache-Control", ""):
            response["Cache-Control"] = "no-store, private"

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        # The API asks who is there by itself, and would call it a page of another role.
        shut_api = request.sitting.is_shut and request.path_info.startswith("/api/")
        if shut_api or super().process_view(request, view, args, kwargs) is not None:
            return self.turn_away(request, view)
        return None

    def turn_away(self, request: HttpRequest, view: Any) -> HttpResponse:
        """Nobody is there. The token was checked before: what was typed is its author's."""
        sitting = request.sitting
        by_script = asks_for_data(request)
        way_back = request.get_full_path()
        if sitting.is_shut and request.method == "POST" and not is_exempt(view):
            way_back = unsent.keep_what_was_sent(request, view, by_script=by_script)
        if by_script:
            return JsonResponse({"state": sitting.state}, status=401)
        if sitting.is_shut:
            return redirect(way_in(way_back))
        return super().handle_no_permission(request, view)


def is_exempt(view: Any) -> bool:
    """A view whose token nobody has checked yet."""
    return getattr(view, "csrf_exempt", False)


# --- all sessions of one person ------------------------------------------------------------------


# The first that is named: most browsers also name those that they resemble.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Windows": "Windows",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


@dataclass(frozen=True)
class Seat:
    """One of a person's sessions, for the list of them."""

    row: UserSession
    state: State
    is_current: bool

    @property
    def browser(self) -> str:
        """As its owner would name it; one that nobody knows as it names itself."""
        told = self.row.user_agent
        browser = next((name for mark, name in BROWSERS.items() if mark in told), "")
        system = next((name for mark, name in SYSTEMS.items() if mark in told), "")
        if not browser or not system:
            return told
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}


def seats_of(user: User, *, current: str | None) -> list[Seat]:
    """Where somebody is signed in, newest first: two queries, whatever the number."""
    rows = {row.session_key: row for row in UserSession.objects.filter(user=user)}
    stored = Session.objects.filter(session_key__in=rows, expire_date__gt=timezone.now())
    hashed = user.get_session_auth_hash()
    seats = []
    for session in stored:
        clock = session.get_decoded()
        state = state_at(clock, now())
        if clock.get("_auth_user_hash") == hashed and state != State.ENDED:
            seats.append(
                Seat(
                    row=rows[session.session_key],
                    state=state,
                    is_current=session.session_key == current,
                )
            )
    return sorted(seats, key=lambda seat: seat.row.created_at, reverse=True)


def forget_sessions(keys: Iterable[str]) -> None:
    """End sessions for good: the next request of each is a stranger's."""
    keys = list(keys)
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
