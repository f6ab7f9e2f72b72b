import datetime

import pytest
from django.db import connection
from django.utils import timezone

from core import sql
from notifications import operations

pytestmark = pytest.mark.django_db


def beat(ago: datetime.timedelta = datetime.timedelta()) -> None:
    operations.dispatch(now=timezone.now() - ago)


class TestLivez:
    def test_answers_without_the_database(self, client, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert client.get("/livez").content == b"alive\n"


class TestReadyz:
    def test_is_content_when_everything_works(self, client):
        beat()
        response = client.get("/readyz")
        assert (response.status_code, response.json()) == (200, {})

    def test_says_that_the_schedule_never_ran(self, client):
        response = client.get("/readyz")
        assert response.status_code == 503
        assert response.json() == {"schedule": "the schedule has not run of late"}

    def test_says_that_the_schedule_stands_still(self, client, settings):
        beat(ago=settings.SCHEDULE_STALE_AFTER + datetime.timedelta(seconds=1))
        assert list(client.get("/readyz").json()) == ["schedule"]

    def test_names_a_trigger_that_is_gone(self, client):
        beat()
        name, _statement = sql.guards_of("audit_auditevent", connection.vendor)[0]
        on = ' ON "audit_auditevent"' if connection.vendor == "postgresql" else ""
        connection.cursor().execute(f'DROP TRIGGER "{name}"{on}')
        assert client.get("/readyz").json() == {"database": f"missing in the database: {name}"}

    def test_says_that_the_cache_forgets(self, client, settings):
        beat()
        settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
        assert client.get("/readyz").json() == {"shared_cache": "the cache forgets"}

    def test_tells_no_details_of_a_fault(self, client, settings):
        beat()
        settings.LAST_BEAT = "core.tests.test_health.broken"
        assert client.get("/readyz").json() == {"schedule": "OSError"}


def broken() -> None:
    raise OSError("the password of the database is in this message")
