"""Mails that say that something waits: owed with the notice, sent once, quiet when asked."""

import datetime
import re
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from audit.models import AuditEvent
from notifications import mails, operations
from notifications.kinds import CHECKS, holds_while, notices
from notifications.models import Beat, Hold, Mailing, MailWish, Notice, Rhythm

pytestmark = pytest.mark.django_db
TUESDAY = datetime.datetime(2026, 11, 24, 11, tzinfo=datetime.UTC)
MORNING = datetime.datetime(2026, 11, 25, 6, tzinfo=datetime.UTC)  # seven o'clock at the office
MINUTE, HOUR = datetime.timedelta(minutes=1), datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _clock(settings):
    settings.MAILS_HELD_AFTER = datetime.timedelta.max
    with time_machine.travel(TUESDAY, tick=False):
        yield


@pytest.fixture
def promise(world, _clock):
    def promised(*names, occurrence="1", kind="session_logged"):
        people = [world.people[name].pk for name in names]
        return operations.promise(people, kind, by=None, link="/", occurrence=occurrence)

    return promised


def wants(world, name, **wished):
    person = world.people[name]
    return mails.choose_mails(person, by=person, **wished)


class Broken(EmailBackend):
    """A post office that takes nothing, and says why."""

    fault: Exception = SMTPServerDisconnected()

    def send_messages(self, messages):
        raise self.fault


@pytest.fixture
def broken(monkeypatch):
    monkeypatch.setattr(settings, "EMAIL_BACKEND", f"{__name__}.Broken")
    return Broken


class TestAMail:
    def test_is_one_for_all_that_waits_and_comes_in_the_morning(self, promise):
        promise("coach")
        promise("coach", occurrence="2")
        operations.dispatch()
        assert mails.send_mails(now=MORNING - MINUTE) == 0
        assert mails.send_mails(now=MORNING) == 1
        assert "2 notices wait" in mail.outbox[0].body
        assert mails.send_mails(now=MORNING + HOUR) == 0

    def test_tells_a_notice_once(self, promise):
        promise("coach")
        operations.dispatch()
        mails.send_mails(now=MORNING)
        promise("coach", occurrence="2")
        operations.dispatch(now=MORNING)
        mails.send_mails(now=MORNING + 24 * HOUR)
        assert [re.search(r"\d+ notice", each.body)[0] for each in mail.outbox] == [
            "1 notice",
            "1 notice",
        ]

    def test_is_not_sent_when_all_was_read(self, promise, world):
        promise("coach")
        operations.dispatch()
        operations.mark_read(world.people["coach"], by=world.people["coach"])
        assert mails.send_mails(now=MORNING) == 0
        assert Mailing.objects.get().outcome == Mailing.Outcome.NEEDLESS

    def test_is_not_sent_to_a_closed_account(self, promise, world):
        promise("coach")
        operations.dispatch()
        type(world.people["coach"]).objects.filter(pk=world.people["coach"].pk).update(
            is_active=False
        )
        assert mails.send_mails(now=MORNING) == 0
        assert not mail.outbox

    @pytest.mark.parametrize("language", ["en", "da", "fr"])
    def test_names_nobody_and_no_purpose(self, promise, world, language):
        coach = world.people["coach"]
        coach.language = language
        coach.save(update_fields=["language"])
        promise("coach")
        operations.dispatch()
        mails.send_mails(now=MORNING)
        said = f"{mail.outbox[0].subject} {mail.outbox[0].body}".lower()
        told = said.replace(settings.PUBLIC_URL.lower(), "")
        names = {person.name.lower() for person in world.people.values() if person.name}
        places = {prison.name.lower() for prison in world.prison.values()}
        with translation.override(language):
            words = {"mentor", "mentee", "prison", "session", settings.PRODUCT_NAME.lower()}
        assert not [word for word in names | places | words if word in told]
        assert settings.PUBLIC_URL.lower() in said

    def test_goes_out_under_the_same_identifier_when_tried_again(self, promise, broken, settings):
        promise("coach")
        operations.dispatch()
        mails.send_mails(now=MORNING)
        first = mails.mail_of(Mailing.objects.get()).message()["Message-ID"]
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        assert mails.send_mails(now=MORNING + settings.MAIL_RETRIED_AFTER) == 1
        assert mail.outbox[0].message()["Message-ID"] == first
        assert Mailing.objects.get().tries == 2


