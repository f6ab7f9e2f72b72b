import datetime
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessQuerySet
from core.encryption import EncryptedTextField
from mentees.permissions import FileSection
from mentors.models import Mentor
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


def stands(session: str = "") -> Q:
    """The one condition of whatever counts sessions, or what hangs on one: it is not void."""
    return Q(**{f"{session}__voided_at".removeprefix("__"): None})


class MentoringSessionQuerySet(AccessQuerySet):
    def standing(self):
        return self.filter(stands())

    def held(self):
        return self.standing().filter(status=MentoringSession.Status.HELD)

    def unlocked(self):
        """Those that their author may still change: for a while, or until a coach has answered."""
        since = timezone.now() - settings.NOTE_LOCKS_AFTER
        return self.filter(finished_at__gt=since, narrative__answers=None)


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

    class HelpType(models.TextChoices):
        """The three tasks of a mentor: domain.md section 7."""

        PERSONAL = "personal", _("personal")
        PRACTICAL = "practical", _("practical")
        AUTHORITIES = "authorities", _("with authorities")

    class VoidReason(models.TextChoices):
        WRONG_MENTEE = "wrong_mentee", _("recorded for the wrong mentee")
        TWICE = "twice", _("recorded twice")
        NOT_SO = "not_so", _("it did not take place as recorded")
        OTHER = "other", _("another reason")

    # What one travels to, and what one does where one is.
    REMOTE = (Modality.PHONE, Modality.VIDEO, Modality.LETTER)

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
    help_type = models.CharField(_("kind of help"), max_length=11, choices=HelpType, blank=True)
    themes = models.JSONField(_("themes"), default=list, blank=True)
    mentee_present = models.BooleanField(_("the mentee was there"), default=True)
    preparation_minutes = models.PositiveSmallIntegerField(_("preparation"), null=True, blank=True)
    travel_minutes = models.PositiveSmallIntegerField(_("travel"), null=True, blank=True)
    kilometres = models.PositiveSmallIntegerField(_("by car, km"), null=True, blank=True)
    fare = models.DecimalField(
        _("public transport"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    outlay = models.DecimalField(
        _("outlay"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    # Its first day. None is the month of the meeting.
    claim_month = models.DateField(_("claim in"), null=True, blank=True)
    concern_raised = models.BooleanField(_("something worries the mentor"), default=False)
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="sessions_logged",
        verbose_name=_("logged by"),
    )
    finished_at = models.DateTimeField(_("finished"), default=timezone.now)
    # Each change counts; whoever began from an older count is shown both texts.
    version = models.PositiveIntegerField(_("version"), default=1)
    # Recorded in error: it can be read, and counts nowhere. See `stands`.
    voided_at = models.DateTimeField(_("void since"), null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("marked as void by"),
    )
    void_reason = models.CharField(
        _("why it is void"), max_length=12, choices=VoidReason, blank=True
    )
    void_words = EncryptedTextField(_("why, in words"), blank=True)

    objects = MentoringSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-held_on", "-started_at", "-pk"]
        permissions = [
            ("see_metadata", "Can see that it is there"),
            ("see_session_metadata", "Can see that a session was"),
            ("void_session", "Can mark a session as void"),
        ]
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
                condition=Q(preparation_minutes__lte=settings.PREPARATION_AT_MOST)
                & Q(travel_minutes__lte=settings.TRAVEL_AT_MOST)
                & Q(kilometres__lte=settings.KILOMETRES_AT_MOST)
                & Q(fare__gte=0, outlay__gte=0),
                name="session_time_and_travel_fit_into_a_day",
                violation_error_message=_("Time and travel are more than fits into a day."),
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None, voided_by=None, void_reason="")
                | Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(void_reason=""),
                name="session_is_void_since_when_by_whom_and_why",
                violation_error_message=_("A session is void for a reason that somebody gave."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentorship.enrolment.mentee}, {self.held_on}"

    def get_absolute_url(self) -> str:
        return reverse("mentorships:session_detail", args=[self.uuid])

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None

    @property
    def status_in_words(self) -> str:
        return str(_("void") if self.is_void else self.get_status_display())

    @property
    def days_to_entry(self) -> int:
        """From the day of the meeting to that of the note."""
        return (timezone.localdate(self.finished_at) - self.held_on).days

    @property
    def entry_state(self) -> str:
        """How soon the note followed the meeting: done in time, late, or neither."""
        if self.days_to_entry >= settings.NOTE_LATE_AFTER.days:
            return "late"
        return "soon" if self.days_to_entry > settings.NOTE_DUE_AFTER.days else "done"

    @property
    def theme_labels(self) -> list[str]:
        return [str(Theme(code).label) for code in self.themes if code in Theme]

    @property
    def beside(self) -> list[tuple[str, str]]:
        """What it took beside itself: preparation, travel and money, each with its name."""
        minutes, money = _("%(said)s min"), f"%(said)s {settings.CURRENCY}"
        said = {
            _("Preparation"): (minutes, self.preparation_minutes),
            _("Travel"): (minutes, self.travel_minutes),
            _("By car"): (_("%(said)s km"), self.kilometres),
            _("Public transport"): (money, self.fare),
            _("Outlay"): (money, self.outlay),
        }
        return [
            (str(name), str(words) % {"said": localize(value)})
            for name, (words, value) in said.items()
            if value
        ]

    @property
    def locks_at(self) -> datetime.datetime:
        """Until then its author may change it freely; afterwards one adds and never alters."""
        return self.finished_at + settings.NOTE_LOCKS_AFTER


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
    mentor = models.ForeignKey(
        Mentor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions_beside",
        verbose_name=_("co-mentor"),
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
            models.CheckConstraint(
                condition=Q(mentor=None) | Q(part="co_mentor"),
                name="participant_who_is_a_mentor_is_co_mentor",
                violation_error_message=_("A mentor takes part as co-mentor."),
            ),
            models.UniqueConstraint(
                fields=["session", "mentor"],
                name="participant_co_mentor_is_there_once",
                violation_error_message=_("Already there."),
            ),
            models.UniqueConstraint(
                fields=["session", "part"],
                condition=Q(network_person=None, mentor=None),
                name="participant_by_function_is_there_once",
                violation_error_message=_("Already there."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()}"
