"""What can open anything to a person today, and everybody who is alike in that."""

import datetime
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import models
from django.utils import timezone

from accounts.statements import PERSON, Arm, Place, ask, first
from core.dates import today


class Standing(NamedTuple):
    """What can open anything to a person today. Everything else need not be asked."""

    roles: Mapping[str, Any]  # with the organisations in which each is held
    sections: Set[str]
    excluded: bool


@dataclass(frozen=True)
class Alike:
    """Everybody to whom the same rules apply, in the place of a user: who of them asks, and where
    they hold their roles, stays open."""

    roles: frozenset[str]
    sections: frozenset[str]
    excluded: bool

    pk = PERSON
    is_active = True

    @property
    def standing(self) -> Standing:
        places = {role: Place(role, models.BigIntegerField()) for role in self.roles}
        return Standing(places, self.sections, self.excluded)


Compose = Callable[[Any, datetime.date], models.QuerySet]  # for somebody, on a day


def answers(user: Any, compose: Compose, **known: Any) -> list[tuple[Any, ...]]:
    """The rows of `compose(alike, on)`, values of a query in which others of the same standing
    may stand in this user's place: composed once a day for all of them."""
    return ask([_asked(user, compose, known)])


def first_row(user: Any, compose: Compose, **known: Any) -> Any:
    """The first row of `compose(alike, on)`, which gives models, or None."""
    return first(*_asked(user, compose, known))


def _asked(user: Any, compose: Compose, known: dict[str, Any]) -> tuple[Arm, dict[str, Any]]:
    roles, sections, excluded = user.standing
    alike = Alike(frozenset(roles if user.is_active else ()), frozenset(sections), excluded)
    places = {role: (", ".join(["%s"] * len(at)), tuple(at)) for role, at in roles.items()}
    known = {**known, **places, "person": user.pk, "now": timezone.now()}
    return Arm(compose, alike, today()), known
