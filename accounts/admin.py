"""Accounts, roles and the structure: the technical account's workplace, the auditor's to read."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.forms import SetPasswordMixin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import operations
from accounts.models import RoleAssignment, User
from accounts.office_forms import DayForm, DayInput, RefusableForm
from accounts.reach_admin import Cell, Section, Step, TechnicalAdmin, link
from accounts.roles import Role
from core.dates import in_force, today
from organisations.models import Organisation
from organisations.operations import add_organisation, change_organisation


class PasswordForm(SetPasswordMixin, forms.Form):
    """Django's own two fields and checks."""

    password1, password2 = SetPasswordMixin.create_password_fields()

    def __init__(self, *args: Any, row: User, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row

    def clean(self) -> dict[str, Any]:
        self.validate_passwords("password1", "password2")
        self.validate_password_for_user(self.row, "password2")
        cleaned = super().clean() or self.cleaned_data
        return {"password": cleaned.get("password1")}


class NewAccountForm(SetPasswordMixin, RefusableForm):
    password1, password2 = SetPasswordMixin.create_password_fields()

    def clean(self) -> dict[str, Any] | None:
        self.validate_passwords("password1", "password2")
        cleaned = super().clean()
        self.validate_password_for_user(self.instance, "password2")
        return cleaned


@admin.register(User)
class UserAdmin(TechnicalAdmin):
    """Who signs in. What they may do follows from their roles."""

    readers = (Role.AUDITOR,)
    list_display = ["name", "email", "is_active", "is_superuser", "joined_at"]
    list_filter = ["is_active", "is_superuser"]
    search_fields = ["name", "email"]
    search_help_text = _("A part of a name or an address.")
    ordering = ["name", "pk"]
    adding_fields = ("email", "name", "phone", "language", "password1", "password2")
    changing_fields = ("email", "name", "phone", "language", "is_active")
    fieldsets = [
        (None, {"fields": ["email", "name", "phone", "language", "is_active"]}),
        (_("Beside the roles"), {"fields": ["is_superuser", "is_staff", "last_login"]}),
    ]

    def get_form(self, request: HttpRequest, obj: Any = None, change: Any = False, **kwargs: Any):
        if obj is None:
            kwargs["form"] = NewAccountForm
        return super().get_form(request, obj, change=change, **kwargs)

    def add(self, by: User, **values: Any) -> models.Model:
        password = values.pop("password1")
        del values["password2"]
        return operations.open_account(by=by, password=password, **values)

    def change(self, row: Any, by: User, **values: Any) -> models.Model:
        return operations.change_account(row, by=by, **values)

    def get_steps(self, row: User) -> list[Step]:
        return [Step("password", _("Set a password"), "", PasswordForm, operations.set_password)]

    def get_sections(self, request: HttpRequest, row: User) -> list[Section]:
        held = row.role_assignments.select_related("organisation")
        rows = [
            [
                Cell(each.get_role_display(), link(each)),
                Cell(each.organisation),
                Cell(each.valid_from),
                Cell(each.valid_until),
            ]
            for each in held
        ]
        headings = [_("Role"), _("Organisation"), _("From"), _("Until")]
        return [Section(_("Roles"), headings, rows, _("No role: this person opens nothing."))]


class InForceFilter(admin.SimpleListFilter):
    title = _("in force")
    parameter_name = "in_force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("today", _("today"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.filter(in_force(today())) if self.value() == "today" else queryset


@admin.register(RoleAssignment)
class RoleAssignmentAdmin(TechnicalAdmin):
    """Who acts as what, where, from when to when. Given and ended, never edited."""

    readers = (Role.AUDITOR,)
    list_display = ["user", "role", "organisation", "valid_from", "valid_until"]
    list_select_related = ["user", "organisation"]
    list_filter = [InForceFilter, "role"]
    search_fields = ["user__name", "user__email"]
    search_help_text = _("A part of a name or an address.")
    adding_fields = ("user", "role", "organisation", "valid_from", "valid_until")
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "user",
                    "role",
                    "organisation",
                    "valid_from",
                    "valid_until",
                    "decided_by",
                ]
            },
        )
    ]

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "user":
            kwargs["queryset"] = User.objects.filter(is_active=True)
        if db_field.name == "organisation":
            kwargs["queryset"] = Organisation.objects.existing(today())
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def add(self, by: User, **values: Any) -> models.Model:
        return operations.give_role(by=by, **values)

    def get_steps(self, row: RoleAssignment) -> list[Step]:
        if row.valid_until is not None and row.valid_until < today():
            return []
        end: Callable[..., Any] = operations.end_role
        return [Step("end", _("End this role"), "", LastDayForm, end)]


class LastDayForm(DayForm):
    on = forms.DateField(label=_("Last day"), widget=DayInput, initial=today)


@admin.register(Organisation)
class OrganisationAdmin(TechnicalAdmin):
    """The structure: what lies within what, and who answers for the data."""

    list_display = ["name", "kind", "within", "legal_regime", "valid_until"]
    list_select_related = ["within"]
    list_filter = ["kind", "legal_regime", "security"]
    search_fields = ["name"]
    adding_fields = changing_fields = (
        "kind",
        "name",
        "within",
        "security",
        "legal_regime",
        "is_controller",
        "valid_from",
        "valid_until",
    )
    fieldsets = [(None, {"fields": changing_fields})]

    def add(self, by: User, **values: Any) -> models.Model:
        return add_organisation(by=by, **values)

    def change(self, row: Any, by: User, **values: Any) -> models.Model:
        return change_organisation(row, by=by, **values)
