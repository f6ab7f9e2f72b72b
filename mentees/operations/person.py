"""The person whom a file is about."""

import datetime
from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.trail import record
from core.changes import apply
from core.encryption import token_of, words_of
from core.errors import Refusal
from core.references import new_reference
from mentees.models import (
    CaseworkerAssignment,
    ErasedFile,
    Mentee,
    NameToken,
)


class NotRecorded(Refusal):
    """What was to be taken down contradicts what already stands."""


NAMES = ("given_name", "family_name", "aliases")


@transaction.atomic
def register_mentee(
    *, by: User, digit: Callable[[int], int] | None = None, **particulars: object
) -> Mentee:
    """Open a file under a new random reference; `particulars` are the fields of `Mentee`."""
    mentee = Mentee(**particulars)
    mentee.reference = new_reference(
        lambda taken: any(
            model.objects.filter(reference=taken).exists() for model in (Mentee, ErasedFile)
        ),
        digit=digit,
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
