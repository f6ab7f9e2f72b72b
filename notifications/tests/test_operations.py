import datetime

import pytest
from django.db import transaction
from django.utils import timezone

from audit.models import AuditEvent
from notifications import operations
from notifications.models import Beat, Notice
from notifications.tasks import dispatch_due_notices

pytestmark = pytest.mark.django_db


def promise(world, *names, by=None, occurrence="1"):
    return operations.promise(
        [world.people[name].pk for name in names],
        "session_logged",
        by=by,
        link="/sessions/",
        occurrence=occurrence,
    )


class TestAPromise:
    def test_is_written_to_each_but_the_one_who_acted(self, world):
        promise(world, "coach", "mentor", by=world.people["mentor"])
        assert [n.recipient for n in Notice.objects.all()] == [world.people["coach"]]

    def test_of_one_occurrence_is_made_once(self, world):
        promise(world, "coach")
        promise(world, "coach")
        assert Notice.objects.count() == 1
        promise(world, "coach", occurrence="2")
        assert Notice.objects.count() == 2

    def test_goes_with_the_act_that_fails(self, world):
        with transaction.atomic():
            promise(world, "coach")
            transaction.set_rollback(True)
        assert not Notice.objects.exists()

    def test_of_a_kind_that_nobody_stated_is_refused(self, world):
        with pytest.raises(KeyError):
            operations.promise([world.people["coach"].pk], "x", by=None, link="/", occurrence="1")


class TestTheDispatcher:
    def test_takes_up_what_is_due_once_and_stamps_the_beat(self, world):
        promise(world, "coach", "mentor")
        assert operations.dispatch() == 2
        assert operations.dispatch() == 0
        assert not Notice.objects.filter(dispatched_at=None).exists()
        assert operations.last_beat_at() == Beat.objects.get(name="dispatch").ran_at

    def test_leaves_what_is_not_due_yet(self, world):
        promise(world, "coach")
        Notice.objects.update(due_at=timezone.now() + datetime.timedelta(hours=1))
        assert operations.dispatch() == 0
        assert operations.dispatch(now=timezone.now() + datetime.timedelta(hours=2)) == 1

    def test_works_through_more_than_a_chunk(self, world, monkeypatch):
        monkeypatch.setattr(operations, "CHUNK", 2)
        for number in range(5):
            promise(world, "coach", occurrence=str(number))
        assert operations.dispatch() == 5

    def test_runs_as_a_task(self, world):
        promise(world, "coach")
        assert dispatch_due_notices.delay().get() == 1


class TestReading:
    def test_puts_ones_own_aside_and_nobody_elses(self, world):
        promise(world, "coach", "mentor")
        coach = world.people["coach"]
        assert operations.mark_read(coach, by=coach) == 1
        assert Notice.objects.unread().get().recipient == world.people["mentor"]
        assert AuditEvent.objects.latest("pk").kind == "notices.read"

    def test_of_one_leaves_the_rest(self, world):
        coach = world.people["coach"]
        first, _second = promise(world, "coach"), promise(world, "coach", occurrence="2")
        one = Notice.objects.get(occurrence="1")
        assert first
        assert operations.mark_read(coach, by=coach, keys=[one.pk]) == 1
        assert Notice.objects.unread().count() == 1