class TestAWish:
    def test_for_mails_at_once_is_heard_outside_quiet_hours(self, promise, world):
        wants(world, "coach", rhythm=Rhythm.AT_ONCE)
        promise("coach")
        operations.dispatch()
        assert mails.send_mails() == 1

    def test_for_no_mails_ends_what_was_on_its_way(self, promise, world):
        promise("coach")
        operations.dispatch()
        wants(world, "coach", rhythm=Rhythm.NEVER)
        promise("coach", occurrence="2")
        operations.dispatch()
        assert mails.send_mails(now=MORNING) == 0
        assert Notice.objects.unread().count() == 2
        assert AuditEvent.objects.filter(kind="mails.chosen").count() == 1

    def test_for_other_hours_moves_what_waits(self, promise, world):
        promise("coach")
        operations.dispatch()
        wants(world, "coach", rhythm=Rhythm.DAILY, quiet_until=datetime.time(9))
        assert mails.send_mails(now=MORNING) == 0
        assert mails.send_mails(now=MORNING + 2 * HOUR) == 1

    def test_is_chosen_on_a_page_that_keeps_what_was_typed(self, as_user, world):
        coach = as_user("coach")
        typed = {"rhythm": "at_once", "quiet_from": "19:00", "quiet_until": "25:00"}
        page = coach.post("/reminders/mails/", typed)
        assert "Enter a valid time" in page.content.decode()
        assert "25:00" in page.content.decode()
        assert not MailWish.objects.exists()
        assert (
            coach.post("/reminders/mails/", {**typed, "quiet_until": "08:00"}).status_code == 302
        )
        assert MailWish.objects.get().quiet_until == datetime.time(8)


class TestAnUrgentNotice:
    """Somebody may be in danger: the mail does not wait for Monday."""

    FRIDAY_EVENING = datetime.datetime(2026, 11, 27, 21, 30, tzinfo=datetime.UTC)
    MONDAY = datetime.datetime(2026, 11, 30, 6, tzinfo=datetime.UTC)

    @pytest.fixture(autouse=True)
    def _evening(self, _clock):
        with time_machine.travel(self.FRIDAY_EVENING, tick=False):
            yield

    @pytest.mark.parametrize("rhythm", [Rhythm.DAILY, Rhythm.AT_ONCE])
    def test_of_friday_evening_is_mailed_on_friday_evening(self, promise, world, rhythm):
        wants(world, "coach", rhythm=rhythm)
        promise("coach", kind="concern_told")
        operations.dispatch()
        assert mails.send_mails() == 1
        assert "1 notice waits" in mail.outbox[0].body

    def test_alone_is_in_such_a_hurry(self, promise):
        promise("coach")
        operations.dispatch()
        assert mails.send_mails(now=self.MONDAY - MINUTE) == 0
        assert mails.send_mails(now=self.MONDAY) == 1

    def test_takes_with_it_what_waited_for_the_morning(self, promise):
        promise("coach")
        operations.dispatch()
        promise("coach", kind="concern_raised", occurrence="2")
        operations.dispatch()
        assert mails.send_mails() == 1
        assert "2 notices wait" in mail.outbox[0].body

    def test_hurries_nobody_elses_mail(self, promise):
        promise("mentor")
        promise("coach", kind="concern_told")
        operations.dispatch()
        assert mails.send_mails() == 1
        assert mail.outbox[0].to == ["coach@test.example"]

    def test_does_not_wait_for_hours_chosen_meanwhile(self, promise, world):
        promise("coach", kind="concern_told")
        operations.dispatch()
        wants(world, "coach", rhythm=Rhythm.DAILY, quiet_until=datetime.time(9))
        assert mails.send_mails() == 1

    def test_reaches_nobody_by_mail_who_wants_none(self, promise, world):
        wants(world, "coach", rhythm=Rhythm.NEVER)
        promise("coach", kind="concern_told")
        operations.dispatch()
        assert mails.send_mails(now=self.MONDAY) == 0

    def test_is_explained_where_mails_are_chosen(self, as_user):
        page = as_user("coach").get("/reminders/mails/").content.decode()
        assert "raises a concern the mail goes out at once" in page

    def test_is_of_a_kind_that_is_stated(self):
        with pytest.raises(ImproperlyConfigured):
            notices({}, urgent=["not_stated"])


