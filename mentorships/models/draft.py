import datetime
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessQuerySet
from core.encryption import EncryptedJSONField
from mentees.permissions import FileSection
from mentorships.models.mentorship import Mentorship


def talk_of(session: uuid.UUID) -> uuid.UUID:
    """The key of a talk whose first note became this session; no way leads back from it."""
    return uuid.uuid5(session, "talk")


class SessionDraftQuerySet(AccessQuerySet):
    def of(self, author):
        return self.filter(author=author)

    def locked(self, key):
        """The draft under this key, if any, held until the end of the transaction."""
        return self.select_for_update().filter(pk=key)

    def of_talk(self, talk):
        """Those that are still to be written, in their order."""
        return self.filter(talk=talk).order_by("part")

    def lapsing(self, now):
        """To be deleted soon, or by now."""
        kept_for = settings.DRAFT_KEPT_FOR - settings.DRAFT_WARNING
        return self.filter(saved_at__lte=now - kept_for)


class SessionDraft(models.Model):
    """What a mentor has typed and not finished: theirs alone, and encrypted."""

    case, section = "mentorship__enrolment__mentee", FileSection.NOTES
    by_decision = False  # nobody opens it to anybody, not even in an emergency

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mentorship = models.ForeignKey(
        Mentorship, models.PROTECT, related_name="drafts", verbose_name=_("mentorship")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="session_drafts",
        verbose_name=_("author"),
    )
    typed = EncryptedJSONField(_("what was typed"), default=dict)
    # Numbers the kept texts: it only grows, so that a save which arrives late is passed over.
    sequence = models.PositiveIntegerField(_("save"), default=0)
    # Which page, as it was once loaded, sent the text; empty for one without a mark.
    page = models.CharField(_("page"), max_length=36, blank=True)
    started_at = models.DateTimeField(_("begun"), default=timezone.now)
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)
    # Of a talk with several mentees: which talk, and the how-manieth note of how many this is.
    # Neither says with whom else it was.
    talk = models.UUIDField(_("talk"), null=True, blank=True, editable=False)
    part = models.PositiveSmallIntegerField(_("note"), null=True, blank=True)
    parts = models.PositiveSmallIntegerField(_("notes in all"), null=True, blank=True)

    objects = SessionDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["-saved_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(talk=None, part=None, parts=None)
                | Q(talk__isnull=False, part__isnull=False, part__gte=2)
                & Q(parts__isnull=False, parts__gte=F("part")),
                name="draft_of_a_talk_is_one_of_its_notes",
                violation_error_message=_("A note of a talk is one of so many."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentorship.enrolment.mentee}"

    @property
    def lapses_at(self) -> datetime.datetime:
        return self.saved_at + settings.DRAFT_KEPT_FOR

    @property
    def is_lapsing(self) -> bool:
        """Whether it is deleted within the days of the warning."""
        return timezone.now() >= self.lapses_at - settings.DRAFT_WARNING

    @property
    def held_on(self) -> datetime.date | None:
        """The day of the meeting, where it was typed already."""
        try:
            return datetime.date.fromisoformat(self.typed.get("held_on") or "")
        except ValueError:
            return None
