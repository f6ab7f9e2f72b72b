"""Rows that are written once: the trail, versions of dates, histories of status, decisions.

Python refuses to change them; a trigger refuses what goes past Python. `core.sql` puts the
triggers up after each migration and `/readyz` looks whether they stand.
"""

from typing import Any, NoReturn

from django.db import models


class Unchangeable(Exception):
    """A row that is written once was to be changed or deleted."""


class AppendOnlyQuerySet(models.QuerySet):
    """Neither `update` nor `delete`, in bulk or otherwise."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise Unchangeable(f"{self.model.__name__} is written once.")

    def delete(self) -> NoReturn:
        raise Unchangeable(f"{self.model.__name__} is written once.")

    def bulk_update(self, objs: Any, fields: Any, batch_size: int | None = None) -> NoReturn:
        raise Unchangeable(f"{self.model.__name__} is written once.")

    # Django asks this of methods that write; without it managers would not offer them.
    update.alters_data = delete.alters_data = bulk_update.alters_data = True  # type: ignore[attr-defined]


class AppendOnly(models.Model):
    """A model whose rows are never changed; give it a manager over `AppendOnlyQuerySet`."""

    written_once = True

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Unchangeable(f"{type(self).__name__} is written once.")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Unchangeable(f"{type(self).__name__} is written once.")
