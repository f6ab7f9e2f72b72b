import datetime
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import AccessQuerySet
from core.encryption import EncryptedJSONField, EncryptedTextField
from mentees.permissions import FileSection
from mentorships.models.mentorship import Mentorship
from networks.models import NetworkPerson
from organisations.models import Organisation

SHORTEST, LONGEST = settings.SESSION_MINUTES


class Theme(models.TextChoices):
    """What was worked on: domain.md section 7. None of them is about the offence."""

    DIALOGUE = "dialogue", _("Dialogue")
    EVERYDAY_COPING = "everyday_coping", _("Everyday coping")
    CONFLICT = "conflict", _("Handling conflict")
    MOTIVATION = "motivation", _("Motivation")
    NEW_RELATIONS = "new_relations", _("New relations")
    FAMILY = "family", _("Family")
    IDENTITY = "identity", _("Identity and belonging")
    HOUSING = "housing", _("Housing")
    WORK = "work", _("Work and education")
    MONEY = "money", _("Money")
    AUTHORITIES = "authorities", _("Authorities")
    HEALTH = "health", _("Health")
    LEISURE = "leisure", _("Leisure")
    RELEASE = "release", _("Release practicalities")


class MentoringSessionQuerySet(AccessQuerySet):
    def held(self):
        return self.filter(status=MentoringSession.Status.HELD)


