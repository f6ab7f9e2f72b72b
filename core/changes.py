"""Changing a row in place: what differs, checked before anything is saved."""

from collections.abc import Mapping

from django.db import models


def apply(row: models.Model, changes: Mapping[str, object]) -> list[str]:
    """Set on `row` what differs and say which fields that were; saves nothing.

    Raises ValidationError, with a sentence for each field. Nothing that differs, nothing checked.
    """
    changed = sorted(name for name, new in changes.items() if getattr(row, name) != new)
    for name in changed:
        setattr(row, name, changes[name])
    if changed:
        row.full_clean()
    return changed
