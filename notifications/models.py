from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class NoticeQuerySet(models.QuerySet):
    def unread(self):
        return self.filter(read_at=None)

    def due(self, now):
        """Promised and not yet taken up by the dispatcher."""
        return self.filter(dispatched_at=None, due_at__lte=now)


class Notice(models.Model):
    """A promise to tell somebody something, written with the act that it tells of.

    It holds a kind and a link, never a name or a word of a note: the sentence is built for the
    reader, from the kind, when it is shown.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("for")
    )
    kind = models.CharField(_("kind"), max_length=40)
    link = models.CharField(_("link"), max_length=200)
    # The same fact is told to one person once.
    occurrence = models.CharField(_("occurrence"), max_length=80)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    dispatched_at = models.DateTimeField(_("dispatched"), null=True, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "kind", "occurrence"], name="notice_tells_a_fact_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["recipient"],
                condition=models.Q(read_at=None),
                name="unread_notices",
            ),
            models.Index(
                fields=["due_at"],
                condition=models.Q(dispatched_at=None),
                name="notices_to_dispatch",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.occurrence}"


class Beat(models.Model):
    """When the schedule last ran: one row, stamped by the worker."""

    name = models.CharField(max_length=40, primary_key=True)
    ran_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
