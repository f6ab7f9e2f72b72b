"""Break-glass, and looking at it afterwards."""

import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access, decisions
from accounts.models import User
from audit.trail import record
from core.dates import today
from core.errors import Overreach, Refusal
from mentees.models import (
    Decision,
    EmergencyReview,
    Mentee,
)
from mentees.permissions import FileSection, MenteePermission
from notifications.operations import promise


class NotInReach(Refusal):
    """No file that this person may open in an emergency has the reference."""


class NotReviewed(Refusal):
    """An emergency access may not be reviewed like this."""


class ReviewsThemselves(NotReviewed, Overreach):
    """Nobody reviews their own emergency access."""


@transaction.atomic
def open_in_emergency(
    reference: str,
    *,
    by: User,
    category: str,
    reason: str,
    lasts: datetime.timedelta = settings.EMERGENCY_LASTS,
) -> Decision:
    """Break-glass: show the whole of one file, notes too, to whoever asks, for hours, read-only.

    Coaches of the case and auditors are told in the same moment. Raises NotInReach alike for a
    file that is hidden from this person and for one that never was; NotGranted for a reason that
    says nothing.
    """
    if len(" ".join(reason.split())) < settings.EMERGENCY_REASON_AT_LEAST:
        raise decisions.NotGranted(_("Say in a sentence what has happened."))
    asked = Mentee.objects.permitted(by, MenteePermission.OPEN_IN_EMERGENCY)
    barred = decisions.excluded(Mentee, today()).filter(person=by.pk).values("row")  # auditors too
    mentee = asked.exclude(pk__in=barred).filter(reference=reference).first()
    if mentee is None:
        raise NotInReach(_("No file within your reach has this reference."))
    decision = decisions.grant(
        by,
        FileSection,
        mentee,
        kind=Decision.Kind.BREAK_GLASS,
        by=by,
        until=timezone.now() + lasts,
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
        raise ReviewsThemselves(_("Somebody else has to review your own emergency access."))
    if EmergencyReview.objects.filter(decision=decision).exists():
        raise NotReviewed(_("This was reviewed already."))
    review = EmergencyReview.objects.create(decision=decision, reviewed_by=by)
    record("emergency.reviewed", by=by, target=mentee, decision=decision.pk)
    return review
