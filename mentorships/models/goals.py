from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import WrittenOnceQuerySet
from core.append_only import AppendOnly
from mentees.models import Goal, Level
from mentees.permissions import FileSection
from mentorships.models.session import MentoringSession


class GoalRatingQuerySet(WrittenOnceQuerySet):  # type: ignore[override]
    def current(self):
        """As they read now: what was corrected stays, and counts no more."""
        return self.filter(replaced_by=None)


class GoalRating(AppendOnly):
    """How far a goal was, as the two saw it in one session. Never added up to a score."""

    case, section = "goal__mentee", FileSection.GOALS

    goal = models.ForeignKey(Goal, models.PROTECT, related_name="ratings", verbose_name=_("goal"))
    session = models.ForeignKey(
        MentoringSession, models.PROTECT, related_name="ratings", verbose_name=_("session")
    )
    # Empty: the goal was not discussed.
    level = models.SmallIntegerField(_("level"), choices=Level, null=True, blank=True)

    # The one that this one corrects, while the note could be changed.
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("corrects"),
    )

    objects = GoalRatingQuerySet.as_manager()

    class Meta:
        verbose_name = _("rating of a goal")
        verbose_name_plural = _("ratings of goals")
        ordering = ["-session__held_on", "-pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["goal", "session"],
                condition=Q(replaces=None),
                name="goal_is_rated_once_a_session",
                violation_error_message=_("This goal was rated in this session."),
            ),
            models.CheckConstraint(
                condition=Q(level=None) | Q(level__gte=-2, level__lte=2),
                name="goal_rating_is_one_of_the_levels",
                violation_error_message=_("A level goes from -2 to +2."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.goal}"
