"""Mentors and who supervises them: the administrator's part of the staff."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.office_forms import DayForm
from accounts.reach_admin import Cell, ReachAdmin, Section, Step, link
from accounts.roles import Role
from core.dates import today
from mentors import operations
from mentors.models import CoachAssignment, Mentor
from mentors.permissions import MentorPermission as M
from organisations.models import Organisation
from training.models import Certificate
from training.permissions import TrainingPermission as T


class CoachForm(DayForm):
    """Asks for what `operations.assign_coach` needs."""

    coach = forms.ModelChoiceField(Mentor.objects.none(), label=_("Coach"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        coaches = Mentor.objects.visible_to(self.user).select_related("user")
        self.fields["coach"].queryset = coaches.filter(
            user__in=User.objects.holding(Role.COACH).values("pk")
        ).exclude(pk=self.row.pk)

    field_order = ["coach", "on"]


class StaffAreaFilter(admin.SimpleListFilter):
    """Areas in which the reader is posted, and no others."""

    title = _("area")
    parameter_name = "area"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        posted = request.user.standing.roles.get(Role.PROBATION_ADMIN, set())
        if len(posted) < 2:
            return []
        areas = Organisation.objects.filter(pk__in=posted).values_list("pk", "name")
        return [(str(pk), name) for pk, name in areas]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        offered = {pk for pk, _name in self.lookup_choices}
        return queryset.filter(area=self.value()) if self.value() in offered else queryset


@admin.register(Mentor)
class MentorAdmin(ReachAdmin):
    adds, changes = M.ADD, M.CHANGE
    related = ("user", "area")
    list_display = ["user", "area", "status", "background", "languages", "capacity"]
    list_filter = ["status", "background", StaffAreaFilter]
    search_fields = ["user__name"]
    search_help_text = _("A part of a mentor's name.")
    sortable_by = ["user", "status", "capacity"]
    adding_fields = ("user", "area", "status", "background", "languages", "capacity")
    changing_fields = ("status", "background", "languages", "capacity")
    fieldsets = [(None, {"fields": ["user", "area", *changing_fields]})]

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        posted = request.user.standing.roles.get(Role.PROBATION_ADMIN, set())
        if db_field.name == "user":
            here = User.objects.holding(Role.MENTOR, within=posted) | User.objects.holding(
                Role.COACH, within=posted
            )
            kwargs["queryset"] = here.filter(mentor=None)
        if db_field.name == "area":
            kwargs["queryset"] = Organisation.objects.existing(today()).filter(pk__in=posted)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def add(self, by: User, **values: Any) -> models.Model:
        return operations.register_mentor(by=by, **values)

    def change(self, row: Any, by: User, **values: Any) -> models.Model:
        return operations.change_mentor(row, by=by, **values)

    def get_steps(self, row: Mentor) -> list[Step]:
        return [
            Step("coach", _("Assign a coach"), M.CHANGE, CoachForm, operations.assign_coach),
        ]

    def get_sections(self, request: HttpRequest, row: Mentor) -> list[Section]:
        user = request.user
        coaching = CoachAssignment.objects.permitted(user, M.VIEW_COACHING).filter(mentor=row)
        certificates = Certificate.objects.permitted(user, T.VIEW_CERTIFICATE)
        return [
            Section(
                _("Certificates"),
                [_("Training"), _("Standing"), _("From"), _("Until")],
                [
                    [
                        Cell(each.programme),
                        Cell(each.get_standing_display()),
                        Cell(each.valid_from),
                        Cell(each.valid_until),
                    ]
                    for each in certificates.filter(holder=row.user).select_related("programme")
                ],
                _("Not certified: this mentor cannot be proposed yet."),
            ),
            Section(
                _("Coaches"),
                [_("Coach"), _("From"), _("Until")],
                [
                    [Cell(each.coach, link(each)), Cell(each.valid_from), Cell(each.valid_until)]
                    for each in coaching.select_related("coach__user")
                ],
                _("Nobody supervises this mentor yet."),
            ),
        ]


@admin.register(CoachAssignment)
class CoachAssignmentAdmin(ReachAdmin):
    """Who supervises whom. A coach is assigned on the mentor's page; nothing is edited."""

    related = ("coach__user", "mentor__user", "mentor__area")
    list_display = ["mentor", "coach", "valid_from", "valid_until"]
    search_fields = ["mentor__user__name", "coach__user__name"]
    search_help_text = _("A part of a mentor's or a coach's name.")
    fieldsets = [(None, {"fields": ["mentor", "coach", "valid_from", "valid_until"]})]
