"""How often somebody may guess, and that nobody who may come in is kept out for long."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import limits
from accounts.letters import Letter
from accounts.limits import Limit, TooMany, Tries
from accounts.tasks import send_letters
from bot_project.tests.cast import PASSWORD, SECRET

LOGIN, CODE = reverse("account_login"), reverse("mfa_authenticate")
RESET = reverse("account_reset_password")
MENTOR = "mentor@test.example"
ENOUGH = "Too many tries"


@pytest.fixture(autouse=True)
def one_factor(world):
    Authenticator.objects.all().delete()


def give(password, address=MENTOR, client=None, **request):
    return (client or Client()).post(LOGIN, {"login": address, "password": password}, **request)


def refused(answer) -> bool:
    return ENOUGH in answer.content.decode()


def later(minutes: float) -> None:
    """Let so much time pass for everything that is counted."""
    ago = datetime.timedelta(minutes=minutes)
    for tries in Tries.objects.all():
        tries.last_at -= ago
        tries.shut_until = tries.shut_until and tries.shut_until - ago
        tries.save()


class TestALimit:
    def test_doubles_its_wait_and_stops_at_a_quarter_of_an_hour(self):
        limit = Limit(5, datetime.timedelta(minutes=1), datetime.timedelta(minutes=15))
        waits = [limit.wait_after(count) for count in range(51)]
        minutes = [wait.total_seconds() / 60 for wait in waits if wait]
        assert minutes == [1, 2, 4, 8, 15, 15, 15, 15, 15, 15]
        assert [n for n, wait in enumerate(waits) if wait] == list(range(5, 51, 5))


@pytest.mark.django_db
class TestSigningIn:
    def test_waits_after_five_wrong_passwords_even_with_the_right_one(self, db):
        for _ in range(5):
            assert not refused(give("wrong"))
        assert refused(give(PASSWORD))
        assert refused(give(PASSWORD, address="MENTOR@Test.example "))
        later(1)
        assert give(PASSWORD).status_code == 302

    def test_is_shut_for_a_quarter_of_an_hour_at_most_however_long_somebody_guesses(self, db):
        for _ in range(12):
            for _ in range(5):
                give("wrong", REMOTE_ADDR="192.0.2.1")
                Tries.objects.exclude(pk=limits._key("sign_in.account", MENTOR)).delete()
            tries = Tries.objects.get()
            assert tries.shut_until - timezone.now() <= datetime.timedelta(minutes=15)
            shut_until = tries.shut_until
            for _ in range(3):  # trying on changes nothing
                assert refused(give("wrong"))
            assert Tries.objects.get(pk=tries.pk).shut_until == shut_until
            later(15)
        assert give(PASSWORD).status_code == 302

    def test_forgets_once_somebody_is_in(self, db):
        for _ in range(3):
            for _ in range(4):
                give("wrong")
            assert give(PASSWORD).status_code == 302

    def test_waits_for_a_network_that_tries_one_password_on_many(self, db):
        for number in range(20):
            assert not refused(give("wrong", address=f"person{number}@test.example"))
        assert refused(give(PASSWORD))
        assert give(PASSWORD, REMOTE_ADDR="192.0.2.7").status_code == 302

    def test_counts_nobody_who_knows_the_password_against_their_network(self, db):
        for _ in range(25):
            assert give(PASSWORD).status_code == 302

    def test_counts_a_customer_of_ipv6_as_one(self, db):
        for number in range(20):
            give("wrong", address=f"p{number}@test.example", REMOTE_ADDR=f"2001:db8::{number + 1}")
        assert refused(give(PASSWORD, REMOTE_ADDR="2001:db8::ffff"))
        assert give(PASSWORD, REMOTE_ADDR="2001:db8:0:1::1").status_code == 302

    def test_holds_while_the_cache_is_away(self, db, settings):
        settings.CACHES = {
            "default": {
                "BACKEND": "django.core.cache.backends.redis.RedisCache",
                "LOCATION": "redis://127.0.0.1:9/0",
            }
        }
        for _ in range(5):
            give("wrong")
        assert refused(give(PASSWORD))
        later(1)
        assert give(PASSWORD).status_code == 302


@pytest.mark.django_db
class TestAForwardedHeader:
    def guess(self, number, **headers):
        return give("wrong", address=f"person{number}@test.example", headers=headers)

    def test_moves_no_limit_without_a_proxy(self, settings):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
        for number in range(20):
            self.guess(number, **{"x-forwarded-for": f"203.0.113.{number}"})
        assert refused(self.guess(99, **{"x-forwarded-for": "203.0.113.99"}))

    def test_is_believed_as_far_as_our_own_proxy_wrote_it(self, settings):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        for number in range(20):  # the visitor makes up the first, the proxy adds the second
            self.guess(number, **{"x-forwarded-for": f"203.0.113.{number}, 198.51.100.1"})
        assert refused(self.guess(99, **{"x-forwarded-for": "203.0.113.99, 198.51.100.1"}))
        assert not refused(self.guess(99, **{"x-forwarded-for": "203.0.113.99, 198.51.100.2"}))


@pytest.mark.django_db
class TestACode:
    @pytest.fixture
    def at_the_code(self, client, world):
        TOTP.activate(world.people["mentor"], SECRET)
        give(PASSWORD, client=client)
        return client

    def test_is_weighed_five_times_a_sign_in(self, at_the_code):
        for _ in range(5):
            assert not refused(at_the_code.post(CODE, {"code": "000000"}))
        assert refused(at_the_code.post(CODE, {"code": "000000"}))
        assert at_the_code.post(CODE, {"code": "000000"}).url == LOGIN  # from the beginning

    def test_is_not_weighed_more_often_by_beginning_again(self, at_the_code):
        for _ in range(5):
            at_the_code.post(CODE, {"code": "000000"})
        another = Client()
        give(PASSWORD, client=another)
        assert refused(another.post(CODE, {"code": "000000"}))


@pytest.mark.django_db
class TestANewPassword:
    def test_is_asked_for_three_times_an_hour_known_or_not(self, world):
        for address in (MENTOR, "nobody@test.example"):
            for _ in range(3):
                assert Client().post(RESET, {"email": address}).status_code == 302
            answer = Client().post(RESET, {"email": address.upper()})
            assert refused(answer)
            assert address.upper() in answer.content.decode()
        assert Letter.objects.filter(user=world.people["mentor"]).count() == 3
        later(60)
        assert Client().post(RESET, {"email": MENTOR}).status_code == 302


@pytest.mark.django_db
def test_what_was_counted_is_forgotten_after_a_day(world):
    give("wrong")
    send_letters()
    assert Tries.objects.exists()
    later(24 * 60 + 1)
    send_letters()
    assert not Tries.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_no_guess_is_weighed_beyond_the_limit_by_many_at_once(world):
    def take(_number):
        try:
            limits.take("sign_in.account", MENTOR)
        except TooMany:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(60))) == 5


@pytest.mark.django_db
def test_counts_although_somebody_who_is_in_was_forgiven_just_then():
    """On PostgreSQL the row may go between being found and being locked."""
    forgiven = []

    def forgive_once(execute, sql, *rest):
        answer = execute(sql, *rest)
        if sql.startswith("INSERT") and "accounts_tries" in sql and not forgiven:
            forgiven.append(limits.forgive("sign_in.account", MENTOR))
        return answer

    with connection.execute_wrapper(forgive_once):
        limits.take("sign_in.account", MENTOR)
    assert forgiven
    assert Tries.objects.get().count == 1
