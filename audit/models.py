import json
from functools import reduce
from operator import or_

from django.conf import settings
from django.db import connections, models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.append_only import AppendOnly, AppendOnlyQuerySet
from core.encryption import EncryptedTextField


class TrailQuerySet(AppendOnlyQuerySet):
    def naming(self, *targets: str):
        """Lines that name one of these records, given as the trail writes them. PostgreSQL has
        an index for it (migration 0002); SQLite reads the texts."""
        if connections[self.db].vendor == "postgresql":
            ways = [Q(targets__contains=[target]) for target in targets]
        else:
            ways = [Q(targets__icontains=json.dumps(target)) for target in targets]
        return self.filter(reduce(or_, ways, Q(pk__in=[])))

    def newest_first(self, before: int | None = None):
        """By time, as the indexes are; `before` is the key of the line where a page ended."""
        rows = self.order_by("-recorded_at", "-pk")
        if before is None:
            return rows
        every = self.model._base_manager
        last = every.filter(pk=before).values_list("recorded_at", flat=True).first()
        if last is None:
            return rows.none()
        # The first condition is for the index alone.
        return rows.filter(Q(recorded_at__lt=last) | Q(pk__lt=before), recorded_at__lte=last)


class AuditEvent(AppendOnly):
    """One line of the trail: who did what, in which capacity, to which records, and when.

    Text throughout, no foreign keys: the trail outlives whom and what it names.
    """

    class Act(models.TextChoices):
        """The six acts of the Law Enforcement Directive, article 25, and what else is kept."""

        COLLECT = "collect", _("collection")
        ALTER = "alter", _("alteration")
        CONSULT = "consult", _("consultation")
        DISCLOSE = "disclose", _("disclosure")
        COMBINE = "combine", _("combination")
        ERASE = "erase", _("erasure")
        SIGN_IN = "sign_in", _("sign-in")
        DENIAL = "denial", _("denial")

    kind = models.CharField(_("event"), max_length=60)
    act = models.CharField(_("act"), max_length=10, choices=Act)
    # The user's key; empty for the clock and for somebody who was not signed in.
    actor = models.CharField(_("actor"), max_length=40, blank=True)
    # The rules or the decision that gave access.
    capacity = models.TextField(_("capacity"), blank=True)
    # Every reference shown, touched or denied.
    targets = models.JSONField(_("records"), default=list)
    details = models.JSONField(_("details"), default=dict)
    request_id = models.CharField(_("request"), max_length=32, blank=True)
    recorded_at = models.DateTimeField(_("recorded"), auto_now_add=True)

    objects = TrailQuerySet.as_manager()
    case = None  # it speaks of many files and belongs to none

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("the trail")
        ordering = ["-recorded_at", "-pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["-recorded_at"], name="trail_by_time"),
            models.Index(fields=["actor", "-recorded_at"], name="trail_by_actor"),
            models.Index(fields=["act", "-recorded_at"], name="trail_by_act"),
        ]

    def __str__(self) -> str:
        return f"{self.recorded_at:%Y-%m-%d %H:%M} {self.kind}"


class WordingQuerySet(models.QuerySet):
    def lapsed(self):
        """Of searches that are so old that their marks have to do."""
        old = timezone.now() - settings.SEARCHED_WORDS_KEPT_FOR
        return self.filter(line__kind="searched.words", line__recorded_at__lte=old)


class Wording(models.Model):
    """What somebody wrote, of which a line has a mark alone: the words of a search, or why an
    auditor has read such words.

    Beside the trail, since a line is sealed for ever: these words turn with the keys, and those
    of searches go after a while. That they are the words of the line, its mark tells.
    """

    line = models.OneToOneField(
        AuditEvent, models.PROTECT, related_name="wording", verbose_name=_("line")
    )
    text = EncryptedTextField(_("words"))

    objects = WordingQuerySet.as_manager()
    case = None

    class Meta:
        verbose_name = _("words beside a line")
        verbose_name_plural = _("words beside lines")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.line_id}"


class Seal(AppendOnly):
    """A batch of lines under one keyed digest, which also covers the seal before it.

    `rows` names every line of the batch with its own mark: so a line that was committed after
    its neighbours were sealed belongs to a later batch, and a broken line can be named.
    """

    number = models.PositiveBigIntegerField(_("number"), primary_key=True)
    form = models.PositiveSmallIntegerField(_("form"))  # which columns the marks cover
    rows = models.JSONField(_("lines"))  # [[key, mark], ...], by key
    first_event = models.BigIntegerField(_("first line"))
    last_event = models.BigIntegerField(_("last line"))  # the highest key sealed so far
    count = models.PositiveIntegerField(_("count"))
    previous = models.CharField(_("digest before"), max_length=64, blank=True)
    digest = models.CharField(_("digest"), max_length=64)
    sealed_at = models.DateTimeField(_("sealed"))

    objects = AppendOnlyQuerySet.as_manager()
    case = None

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering = ["number"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.number}"
