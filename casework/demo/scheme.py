"""What all builders share: the seed's dice, the day, and the rows made so far."""

import datetime
import random
import uuid
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

from django.db import models
from django.utils import timezone

from accounts.models import User
from mentors.models import Mentor, MentorLoan
from organisations.models import Organisation
from release_plans.models import TemplateItem
from release_plans.planner import Calendar
from training.models import Module, TrainingProgramme

Row = TypeVar("Row", bound=models.Model)
T = TypeVar("T")


class Reference(NamedTuple):
    """What the demonstration finds in the database: loaded there as in production."""

    training: TrainingProgramme
    modules: list[Module]
    items: dict[str, list[TemplateItem]]  # of each template, by its code
    calendar: Calendar


class Scheme:
    """The demonstration while it is made: no row is saved, rows know each other as objects."""

    def __init__(self, seed: int, day: datetime.date) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - nothing here is secret, all of it repeats
        self.day = day
        self.rows: dict[type[models.Model], list[models.Model]] = {}
        self.places: dict[str, Organisation] = {}
        self.users: dict[str, User] = {}
        self.mentors: dict[str, Mentor] = {}
        self.loans: dict[str, MentorLoan] = {}  # by the mentor
        self.references: set[str] = set()
        self.names: set[tuple[str, str]] = set()

    def add(self, row: Row) -> Row:
        self.rows.setdefault(type(row), []).append(row)
        return row

    # --- days and moments ----------------------------------------------------------------------

    def ago(self, days: int) -> datetime.date:
        return self.day - datetime.timedelta(days=days)

    def on(self, days: int) -> datetime.date:
        return self.day + datetime.timedelta(days=days)

    def later(self, day: datetime.date, fewest: int, most: int) -> datetime.date:
        """Some days after `day`."""
        return day + datetime.timedelta(days=self.dice.randint(fewest, most))

    def moment(self, day: datetime.date, hour: int, minute: int = 0) -> datetime.datetime:
        """That time of that day at the office, but never later than yesterday evening."""
        office = timezone.get_default_timezone()
        last = datetime.datetime.combine(self.ago(1), datetime.time(22), office)
        return min(datetime.datetime.combine(day, datetime.time(hour, minute), office), last)

    # --- dice ----------------------------------------------------------------------------------

    def chance(self, of_a_hundred: int) -> bool:
        return self.dice.randrange(100) < of_a_hundred

    def one_of(self, choices: Sequence[T]) -> T:
        return self.dice.choice(choices)

    def weighted(self, weights: dict[T, int]) -> T:
        return self.dice.choices(list(weights), list(weights.values()))[0]

    def uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.dice.getrandbits(128), version=4)


class Deck:
    """Sentences drawn without repeating one before all were drawn."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.drawn: set[object] = set()

    def draw(self, cards: Iterable[T]) -> T:
        cards = list(cards)
        fresh = [card for card in cards if card not in self.drawn]
        if not fresh:
            self.drawn.difference_update(cards)
            fresh = cards
        card = self.scheme.one_of(fresh)
        self.drawn.add(card)
        return card


def weekday(day: datetime.date, *, forward: bool = False) -> datetime.date:
    """The day itself, or the nearest before (after) it that is no Saturday or Sunday."""
    while day.weekday() > 4:
        day += datetime.timedelta(days=1 if forward else -1)
    return day
