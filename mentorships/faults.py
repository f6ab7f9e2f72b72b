"""What is wrong with a report whatever else is: domain.md section 7, field by field.

The operation refuses by it; the form asks it too, of what is sound, so that all is said at once.
"""

import datetime
import uuid
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from core.dates import clock, today
from mentorships.models import (
    Agreement,
    MentoringSession,
    Mentorship,
    SessionDraft,
    SessionSheet,
)


def faults_of_day(
    mentorship: Mentorship, held_on: datetime.date, started_at: datetime.time | None
) -> dict[str, Any]:
    """Why no session of this mentorship can have been then."""
    if mentorship.ended_on and held_on > mentorship.ended_on:
        return {"held_on": _("This is after the mentorship ended.")}
    if held_on > today():
        return {"held_on": _("This day has not come yet. Log a session after it was held.")}
    if mentorship.started_on and held_on < mentorship.started_on:
        return {"held_on": _("This is before the mentorship began.")}
    if started_at and datetime.datetime.combine(held_on, started_at) > clock():
        return {"started_at": _("This time has not come yet. Log a session after it was held.")}
    return {}


def faults_of_next(held_on: datetime.date, following: datetime.date | None) -> dict[str, Any]:
    """Why the next meeting cannot be on this day."""
    if following and following < held_on:
        return {"next_meeting_on": _("The next meeting is before this one.")}
    if following and following > today() + settings.MEETING_PLANNED_AHEAD:
        return {"next_meeting_on": _("This is more than a year ahead.")}
    return {}


def faults_of_sheet(
    mentorship: Mentorship, number: str, *, author: int, key: uuid.UUID
) -> dict[str, Any]:
    """Why the note under this key cannot have been written on the sheet of this number, if any.

    Somebody else's sheet is as unknown as one that was never printed. One that was set aside is
    found again.
    """
    if not number:
        return {}
    sheet = SessionSheet.objects.named(number, mentorship, author).first()
    fault = _fault_of(sheet, key)
    return {"sheet": fault} if fault else {}


def _fault_of(sheet: SessionSheet | None, key: uuid.UUID) -> str:
    if sheet is None:
        return _("You have printed no sheet with this number for this mentee.")
    if sheet.uuid == key:
        return ""
    entered = MentoringSession.objects.filter(uuid=sheet.uuid, mentorship=sheet.mentorship_id)
    if entered.exists():
        return _("This sheet has been entered already.")
    if SessionDraft.objects.filter(pk=sheet.uuid).exists():
        return _("This sheet is being entered: its draft waits on your caseload.")
    if SessionSheet.objects.filter(uuid=key).exists():
        return _("This note is entered from another sheet.")
    return ""


def faults_of_settling(
    kept: Collection[Agreement], dropped: Collection[Agreement]
) -> dict[str, Any]:
    """An agreement was kept, or it is dropped."""
    both = [agreement.text for agreement in kept if agreement in dropped]
    words = _("Kept or dropped: “%(agreement)s” cannot be both.")
    return {"dropped": [words % {"agreement": text} for text in both]} if both else {}


def faults_of_meeting(minutes: int | None, themes: Collection[str], facts: str) -> dict[str, Any]:
    """What a meeting that was held has to say of itself."""
    faults: dict[str, Any] = {}
    shortest, longest = settings.SESSION_MINUTES
    if minutes is None or not shortest <= minutes <= longest:
        faults["minutes"] = _("Between %(shortest)d and %(longest)d minutes.") % {
            "shortest": shortest,
            "longest": longest,
        }
    if not 1 <= len(themes) <= settings.THEMES_AT_MOST:
        faults["themes"] = _("Choose one to %(most)d themes.") % {"most": settings.THEMES_AT_MOST}
    if not facts.strip():
        faults["facts"] = _("Write what happened, in a sentence at least.")
    return faults
