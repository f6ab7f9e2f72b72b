"""What lies outside a person's reach leaves no trace in any byte that this person is sent.

Everything that can be asked is asked, then the other area is rewritten, added to and emptied, and
everything is asked again. What is outside is said here by hand, from access.md, not by the rules.
"""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import models
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from bot_project.tests.canaries import MARK, marked, texts_of_people
from core import sql
from mentees.models import Mentee
from mentorships.models import SessionDraft

pytestmark = pytest.mark.django_db
# Everyone whose reach ends at the border of area A.
OF_AREA_A = ["mentor", "coach", "admin_a", "caseworker", "partner", "stranger"]
# Asked besides what links lead to: lists, searches and choices, also for what is elsewhere.
ASKED = [
    "/api/v1/mentees/",
    "/api/v1/mentorships/",
    "/api/v1/sessions/",
    "/api/v1/mentees/M-b/",
    "/mentees/M-b/",
    "/mentees/M-b/access/",
    "/sessions/log/?mentee=M-b",
    "/admin/mentees/mentee/?q=M-b",
    "/admin/mentees/mentee/?q=Family-b",
    "/admin/mentees/mentee/?q=Given",
    "/admin/autocomplete/?app_label=mentorships&model_name=mentorship&field_name=enrolment&term=M",
]
# What one has done oneself grows with each look.
PASSED_OVER = re.compile(r"^/(accounts/|acts/|static/|admin/(logout|jsi18n)|api/v1/docs)")
# Made anew for each answer, whatever the data: tokens against forgery, keys of rows to come, the
# mark of a page and the key under which its tab keeps what is not saved.
MADE_ANEW = re.compile(
    r'(?<=name="csrfmiddlewaretoken" value=")\w+|(?<=/sessions/log/)[0-9a-f-]{36}'
    r'|(?<=name="page" value=")[^"]*|(?<=name="key" value=")[^"]*|(?<=data-tab-key=")[^"]*'
)
LINK = re.compile(r'(?:href|hx-get|src)="(/[^"#]*)')


def everything(client: Client) -> dict[str, tuple[int, str]]:
    """What this person is sent, by address: all that links lead to, one a route, and more."""
    answers: dict[str, tuple[int, str]] = {}
    waiting, routes = ["/", *ASKED], set()
    while waiting:
        address = waiting.pop(0)
        response = client.get(address, follow=True)
        body = response.content.decode()
        answers[address] = (response.status_code, MADE_ANEW.sub("", body))
        for link in map(unescape, LINK.findall(body)):
            if not PASSED_OVER.match(link):
                route = (resolve(urlsplit(link).path).route, bool(urlsplit(link).query))
                if route not in routes:
                    routes.add(route)
                    waiting.append(link)
    return answers


def of_file(model: type[models.Model], mentee: Mentee) -> models.QuerySet:
    """Rows of a case model that belong to this file, past every manager that filters."""
    path = model.case if getattr(model, "case", None) else "pk"
    rows: models.QuerySet = models.QuerySet(model)
    return rows.filter(**{path: mentee.pk})


def rewrite(model: type[models.Model], rows: models.QuerySet) -> int:
    fields = dict(texts_of_people()).get(model, [])
    for row in rows:
        models.QuerySet(model).filter(pk=row.pk).update(**{f.name: marked(f, row) for f in fields})
    return len(rows)


def case_models() -> Iterator[type[models.Model]]:
    for model, _fields in texts_of_people():
        if model is Mentee or getattr(model, "case", None):
            yield model


def change_elsewhere(world) -> int:
    """Rewrite file B and its people, throw its drafts away, and add a third file beside it."""
    sql.drop()
    touched = sum(rewrite(model, of_file(model, world.files["b"])) for model in case_models())
    for name in ("mentor_b", "admin_b"):
        world.people[name].name = f"{MARK} {name}"
        world.people[name].save(update_fields=["name"])
    SessionDraft.objects.filter(mentorship=world.mentorship_of("mentor_b")).delete()
    sql.create()
    world.file("c", world.prison["b"])
    world.person("mentor_c", "mentor", "b")
    world.mentorship("mentor_c", "c")
    return touched


def change_in_front(world, apps: set[str]) -> int:
    """Rewrite what only some read of file A: notes and agreements, or the network too."""
    sql.drop()
    touched = sum(
        rewrite(model, of_file(model, world.files["a"]))
        for model in case_models()
        if model._meta.app_label in apps
    )
    sql.create()
    return touched


def differences(client: Client, before: dict[str, tuple[int, str]]) -> list[str]:
    after = everything(client)
    return sorted(
        address for address in before | after if before.get(address) != after.get(address)
    )


@pytest.fixture
def browser_of(world, monkeypatch):
    """At one moment, so that no clock on a page moves on; and of one's own readings, which grow
    with each look, none is left for the next page."""
    monkeypatch.setattr("casework.queries.file_access.PAGE", 10_000)

    def signed_in(name: str) -> Client:
        client = Client()
        client.force_login(world.people[name])
        return client

    with time_machine.travel(timezone.now(), tick=False):
        yield signed_in


@pytest.mark.parametrize("name", OF_AREA_A)
def test_another_area_leaves_no_trace(name, browser_of, world):
    client = browser_of(name)
    before = everything(client)
    assert differences(client, before) == []  # the same question has the same answer
    assert change_elsewhere(world) > 5
    assert differences(client, before) == []


@pytest.mark.parametrize(
    ("name", "apps"),
    [
        ("admin_a", {"mentorships", "networks"}),
        ("technical", {"mentorships", "networks"}),
        ("caseworker", {"mentorships"}),  # reads with whom contact is permitted
        ("partner", {"mentorships"}),  # is shown the network
    ],
)
def test_a_note_leaves_no_trace_with_whoever_may_not_read_it(name, apps, browser_of, world):
    client = browser_of(name)
    before = everything(client)
    assert change_in_front(world, apps) > 5
    assert differences(client, before) == []


class TestTheComparison:
    """Finds what can be seen."""

    def test_finds_a_note_with_whoever_reads_it(self, browser_of, world):
        client = browser_of("mentor")
        before = everything(client)
        change_in_front(world, {"mentorships"})
        assert "/mentees/M-a/" in differences(client, before)

    def test_finds_the_other_area_with_its_administrator(self, browser_of, world):
        client = browser_of("admin_b")
        before = everything(client)
        change_elsewhere(world)
        assert "/admin/mentees/mentee/?q=M-b" in differences(client, before)
