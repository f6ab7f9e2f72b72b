"""Mails that we owe somebody, kept as rows until they are sent, and the links that they carry.

The token of a link is made when its mail is sent and stands nowhere else: the row keeps its
digest. No mail names a person or tells what the scheme is about.
"""

import datetime
import hashlib
import secrets
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

log = structlog.get_logger("letters")


class LetterQuerySet(models.QuerySet):
    def owed(self, now: datetime.datetime) -> "LetterQuerySet":
        """Neither sent nor withdrawn, and not in another's hands."""
        free = Q(tried_at=None) | Q(tried_at__lte=now - settings.MAIL_RETRIED_AFTER)
        return self.filter(free, sent_at=None, withdrawn_at=None)

    def standing(self, now: datetime.datetime) -> "LetterQuerySet":
        """On their way, or with a link that still opens."""
        fresh = Q(expires_at=None) | Q(expires_at__gt=now)
        return self.filter(fresh, used_at=None, withdrawn_at=None)

    def opened_by(self, digest: str | None) -> "Letter | None":
        """The letter whose link this is, if it opens and its reader may still come in."""
        if not digest:
            return None
        found = self.standing(timezone.now()).filter(token_digest=digest, user__is_active=True)
        return found.select_related("user").first()


class Letter(models.Model):
    """One mail to one address; used, withdrawn or too old, its link opens nothing."""

    class Kind(models.TextChoices):
        INVITATION = "invitation", _("invitation")
        NEW_PASSWORD = "new_password", _("new password")
        NEW_ADDRESS = "new_address", _("new address, to be confirmed")
        ADDRESS_CHANGED = "address_changed", _("notice that the address has changed")

    SUBJECTS = {
        Kind.INVITATION: _("Your account"),
        Kind.NEW_PASSWORD: _("Choose a new password"),
        Kind.NEW_ADDRESS: _("Confirm this address"),
        Kind.ADDRESS_CHANGED: _("Your address was changed"),
    }

    # Empty: the address that was given is nobody's, or not of somebody who may come in so.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        related_name="letters",
        verbose_name=_("for"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    address = models.EmailField(_("e-mail address"), blank=True)
    token_digest = models.CharField(max_length=64, blank=True, db_index=True)
    written_at = models.DateTimeField(_("written"), default=timezone.now)
    tried_at = models.DateTimeField(_("last tried"), null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    expires_at = models.DateTimeField(_("opens until"), null=True)
    used_at = models.DateTimeField(_("used"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-written_at", "-pk"]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def has_link(self) -> bool:
        return self.kind in settings.LINKS_OPEN_FOR


def digest_of(token: str) -> str:
    """A token is as long as a key, so a plain digest gives nothing away."""
    return hashlib.sha256(token.encode()).hexdigest()


def send(letter: Letter) -> bool:
    """Make the link, and hand the mail over; whether that went well.

    Whoever dies between the two leaves the letter owed: it goes out again with a new link.
    """
    now, token = timezone.now(), secrets.token_urlsafe(32)
    if not Letter.objects.owed(now).filter(pk=letter.pk).update(tried_at=now):
        return False  # another was quicker
    letter.token_digest = digest_of(token) if letter.has_link else ""
    letter.expires_at = now + settings.LINKS_OPEN_FOR[letter.kind] if letter.has_link else None
    letter.save(update_fields=["token_digest", "expires_at"])
    try:
        mail_of(letter, token).send()
    except OSError as fault:  # of the network, or of the protocol: the next round tries again
        log.warning("not sent", letter=letter.pk, fault=type(fault).__name__)
        return False
    letter.sent_at = timezone.now()
    letter.save(update_fields=["sent_at"])
    return True


def mail_of(letter: Letter, token: str) -> EmailMessage:
    user: Any = letter.user
    with translation.override(user.language or settings.LANGUAGE_CODE):
        words = {
            "link": settings.PUBLIC_URL + reverse("door:link_open", args=[token]),
            "until": letter.expires_at,
            "sender": settings.NEUTRAL_NAME,
        }
        return EmailMessage(
            f"{settings.NEUTRAL_NAME}: {Letter.SUBJECTS[Letter.Kind(letter.kind)]}",
            render_to_string(f"accounts/mail/{letter.kind}.txt", words),
            to=[letter.address],
            headers={"Auto-Submitted": "auto-generated"},
        )
