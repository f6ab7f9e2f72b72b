"""Where somebody is held, and the dates that the authorities gave.

Nothing here computes a date of law: dates are taken down as an authority gave them.
"""

import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.trail import record
from core.dates import today
from mentees.following import days_changed
from mentees.models import (
    CustodyEpisode,
    CustodyEvent,
    KeyDate,
    Mentee,
    Placement,
)
from mentees.operations.person import NotRecorded
from organisations.models import Organisation

# The release and the return to prison change custody and dates too, and those tell.
FOLLOWED = {
    CustodyEvent.Kind.TRANSFER,
    CustodyEvent.Kind.JUDGMENT,
    CustodyEvent.Kind.PAROLE_GRANTED,
    CustodyEvent.Kind.PAROLE_REFUSED,
}


@transaction.atomic
def admit(
    mentee: Mentee,
    *,
    by: User,
    kind: CustodyEpisode.Kind,
    institution: Organisation,
    on: datetime.date,
) -> CustodyEpisode:
    """Take down that custody of a kind began, in an institution."""
    mentee = Mentee.objects.select_for_update().get(pk=mentee.pk)
    episode = CustodyEpisode(mentee=mentee, kind=kind, started_on=on)
    episode.full_clean()
    episode.save()
    Placement.objects.create(episode=episode, institution=institution, started_on=on)
    _held_at(mentee, institution, by=by)
    record("custody.began", by=by, target=mentee, custody=str(kind), on=on.isoformat())
    days_changed([mentee.pk], by=by)
    return episode


@transaction.atomic
def transfer(
    mentee: Mentee, *, by: User, institution: Organisation, on: datetime.date, reason: str = ""
) -> Placement:
    """Take down a move to another institution: one placement ends, the next begins that day.

    `mentorships.operations.transfer` calls it, and calls off what was planned. Raises NotRecorded.
    """
    mentee = Mentee.objects.select_for_update().get(pk=mentee.pk)
    now = Placement.objects.filter(episode__mentee=mentee, ended_on=None).last()
    if now is None:
        raise NotRecorded(_("The mentee is not in custody, so there is nothing to transfer from."))
    if institution == now.institution:
        raise NotRecorded({"institution": _("The mentee is there already.")})
    if on < now.started_on:
        raise NotRecorded({"on": _("The mentee came to where they are now after this day.")})
    now.ended_on = on
    now.full_clean()
    now.save(update_fields=["ended_on"])
    placement = Placement(
        episode=now.episode, institution=institution, started_on=on, transfer_reason=reason
    )
    placement.full_clean()
    placement.save()
    _held_at(mentee, institution, by=by)
    record_event(mentee, by=by, kind=CustodyEvent.Kind.TRANSFER, on=on)
    return placement


@transaction.atomic
def release(mentee: Mentee, *, by: User, on: datetime.date) -> None:
    """Take down the actual release: custody and placement end, the date is a fact."""
    mentee = Mentee.objects.select_for_update().get(pk=mentee.pk)
    episodes = mentee.custody_episodes.filter(ended_on=None)
    if not episodes:
        raise NotRecorded(_("The mentee is not in custody."))
    for episode in episodes:
        episode.ended_on = on
        episode.full_clean()
        episode.save(update_fields=["ended_on"])
        episode.placements.filter(ended_on=None).update(ended_on=on)
    _held_at(mentee, None, by=by)
    record_event(mentee, by=by, kind=CustodyEvent.Kind.RELEASE, on=on)
    record_key_date(
        mentee,
        by=by,
        kind=KeyDate.Kind.ACTUAL_RELEASE,
        value=on,
        certainty=KeyDate.Certainty.ACTUAL,
        source=KeyDate.Source.PROBATION_ADMIN,
    )


def _check_day(mentee: Mentee, kind: KeyDate.Kind, value: datetime.date) -> None:
    if abs(value - today()) > settings.DATES_WITHIN:
        raise NotRecorded({"value": _("This is generations away. Check the year.")})
    held = mentee.custody_episodes.filter(ended_on=None).order_by("-started_on").first()
    if (
        kind in {KeyDate.Kind.DECIDED_RELEASE, KeyDate.Kind.ACTUAL_RELEASE}
        and held
        and value < held.started_on
    ):
        raise NotRecorded({"value": _("This is before the custody that runs began.")})


def _held_at(mentee: Mentee, institution: Organisation | None, *, by: User) -> None:
    if mentee.institution == institution:
        return
    mentee.institution = institution
    mentee.full_clean()
    mentee._history_user = by
    mentee.save(update_fields=["institution"])


@transaction.atomic
def record_event(
    mentee: Mentee, *, by: User, kind: CustodyEvent.Kind, on: datetime.date
) -> CustodyEvent:
    """Take down what a court or an authority did."""
    if on > today():
        raise NotRecorded({"on": _("That day has not come yet.")})
    event = CustodyEvent.objects.create(mentee=mentee, kind=kind, happened_on=on, recorded_by=by)
    record("custody.event", by=by, target=mentee, event=str(kind), on=on.isoformat())
    if kind in FOLLOWED:
        days_changed([mentee.pk], by=by, event=str(kind))
    return event


@transaction.atomic
def record_key_date(
    mentee: Mentee,
    *,
    by: User,
    kind: KeyDate.Kind,
    value: datetime.date | None,
    certainty: KeyDate.Certainty,
    source: KeyDate.Source,
    cause: str = "",
) -> KeyDate:
    """Take down a date as a new version; the one before stays. The same again changes nothing.

    Raises NotRecorded for a date that cannot be: generations away, or a release before admission.
    """
    mentee = Mentee.objects.select_for_update().get(pk=mentee.pk)
    if value is not None:
        _check_day(mentee, kind, value)
    now = mentee.key_dates.newest().filter(kind=kind).first()
    if now is not None and (now.value, now.certainty) == (value, certainty):
        return now
    version = KeyDate(
        mentee=mentee,
        kind=kind,
        value=value,
        certainty=certainty,
        source=source,
        cause=cause,
        replaces=now,
        recorded_by=by,
    )
    version.full_clean()
    version.save()
    record(
        "key_date.recorded",
        by=by,
        target=mentee,
        date=str(kind),
        value=value.isoformat() if value else "",
        certainty=str(certainty),
    )
    days_changed([mentee.pk], by=by, reason=cause)
    return version
