"""Who else may see a file, and who must not."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access, decisions
from accounts.models import User
from accounts.roles import Role
from audit.trail import record
from core.dates import in_force, today
from core.errors import Overreach, Refusal
from mentees.models import (
    Decision,
    Mentee,
    MenteeExclusion,
)
from mentees.permissions import SHAREABLE, FileSection, MenteePermission
from notifications.operations import promise

# Who may read by it: access.md, rule "Share".
OPENED_TO: dict[str, tuple[Role, ...]] = {
    Decision.Kind.SHARE: (Role.AGENCY_PARTNER, Role.CASEWORKER),
    Decision.Kind.SUBSTITUTE: (Role.MENTOR,),
}


class NotExcluded(Refusal):
    """Somebody may not be kept from a file, or let in again, like this."""


class LetsThemselvesIn(NotExcluded, Overreach):
    """Nobody lifts their own exclusion."""


@transaction.atomic
def share_file(
    mentee: Mentee,
    *,
    by: User,
    person: User,
    sections: Iterable[FileSection],
    until: datetime.datetime,
    reason: str,
    legal_basis: str,
    basis_note: str = "",
) -> Decision:
    """Show parts of a file to somebody of another service, and tell them. Raises NotGranted."""
    return _opened_by_decision(
        mentee,
        Decision.Kind.SHARE,
        sections,
        by=by,
        person=person,
        until=until,
        reason=reason,
        legal_basis=Decision.LegalBasis(legal_basis),
        basis_note=basis_note,
    )


@transaction.atomic
def appoint_substitute(
    mentee: Mentee,
    *,
    by: User,
    person: User,
    sections: Iterable[FileSection],
    until: datetime.datetime,
    reason: str,
) -> Decision:
    """Show what somebody needs who steps in for an absent mentor, and tell them.

    Raises NotGranted.
    """
    return _opened_by_decision(
        mentee,
        Decision.Kind.SUBSTITUTE,
        sections,
        by=by,
        person=person,
        until=until,
        reason=reason,
    )


def _opened_by_decision(
    mentee: Mentee,
    kind: Decision.Kind,
    sections: Iterable[FileSection],
    *,
    by: User,
    person: User,
    **given: Any,
) -> Decision:
    """What no share opens stays where it is: `SHAREABLE`; and its readers are `OPENED_TO`."""
    if fault := decisions.unfit(person, OPENED_TO[kind]):
        raise decisions.NotGranted({"person": fault})
    wanted = list(sections)
    if not set(wanted) <= SHAREABLE:
        raise decisions.NotGranted(
            {"sections": _("Notes, enrolment and eligibility are never shared.")}
        )
    decision = decisions.grant(person, wanted, mentee, kind=kind, by=by, **given)
    promise(
        [person.pk],
        "file_shared",
        by=by,
        link=reverse("casework:shared"),
        occurrence=f"decision {decision.pk}",
    )
    return decision


@transaction.atomic
def withdraw_decision(decision: Decision, *, by: User, reason: str) -> None:
    """End a share or a substitute's sight before its day. Raises NotGranted."""
    decisions.withdraw(decision, decision.mentee, by=by, reason=reason)


@transaction.atomic
def exclude_person(
    mentee: Mentee,
    *,
    by: User,
    person: User,
    category: str,
    reason: str,
    until: datetime.date | None = None,
) -> MenteeExclusion:
    """Keep somebody from the file, whatever else would open it; they are told nothing.

    Raises NotExcluded for whoever is kept from it already, and where nobody would be left to
    lift it.
    """
    mentee = Mentee.objects.select_for_update().get(pk=mentee.pk)
    if mentee.exclusions.filter(in_force(today()), person=person).exists():
        raise NotExcluded({"person": _("This person is kept from the file already.")})
    if until is not None and until < today():
        raise NotExcluded({"until": _("This day is over.")})
    could_lift = {h.person for h in access.holders(MenteePermission.EXCLUDE, [mentee])}
    if not could_lift - {person.pk}:
        raise NotExcluded({"person": _("Nobody else could lift it. Name another one first.")})
    exclusion = MenteeExclusion.objects.create(
        mentee=mentee,
        person=person,
        category=MenteeExclusion.Category(category),
        reason=reason,
        valid_until=until,
        decided_by=by,
    )
    record("exclusion.made", by=by, target=mentee, exclusion=exclusion.pk)
    return exclusion


@transaction.atomic
def lift_exclusion(exclusion: MenteeExclusion, *, by: User, reason: str) -> MenteeExclusion:
    """Let the rules speak again, from this moment. Raises NotExcluded: own, or over already."""
    exclusion = MenteeExclusion.objects.select_for_update().get(pk=exclusion.pk)
    if exclusion.person_id == by.pk:
        raise LetsThemselvesIn(_("Nobody lifts their own exclusion."))
    if exclusion.lifted_at is not None:
        raise NotExcluded(_("This is over already."))
    exclusion.valid_until = today() - datetime.timedelta(days=1)
    exclusion.lifted_at, exclusion.lifted_by = timezone.now(), by
    exclusion.lift_reason = reason
    exclusion.save(update_fields=["valid_until", "lifted_at", "lifted_by", "lift_reason"])
    record("exclusion.lifted", by=by, target=exclusion.mentee, exclusion=exclusion.pk)
    return exclusion
