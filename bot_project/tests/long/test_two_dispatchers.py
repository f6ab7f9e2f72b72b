"""Two dispatchers at the same moment take up each notice once, on either engine."""

import datetime
import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import timezone

from notifications import operations
from notifications.models import Notice

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
ROUNDS, NOTICES, DISPATCHERS = 10, 1000, 2


def due(world, round_of: str) -> None:
    coach = world.people["coach"].pk
    Notice.objects.bulk_create(
        Notice(
            recipient_id=coach, kind="session_logged", link="/", occurrence=f"{round_of} {number}"
        )
        for number in range(NOTICES)
    )


def at_once(dispatch: Callable[[datetime.datetime], int]) -> Counter[datetime.datetime]:
    """How many each of the dispatchers says it took, by the moment with which it stamped them."""
    start = threading.Barrier(DISPATCHERS)
    taken: Counter[datetime.datetime] = Counter()

    def run(moment: datetime.datetime) -> None:
        try:
            start.wait()
            taken[moment] = dispatch(moment)
        finally:
            connection.close()

    now = timezone.now()
    threads = [
        threading.Thread(target=run, args=(now + datetime.timedelta(seconds=number),))
        for number in range(DISPATCHERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def stamped() -> Counter[datetime.datetime]:
    return Counter(Notice.objects.values_list("dispatched_at", flat=True))


class TestTwoDispatchers:
    def test_take_up_each_notice_once(self, world, tell):
        shares = []
        for number in range(ROUNDS):
            Notice.objects.all().delete()
            due(world, str(number))
            taken = at_once(lambda moment: operations.dispatch(now=moment))
            assert taken.total() == NOTICES
            assert +taken == stamped()
            shares.append(min(taken.values()))
        tell(
            f"{connection.vendor}: {ROUNDS} rounds of {NOTICES} notices, each taken once;"
            f" the slower took {sorted(shares)}"
        )

    def test_are_seen_to_take_notices_twice_without_the_guards(self, world, tell):
        due(world, "careless")
        both_have_read = threading.Barrier(DISPATCHERS)

        def careless(moment: datetime.datetime) -> int:
            """Reads what is due, then stamps it, without a lock and without asking again."""
            keys = list(Notice.objects.due(moment).values_list("pk", flat=True)[:100])
            both_have_read.wait()
            return Notice.objects.filter(pk__in=keys).update(dispatched_at=moment)

        taken = at_once(careless)
        tell(f"{connection.vendor}, careless: {taken.total()} taken, {+taken} of 100")
        assert taken.total() > stamped().total() - stamped()[None]
