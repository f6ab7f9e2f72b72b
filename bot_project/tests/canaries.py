"""A mark in every text that a person wrote, and ears wherever it must never be heard.

What somebody wrote stands in pages and in the database. It stands in no log, address, mail, task,
cache key or title: those are read by others, or stay behind on a shared machine.
"""

import logging
import logging.config
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from celery.signals import before_task_publish, task_prerun
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.core.cache.backends.base import BaseCache
from django.db import models

from core import sql
from core.encryption import EncryptedJSONField

MARK = "Zqxcanary"
# Text that the house writes, not a person: codes, digests, addresses of pages, languages.
OF_THE_HOUSE = {
    *("password", "reference", "language", "code", "token", "kind", "link", "occurrence"),
    *("currency", "number", "wording_version", "history_change_reason", "history_type"),
    "held_from",
}
# Apps whose texts are all written by the house.
APPS_OF_THE_HOUSE = {"audit", "notifications"}


def texts_of_people() -> Iterator[tuple[type[models.Model], list[models.Field]]]:
    """Each model of ours with its fields that hold what somebody wrote."""
    for model in apps.get_models():
        label = model._meta.app_label
        if label in settings.OUR_APPS and label not in APPS_OF_THE_HOUSE and model._meta.managed:
            fields = [f for f in model._meta.concrete_fields if _is_written_by_people(f)]
            if fields:
                yield model, fields


def _is_written_by_people(field: models.Field) -> bool:
    if field.name in OF_THE_HOUSE or field.choices or isinstance(field, models.SlugField):
        return False
    return isinstance(field, (models.CharField, models.TextField))


def mark_every_text() -> int:
    """Put the mark into every text of every row, also where rows are written once; how many."""
    marked_rows = 0
    sql.drop()
    try:
        for model, fields in texts_of_people():
            # Past the querysets that refuse it: this stands for what the rows might hold.
            rows: models.QuerySet[Any] = models.QuerySet(model)
            for row in rows.all():
                texts = {f.name: marked(f, row) for f in fields if f.value_from_object(row)}
                marked_rows += rows.filter(pk=row.pk).update(**texts) if texts else 0
    finally:
        sql.create()
    return marked_rows


def marked(field: models.Field, row: models.Model) -> Any:
    if isinstance(field, EncryptedJSONField):
        return {
            key: MARK if isinstance(value, str) else value
            for key, value in field.value_from_object(row).items()
        }
    if isinstance(field, models.EmailField):
        return f"{MARK.lower()}{row.pk}@test.example"
    return f"{MARK} {row.pk}"[: field.max_length]


class Heard(list[str]):
    """Where the mark was met outside; empty is well."""

    def listen(self, where: str, *texts: object) -> None:
        self += [f"{where}: {text}" for text in map(str, texts) if MARK.lower() in text.lower()]


class Ear(logging.Handler):
    """Hears every line as production would write it, down to the least important."""

    def __init__(self, heard: Heard) -> None:
        super().__init__(logging.DEBUG)
        self.heard = heard
        wanted: dict[str, Any] = settings.LOGGING
        made = logging.config.DictConfigurator(wanted).configure_formatter
        self.setFormatter(made(wanted["formatters"]["json"]))

    def emit(self, line: logging.LogRecord) -> None:
        self.heard.listen("log", self.format(line))


@contextmanager
def ears(patch: pytest.MonkeyPatch) -> Iterator[Heard]:
    """Listen to logs, cache keys, tasks and mail while the block runs."""
    heard = Heard()
    ear, root = Ear(heard), logging.getLogger()
    level = root.level
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    make_key = BaseCache.make_key

    def key_heard(self: BaseCache, key: str, version: int | None = None) -> str:
        made = make_key(self, key, version)
        heard.listen("cache key", made)
        return made

    def task_heard(**sent: Any) -> None:
        told = {key: sent.get(key) for key in ("body", "headers", "args", "kwargs")}
        heard.listen("task", told)

    patch.setattr(BaseCache, "make_key", key_heard)
    for signal in (before_task_publish, task_prerun):
        signal.connect(task_heard, weak=False)
    try:
        yield heard
    finally:
        for signal in (before_task_publish, task_prerun):
            signal.disconnect(task_heard)
        root.removeHandler(ear)
        root.setLevel(level)
        hear_mails(heard, getattr(mail, "outbox", []))


def hear_mails(heard: Heard, mails: Iterable[mail.EmailMessage]) -> None:
    """What a mail says; to whom it goes is an address, and has to be."""
    for each in mails:
        kept = {k: v for k, v in each.message().items() if k.lower() not in {"to", "cc", "bcc"}}
        heard.listen("mail", each.subject, each.body, kept, getattr(each, "alternatives", []))


def hear_the_browser(heard: Heard, page: Any) -> None:
    """Every address that the browser asks for, with what it says of where it comes from."""
    page.on(
        "request", lambda asked: heard.listen("address", asked.url, asked.headers.get("referer"))
    )
