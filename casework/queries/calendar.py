"""A person's coming meetings: as rows of a page, and as a calendar that says nothing of them."""

import datetime
from itertools import pairwise

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from accounts.models import User
from core.dates import today
from mentorships.models import PlannedMeeting
from mentorships.queries import called_off_meetings, open_meetings


def coming_meetings(user: User) -> list[PlannedMeeting]:
    """Those of one's own that are planned, the next first, in one query."""
    return [each for each in open_meetings(user) if each.planned_on >= today()]


def in_calendar(user: User) -> list[PlannedMeeting]:
    """What comes, and what would have: a calendar takes out only what it is told is off."""
    return [*coming_meetings(user), *called_off_meetings(user)]


def clashing(meetings: list[PlannedMeeting]) -> set[PlannedMeeting]:
    """Of meetings in their order, those that begin too near to each other."""
    timed = [each for each in meetings if each.planned_at]
    return {each for pair in pairwise(timed) if pair[0].clashes_with(pair[1]) for each in pair}


def as_calendar(meetings: list[PlannedMeeting], language: str) -> bytes:
    """RFC 5545, without a name, a reference or a place: domain.md section 8, discretion."""
    calendar = Calendar()
    calendar.add("prodid", "-//mentor meetings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    with translation.override(language or settings.LANGUAGE_CODE):
        for meeting in meetings:
            calendar.add_component(_event(meeting))
    return calendar.to_ical()


def _event(meeting: PlannedMeeting) -> Event:
    event = Event()
    event.add("uid", str(meeting.uuid))
    changed_at = meeting.called_off_at or meeting.made_at
    event.add("dtstamp", changed_at.astimezone(datetime.UTC))
    if meeting.called_off_at:
        event.add("summary", _("Mentor meeting, called off"))
        event.add("status", "CANCELLED")
        event.add("sequence", 1)
    else:
        event.add("summary", _("Mentor meeting"))
    event.add("class", "PRIVATE")
    if meeting.planned_at:
        office = timezone.get_default_timezone()
        starts = datetime.datetime.combine(meeting.planned_on, meeting.planned_at, office)
        event.add("dtstart", starts.astimezone(datetime.UTC))
        event.add("duration", settings.MEETING_LASTS)
    else:
        event.add("dtstart", meeting.planned_on)
    return event
