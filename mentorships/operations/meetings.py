"""Meetings that are planned first: planned, moved, called off."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access
from accounts.models import User
from accounts.roles import Role
from audit.trail import record
from core.dates import today
from core.errors import Refusal
from mentees import operations as mentees
from mentees.models import Consent, Mentee, Placement
from mentees.permissions import MenteePermission
from mentorships.models import MentoringSession, Mentorship, OverBecause, PlannedMeeting
from notifications.operations import promise
from organisations.models import Organisation

WALKING = (Role.MENTOR, Role.COACH, Role.CASEWORKER)


class NotPlanned(Refusal):
    """The meeting cannot be so; each message stands beside its field."""


@dataclass(frozen=True)
class Appointment:
    """When two people mean to meet, and how."""

    planned_on: datetime.date
    planned_at: datetime.time | None = None
    modality: str = ""
    place: str = ""


@transaction.atomic
def plan_meeting(mentorship: Mentorship, *, by: User, appointment: Appointment) -> PlannedMeeting:
    """Put a meeting into the calendar of a mentorship that runs. Raises NotPlanned."""
    mentorship = Mentorship.objects.select_for_update().get(pk=mentorship.pk)
    if not mentorship.is_running:
        raise NotPlanned(_("This mentorship is not running, so no meeting can be planned."))
    _refuse_unless_to_come(appointment.planned_on)
    meeting = _planned(mentorship, appointment, by=by)
    record("meeting.planned", by=by, target=_about(meeting))
    return meeting


@transaction.atomic
def move_meeting(
    meeting: PlannedMeeting, *, by: User, appointment: Appointment, reason: str
) -> PlannedMeeting:
    """Plan another instead, and keep the one it takes the place of. Raises NotPlanned."""
    meeting = _open(meeting)
    _refuse_unless_to_come(appointment.planned_on)
    moved = _planned(
        meeting.mentorship,
        appointment,
        by=by,
        made_in=meeting.made_in,
        supersedes=meeting,
        moved_because=reason,
    )
    record("meeting.moved", by=by, target=_about(moved), reason=str(reason))
    return moved


@transaction.atomic
def call_off_meeting(meeting: PlannedMeeting, *, by: User, reason: str) -> PlannedMeeting:
    """Take a meeting out of the calendar; that it was planned stays. Raises NotPlanned."""
    meeting = _open(meeting)
    _take_out(meeting, by=by, reason=reason)
    return meeting


@transaction.atomic
def withdraw_consent(consent: Consent, *, by: User, on: datetime.date) -> Consent:
    """As `mentees` takes it down; whoever takes part no longer is not waited for either.

    Acceptance scenario 13 of domain.md: what was planned after that day is called off.
    """
    consent = mentees.withdraw_consent(consent, by=by, on=on)
    if consent.purpose == Consent.Purpose.TAKE_PART and consent.withdrawn_on:
        walks = Mentorship.objects.filter(enrolment=consent.enrolment_id)
        call_off_after(consent.withdrawn_on, walks, by=by, reason=OverBecause.CONSENT)
    return consent


@transaction.atomic
def transfer(
    mentee: Mentee, *, by: User, institution: Organisation, on: datetime.date, reason: str = ""
) -> Placement:
    """As `mentees` takes it down; another institution has other visits, so all is planned anew.

    Acceptance scenario 9 of domain.md: release plans follow with what is to be settled there, and
    whoever walks with the mentee or answers for that is told.
    """
    placement = mentees.transfer(mentee, by=by, institution=institution, on=on, reason=reason)
    promise(
        {each.person for each in access.holders(MenteePermission.VIEW, [mentee], roles=WALKING)},
        "mentee_transferred",
        by=by,
        link=mentee.get_absolute_url(),
        occurrence=f"placement {placement.pk}",
    )
    walks = Mentorship.objects.filter(enrolment__mentee=mentee)
    call_off_after(on, walks, by=by, reason=MentoringSession.CancelReason.TRANSFER)
    return placement


def call_off_after(
    day: datetime.date, mentorships: QuerySet[Mentorship], *, by: User, reason: str
) -> None:
    """Take out of the calendar what stands after a day; each mentor is told once."""
    locked = list(mentorships.select_for_update())
    to_come = PlannedMeeting.objects.open().filter(mentorship__in=locked, planned_on__gt=day)
    meetings = list(to_come.select_related("mentorship__enrolment__mentee", "mentorship__mentor"))
    for meeting in meetings:
        _take_out(meeting, by=by, reason=reason)
    if meetings:
        promise(
            {meeting.mentorship.mentor.user_id for meeting in meetings},
            "meetings_called_off",
            by=by,
            link=reverse("mentorships:meeting_list"),
            occurrence=str(meetings[0].uuid),
        )


def _take_out(meeting: PlannedMeeting, *, by: User, reason: str) -> None:
    meeting.called_off_at = timezone.now()
    meeting.called_off_because = reason
    meeting.reported_in = None  # by a session that is void, if by any
    meeting.full_clean()
    meeting.save(update_fields=["called_off_at", "called_off_because", "reported_in"])
    record("meeting.called_off", by=by, target=_about(meeting), reason=str(reason))


def plan_next(session: MentoringSession, appointment: Appointment, *, by: User) -> None:
    """What was agreed at the end of a session, unless it is in the calendar already."""
    same = PlannedMeeting.objects.open().filter(
        mentorship=session.mentorship,
        planned_on=appointment.planned_on,
        planned_at=appointment.planned_at,
    )
    if not same.exists():
        meeting = _planned(session.mentorship, appointment, by=by, made_in=session)
        record("meeting.planned", by=by, target=_about(meeting))


def _open(meeting: PlannedMeeting) -> PlannedMeeting:
    Mentorship.objects.select_for_update().get(pk=meeting.mentorship_id)
    found = PlannedMeeting.objects.open().filter(pk=meeting.pk).first()
    if found is None:
        raise NotPlanned(_("This meeting was moved, called off or reported meanwhile."))
    return found


def _refuse_unless_to_come(day: datetime.date) -> None:
    if day < today():
        raise NotPlanned({"planned_on": _("This day has passed.")})
    if day > today() + settings.MEETING_PLANNED_AHEAD:
        raise NotPlanned({"planned_on": _("This is more than a year ahead.")})


def _planned(
    mentorship: Mentorship, appointment: Appointment, *, by: User, **fields: Any
) -> PlannedMeeting:
    meeting = PlannedMeeting(
        mentorship=mentorship,
        planned_by=by,
        planned_on=appointment.planned_on,
        planned_at=appointment.planned_at,
        modality=appointment.modality,
        place=appointment.place,
        **fields,
    )
    meeting.full_clean()
    meeting.save()
    return meeting


def _about(meeting: PlannedMeeting) -> list[Any]:
    return [meeting.mentorship.enrolment.mentee, meeting]