class MentoringSession(models.Model):
    """That the two met, or meant to: when, how long, how. What was said is another table."""

    class Status(models.TextChoices):
        HELD = "held", _("held")
        CANCELLED = "cancelled", _("cancelled")
        NO_SHOW = "no_show", _("did not come")

    class CancelledBy(models.TextChoices):
        MENTEE = "mentee", _("the mentee")
        MENTOR = "mentor", _("the mentor")
        INSTITUTION = "institution", _("the institution")
        OTHER = "other", _("somebody else")

    class CancelReason(models.TextChoices):
        ILLNESS = "illness", _("illness")
        LOCKDOWN = "lockdown", _("lockdown")
        ESCORT = "escort", _("escort or court")
        TRANSFER = "transfer", _("transfer")
        WORK = "work", _("work")
        NO_WISH = "no_wish", _("did not wish to")
        OTHER = "other", _("other")

    class Modality(models.TextChoices):
        PRISON = "prison", _("In prison")
        COMMUNITY = "community", _("In the community")
        LEAVE = "leave", _("On leave")
        PHONE = "phone", _("Phone")
        VIDEO = "video", _("Video")
        LETTER = "letter", _("Letter")
        NETWORK = "network", _("Network meeting")
        AUTHORITY = "authority", _("With an authority")

    class Place(models.TextChoices):
        """Never an address: domain.md section 7."""

        INSTITUTION = "institution", _("in the institution")
        CAFE = "cafe", _("café")
        HOME = "home", _("at home")
        OFFICE = "office", _("office")
        OUTDOORS = "outdoors", _("outdoors")
        ELSEWHERE = "elsewhere", _("elsewhere")

    class Purpose(models.TextChoices):
        PLANNED = "planned", _("planned talk")
        RELEASE = "release", _("release preparation")
        CRISIS = "crisis", _("crisis support")
        PRACTICAL = "practical", _("practical help")
        NETWORK = "network", _("network")
        REVIEW = "review", _("review")
        CLOSING = "closing", _("closing")

    case, section = "mentorship__enrolment__mentee", FileSection.NOTES

    # The draft's key, and the session's name outside: a draft becomes one session at most.
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    mentorship = models.ForeignKey(
        Mentorship, models.PROTECT, related_name="sessions", verbose_name=_("mentorship")
    )
    status = models.CharField(_("did it take place"), max_length=10, choices=Status)
    cancelled_by = models.CharField(
        _("cancelled by"), max_length=12, choices=CancelledBy, blank=True
    )
    cancel_reason = models.CharField(_("why"), max_length=10, choices=CancelReason, blank=True)
    held_on = models.DateField(_("date"))
    started_at = models.TimeField(_("start"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    modality = models.CharField(_("how"), max_length=10, choices=Modality, blank=True)
    place = models.CharField(_("where"), max_length=12, choices=Place, blank=True)
    institution = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("institution"),
    )
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose, blank=True)
    themes = models.JSONField(_("themes"), default=list, blank=True)
    mentee_present = models.BooleanField(_("the mentee was there"), default=True)
    next_meeting_on = models.DateField(_("next meeting"), null=True, blank=True)
    next_meeting_at = models.TimeField(_("at"), null=True, blank=True)
    concern_raised = models.BooleanField(_("something worries the mentor"), default=False)
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="sessions_logged",
        verbose_name=_("logged by"),
    )
    finished_at = models.DateTimeField(_("finished"), default=timezone.now)

    objects = MentoringSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-held_on", "-started_at", "-pk"]
        permissions = [("see_session_metadata", "Can see that a session was")]
        indexes = [
            models.Index(fields=["mentorship", "-held_on"], name="sessions_of_a_mentorship"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="held")
                | Q(minutes__gte=SHORTEST, minutes__lte=LONGEST, started_at__isnull=False)
                & ~Q(modality="")
                & ~Q(purpose=""),
                name="session_held_says_when_how_long_and_how",
                violation_error_message=_(
                    "A session that was held has a start, 5 to 480 minutes, a way and a purpose."
                ),
            ),
            models.CheckConstraint(
                condition=Q(status="cancelled") & ~Q(cancelled_by="")
                | ~Q(status="cancelled") & Q(cancelled_by="", cancel_reason=""),
                name="session_cancelled_if_and_only_if_by_somebody",
                violation_error_message=_("Say who cancelled."),
            ),
            models.CheckConstraint(
                condition=Q(next_meeting_on=None) | Q(next_meeting_on__gte=F("held_on")),
                name="next_meeting_is_after_this_one",
                violation_error_message=_("The next meeting is before this one."),
            ),
            models.CheckConstraint(
                condition=Q(next_meeting_at=None) | Q(next_meeting_on__isnull=False),
                name="next_meeting_has_a_date_before_a_time",
                violation_error_message=_("Give the next meeting a date too."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentorship.enrolment.mentee}, {self.held_on}"

    def get_absolute_url(self) -> str:
        return reverse("mentorships:session_detail", args=[self.uuid])

    @property
    def theme_labels(self) -> list[str]:
        return [str(Theme(code).label) for code in self.themes if code in Theme]

    @property
    def locks_at(self) -> datetime.datetime:
        """Until then its author may change it freely; afterwards one adds and never alters."""
        return self.finished_at + settings.NOTE_LOCKS_AFTER


class SessionNarrative(models.Model):
    """What was said: encrypted, and a table of its own because it has readers of its own."""

    case, section = "session__mentorship__enrolment__mentee", FileSection.NOTES

    session = models.OneToOneField(
        MentoringSession, models.PROTECT, related_name="narrative", verbose_name=_("session")
    )
    facts = EncryptedTextField(_("what happened"), blank=True)
    assessment = EncryptedTextField(_("my assessment"), blank=True)
    own_words = EncryptedTextField(_("in the mentee's own words"), blank=True)

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")

    def __str__(self) -> str:
        return f"{self.session}"


class SessionParticipant(models.Model):
    """Who else was there: somebody of the network, or a professional by function."""

    class Part(models.TextChoices):
        NETWORK = "network", _("of the network")
        CO_MENTOR = "co_mentor", _("co-mentor")
        COACH = "coach", _("coach")
        INTERPRETER = "interpreter", _("interpreter")
        AGENCY = "agency", _("an authority")

    case, section = "session__mentorship__enrolment__mentee", FileSection.NOTES

    session = models.ForeignKey(
        MentoringSession, models.PROTECT, related_name="participants", verbose_name=_("session")
    )
    part = models.CharField(_("as"), max_length=12, choices=Part)
    network_person = models.ForeignKey(
        NetworkPerson,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("person"),
    )

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["part", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(part="network", network_person__isnull=False)
                | ~Q(part="network") & Q(network_person=None),
                name="participant_of_the_network_is_named",
                violation_error_message=_("Say who of the network was there."),
            ),
            models.UniqueConstraint(
                fields=["session", "network_person"],
                name="participant_is_there_once",
                violation_error_message=_("Already there."),
            ),
            models.UniqueConstraint(
                fields=["session", "part"],
                condition=Q(network_person=None),
                name="participant_by_function_is_there_once",
                violation_error_message=_("Already there."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()}"


class AgreementQuerySet(AccessQuerySet):
    def open(self):
        return self.filter(outcome="")


class Agreement(models.Model):
    """A next step: what, who, by when. It comes back until it is kept or dropped."""

    class Who(models.TextChoices):
        MENTEE = "mentee", _("the mentee")
        MENTOR = "mentor", _("the mentor")
        OTHER = "other", _("somebody else")

    class Outcome(models.TextChoices):
        KEPT = "kept", _("kept")
        DROPPED = "dropped", _("dropped")

    case, section = "mentorship__enrolment__mentee", FileSection.NOTES

    mentorship = models.ForeignKey(
        Mentorship, models.PROTECT, related_name="agreements", verbose_name=_("mentorship")
    )
    made_in = models.ForeignKey(
        MentoringSession, models.PROTECT, related_name="agreements", verbose_name=_("made in")
    )
    text = EncryptedTextField(_("agreement"))
    who = models.CharField(_("who"), max_length=6, choices=Who)
    due_on = models.DateField(pgettext_lazy("a deadline", "by"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=7, choices=Outcome, blank=True)
    settled_in = models.ForeignKey(
        MentoringSession,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="settled_agreements",
        verbose_name=_("settled in"),
    )
    settled_on = models.DateField(_("settled"), null=True, blank=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = [F("due_on").asc(nulls_last=True), "pk"]
        indexes = [
            models.Index(
                fields=["mentorship", "due_on"],
                condition=Q(outcome=""),
                name="open_agreements",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", settled_on=None)
                | ~Q(outcome="") & Q(settled_on__isnull=False),
                name="agreement_is_settled_if_and_only_if_dated",
                violation_error_message=_("An agreement is settled on a day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentorship}, {self.get_who_display()}"


class SessionDraftQuerySet(AccessQuerySet):
    def of(self, author):
        return self.filter(author=author)


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
    # Counts the saves of one page; a save that arrives late and knows less is passed over.
    sequence = models.PositiveIntegerField(_("save"), default=0)
    started_at = models.DateTimeField(_("begun"), default=timezone.now)
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)

    objects = SessionDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["-saved_at"]

    def __str__(self) -> str:
        return f"{self.mentorship.enrolment.mentee}"

    @property
    def held_on(self) -> datetime.date | None:
        """The day of the meeting, where it was typed already."""
        try:
            return datetime.date.fromisoformat(self.typed.get("held_on") or "")
        except ValueError:
            return None
