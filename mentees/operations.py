"""Everything that can happen to a mentee's file, whoever asks for it.

Nothing here computes a date of law: dates are taken down as an authority gave them.
"""

import datetime
from collections.abc import Callable, Iterable

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access, decisions
from accounts.models import User
from audit.trail import record
from core.changes import apply
from core.dates import today
from core.encryption import token_of, words_of
from core.errors import Refusal
from core.references import new_reference
from mentees.models import (
    CaseworkerAssignment,
    Consent,
    CustodyEpisode,
    CustodyEvent,
    Decision,
    EmergencyReview,
    Enrolment,
    KeyDate,
    Mentee,
    NameToken,
    Placement,
    Programme,
    StatusChange,
)
from mentees.permissions import FileSection, MenteePermission
from notifications.operations import promise
from organisations.models import Organisation


class NotInReach(Refusal):
    """No file that this person may open in an emergency has the reference."""


class NotReviewed(Refusal):
    """An emergency access may not be reviewed like this."""


class NotRecorded(Refusal):
    """What was to be taken down contradicts what already stands."""


# --- the person --------------------------------------------------------------------------------

NAMES = ("given_name", "family_name", "aliases")


@transaction.atomic
def register_mentee(
    *, by: User, digit: Callable[[int], int] | None = None, **particulars: object
) -> Mentee:
    """Open a file under a new random reference; `particulars` are the fields of `Mentee`."""
    mentee = Mentee(**particulars)
    mentee.reference = new_reference(
        lambda taken: Mentee.objects.filter(reference=taken).exists(), digit=digit
    )
    mentee.full_clean()
    mentee._history_user = by
    mentee.save()
    _index_names(mentee)
    record("mentee.registered", by=by, target=mentee)
    return mentee


@transaction.atomic
def change_mentee(mentee: Mentee, *, by: User, **changes: object) -> Mentee:
    """Correct what is held about the person; the earlier values stay in the history."""
    mentee = Mentee.objects.select_for_update().get(pk=mentee.pk)
    changed = apply(mentee, changes)
    if not changed:
        return mentee
    mentee._history_user = by
    mentee.save(update_fields=changed)
    if set(changed) & set(NAMES):
        _index_names(mentee)
    record("mentee.changed", by=by, target=mentee, fields=changed)
    return mentee


def _index_names(mentee: Mentee) -> None:
    mentee.name_tokens.all().delete()
    words = words_of(*(getattr(mentee, name) for name in NAMES))
    NameToken.objects.bulk_create(
        NameToken(mentee=mentee, token=token) for token in sorted(map(token_of, words))
    )


@transaction.atomic
def assign_caseworker(
    mentee: Mentee, *, by: User, caseworker: User, on: datetime.date
) -> CaseworkerAssignment:
    """Name the officer responsible for the action plan; the one before ends the day before."""
    mentee = Mentee.objects.select_for_update().get(pk=mentee.pk)
    for former in mentee.caseworker_assignments.filter(valid_until=None):
        if former.valid_from >= on:
            raise NotRecorded(_("The present caseworker began on or after this day."))
        former.valid_until = on - datetime.timedelta(days=1)
        former.save(update_fields=["valid_until"])
    assignment = CaseworkerAssignment(mentee=mentee, caseworker=caseworker, valid_from=on)
    assignment.full_clean()
    assignment.save()
    record("caseworker.assigned", by=by, target=[mentee, caseworker], on=on.isoformat())
    return assignment


# --- custody -----------------------------------------------------------------------------------


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
    return episode


@transaction.atomic
def transfer(
    mentee: Mentee, *, by: User, institution: Organisation, on: datetime.date, reason: str = ""
) -> Placement:
    """Take down a move to another institution: one placement ends, the next begins that day."""
    mentee = Mentee.objects.select_for_update().get(pk=mentee.pk)
    now = Placement.objects.filter(episode__mentee=mentee, ended_on=None).last()
    if now is None:
        raise NotRecorded(_("The mentee is not in custody, so there is nothing to transfer from."))
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
    """Take down a date as a new version; the one before stays. The same again changes nothing."""
    mentee = Mentee.objects.select_for_update().get(pk=mentee.pk)
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
    return version


# --- enrolment and consent -----------------------------------------------------------------------


@transaction.atomic
def refer(
    mentee: Mentee,
    *,
    by: User,
    programme: Programme,
    controller: Organisation,
    on: datetime.date,
    follows: Enrolment | None = None,
) -> Enrolment:
    """Begin an enrolment: the mentee was referred to the programme."""
    enrolment = Enrolment(
        mentee=mentee,
        programme=programme,
        controller=controller,
        opened_on=on,
        follows=follows,
    )
    enrolment.full_clean()
    enrolment.save()
    StatusChange.objects.create(
        enrolment=enrolment, to_status=enrolment.status, changed_on=on, changed_by=by
    )
    record("enrolment.opened", by=by, target=mentee, on=on.isoformat())
    return enrolment


