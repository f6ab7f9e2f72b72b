import datetime
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Rhythm(models.TextChoices):
    AT_ONCE = "at_once", _("as it happens")
    DAILY = "daily", _("once a day, in the morning")
    NEVER = "never", _("no mails")


class MailWish(models.Model):
    """When somebody wants a mail that says that notices wait; without a row, these defaults.

    Hours are those of the office's clock. From `quiet_from` to `quiet_until`, over midnight where
    they say so, no mail is sent; where both are the same there is no such time.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="mail_wish",
        verbose_name=_("person"),
    )
    rhythm = models.CharField(_("Mails"), max_length=10, choices=Rhythm, default=Rhythm.DAILY)
    quiet_from = models.TimeField(_("No mails from"), default=datetime.time(20))
    quiet_until = models.TimeField(_("No mails until"), default=datetime.time(7))
    weekends = models.BooleanField(_("On Saturdays and Sundays too"), default=False)

    class Meta:
        verbose_name = _("wish for mails")
        verbose_name_plural = _("wishes for mails")
        default_permissions = ()

    def __str__(self) -> str:
        return self.get_rhythm_display()


class MailingQuerySet(models.QuerySet["Mailing"]):
    def open(self):
        """Those to which a new notice still belongs: nobody has tried to send them."""
        return self.filter(tried_at=None, ended_at=None)

    def owed(self, now: datetime.datetime):
        """Due, not ended, and in nobody's hands."""
        free = Q(tried_at=None) | Q(tried_at__lte=now - settings.MAIL_RETRIED_AFTER)
        return self.filter(free, ended_at=None, due_at__lte=now)


class Mailing(models.Model):
    """One mail to one person, which says how many notices wait; owed until it has ended.

    It is tried until the post office has taken it. Whoever dies in between leaves it owed: it
    goes out again under the same Message-ID, by which a mailbox knows it.
    """

    class Outcome(models.TextChoices):
        SENT = "sent", _("sent")
        NEEDLESS = "needless", _("nothing waited any more")
        REFUSED = "refused", _("the address was refused")
        GIVEN_UP = "given_up", _("given up")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="mailings", verbose_name=_("for")
    )
    due_at = models.DateTimeField(_("due"))
    tried_at = models.DateTimeField(_("last tried"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    said = models.PositiveSmallIntegerField(_("notices that it told of"), default=0)
    outcome = models.CharField(_("result"), max_length=10, choices=Outcome, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = MailingQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-due_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["recipient"],
                condition=Q(tried_at=None, ended_at=None),
                name="mail_not_yet_tried_is_one",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", ended_at=None)
                | ~Q(outcome="") & Q(ended_at__isnull=False),
                name="mail_has_ended_if_and_only_if_with_a_result",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(ended_at=None), name="mails_to_send"),
        ]

    def __str__(self) -> str:
        return f"{self.due_at:%Y-%m-%d %H:%M}"


class Hold(models.Model):
    """Nothing is mailed from here on until somebody releases it.

    Raised by the dispatcher that finds that nothing ran for long: an old copy of the database may
    have been put back, and would mail everybody again what they have had.
    """

    raised_at = models.DateTimeField(_("since"))
    silent_since = models.DateTimeField(_("nothing had run since"))
    released_at = models.DateTimeField(_("released"), null=True, blank=True)

    class Meta:
        verbose_name = _("hold on mails")
        verbose_name_plural = _("holds on mails")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.raised_at:%Y-%m-%d %H:%M}"


class NoticeQuerySet(models.QuerySet):
    def unread(self):
        return self.filter(read_at=None, settled_at=None)

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
    # What it tells of had passed before its reader came.
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    mailing = models.ForeignKey(
        Mailing,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="notices",
        verbose_name=_("mail"),
    )

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
                condition=Q(read_at=None, settled_at=None),
                name="unread_notices",
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(dispatched_at=None),
                name="notices_to_dispatch",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.occurrence}"

    @property
    def is_new(self) -> bool:
        return self.read_at is None and self.settled_at is None


class Beat(models.Model):
    """When the schedule last ran: one row, stamped by the worker."""

    name = models.CharField(max_length=40, primary_key=True)
    ran_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class CalendarKeyQuerySet(models.QuerySet):
    def standing(self):
        """Those that open something now: with the person goes the key."""
        return self.filter(revoked_at=None, person__is_active=True)


class CalendarKey(models.Model):
    """With which a calendar program fetches one person's dates: the secret part of an address.

    It is shown once; what stays is a digest under our key.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="calendar_keys",
        verbose_name=_("person"),
    )
    digest = models.CharField(max_length=64, unique=True)
    # Of the password at that time: a new one ends the key, as it ends sessions.
    password_digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_on = models.DateField(_("last used"), null=True, blank=True)

    objects = CalendarKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar key")
        verbose_name_plural = _("calendar keys")
        ordering = ["-created_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(revoked_at=None),
                name="calendar_has_one_key",
                violation_error_message=_("This calendar has an address already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d}"
