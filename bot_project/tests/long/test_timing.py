"""How long the door takes for whom, and a 404 for what: figures to read. What is guarded is the
work that is done (accounts/tests/test_same_answers.py, test_hidden_and_missing.py one folder up),
for a clock on a busy machine proves little."""

import os
import random
import statistics
import time

import pytest
from django.test import Client
from django.urls import reverse

from accounts import operations
from accounts.limits import Tries
from bot_project.tests.test_hidden_and_missing import rows_of_b, that_never_were

pytestmark = [pytest.mark.long, pytest.mark.django_db]
ROUNDS = 50
LOOKS = int(os.environ.get("TIMED_LOOKS", "2000"))  # at each of the two
ADDRESSES = {
    "known": "mentor@test.example",
    "inactive": "inactive@test.example",
    "without a password": "invited@test.example",
    "unknown": "nobody@test.example",
}
DOORS = {
    reverse("account_login"): lambda address: {"login": address, "password": "wrong"},
    reverse("account_reset_password"): lambda address: {"email": address},
}


def test_how_long_the_door_takes_is_told(world, settings, tell):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    for name in ("mentor", "inactive"):
        world.people[name].set_password("a passphrase for tests only")
        world.people[name].save()
    operations.invite(by=None, email=ADDRESSES["without a password"], name="Invited")
    client = Client()
    for url, typed in DOORS.items():
        took: dict[str, list[float]] = {sort: [] for sort in ADDRESSES}
        for _ in range(ROUNDS):
            Tries.objects.all().delete()
            for sort, address in random.sample(list(ADDRESSES.items()), len(ADDRESSES)):
                begun = time.perf_counter()
                client.post(url, typed(address))
                took[sort].append((time.perf_counter() - begun) * 1000)
        medians = {sort: statistics.median(times) for sort, times in took.items()}
        said = ", ".join(f"{sort} {median:.1f}" for sort, median in medians.items())
        tell(f"{url}: medians of {ROUNDS} in ms: {said}")


# One address a surface: a page, the API, the office; each with who asks.
LOOKED_AT = [
    ("mentor", "/mentees/{reference}/"),
    ("coach", "/api/v1/sessions/{session}/"),
    ("admin_a", "/admin/mentees/mentee/{mentee}/change/"),
]


@pytest.mark.parametrize(("name", "address"), LOOKED_AT)
def test_how_long_hidden_and_missing_take_is_told(as_user, world, tell, name, address):
    """In turns, in an order that is drawn each time: what slows one slows the other."""
    client, rows = as_user(name), rows_of_b(world)
    looks = {
        "hidden": address.format(**rows),
        "missing": address.format(**that_never_were(rows)),
    }
    took: dict[str, list[float]] = {sort: [] for sort in looks}
    for url in looks.values():
        client.get(url)  # what a process keeps is kept
    for _ in range(LOOKS):
        for sort, url in random.sample(list(looks.items()), len(looks)):
            begun = time.perf_counter()
            answer = client.get(url)
            took[sort].append((time.perf_counter() - begun) * 1000)
            assert answer.status_code == 404
    medians = ", ".join(f"{sort} {statistics.median(took[sort]):.3f}" for sort in took)
    t = welch(took["hidden"], took["missing"])
    tell(f"{address} by {name}: medians of {LOOKS} in ms: {medians}; t = {t:.2f}")


def welch(one: list[float], other: list[float]) -> float:
    """How far the means lie apart, in standard errors, without the slowest twentieth of each:
    those are the machine's. Beyond 4.5 the difference is real."""
    kept = [sorted(each)[: len(each) * 95 // 100] for each in (one, other)]
    means = [statistics.fmean(each) for each in kept]
    error = sum(statistics.variance(each) / len(each) for each in kept) ** 0.5
    return (means[0] - means[1]) / error


def test_a_difference_that_is_real_is_told():
    """The control: a tenth of a millisecond among noise three times as wide."""
    draw = random.Random(20261121)
    one = [draw.gauss(5.0, 0.3) for _ in range(2000)]
    same = [draw.gauss(5.0, 0.3) for _ in range(2000)]
    slower = [draw.gauss(5.1, 0.3) for _ in range(2000)]
    assert abs(welch(one, same)) < 4.5
    assert welch(slower, one) > 4.5
