import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from accounts.access import AccessQuerySet
from core.dates import today
from core.encryption import EncryptedTextField
from core.errors import Refusal
from mentees.models.mentee import Mentee
from mentees.permissions import FileSection


class Level(models.IntegerChoices):
    """How far a goal is, beside what was expected: domain.md section 12."""

    MUCH_LESS = -2, _("much less than expected")
    LESS = -1, _("less than expected")
    EXPECTED = 0, _("as expected")
    MORE = 1, _("more than expected")
    MUCH_MORE = 2, _("much more than expected")


# Which field of a goal says beforehand what a level looks like.
LEVEL_FIELDS = {
    Level.MUCH_LESS: "much_less",
    Level.LESS: "less",
    Level.EXPECTED: "expected",
    Level.MORE: "more",
    Level.MUCH_MORE: "much_more",
}


class GoalQuerySet(AccessQuerySet):
    def open(self):
        return self.filter(state=Goal.State.OPEN)


class Goal(models.Model):
    """What a mentee wants to reach, in their own words; what each level means, said beforehand."""

    class Domain(models.TextChoices):
        """domain.md section 1, rows 11, 12 and 14."""

        MOTIVATION = "motivation", _("motivation for a crime-free life")
        NEW_RELATIONS = "new_relations", _("new relations")
        FAMILY = "family", _("family")
        DIALOGUE = "dialogue", _("dialogue")
        EVERYDAY_COPING = "everyday_coping", _("everyday coping")
        CONFLICT = "conflict", _("handling conflict")
        HOUSING = "housing", _("housing")
        WORK = "work", _("work and education")
        MONEY = "money", _("money")
        HEALTH = "health", _("health")
        LEISURE = "leisure", _("leisure")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("a goal", "open")
        REACHED = "reached", _("reached")
        DROPPED = "dropped", _("dropped")

    NEXT_STATES: dict[str, set[str]] = {
        State.OPEN: {State.REACHED, State.DROPPED},
        State.REACHED: {State.OPEN},
        State.DROPPED: {State.OPEN},
    }

    case, section = "mentee", FileSection.GOALS

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    mentee = models.ForeignKey(
        Mentee, models.PROTECT, related_name="goals", verbose_name=_("mentee")
    )
    words = EncryptedTextField(_("in the mentee's own words"))
    domain = models.CharField(_("about"), max_length=16, choices=Domain)
    target_on = models.DateField(_("target date"), null=True, blank=True)
    much_less = EncryptedTextField(_("much less than expected"))
    less = EncryptedTextField(_("less than expected"))
    expected = EncryptedTextField(_("as expected"))
    more = EncryptedTextField(_("more than expected"))
    much_more = EncryptedTextField(_("much more than expected"))
    baseline = models.SmallIntegerField(
        _("where it stands at the start"), choices=Level, default=Level.LESS
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    set_on = models.DateField(_("set"), default=today)
    closed_on = models.DateField(_("closed"), null=True, blank=True)
    drop_reason = EncryptedTextField(_("why it was dropped"), null=True, blank=True)
    # Counts the changes; whoever changes what has changed meanwhile is shown both.
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = GoalQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        ordering = [F("target_on").asc(nulls_last=True), "pk"]
        permissions = [("see_goal_metadata", "Can see that it is there")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", closed_on=None)
                | ~Q(state="open") & Q(closed_on__isnull=False),
                name="goal_is_closed_if_and_only_if_dated",
                violation_error_message=_("A goal that is reached or dropped has a day."),
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("set_on")),
                name="goal_is_closed_after_it_is_set",
                violation_error_message=_("This is before the goal was set."),
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | Q(drop_reason__isnull=False),
                name="goal_is_dropped_with_a_reason",
                violation_error_message=_("Say why it is dropped."),
            ),
            models.CheckConstraint(
                condition=Q(baseline__gte=-2, baseline__lte=2),
                name="goal_starts_at_one_of_its_levels",
                violation_error_message=_("A level goes from -2 to +2."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_domain_display()}, {self.mentee}"

    def get_absolute_url(self) -> str:
        return reverse("casework:goal_detail", args=[self.uuid])

    @property
    def levels(self) -> list[tuple[Level, str]]:
        """Each level with what was said of it beforehand."""
        return [(level, getattr(self, field)) for level, field in LEVEL_FIELDS.items()]

    def move_to(self, state: str) -> None:
        """Change the state in memory, or refuse."""
        if state not in self.NEXT_STATES[self.state]:
            raise IllegalState(
                _("This goal is %(state)s already.") % {"state": self.get_state_display()}
            )
        self.state = state


class IllegalState(Refusal):
    """A goal cannot go from where it stands to there."""


class GoalStep(models.Model):
    """One thing to do on the way to a goal; ticked when it is done."""

    case, section = "goal__mentee", FileSection.GOALS

    goal = models.ForeignKey(Goal, models.PROTECT, related_name="steps", verbose_name=_("goal"))
    text = EncryptedTextField(_("step"))
    done_on = models.DateField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ticked by"),
    )

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_on=None, done_by=None)
                | Q(done_on__isnull=False, done_by__isnull=False),
                name="goal_step_is_ticked_by_somebody_on_a_day",
                violation_error_message=_("A step that is done has a day and somebody."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.goal}"