@transaction.atomic
def move_enrolment(
    enrolment: Enrolment,
    *,
    by: User,
    to: Enrolment.Status,
    on: datetime.date,
    reason: str = "",
    review_on: datetime.date | None = None,
) -> Enrolment:
    """Take the next step. Raises IllegalStatus where the table has none, Refusal where a reason,
    a day of review or the mentee's consent is wanting."""
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    before = enrolment.status
    if on > today():
        raise NotRecorded({"on": _("That day has not come yet.")})
    if to in {Enrolment.Status.WAITING, Enrolment.Status.MATCHING} and not _takes_part(enrolment):
        raise NotRecorded(_("The mentee has not yet consented to take part."))
    enrolment.move_to(to)
    over = to in Enrolment.OVER
    if (over or to == Enrolment.Status.ON_HOLD) and not reason:
        raise NotRecorded({"reason": _("Say why.")})
    enrolment.closed_on = on if over else None
    enrolment.review_on = review_on if to == Enrolment.Status.ON_HOLD else None
    enrolment.full_clean()
    enrolment.save(update_fields=["status", "closed_on", "review_on", "held_from"])
    StatusChange.objects.create(
        enrolment=enrolment,
        from_status=before,
        to_status=to,
        reason=reason,
        changed_on=on,
        changed_by=by,
    )
    record(
        "enrolment.moved",
        by=by,
        target=enrolment.mentee,
        before=str(before),
        after=str(to),
        reason=str(reason),
    )
    return enrolment


def _takes_part(enrolment: Enrolment) -> bool:
    purpose = Consent.Purpose.TAKE_PART
    return enrolment.consents.filter(purpose=purpose, withdrawn_on=None).exists()


@transaction.atomic
def record_consent(
    enrolment: Enrolment,
    *,
    by: User,
    purpose: Consent.Purpose,
    wording_version: str,
    language: str,
    on: datetime.date,
    expires_on: datetime.date | None = None,
) -> Consent:
    """Take down that the mentee agreed, in these words, with `by` as the witness."""
    consent = Consent(
        enrolment=enrolment,
        purpose=purpose,
        wording_version=wording_version,
        language=language,
        given_on=on,
        expires_on=expires_on,
        witnessed_by=by,
    )
    consent.full_clean()
    consent.save()
    record("consent.given", by=by, target=enrolment.mentee, purpose=str(purpose))
    return consent


@transaction.atomic
def withdraw_consent(consent: Consent, *, by: User, on: datetime.date) -> Consent:
    """Take down that the mentee took it back; nothing is asked, nothing is deleted."""
    consent = Consent.objects.select_for_update().get(pk=consent.pk)
    if consent.withdrawn_on is not None:
        return consent
    consent.withdrawn_on = on
    consent.full_clean()
    consent.save(update_fields=["withdrawn_on"])
    record("consent.withdrawn", by=by, target=consent.enrolment.mentee, purpose=consent.purpose)
    return consent


# --- programmes ----------------------------------------------------------------------------------


@transaction.atomic
def open_programme(*, by: User, **particulars: object) -> Programme:
    """Add a scheme with its funder and dates; `particulars` are the fields of `Programme`."""
    programme = Programme(**particulars)
    programme.full_clean()
    programme.save()
    record("programme.opened", by=by, target=programme)
    return programme


@transaction.atomic
def change_programme(programme: Programme, *, by: User, **changes: object) -> Programme:
    """Change a scheme's particulars."""
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    changed = apply(programme, changes)
    if not changed:
        return programme
    programme.save(update_fields=changed)
    record("programme.changed", by=by, target=programme, fields=changed)
    return programme


# --- who else may see the file -------------------------------------------------------------------


@transaction.atomic
def share_file(
    mentee: Mentee,
    *,
    by: User,
    person: User,
    sections: Iterable[FileSection],
    until: datetime.datetime,
    reason: str,
) -> Decision:
    """Show parts of a file to somebody of another agency. What was said in confidence stays."""
    if FileSection.NOTES in (sections := list(sections)):
        raise decisions.NotGranted(_("Notes are never shared."))
    return decisions.grant(
        person, sections, mentee, kind=Decision.Kind.SHARE, by=by, until=until, reason=reason
    )


@transaction.atomic
def open_in_emergency(reference: str, *, by: User, category: str, reason: str) -> Decision:
    """Break-glass: show the whole of one file, notes too, to whoever asks, for an hour, read-only.

    Coaches of the case and auditors are told in the same moment. Raises NotInReach alike for a
    file that is hidden from this person and for one that never was; NotGranted for a reason that
    says nothing.
    """
    if len(" ".join(reason.split())) < settings.EMERGENCY_REASON_AT_LEAST:
        raise decisions.NotGranted(_("Say in a sentence what has happened."))
    asked = Mentee.objects.permitted(by, MenteePermission.OPEN_IN_EMERGENCY)
    mentee = asked.filter(reference=reference).first()
    if mentee is None:
        raise NotInReach(_("No file within your reach has this reference."))
    decision = decisions.grant(
        by,
        FileSection,
        mentee,
        kind=Decision.Kind.BREAK_GLASS,
        by=by,
        until=timezone.now() + settings.EMERGENCY_LASTS,
        reason=reason,
        category=Decision.Category(category),
        event="emergency.opened",
    )
    promise(
        _reviewers(mentee),
        "emergency_access",
        by=by,
        link=reverse("casework:emergency_review"),
        occurrence=f"decision {decision.pk}",
    )
    return decision


def _reviewers(mentee: Mentee) -> set[int]:
    """The coaches of the case and the auditors, by the rule."""
    return {h.person for h in access.holders(MenteePermission.REVIEW_EMERGENCY, [mentee])}


@transaction.atomic
def review_emergency(decision: Decision, *, by: User) -> EmergencyReview:
    """Take down that an emergency access was looked at. Raises NotReviewed: own, or twice."""
    mentee = Mentee.objects.select_for_update().get(pk=decision.mentee_id)
    if decision.person == by:
        raise NotReviewed(_("Somebody else has to review your own emergency access."))
    if EmergencyReview.objects.filter(decision=decision).exists():
        raise NotReviewed(_("This was reviewed already."))
    review = EmergencyReview.objects.create(decision=decision, reviewed_by=by)
    record("emergency.reviewed", by=by, target=mentee, decision=decision.pk)
    return review
