"""The training organiser's workplace; administrators read who is certified in their area."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.reach_admin import Cell, ReachAdmin, Section
from core.dates import in_force, today
from training import operations
from training.models import Certificate, TrainingProgramme
from training.permissions import TrainingPermission as T


@admin.register(TrainingProgramme)
class TrainingProgrammeAdmin(ReachAdmin):
    changes = T.CHANGE_PROGRAMME
    related = ("organisation",)
    list_display = ["name", "code", "organisation", "valid_for_months"]
    changing_fields = ("name", "valid_for_months")
    fieldsets = [(None, {"fields": ["name", "code", "organisation", "valid_for_months"]})]

    def change(self, row: Any, by: User, **values: Any) -> models.Model:
        return operations.change_programme(row, by=by, **values)

    def get_sections(self, request: HttpRequest, row: TrainingProgramme) -> list[Section]:
        modules = [
            [Cell(each.number), Cell(each.title), Cell(each.get_kind_display()), Cell(each.days)]
            for each in row.modules.all()
        ]
        headings = [_("No."), _("Title"), _("Kind"), _("Days")]
        return [Section(_("Modules"), headings, modules, _("No modules yet."))]


class StandsFilter(admin.SimpleListFilter):
    title = _("in force")
    parameter_name = "in_force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("today", _("today")), ("over", _("lapsed"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        if self.value() == "today":
            return queryset.filter(in_force(today()))
        return queryset.filter(valid_until__lt=today()) if self.value() == "over" else queryset


@admin.register(Certificate)
class CertificateAdmin(ReachAdmin):
    """Who is certified, until when. Given, never edited."""

    adds = T.CERTIFY
    related = ("holder", "programme")
    list_display = ["holder", "programme", "standing", "valid_from", "valid_until"]
    list_filter = [StandsFilter, "standing"]
    adding_fields = ("holder", "programme", "standing", "valid_from", "valid_until")
    fieldsets = [(None, {"fields": adding_fields})]

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "holder":
            kwargs["queryset"] = User.objects.filter(is_active=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def add(self, by: User, **values: Any) -> models.Model:
        return operations.certify(by=by, **values)
