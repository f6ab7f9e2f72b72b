"""When a mail may go out: by the office's clock, outside somebody's quiet hours."""

import datetime

from django.utils import timezone

from notifications.models import MailWish, Rhythm

DAY = datetime.timedelta(days=1)
SATURDAY = 5


def next_moment(wish: MailWish, after: datetime.datetime) -> datetime.datetime:
    """The first moment, from `after` on, at which this person wants a mail.

    Of a daily mail the next morning at the end of the quiet hours; of any other `after` itself
    where it is not quiet then.
    """
    zone = timezone.get_default_timezone()
    local = after.astimezone(zone)
    day = local.date()
    if wish.rhythm == Rhythm.DAILY:
        moment = _at(day, wish.quiet_until)
        if moment < after:
            moment = _at(day + DAY, wish.quiet_until)
    elif is_quiet(wish, local.time()):
        over = wish.quiet_until > local.time()
        moment = _at(day if over else day + DAY, wish.quiet_until)
    else:
        moment = after
    while not wish.weekends and (day := moment.astimezone(zone).date()).weekday() >= SATURDAY:
        moment = _at(day + DAY, wish.quiet_until)
    return moment


def is_quiet(wish: MailWish, at: datetime.time) -> bool:
    begins, ends = wish.quiet_from, wish.quiet_until
    if begins <= ends:
        return begins <= at < ends
    return at >= begins or at < ends


def _at(day: datetime.date, time: datetime.time) -> datetime.datetime:
    """That time of that day at the office; where the clock leaps over it, so long after."""
    local = datetime.datetime.combine(day, time, timezone.get_default_timezone())
    return local.astimezone(datetime.UTC)
