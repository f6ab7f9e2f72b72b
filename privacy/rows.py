"""What belongs to a file, found by the foreign keys that lead to it.

Nothing here names a table, so one that is added tomorrow is found as well.
"""

from collections.abc import Iterable

from django.db import models

from mentees.models import Mentee

Rows = dict[type[models.Model], set[int]]


def rows_of(mentee: Mentee) -> Rows:
    """The file, and all that points to it, through however many tables; and its history."""
    found: Rows = {Mentee: {mentee.pk}}
    waiting: list[type[models.Model]] = [Mentee]
    while waiting:
        parent = waiting.pop()
        for child, column in pointing_to(parent):
            pointing = child._base_manager.filter(**{f"{column}__in": found[parent]})
            new = set(pointing.values_list("pk", flat=True)) - found.get(child, set())
            if new:
                found.setdefault(child, set()).update(new)
                waiting.append(child)
    return found | _history_of(found)


def pointing_to(parent: type[models.Model]) -> Iterable[tuple[type[models.Model], str]]:
    """Tables with a foreign key to this one, and the field that is the key."""
    for relation in parent._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel) and relation.related_model._meta.managed:
            yield relation.related_model, relation.field.name


def _history_of(found: Rows) -> Rows:
    """Earlier versions, which hold the key of their row as a number."""
    versions: Rows = {}
    for model, keys in found.items():
        attribute = getattr(model._meta, "simple_history_manager_attribute", "")
        if attribute:
            history = getattr(model, attribute).model
            of_them = history.objects.filter(**{f"{model._meta.pk.attname}__in": keys})
            versions[history] = set(of_them.values_list("pk", flat=True)) | found.get(
                history, set()
            )
    return versions
