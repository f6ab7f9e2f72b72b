"""What the admin site tells of a row's past."""

from typing import Any, NamedTuple

from django.contrib.admin.models import LogEntry
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User

VERSIONS_SHOWN = 50


class Version(NamedTuple):
    at: Any
    by: User | None
    what: list[Any]


def versions_of(row: Any) -> list[Version]:
    """What was changed, newest first: field by field where the model keeps its versions, else
    what was done here. A value that points elsewhere is named, not shown."""
    if not hasattr(row, "history"):
        content = LogEntry.objects.filter(
            object_id=str(row.pk),
            content_type__app_label=row._meta.app_label,
            content_type__model=row._meta.model_name,
        ).select_related("user")
        latest = content.order_by("-action_time")[:VERSIONS_SHOWN]
        return [Version(e.action_time, e.user, [e.get_change_message()]) for e in latest]
    kept = list(row.history.select_related("history_user")[:VERSIONS_SHOWN])
    fields = [f for f in row._meta.concrete_fields if not f.primary_key]
    told = []
    for new, old in zip(kept, [*kept[1:], None], strict=True):
        told.append(Version(new.history_date, new.history_user, _changes(fields, new, old)))
    return told


def _changes(fields: list[models.Field], new: Any, old: Any) -> list[Any]:
    if old is None:
        return [_("The oldest version shown.")]
    changed: list[Any] = []
    for field in fields:
        before, after = getattr(old, field.attname), getattr(new, field.attname)
        if before == after:
            continue
        label = capfirst(field.verbose_name)
        changed.append(label if field.is_relation else f"{label}: {before} → {after}")
    return changed
