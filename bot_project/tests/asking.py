"""Who asks in a world, and the surfaces by name.

A surface answers for one reader with what it shows: a set, or a number where it shows a figure.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.db import models
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from bot_project.tests.addresses import REFERENCE
from bot_project.tests.facts import PEOPLE
from bot_project.tests.random_worlds import Built
from mentees import operations
from mentees.models import Enrolment, Mentee
from mentors.models import Mentor
from mentorships.models import MentoringSession


class Crowd:
    """A world that is built, with everybody in it at the door."""

    def __init__(self, built: Built) -> None:
        self.built = built
        Mentor.objects.update(status="available")  # so that they can be chosen
        for mentee in built.files:
            operations.change_mentee(mentee, by=built.decider, family_name="Somebody")
        for enrolment in Enrolment.objects.all():
            built.number[Enrolment][enrolment.pk] = built.number[Mentee][enrolment.mentee_id]
        numbers = built.number[MentoringSession]
        self.sessions = {
            str(key): numbers[pk] for pk, key in MentoringSession.objects.values_list("pk", "uuid")
        }

    def readers(self) -> Iterator["Reader"]:
        for person in range(PEOPLE):
            user, client = self.built.user(person), Client()
            client.force_login(user)
            session = client.session
            record_authentication(SimpleNamespace(session=session), user, "password")
            session.save()
            yield Reader(self, person, user, client)


@dataclass(frozen=True)
class Reader:
    """One person before the surfaces."""

    crowd: Crowd
    person: int
    user: User
    client: Client
    read: dict[str, HttpResponse] = field(default_factory=dict, repr=False, compare=False)

    @property
    def built(self) -> Built:
        return self.crowd.built

    def page(self, address: str, **asked: Any) -> HttpResponse:
        return self.client.get(address, asked)

    def once(self, address: str) -> HttpResponse:
        """A page on which several surfaces stand: fetched for the first of them."""
        if address not in self.read:
            self.read[address] = self.page(address)
        return self.read[address]

    def anew(self) -> "Reader":
        """The same person, who has read nothing yet."""
        return replace(self, read={})

    def opens(self, address: str) -> bool:
        return self.page(address).status_code == 200

    def files_in(self, response: HttpResponse) -> set[int]:
        """Whom a page that is shown names, by reference."""
        text = response.getvalue().decode() if response.status_code == 200 else ""
        return {self.built.references[found] for found in REFERENCE.findall(text)}

    def numbers(self, model: type[models.Model], keys: Iterable[Any]) -> set[int]:
        return {self.built.number[model][key] for key in keys}


Shown = set[Any] | int
Ask = Callable[[Reader], Shown]


class Surfaces(dict[str, tuple[str, Ask]]):
    """By name: what the oracle calls its answer, and the surface."""

    def surface(self, name: str, shows: str) -> Callable[[Ask], Ask]:
        def register(ask: Ask) -> Ask:
            self[name] = (shows, ask)
            return ask

        return register


def of_rows(address: str, keys: Callable[[Reader], dict[Any, int]]) -> Ask:
    """Whose page opens."""

    def shown(reader: Reader) -> Shown:
        found = keys(reader).items()
        return {number for key, number in found if reader.opens(address.format(key))}

    return shown
