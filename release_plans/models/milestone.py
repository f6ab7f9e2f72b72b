import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessQuerySet, WrittenOnceQuerySet
from core.append_only import AppendOnly
from core.encryption import EncryptedTextField
from core.errors import Refusal
from mentees.permissions import FileSection
from release_plans.models.plan import ReleasePlan
from release_plans.models.template import (
    Category,
    Evidence,
    Responsible,
    TemplateItem,
    title_of,
)


class Tick(NamedTuple):
    """One thing of a checklist."""

    code: str
    title: str
    is_ticked: bool


class IllegalStatus(Refusal):
    """A milestone cannot go from where it stands to there."""


class MilestoneQuerySet(AccessQuerySet):
    def open(self):
        return self.filter(status__in=Milestone.OPEN)

    def overdue(self, on: datetime.date):
        return self.open().filter(due_on__lt=on)

    def on_hold(self, on: datetime.date):
        """Open, and nobody is to be reminded before a day that has not come."""
        return self.open().filter(resume_on__gt=on)

    def taken(self):
        """Somebody has said that they see to it, for the day on which it is due now."""
        return self.filter(taken_for=F("due_on"))


class Milestone(models.Model):
    """One thing to have ready, by a day, by somebody; done with evidence.

    Without an `item` it is an own one of this plan, with a title of its own.
    """

    class Status(models.TextChoices):
        """domain.md section 6.1, rule 7."""

        UNSCHEDULED = "unscheduled", _("no date")
        PLANNED = "planned", _("planned")
        IN_PROGRESS = "in_progress", _("in progress")
        DONE = "done", _("done")
        WAIVED = "waived", _("waived")
        NOT_APPLICABLE = "not_applicable", _("not applicable")
        OVERTAKEN = "overtaken", _("overtaken")
        CANCELLED = "cancelled", _("cancelled")

    OPEN = (Status.PLANNED, Status.IN_PROGRESS)
    UNFINISHED = (Status.UNSCHEDULED, *OPEN)
    NEXT_STATUSES: dict[str, set[str]] = {
        Status.UNSCHEDULED: {
            *(Status.PLANNED, Status.DONE),
            *(Status.WAIVED, Status.NOT_APPLICABLE, Status.OVERTAKEN, Status.CANCELLED),
        },
        Status.PLANNED: {
            *(Status.UNSCHEDULED, Status.IN_PROGRESS, Status.DONE),
            *(Status.WAIVED, Status.NOT_APPLICABLE, Status.OVERTAKEN, Status.CANCELLED),
        },
        Status.IN_PROGRESS: {
            *(Status.UNSCHEDULED, Status.PLANNED, Status.DONE),
            *(Status.WAIVED, Status.NOT_APPLICABLE, Status.OVERTAKEN, Status.CANCELLED),
        },
        Status.DONE: {Status.DONE, Status.PLANNED},  # confirmed again; due again
        Status.WAIVED: {Status.PLANNED, Status.UNSCHEDULED},
        Status.NOT_APPLICABLE: {Status.PLANNED, Status.UNSCHEDULED},
        Status.OVERTAKEN: set(),
        Status.CANCELLED: {Status.PLANNED, Status.UNSCHEDULED},
    }

    case, section = "plan__enrolment__mentee", FileSection.PLAN

    plan = models.ForeignKey(
        ReleasePlan, models.PROTECT, related_name="milestones", verbose_name=_("plan")
    )
    item = models.ForeignKey(
        TemplateItem,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="milestones",
        verbose_name=_("milestone"),
    )
    own_title = EncryptedTextField(_("title"), null=True, blank=True)
    category = models.CharField(
        _("category"), max_length=12, choices=Category, default=Category.PLAN
    )
    responsible = models.CharField(_("responsible"), max_length=20, choices=Responsible)
    status = models.CharField(_("status"), max_length=15, choices=Status, default=Status.PLANNED)
    due_on = models.DateField(_("due"), null=True, blank=True)
    # The day from which the date was counted last, and the day on which it first had one.
    counted_from = models.DateField(_("counted from"), null=True, blank=True)
    scheduled_on = models.DateField(_("scheduled"), null=True, blank=True)
    date_locked = models.BooleanField(_("the date is fixed"), default=False)
    compressed = models.BooleanField(_("less time than usual"), default=False)
    recheck_needed = models.BooleanField(_("to be confirmed again"), default=False)
    to_review = models.BooleanField(_("to be reviewed"), default=False)
    # On hold, waived, not applicable, overtaken or cancelled: why.
    reason = EncryptedTextField(_("reason"), null=True, blank=True)
    resume_on = models.DateField(_("taken up again"), null=True, blank=True)
    # Who said they see to it, and for which due date: with another date it is asked again.
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken by"),
    )
    taken_for = models.DateField(_("taken for"), null=True, blank=True)
    done_on = models.DateField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("done by"),
    )
    evidence_kind = models.CharField(_("evidence"), max_length=12, choices=Evidence, blank=True)
    evidence = EncryptedTextField(_("evidence in words"), null=True, blank=True)
    ticked = models.JSONField(_("ticked"), default=list, blank=True)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        permissions = [
            ("see_metadata", "Can see that it is there"),
            ("complete_milestone", "Can begin, take and complete it"),
            ("waive_milestone", "Can waive it"),
        ]
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(
                fields=["plan", "due_on"],
                condition=Q(status__in=["planned", "in_progress"]),
                name="open_milestones_by_due_date",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "item"],
                name="milestone_stands_once_in_a_plan",
                violation_error_message=_("This milestone is already in the plan."),
            ),
            models.CheckConstraint(
                condition=Q(item__isnull=False) | Q(own_title__isnull=False),
                name="milestone_has_a_title",
                violation_error_message=_("Say what there is to do."),
            ),
            models.CheckConstraint(
                condition=Q(status="done", done_on__isnull=False, done_by__isnull=False)
                | ~Q(status="done") & Q(done_on=None, done_by=None),
                name="milestone_is_done_if_and_only_if_dated_and_signed",
                violation_error_message=_("A milestone is done on a day, by somebody."),
            ),
            models.CheckConstraint(
                condition=Q(status="done") & ~Q(evidence_kind="")
                | ~Q(status="done") & Q(evidence_kind=""),
                name="milestone_is_done_if_and_only_if_there_is_evidence",
                violation_error_message=_("Say what shows that it is done."),
            ),
            models.CheckConstraint(
                condition=Q(status="unscheduled")
                | Q(due_on__isnull=False)
                | ~Q(status__in=["planned", "in_progress"]),
                name="milestone_without_a_date_is_unscheduled",
                violation_error_message=_("Without a date it is not planned yet."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["waived", "not_applicable", "overtaken"])
                | Q(reason__isnull=False),
                name="milestone_is_set_aside_with_a_reason",
                violation_error_message=_("Say why."),
            ),
            models.CheckConstraint(
                condition=Q(resume_on=None)
                | Q(
                    reason__isnull=False,
                    status__in=["planned", "in_progress", "unscheduled", "not_applicable", "done"],
                ),
                name="milestone_is_held_with_a_reason_and_a_day",
                violation_error_message=_("Say why, and when it is taken up again."),
            ),
            models.CheckConstraint(
                condition=Q(taken_by=None, taken_for=None)
                | Q(taken_by__isnull=False, taken_for__isnull=False),
                name="milestone_is_taken_by_somebody_for_a_day",
                violation_error_message=_("Whoever takes it takes it for its date."),
            ),
            models.CheckConstraint(
                condition=Q(recheck_needed=False) | Q(status="done"),
                name="milestone_is_confirmed_again_when_it_is_done",
                violation_error_message=_("Only what is done can be confirmed again."),
            ),
            models.CheckConstraint(
                condition=Q(to_review=False)
                | Q(status__in=["planned", "in_progress", "unscheduled"]),
                name="milestone_is_reviewed_while_it_is_open",
                violation_error_message=_("Only what is open can be reviewed."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code or self.get_category_display()}, {self.plan}"

    @property
    def title(self) -> str:
        return self.item.title if self.item else self.own_title or ""

    @property
    def code(self) -> str:
        return self.item.code if self.item else ""

    @property
    def is_mandatory(self) -> bool:
        return self.item is not None and self.item.mandatory

    @property
    def is_waiting(self) -> bool:
        """Neither done nor set aside; or done, and to be confirmed again."""
        return self.status in self.UNFINISHED or self.recheck_needed

    @property
    def is_taken(self) -> bool:
        return self.taken_by_id is not None and self.taken_for == self.due_on

    @property
    def checklist(self) -> list["Tick"]:
        things = self.item.checklist if self.item else []
        return [
            Tick(thing["code"], title_of(thing), thing["code"] in self.ticked) for thing in things
        ]

    def is_on_hold(self, on: datetime.date) -> bool:
        return (
            self.status in self.UNFINISHED and self.resume_on is not None and self.resume_on > on
        )

    def move_to(self, status: str) -> None:
        """Change the status in memory, or refuse."""
        if status not in self.NEXT_STATUSES[self.status]:
            raise IllegalStatus(
                _("This milestone stands as: %(status)s.") % {"status": self.get_status_display()}
            )
        self.status = status


class MilestoneDateChange(AppendOnly):
    """One milestone got another date, or lost it, or has to be confirmed again: and why."""

    class Cause(models.TextChoices):
        RELEASE_MOVED = "release_moved", _("the release moved")
        RELEASE_KNOWN = "release_known", _("the release became known")
        RELEASE_UNKNOWN = "release_unknown", _("the release is not known any more")
        RELEASED = "released", _("released before it was done")
        COURT_DEADLINE = "court_deadline", _("the court deadline moved")
        CONFIRM_AGAIN = "confirm_again", _("what was shown is too old by then")
        TEMPLATE = "template", _("the template changed")
        BY_HAND = "by_hand", _("fixed by hand")
        CARRIED_OVER = "carried_over", _("carried over after release")

    case, section = "milestone__plan__enrolment__mentee", FileSection.PLAN

    milestone = models.ForeignKey(
        Milestone, models.PROTECT, related_name="date_changes", verbose_name=_("milestone")
    )
    old_on = models.DateField(_("before"), null=True, blank=True)
    new_on = models.DateField(_("after"), null=True, blank=True)
    cause = models.CharField(_("cause"), max_length=20, choices=Cause)
    reason = EncryptedTextField(_("reason"), null=True, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("changed by"),
    )
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    objects = WrittenOnceQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of a date")
        verbose_name_plural = _("changes of dates")
        default_permissions = ("view",)
        ordering = ["-changed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.milestone}, {self.get_cause_display()}"


class MilestoneComment(AppendOnly):
    """A remark on a milestone: for those who see the plan, not a note about the person."""

    case, section = "milestone__plan__enrolment__mentee", FileSection.PLAN

    milestone = models.ForeignKey(
        Milestone, models.PROTECT, related_name="comments", verbose_name=_("milestone")
    )
    text = EncryptedTextField(_("comment"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author")
    )
    written_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)

    objects = WrittenOnceQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment on a milestone")
        verbose_name_plural = _("comments on milestones")
        default_permissions = ("view",)
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"{self.milestone}"
