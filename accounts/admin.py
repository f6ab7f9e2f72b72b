"""Accounts, roles and the structure: the technical account's workplace, the auditor's to read."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import operations
from accounts.letters import Letter
from accounts.models import ApiToken, RoleAssignment, User
from accounts.office_forms import DayForm, DayInput, StepForm
from accounts.reach_admin import Cell, Section, Step, TechnicalAdmin, link
from accounts.roles import Role
from accounts.two_persons import ask_for_administrator, ask_for_new_start, ask_for_technical
from core.dates import in_force, today
from organisations.models import Organisation
from organisations.operations import add_organisation, change_organisation


class InvitationFilter(admin.SimpleListFilter):
    """People who have an account and no password yet."""

    title = _("invitation")
    parameter_name = "invitation"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("open")), ("over", _("too old or withdrawn"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        if self.value() is None:
            return queryset
        waiting = queryset.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        return waiting.filter(invited=self.value() == "open")


class ReasonForm(StepForm):
    """Asked of whoever asks for what a second person has to confirm, who reads it."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A second person reads it and confirms or declines. It waits for a week."),
    )


class AppointForm(ReasonForm):
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Area"))
    valid_from = forms.DateField(label=_("From"), widget=DayInput, initial=today)
    valid_until = forms.DateField(
        label=_("Until"), widget=DayInput, required=False, help_text=_("The last day, inclusive.")
    )
    field_order = ["organisation", "valid_from", "valid_until", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = Organisation.objects.existing(today()).of_kind(Organisation.Kind.AREA)
        self.fields["organisation"].queryset = areas


@admin.register(User)
class UserAdmin(TechnicalAdmin):
    """Who signs in. What they may do follows from their roles."""

    asks_again = True  # an invitation lets somebody in
    readers = (Role.AUDITOR,)
    list_display = ["name", "email", "way_in", "is_active", "is_superuser", "joined_at"]
    list_filter = [InvitationFilter, "is_active", "is_superuser"]
    search_fields = ["name", "email"]
    search_help_text = _("A part of a name or an address.")
    ordering = ["name", "pk"]
    adding_fields = ("email", "name", "phone", "language")
    changing_fields = ("email", "name", "phone", "language", "is_active")
    fieldsets = [
        (None, {"fields": ["email", "name", "phone", "language", "way_in", "is_active"]}),
        (_("Beside the roles"), {"fields": ["is_superuser", "is_staff", "last_login"]}),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None:
            return super().get_fieldsets(request, obj)
        says = _("An invitation goes to the address: a link that works once, for a day.")
        return [(None, {"fields": self.adding_fields, "description": says})]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """Each with its open invitation, in the same query."""
        invitations = Letter.objects.standing(timezone.now()).filter(
            kind=Letter.Kind.INVITATION, user=OuterRef("pk")
        )
        return super().get_queryset(request).annotate(invited=Exists(invitations))

    @admin.display(description=_("way in"))
    def way_in(self, row: User) -> str | Promise:
        if row.has_usable_password():
            return _("password chosen")
        return _("invited") if row.invited else _("invitation too old or withdrawn")

    def add(self, by: User, **values: Any) -> models.Model:
        return operations.invite(by=by, **values)

    def change(self, row: Any, by: User, **values: Any) -> models.Model:
        return operations.change_account(row, by=by, **values)

    def get_steps(self, row: User) -> list[Step]:
        if not row.is_active:
            return []
        return [*self._invitation(row), *self._administration(row)]

    def _invitation(self, row: User) -> list[Step]:
        if row.has_usable_password():
            lost = Step(
                "lost-factor",
                _("Ask for a new start: second factor lost"),
                "",
                ReasonForm,
                ask_for_new_start,
                asks_again=True,
            )
            return [lost]
        again = Step(
            "invite", _("Invite again"), "", StepForm, operations.invite_again, asks_again=True
        )
        withdraw = Step(
            "withdraw", _("Withdraw invitation"), "", StepForm, operations.withdraw_invitation
        )
        return [again, withdraw] if row.invited else [again]

    def _administration(self, row: User) -> list[Step]:
        """What two persons give, and one takes away."""
        if row.is_superuser:
            label, end = _("End technical administration"), operations.end_technical
            return [Step("technical-end", label, "", StepForm, end, asks_again=True)]
        appoint = Step(
            "administrator",
            _("Ask for an administrator's role"),
            "",
            AppointForm,
            ask_for_administrator,
            asks_again=True,
        )
        technical = Step(
            "technical",
            _("Ask to make a technical administrator"),
            "",
            ReasonForm,
            ask_for_technical,
            asks_again=True,
        )
        return [appoint, technical]

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

    asks_again = True
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
                    "confirmed_by",
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

    def formfield_for_choice_field(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Without the roles that nobody gives alone."""
        if db_field.name == "role":
            alone = [each for each in Role.choices if each[0] not in operations.OF_TWO_PERSONS]
            kwargs["choices"] = [("", "---------"), *alone]
            kwargs["help_text"] = _(
                "An administrator's role needs two persons: ask for it on the person's own page."
            )
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def add(self, by: User, **values: Any) -> models.Model:
        return operations.give_role(by=by, **values)

    def get_steps(self, row: RoleAssignment) -> list[Step]:
        if row.valid_until is not None and row.valid_until < today():
            return []
        end: Callable[..., Any] = operations.end_role
        return [Step("end", _("End this role"), "", LastDayForm, end, asks_again=True)]


class LastDayForm(DayForm):
    on = forms.DateField(label=_("Last day"), widget=DayInput, initial=today)


@admin.register(ApiToken)
class ApiTokenAdmin(TechnicalAdmin):
    """Who reads through the API, in which role, until when; made by the owner alone."""

    readers = (Role.AUDITOR,)
    list_display = ["beginning", "assignment", "expires_at", "revoked_at", "last_used_on"]
    list_select_related = ["assignment__user"]
    search_fields = ["assignment__user__name", "beginning"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "beginning",
                    "assignment",
                    "purpose",
                    "created_at",
                    "expires_at",
                    "revoked_at",
                    "last_used_on",
                ]
            },
        )
    ]

    def get_steps(self, row: ApiToken) -> list[Step]:
        if not row.is_standing:
            return []
        return [Step("revoke", _("Revoke"), "", StepForm, operations.revoke_token)]


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
