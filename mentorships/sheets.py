"""What the pages of sheets read: those to enter, and those that were entered lately."""

import uuid
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from mentees.models import Mentee
from mentorships.models import MentoringSession, Mentorship, SessionSheet
from mentorships.permissions import MentorshipPermission, SessionPermission

ENTERED_LATELY = 10
OF_SHEET = "mentorship__enrolment__mentee"


@dataclass(frozen=True)
class Entered:
    """A sheet that has become a session, and how long that took."""

    sheet: SessionSheet
    session: MentoringSession
    after: str
    kind: str  # the badge: done in time, or late, or neither


@dataclass(frozen=True)
class Sheets:
    to_enter: list[SessionSheet]
    entered: list[Entered]
    to_print: list[Mentee]

    @property
    def mentees(self) -> list[Mentee]:
        """Whom the page shows."""
        sheets = [*self.to_enter, *(each.sheet for each in self.entered)]
        return [*self.to_print, *(sheet.mentorship.enrolment.mentee for sheet in sheets)]


def next_to_enter(user: User, entered: uuid.UUID) -> SessionSheet | None:
    """The sheet behind this one that waits, else the first of those that wait."""
    own = SessionSheet.objects.permitted(user, SessionPermission.VIEW_SHEET)
    after = own.filter(uuid=entered).values_list("printed_at", "pk").first()
    waiting = list(own.to_enter().select_related(OF_SHEET))
    behind = [each for each in waiting if after and (each.printed_at, each.pk) > after]
    return next(iter(behind or waiting), None)


def sheets_of(user: User) -> Sheets:
    """All of one's own sheets that the page shows; four queries."""
    own = SessionSheet.objects.permitted(user, SessionPermission.VIEW_SHEET)
    own = own.select_related(OF_SHEET)
    seen = MentoringSession.objects.permitted(user, SessionPermission.VIEW)
    sessions = seen.filter(uuid__in=own.order_by().values("uuid")).order_by("-finished_at")
    lately = {session.uuid: session for session in sessions[:ENTERED_LATELY]}
    sheets = {sheet.uuid: sheet for sheet in own.filter(uuid__in=lately)}
    running = Mentorship.objects.permitted(user, MentorshipPermission.LOG_SESSION)
    return Sheets(
        to_enter=list(own.to_enter()),
        entered=[_entered(sheets[key], session) for key, session in lately.items()],
        to_print=sorted(
            (each.enrolment.mentee for each in running.select_related("enrolment__mentee")),
            key=lambda mentee: mentee.reference,
        ),
    )


def _entered(sheet: SessionSheet, session: MentoringSession) -> Entered:
    return Entered(sheet, session, entered_after(session), session.entry_state)


def entered_after(session: MentoringSession) -> str:
    """From the day of the meeting to that of the note, in words."""
    days = session.days_to_entry
    if days <= 0:
        return _("entered the same day")
    return ngettext("entered %(days)d day later", "entered %(days)d days later", days) % {
        "days": days
    }
