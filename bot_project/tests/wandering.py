"""What one person asks of the house: every link, and every form filled in as a browser would."""

import re
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import Any, NamedTuple
from urllib.parse import urlencode, urljoin, urlsplit

from django.http import HttpResponse, QueryDict
from django.test import Client
from django.urls import Resolver404, resolve

from core.dates import today
from core.references import reference_of

LEAVES = re.compile(r"^/(accounts/logout/|static/|admin/jsi18n/)")
TYPED = "Somebody wrote this here."
# The keys of a request, and of each kind one that is nobody's. In a form a number may be anything.
KEY = re.compile(
    r"(?P<reference>M-[0-9]{5}[A-Z])"
    r"|(?P<uuid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
    r"|(?<=/)(?P<number>[0-9]+)(?=/)"
)
NOTHING = {
    "reference": reference_of("99999"),
    "uuid": str(uuid.UUID(int=7)),
    "number": "99999999",
}
FORM = "application/x-www-form-urlencoded"


class Asked(NamedTuple):
    """One request, to be sent again by somebody else."""

    method: str
    url: str
    body: str = ""

    @property
    def route(self) -> str:
        return resolve(urlsplit(self.url).path).route

    @property
    def names_a_row(self) -> bool:
        return bool(resolve(urlsplit(self.url).path).captured_kwargs.keys() - {"app_label"})

    def of_nothing(self) -> "Asked":
        """The same under keys that nothing ever had."""
        url, body = (
            KEY.sub(lambda key: NOTHING[key.lastgroup or ""], part)
            for part in (self.url, self.body)
        )
        return self._replace(url=url, body=body)

    @property
    def values(self) -> set[str]:
        """What stands in the query and the body."""
        sent = [QueryDict(urlsplit(self.url).query), QueryDict(self.body)]
        return {value for data in sent for _name, values in data.lists() for value in values}

    @property
    def names(self) -> set[str]:
        return set(QueryDict(self.body))

    def send(self, client: Client) -> HttpResponse:
        kind = FORM if self.method == "POST" else ""
        return client.generic(self.method, self.url, self.body, content_type=kind)


class Page(HTMLParser):
    """The links of a page, and its forms with a value for each field."""

    def __init__(self, address: str, text: str) -> None:
        super().__init__()
        self.address = address
        self.links: list[str] = []
        self.forms: list[Asked] = []
        self.method, self.action, self.typed = "", "", QueryDict(mutable=True)
        self.choosing = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(urljoin(self.address, given["href"]))
        elif tag == "form":
            self.method = given.get("method", "get").upper()
            self.action = urljoin(self.address, given.get("action", ""))
            self.typed = QueryDict(mutable=True)
        elif tag == "select":
            self.choosing = given.get("name", "")
        elif tag == "option":
            self._offer(self.choosing, given.get("value", ""))
        elif tag in {"input", "textarea", "button"} and given.get("name"):
            self._fill(tag, given)

    def _offer(self, name: str, value: str) -> None:
        if value and name and name not in self.typed:
            self.typed[name] = value

    def _fill(self, tag: str, given: dict[str, str]) -> None:
        name, kind = given["name"], given.get("type", "text" if tag == "input" else tag)
        if kind == "checkbox":  # all of them: an action on many rows at once
            self.typed.appendlist(name, given.get("value", "on"))
        elif kind in {"radio", "submit", "button"}:
            self._offer(name, given.get("value", ""))
        elif kind == "date":
            self.typed[name] = given.get("value") or today().isoformat()
        elif name != "csrfmiddlewaretoken":
            self.typed[name] = given.get("value") or TYPED

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.method == "GET":
            path = urlsplit(self.action).path
            self.links.append(f"{path}?{self.typed.urlencode()}")
        elif tag == "form" and self.method == "POST":
            self.forms.append(Asked("POST", self.action, self.typed.urlencode()))
        elif tag == "select":
            self.choosing = ""


def wander(
    client: Client, starts: Iterable[str], *, a_route: int
) -> Iterator[tuple[Asked, HttpResponse]]:
    """Follow links from these addresses, to so many addresses a route; what each answered."""
    waiting, known = list(starts), set()
    visits: Counter[str] = Counter()
    while waiting:
        asked = Asked("GET", waiting.pop(0).partition("#")[0])
        if asked.url in known or not _is_ours(asked.url) or visits[asked.route] >= a_route:
            continue
        known.add(asked.url)
        visits[asked.route] += 1
        response = asked.send(client)
        yield asked, response
        if response.status_code == 302:
            waiting.append(urljoin(asked.url, response.url))
        waiting += Page(asked.url, text_of(response)).links


def forms_of(asked: Asked, response: HttpResponse) -> list[Asked]:
    found = Page(asked.url, text_of(response)).forms
    return [form for form in found if _is_ours(form.url)]


def text_of(response: HttpResponse) -> str:
    return response.getvalue().decode(errors="replace")


def _is_ours(url: str) -> bool:
    parts = urlsplit(url)
    if parts.netloc or parts.scheme or LEAVES.match(parts.path):
        return False
    try:
        resolve(parts.path)
    except Resolver404:
        return False
    return True


def with_fields(asked: Asked, extra: dict[str, Any]) -> Asked:
    """The same form with fields that it does not have."""
    offered = QueryDict(asked.body)
    more = {name: value for name, value in extra.items() if name not in offered}
    return asked._replace(body="&".join(filter(None, [asked.body, urlencode(more)])))
