"""The cast stays on the stage from one test of a module to the next.

To build the world takes longer than most tests that look at it. It is built in a transaction of
its own, around those of the tests; each test rolls back to it and gets a copy of its own to hold.
A test with another clock or one that commits finds the stage empty, and so does one without it.
"""

import copy
import datetime
from typing import Any

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from bot_project.tests.cast import World
from core.dates import today

BY_ITSELF = {"alone", "time_machine", "live_server", "transactional_db"}


class Stage:
    """At most one world, for the tests of one module on one day."""

    def __init__(self) -> None:
        self.kept: World | None = None
        self.stands_for: tuple[str, datetime.date] | None = None

    def build_for(self, item: pytest.Item, blocker: DjangoDbBlocker) -> None:
        """What a test looks at, before it opens its own transaction; what stands is left."""
        if self.stands_for or not shares(item):
            return
        self.blocker, self.around = blocker, transaction.atomic()
        with blocker.unblock():
            self.around.__enter__()
            self.stands_for = of(item)
            self.kept = World()

    def clear_for(self, item: pytest.Item) -> None:
        """What another test looked at, before anything of this one is set up."""
        if self.stands_for and not (shares(item) and self.stands_for == of(item)):
            with self.blocker.unblock():
                transaction.set_rollback(True)
                self.around.__exit__(None, None, None)
            self.kept = self.stands_for = None

    def world(self) -> World:
        """As it was built, for one test to hold."""
        return copy.deepcopy(self.kept) if self.kept else World()


STAGE = Stage()


def of(item: pytest.Item) -> tuple[str, datetime.date]:
    return item.nodeid.partition("::")[0], today()


def shares(item: Any) -> bool:
    """Whether this test may look at a world that others have looked at."""
    mark = item.get_closest_marker("django_db")
    commits = mark is not None and bool(mark.kwargs)
    names = set(item.fixturenames)
    return "world" in names and not commits and not names & BY_ITSELF


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    STAGE.clear_for(item)


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: Any, request: pytest.FixtureRequest) -> None:
    if fixturedef.argname == "_django_db_helper":  # where pytest-django opens a transaction
        STAGE.build_for(request.node, request.getfixturevalue("django_db_blocker"))


@pytest.fixture
def alone() -> None:
    """For a test that builds a world of its own."""


@pytest.fixture
def world(db: None) -> World:
    return STAGE.world()