class TestAPostOffice:
    def test_that_refuses_for_an_hour_loses_nothing(self, promise, broken, settings):
        promise("coach", "mentor")
        operations.dispatch()
        for minutes in range(0, 60, 5):
            assert mails.send_mails(now=MORNING + minutes * MINUTE) == 0
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        assert mails.send_mails(now=MORNING + HOUR) == 2

    def test_that_knows_no_such_address_is_not_asked_again(self, promise, broken, monkeypatch):
        monkeypatch.setattr(Broken, "fault", SMTPRecipientsRefused({"a": (550, b"nobody")}))
        promise("coach")
        operations.dispatch()
        mails.send_mails(now=MORNING)
        assert Mailing.objects.get().outcome == Mailing.Outcome.REFUSED

    def test_that_wants_to_be_asked_later_is(self, promise, broken, monkeypatch):
        monkeypatch.setattr(Broken, "fault", SMTPRecipientsRefused({"a": (451, b"later")}))
        promise("coach")
        operations.dispatch()
        mails.send_mails(now=MORNING)
        assert Mailing.objects.get().ended_at is None

    def test_is_given_up_after_days(self, promise, broken, settings):
        promise("coach")
        operations.dispatch()
        mails.send_mails(now=MORNING + settings.MAIL_GIVEN_UP_AFTER + MINUTE)
        assert Mailing.objects.get().outcome == Mailing.Outcome.GIVEN_UP


class TestANoticeThatHasPassed:
    @pytest.fixture
    def kept(self, monkeypatch):
        """Of this kind only the first notice still holds."""
        monkeypatch.setitem(CHECKS, "session_logged", None)
        holds_while("session_logged")(
            lambda notices: {notice.pk for notice in notices if notice.occurrence == "1"}
        )

    def test_is_settled_and_not_mailed(self, promise, kept):
        promise("coach", "mentor")
        promise("coach", occurrence="2")
        promise("mentor", occurrence="2")
        operations.dispatch()
        Notice.objects.filter(recipient__email="mentor@test.example", occurrence="1").delete()
        assert mails.send_mails(now=MORNING) == 1
        assert "1 notice waits" in mail.outbox[0].body
        assert Notice.objects.exclude(settled_at=None).count() == 2

    def test_is_still_shown_in_the_list(self, promise, kept, as_user):
        promise("coach", occurrence="2")
        operations.dispatch()
        mails.send_mails(now=MORNING)
        assert "Settled" in as_user("coach").get("/reminders/").content.decode()


class TestAHold:
    @pytest.fixture
    def held(self, promise, settings):
        settings.MAILS_HELD_AFTER = 6 * HOUR
        promise("coach")
        operations.dispatch(now=TUESDAY - 7 * HOUR)
        operations.dispatch(now=TUESDAY)
        assert Hold.objects.get().silent_since == TUESDAY - 7 * HOUR

    def test_keeps_every_mail_until_it_is_released(self, promise, held):
        promise("coach")
        operations.dispatch()
        assert mails.send_mails(now=MORNING) == 0
        call_command("release_mails", verbosity=0)
        assert mails.send_mails(now=MORNING) == 1

    def test_can_end_with_what_was_owed_set_aside(self, held, capsys):
        with time_machine.travel(MORNING, tick=False):
            call_command("release_mails", set_aside=True)
            assert "1 mails are set aside" in capsys.readouterr().out
            assert mails.send_mails() == 0
        assert AuditEvent.objects.latest("pk").kind == "mails.released"

    def test_is_not_raised_by_a_pause_of_some_hours(self, settings):
        settings.MAILS_HELD_AFTER = 6 * HOUR
        operations.dispatch(now=TUESDAY - 6 * HOUR)
        operations.dispatch(now=TUESDAY)
        assert not Hold.objects.exists()

    def test_is_raised_once(self, held):
        Beat.objects.update(ran_at=TUESDAY - 8 * HOUR)
        operations.dispatch(now=TUESDAY)
        assert Hold.objects.count() == 1


def test_a_second_open_mail_to_one_person_is_refused_by_the_database(world):
    coach = world.people["coach"]
    Mailing.objects.create(recipient=coach, due_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Mailing.objects.create(recipient=coach, due_at=timezone.now())
    Mailing.objects.update(tried_at=timezone.now())
    Mailing.objects.create(recipient=coach, due_at=timezone.now())
