"""A mentorship from its proposal to its end, and its hand-over to the next mentor."""

import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from audit.trail import record
from core.dates import today
from core.errors import Refusal
from mentees.models import Enrolment, Mentee
from mentors.models import Mentor, MentorLoan
from mentorships.models import Handover, Mentorship, OverBecause
from mentorships.operations.meetings import call_off_after
from notifications.operations import promise


class NotProposed(Refusal):
    """This mentor cannot be proposed to that mentee; the message stands beside its field."""


@transaction.atomic
def propose_mentorship(
    enrolment: Enrolment,
    *,
    by: User,
    mentor: Mentor,
    on: datetime.date,
    role: str = Mentorship.Role.PRIMARY,
) -> Mentorship:
    """Propose that two people meet; until it starts the mentor does not see the file.

    Raises NotProposed where the enrolment is over, and for a mentor of another area who is not
    lent to the mentee's.
    """
    if enrolment.status in Enrolment.OVER:
        raise NotProposed(_("This enrolment is over, so nobody can walk with the mentee in it."))
    loan = _loan_of(mentor, enrolment.mentee, on)
    mentorship = Mentorship(
        enrolment=enrolment, mentor=mentor, loan=loan, role=role, proposed_on=on
    )
    mentorship.full_clean()
    mentorship.save()
    record("mentorship.proposed", by=by, target=[enrolment.mentee, mentorship])
    return mentorship


def _loan_of(mentor: Mentor, mentee: Mentee, on: datetime.date) -> MentorLoan | None:
    """What lets a mentor of another area walk here; none is needed in the mentee's own areas."""
    places = (mentee.institution, mentee.home_municipality)
    areas = {place.within_id for place in places if place}
    if mentor.area_id in areas:
        return None
    lent = MentorLoan.objects.in_force(on).filter(mentor=mentor, borrower__in=areas)
    loan = lent.order_by("valid_until").last()
    if loan is None:
        words = _("This mentor works in another area and is not lent to the mentee's on this day.")
        raise NotProposed({"mentor": words})
    return loan


@transaction.atomic
def move_mentorship(
    mentorship: Mentorship,
    *,
    by: User,
    to: Mentorship.Status,
    on: datetime.date,
    reason: str = "",
) -> Mentorship:
    """Begin the trial, confirm, pause for a `reason` or take up again; ending has its own verb."""
    mentorship = Mentorship.objects.select_for_update().get(pk=mentorship.pk)
    if to == Mentorship.Status.ENDED:
        raise Refusal(_("To end a mentorship, say why."))
    if mentorship.loan and not mentorship.loan.holds_on(on):
        raise Refusal({"on": _("The mentor is not lent on this day.")})
    mentorship.move_to(to)
    pauses = to == Mentorship.Status.PAUSED
    if pauses and not reason:
        raise Refusal({"reason": _("Say why.")})
    mentorship.started_on = mentorship.started_on or on
    mentorship.paused_on = on if pauses else None
    mentorship.pause_reason = reason if pauses else ""
    mentorship.full_clean()
    mentorship.save(update_fields=["status", "started_on", "paused_on", "pause_reason"])
    target = [mentorship.enrolment.mentee, mentorship]
    record("mentorship.moved", by=by, target=target, after=str(to), reason=str(reason))
    return mentorship


@transaction.atomic
def end_mentorship(
    mentorship: Mentorship, *, by: User, on: datetime.date, reason: Mentorship.EndReason
) -> Mentorship:
    """Close the mentorship; the mentee's file closes to the mentor at the next request."""
    mentorship = Mentorship.objects.select_for_update().get(pk=mentorship.pk)
    mentorship.move_to(Mentorship.Status.ENDED)
    mentorship.ended_on = on
    mentorship.end_reason = reason
    mentorship.paused_on, mentorship.pause_reason = None, ""
    mentorship.full_clean()
    ending = ["status", "ended_on", "end_reason", "paused_on", "pause_reason"]
    mentorship.save(update_fields=ending)
    this_one = Mentorship.objects.filter(pk=mentorship.pk)
    call_off_after(on, this_one, by=by, reason=OverBecause.ENDED)
    record(
        "mentorship.ended",
        by=by,
        target=[mentorship.enrolment.mentee, mentorship],
        reason=str(reason),
    )
    return mentorship


class NotHandedOver(Refusal):
    """This mentorship cannot pass to that mentor so; each message stands beside its field."""


@transaction.atomic
def hand_over(
    mentorship: Mentorship,
    *,
    by: User,
    mentor: Mentor,
    on: datetime.date,
    reason: Mentorship.EndReason,
    shows: str,
    summary: str = "",
) -> Mentorship:
    """End a mentorship and begin the next one on the same day; returns that one.

    `shows` is what the next mentor sees of the earlier notes. Raises NotHandedOver.
    """
    former = Mentorship.objects.select_for_update().get(pk=mentorship.pk)
    if faults := _faults_of_handover(former, by=by, mentor=mentor, on=on):
        raise NotHandedOver(faults)
    if shows == Handover.Shows.SUMMARY and not summary.strip():
        raise NotHandedOver({"summary": _("Write the summary that the next mentor reads.")})
    former = end_mentorship(former, by=by, on=on, reason=reason)
    successor = propose_mentorship(former.enrolment, by=by, mentor=mentor, on=on, role=former.role)
    successor = move_mentorship(successor, by=by, to=Mentorship.Status.TRIAL, on=on)
    written = summary.strip() if shows == Handover.Shows.SUMMARY else None
    _decide(former, successor, by=by, shows=shows, summary=written)
    if shows == Handover.Shows.ALL:
        for earlier in Handover.objects.filter(successor=former, shows=Handover.Shows.ALL):
            _decide(earlier.former, successor, by=by, shows=shows)
    mentee = former.enrolment.mentee
    record("mentorship.handed_over", by=by, target=[mentee, former, successor], shows=shows)
    occurrence, ended = str(successor.pk), reverse("mentorships:recently_ended")
    promise(
        {mentor.user_id},
        "handed_to_you",
        by=by,
        link=mentee.get_absolute_url(),
        occurrence=occurrence,
    )
    promise({former.mentor.user_id}, "handed_on", by=by, link=ended, occurrence=occurrence)
    return successor


def _decide(
    former: Mentorship, successor: Mentorship, *, by: User, shows: str, summary: str | None = None
) -> None:
    decided = Handover(
        former=former, successor=successor, shows=shows, summary=summary, decided_by=by
    )
    decided.full_clean()
    decided.save()


def _faults_of_handover(
    former: Mentorship, *, by: User, mentor: Mentor, on: datetime.date
) -> dict[str, Any]:
    if not former.is_running:
        return {"__all__": _("Only a mentorship that runs can be handed over.")}
    if mentor.pk == former.mentor_id:
        return {"mentor": _("This is the mentor now.")}
    if mentor.user_id == by.pk:
        return {"mentor": _("Somebody else decides about mentorships of your own.")}
    if on > today():
        return {"on": _("This day has not come yet. Hand over on the day itself.")}
    if former.started_on and on < former.started_on:
        return {"on": _("This is before the mentorship began.")}
    return {}
