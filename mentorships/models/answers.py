from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import WrittenOnceQuerySet
from core.append_only import AppendOnly
from core.encryption import EncryptedTextField
from mentees.permissions import FileSection
from mentorships.models.narrative import SessionNarrative, Texts


class BesideNote(AppendOnly):
    """What somebody wrote to a note once; a file that is opened shows no more than the note."""

    case, section = "narrative__session__mentorship__enrolment__mentee", FileSection.NOTES
    by_decision = False

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author")
    )

    objects = WrittenOnceQuerySet.as_manager()

    class Meta:
        abstract = True


class NoteAnswer(BesideNote):
    """What was answered to a note: by a coach in one stroke, by its author to a question."""

    class Kind(models.TextChoices):
        READ = "read", _("Read")
        WELL_DONE = "well_done", _("Well done")
        TALK = "talk", _("Let us talk")
        QUESTION = "question", _("A question")
        REPLY = "reply", _("Reply")

    BY_COACH = [Kind.READ, Kind.WELL_DONE, Kind.TALK, Kind.QUESTION]

    narrative = models.ForeignKey(
        SessionNarrative, models.PROTECT, related_name="answers", verbose_name=_("note")
    )
    kind = models.CharField(_("answer"), max_length=9, choices=Kind)
    text = EncryptedTextField(_("words"), null=True, blank=True)
    # One question, one reply.
    question = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reply",
        verbose_name=_("question"),
    )
    answered_at = models.DateTimeField(_("answered"), default=timezone.now)

    class Meta:
        verbose_name = _("answer to a note")
        verbose_name_plural = _("answers to notes")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="reply", question__isnull=False)
                | ~Q(kind="reply") & Q(question=None),
                name="answer_replies_if_and_only_if_to_a_question",
                violation_error_message=_("A reply answers a question."),
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["question", "reply"]) | Q(text__isnull=False),
                name="answer_that_asks_or_replies_has_words",
                violation_error_message=_("Write the question, or the reply."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.narrative}, {self.get_kind_display()}"


class Addendum(BesideNote):
    """The text of a locked note as its author amended it, with the reason; the note stays.

    It is a version of its note and has no readers of its own: whoever may read the note reads
    them all.
    """

    class Why(models.TextChoices):
        CORRECTION = "correction", _("Something was wrong")
        ADDITION = "addition", _("Something was missing")
        MENTEE = "mentee", _("The mentee asked for it")
        OTHER = "other", _("Another reason")

    narrative = models.ForeignKey(
        SessionNarrative, models.PROTECT, related_name="addenda", verbose_name=_("note")
    )
    why = models.CharField(_("why"), max_length=10, choices=Why)
    reason = EncryptedTextField(_("reason"))
    facts = EncryptedTextField(_("what happened"), blank=True)
    assessment = EncryptedTextField(_("my assessment"), blank=True)
    own_words = EncryptedTextField(_("in the mentee's own words"), blank=True)
    added_at = models.DateTimeField(_("added"), default=timezone.now)

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.narrative}"

    @property
    def texts(self) -> Texts:
        return Texts(self.facts, self.assessment, self.own_words)
