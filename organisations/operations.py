"""Everything that can happen to the structure, whoever asks for it."""

from typing import Any

from django.db import transaction

from audit.trail import record
from core.changes import apply
from organisations.models import Organisation


@transaction.atomic
def add_organisation(*, by: Any, **particulars: object) -> Organisation:
    """Add a part of the structure; `by` is a user, whom this floor does not know."""
    organisation = Organisation(**particulars)
    organisation.full_clean()
    organisation._history_user = by
    organisation.save()
    record("organisation.added", by=by, target=organisation)
    return organisation


@transaction.atomic
def change_organisation(organisation: Organisation, *, by: Any, **changes: object) -> Organisation:
    """Change a part of the structure; the earlier values stay in its history."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    changed = apply(organisation, changes)
    if not changed:
        return organisation
    organisation._history_user = by
    organisation.save(update_fields=changed)
    record("organisation.changed", by=by, target=organisation, fields=changed)
    return organisation
