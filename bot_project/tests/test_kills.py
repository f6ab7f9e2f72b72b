"""A few kills of the web process on PostgreSQL; `long` has many, and the control."""

import pytest
from django.db import connection

from bot_project.tests.kills import assert_nothing_lost, typing_while_killed

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="is for make test-services"),
]
KILLS, TYPISTS = 10, 10


def test_ten_kills_lose_nothing_that_was_saved(world, tmp_path, tell):
    with typing_while_killed(world, tmp_path, kills=KILLS, typists=TYPISTS) as typists:
        tell(assert_nothing_lost(typists, KILLS))
