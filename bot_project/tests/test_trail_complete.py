"""What any answer shows of a file, the trail holds: the same answer, person and reference.

Each role walks all the links it can find, and the addresses that have none: lists and rows of
the API, searches and autocompletes of the office.
"""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from accounts.roles import Role
from audit import trail
from audit.models import AuditEvent
from bot_project.api import VIEWS
from bot_project.tests.cast import PASSWORD, World
from core.references import reference_of
from mentees import operations
from mentees.models import Mentee
from mentorships.models import SessionNarrative
from networks.models import NetworkPerson

pytestmark = pytest.mark.django_db

WALKERS = {
    "mentor": {"a"},
    "coach": {"a"},
    "admin_a": {"a"},
    "caseworker": {"a"},
    "partner": {"a"},
    "two_hats": {"a", "b"},
    "auditor": {"a"},  # in an emergency
    "trainer": set(),
    "manager": set(),
    "technical": set(),
}
LINK = re.compile(r'(?:href|action)="([^"#]*)"')
PASSED_OVER = re.compile(r"^/(accounts/|static/|admin/(logout|jsi18n)|livez|readyz)")
PAGES_AT_MOST = 300  # a person; more would mean that the walk goes round in circles


@pytest.fixture
def world(world) -> World:
    """The cast, with words of their own in everything that somebody wrote about a mentee."""
    for number, letter in enumerate("ab"):
        file = world.files[letter]
        Mentee.objects.filter(pk=file.pk).update(reference=reference_of(f"7000{number}"))
        file.refresh_from_db()
        NetworkPerson.objects.filter(mentee=file).update(display_name=f"Kin-of-{letter}")
        for note in SessionNarrative.objects.filter(session__mentorship__enrolment__mentee=file):
            note.facts = f"Told-of-{letter}"
            note.save()
    return world


def signs(world: World, letter: str) -> set[str]:
    """By any of these a page tells of the file."""
    reference = world.files[letter].reference
    return {reference, *(f"{word}-{letter}" for word in ("Given", "Family", "Kin-of", "Told-of"))}


def signed_in(world: World, name: str) -> Client:
    """With the password given again, so that pages which ask for it open."""
    client = Client()
    client.force_login(world.people[name])
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def without_a_link(world: World) -> Iterator[str]:
    for name, view in VIEWS.items():
        yield f"/api/v1/{name}/"
        for row in view.model.objects.all():
            yield f"/api/v1/{name}/{getattr(row, view.lookup_field)}/"
    for model, page in admin.site._registry.items():
        opts = model._meta
        for relation in page.autocomplete_fields:
            asked = f"app_label={opts.app_label}&model_name={opts.model_name}"
            yield f"/admin/autocomplete/?{asked}&field_name={relation}&term="
        for row in model._default_manager.order_by("pk")[:2]:
            for address in ("change", "history"):
                yield reverse(f"admin:{opts.app_label}_{opts.model_name}_{address}", args=[row.pk])
    for letter in "ab":
        yield world.files[letter].get_absolute_url()


def links_in(here: str, body: str) -> Iterator[str]:
    for found in LINK.findall(body):
        parts = urlsplit(urljoin(here, unescape(found)))
        if not parts.netloc and parts.path.startswith("/") and not PASSED_OVER.match(parts.path):
            yield f"{parts.path}?{parts.query}" if parts.query else parts.path


def kind_of(address: str) -> tuple[str, str]:
    """Addresses of one kind are walked once: by path, and by the first question they ask."""
    parts = urlsplit(address)
    path = re.sub(r"^/(trail|admin/accounts/[a-z]+)/\d+/", r"/\1/one/", parts.path)
    return path, min(each.partition("=")[0] for each in parts.query.split("&"))


def walk(world: World, client: Client) -> Iterator[tuple[str, object]]:
    """Every answer that this person gets."""
    waiting, seen = ["/", "/admin/", *without_a_link(world)], set()
    while waiting:
        address = waiting.pop(0)
        if kind_of(address) in seen or not exists(address):
            continue
        seen.add(kind_of(address))
        assert len(seen) < PAGES_AT_MOST, sorted(seen)
        answer = client.get(address, follow=False)
        if answer.status_code in (301, 302):
            waiting.append(urlsplit(answer.url).path)
        yield address, answer
        if answer.status_code == 200 and not answer.streaming:
            waiting += links_in(address, answer.content.decode())
    for address in ("/cases/", "/admin/mentees/mentee/"):
        reference = world.files["a"].reference
        yield f"POST {address}", client.post(address, {"search": reference, "q": reference})


def exists(address: str) -> bool:
    try:
        return bool(resolve(urlsplit(address).path))
    except Resolver404:
        return False


def untold(world: World, name: str) -> tuple[set[str], set[str]]:
    """Where something was shown that no line of that answer names; and of whom anything was."""
    wrong, shown = set(), set()
    for address, answer in walk(world, signed_in(world, name)):
        body = answer.getvalue().decode() if answer.streaming else answer.content.decode()
        lines = AuditEvent.objects.filter(
            request_id=answer["X-Request-Id"], actor=str(world.people[name].pk)
        )
        named = {
            target for targets in lines.values_list("targets", flat=True) for target in targets
        }
        for letter in "ab":
            if any(sign in body for sign in signs(world, letter)):
                shown.add(letter)
                file = world.files[letter]
                if not {trail.reference(file), f"reference:{file.reference}"} & named:
                    wrong.add(address)
    return wrong, shown


class TestEveryAnswer:
    @pytest.mark.parametrize("name", WALKERS)
    def test_that_tells_of_a_file_is_in_the_trail(self, world, name):
        if name == "auditor":
            world.role("auditor", Role.AUDITOR, "a")
            operations.open_in_emergency(
                world.files["a"].reference,
                by=world.user(name),
                category="life",
                reason="He has said on the phone that he will not live.",
            )
        wrong, shown = untold(world, name)
        assert not wrong
        assert shown >= WALKERS[name]

    def test_that_is_not_noted_is_found(self, world, monkeypatch):
        """The control: one page forgets."""
        monkeypatch.setattr("casework.views.desk.trail.listed", lambda *args, **kwargs: None)
        assert "/desk/" in untold(world, "coach")[0]
