"""The people and files that tests share; how they are run stands in `tests.harness`."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from accounts import access
from accounts.models import User
from bot_project.tests.crossroads import Crossroads

pytest_plugins = ["bot_project.tests.harness", "bot_project.tests.stage"]


@pytest.fixture(scope="module")
def crossroads(django_db_setup, django_db_blocker) -> Iterator[Crossroads]:
    """One for a module, since it is large: whoever changes it rolls back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Crossroads()
        transaction.set_rollback(True)


@pytest.fixture
def as_user(client, world):
    """Sign a member of the cast in and hand over the client: `as_user("mentor").get(...)`."""

    def signed_in(name: str):
        client.force_login(world.people[name])
        return client

    return signed_in


def next_request(user: User) -> User:
    """The same person as the next request will load them: standing is kept for one request."""
    return User.objects.get(pk=user.pk)


@pytest.fixture(autouse=True)
def rules_composed_anew():
    """A test that takes a rule apart must not meet, or leave, what another composed."""
    access.forget()
    yield
    access.forget()
