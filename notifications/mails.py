"""Mails that say how many notices wait, and nothing else: no name, no place, no purpose."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from smtplib import SMTPRecipientsRefused
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from audit.trail import ByHand, record
from notifications.hours import next_moment
from notifications.kinds import CHECKS, URGENT
from notifications.models import Hold, Mailing, MailWish, Notice, Rhythm

log = structlog.get_logger("mails")
REFUSED_FOR_GOOD = 500  # SMTP: from here on trying again is useless


def wish_of(person: User) -> MailWish:
    """What this person asked for, or the defaults, not saved."""
    return MailWish.objects.filter(person=person).first() or MailWish(person=person)


@transaction.atomic
def choose_mails(person: User, *, by: User, **wished: Any) -> MailWish:
    """Set when one wants mails; a mail that waits to be sent waits for the new hours.

    One that tells of something urgent does not wait.
    """
    wish = MailWish.objects.update_or_create(person=person, defaults=wished)[0]
    now = timezone.now()
    if wish.rhythm == Rhythm.NEVER:
        _end(Mailing.objects.open().filter(recipient=person), Mailing.Outcome.NEEDLESS, now)
    else:
        due = now if _is_hurried(person) else next_moment(wish, now)
        Mailing.objects.open().filter(recipient=person).update(due_at=due)
    record("mails.chosen", by=by, target=[], rhythm=wish.rhythm)
    return wish


def _is_hurried(person: User) -> bool:
    """Whether something urgent was taken up that no mail has begun to tell of."""
    untold = Notice.objects.filter(recipient=person, mailing=None, kind__in=URGENT).unread()
    return untold.exclude(dispatched_at=None).exists()


def owe_mails(
    recipients: Iterable[int], now: datetime.datetime, *, hurried: Collection[int] = ()
) -> None:
    """Each of these people is owed a mail, at the next moment that they like; one for all notices.

    The `hurried` among them at once, whatever the hour: also where a mail waits for the morning.
    In the transaction that takes the notices up. A mail that somebody begins to send meanwhile
    tells no more of them, so the next one is begun: that is what the loop is for.
    """
    wishes = {wish.person_id: wish for wish in MailWish.objects.filter(person__in=recipients)}
    owed = {
        key: wish
        for key in recipients
        if (wish := wishes.get(key, MailWish())).rhythm != Rhythm.NEVER
    }
    while owed:
        Mailing.objects.bulk_create(
            [
                Mailing(recipient_id=key, due_at=now if key in hurried else next_moment(wish, now))
                for key, wish in sorted(owed.items())
            ],
            ignore_conflicts=True,
        )
        open_for = Mailing.objects.open().filter(recipient__in=owed).order_by("recipient")
        for mailing in open_for.select_for_update():
            if mailing.recipient_id in hurried and mailing.due_at > now:
                Mailing.objects.filter(pk=mailing.pk).update(due_at=now)
            del owed[mailing.recipient_id]


def send_mails(*, by: None = None, now: datetime.datetime | None = None) -> int:
    """Send what is owed, one by one; how many went out. Safe to run twice at once.

    While mails are held nothing is sent. What the post office does not take is tried again later.
    """
    moment = now or timezone.now()
    sent = 0
    while not Hold.objects.filter(released_at=None).exists():
        with transaction.atomic():
            mailing = _claim(moment)
        if mailing is None:
            break
        sent += _deliver(mailing, moment)
    return sent


def _claim(now: datetime.datetime) -> Mailing | None:
    """The next mail, in our hands for `MAIL_RETRIED_AFTER`, with the notices that it tells of."""
    owed = Mailing.objects.owed(now).order_by("due_at", "pk")
    locked = owed.select_for_update(skip_locked=True, of=("self",))
    mailing = locked.select_related("recipient__mail_wish").first()
    if mailing is None:
        return None
    mailing.tried_at = now
    mailing.tries += 1
    waiting = Notice.objects.filter(recipient=mailing.recipient_id, mailing=None)
    waiting.exclude(dispatched_at=None).unread().update(mailing=mailing)
    _settle_what_has_passed(mailing, now)
    mailing.said = mailing.notices.unread().count()
    mailing.save(update_fields=["tried_at", "tries", "said"])
    return mailing


def _settle_what_has_passed(mailing: Mailing, now: datetime.datetime) -> None:
    by_kind = defaultdict(list)
    for notice in mailing.notices.unread().filter(kind__in=CHECKS):
        by_kind[notice.kind].append(notice)
    for kind, notices in by_kind.items():
        passed = {notice.pk for notice in notices} - CHECKS[kind](notices)
        Notice.objects.filter(pk__in=passed).update(settled_at=now)


def _deliver(mailing: Mailing, now: datetime.datetime) -> bool:
    """Hand it to the post office, unless it has become needless; whether it went out."""
    if not mailing.said or not _is_wanted(mailing.recipient):
        _end_one(mailing, Mailing.Outcome.NEEDLESS, now)
        return False
    try:
        mail_of(mailing).send()
    except OSError as fault:  # of the network, or of the protocol
        log.warning("not sent", mailing=str(mailing.uuid), fault=type(fault).__name__)
        if _is_refused(fault):
            _end_one(mailing, Mailing.Outcome.REFUSED, now)
        elif now - mailing.due_at > settings.MAIL_GIVEN_UP_AFTER:
            _end_one(mailing, Mailing.Outcome.GIVEN_UP, now)
        return False
    _end_one(mailing, Mailing.Outcome.SENT, now)
    return True


def _is_wanted(recipient: User) -> bool:
    wish = getattr(recipient, "mail_wish", None) or MailWish()
    return recipient.is_active and wish.rhythm != Rhythm.NEVER


def _is_refused(fault: OSError) -> bool:
    """Nobody lives at that address; anything else may be better tomorrow."""
    return isinstance(fault, SMTPRecipientsRefused) and all(
        code >= REFUSED_FOR_GOOD for code, _said in fault.recipients.values()
    )


def _end_one(mailing: Mailing, outcome: str, now: datetime.datetime) -> None:
    _end(Mailing.objects.filter(pk=mailing.pk), outcome, now)


def _end(mailings: Any, outcome: str, now: datetime.datetime) -> None:
    mailings.update(outcome=outcome, ended_at=now)


def mail_of(mailing: Mailing) -> EmailMessage:
    """A count and a link, in the reader's language, under an identifier that stays the same."""
    recipient: Any = mailing.recipient
    with translation.override(recipient.language or settings.LANGUAGE_CODE):
        words = {
            "count": mailing.said,
            "link": settings.PUBLIC_URL + reverse("notifications:notice_list"),
            "choose": settings.PUBLIC_URL + reverse("notifications:mail_choose"),
            "sender": settings.NEUTRAL_NAME,
        }
        return EmailMessage(
            f"{settings.NEUTRAL_NAME}: {_('Something waits for you')}",
            render_to_string("notifications/mail/waiting.txt", words),
            to=[recipient.email],
            headers={
                "Message-ID": f"<{mailing.uuid}@{urlsplit(settings.PUBLIC_URL).hostname}>",
                "Auto-Submitted": "auto-generated",
            },
        )


def hold_after_silence(last: datetime.datetime | None, now: datetime.datetime) -> None:
    """Hold all mails where nothing has run for long since the `last` time: this may be an old copy
    put back."""
    if last is None or now - last <= settings.MAILS_HELD_AFTER:
        return
    if not Hold.objects.filter(released_at=None).exists():
        Hold.objects.create(raised_at=now, silent_since=last)
        log.error("mails are held", silent_since=last.isoformat())


@transaction.atomic
def release_mails(*, by: User | ByHand, set_aside: bool = False) -> int:
    """Let mails go out again; how many were owed until now.

    `set_aside`: those end unsent, for a database that was put back after they had been sent. The
    notices stay where they are read.
    """
    now = timezone.now()
    held = Mailing.objects.filter(ended_at=None, due_at__lte=now)
    count = held.count()
    if set_aside:
        _end(held, Mailing.Outcome.NEEDLESS, now)
    Hold.objects.filter(released_at=None).update(released_at=now)
    record("mails.released", by=by, target=[], count=count, set_aside=set_aside)
    return count
