"""Templates at the office: a version in force is read, a draft is written and published."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.access import allows
from accounts.models import User
from accounts.office_forms import DayForm, RefusableForm, StepForm
from accounts.reach_admin import Cell, OfficeAdmin, Section, Step, link
from audit import trail
from release_plans import operations
from release_plans.models import (
    Category,
    Evidence,
    MilestoneTemplate,
    Responsible,
    TemplateItem,
)
from release_plans.permissions import PlanPermission as P

TITLE = "title_"  # and the code of the language


class ItemForm(RefusableForm):
    """An item with its title in each language of the scheme, a field each."""

    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    title_da = forms.CharField(label=_("Title in Danish"), max_length=120)
    title_fr = forms.CharField(label=_("Title in French"), max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in TITLES:
                self.initial[name] = self.instance.titles.get(name.removeprefix(TITLE), "")
            if "after" in self.fields:
                others = self.instance.template.items.exclude(pk=self.instance.pk)
                self.fields["after"].queryset = others


class AddItemForm(StepForm):
    """A new item of a draft, with what it cannot be without; the rest is on its own page."""

    code = forms.CharField(label=_("Code"), max_length=6)
    category = forms.ChoiceField(label=_("Category"), choices=Category)
    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    title_da = forms.CharField(label=_("Title in Danish"), max_length=120)
    title_fr = forms.CharField(label=_("Title in French"), max_length=120)
    responsible = forms.ChoiceField(label=_("Responsible"), choices=Responsible)
    anchored_to = forms.ChoiceField(
        label=_("Counted from"), choices=TemplateItem.AnchoredTo, initial="release"
    )
    offset_days = forms.IntegerField(label=_("Days from then"), help_text=_("Negative before it."))
    after_release = forms.BooleanField(label=_("After release"), required=False)
    mandatory = forms.BooleanField(label=_("Mandatory"), required=False)
    evidence = forms.ChoiceField(label=_("Evidence"), choices=Evidence)


TITLES = [name for name in ItemForm.declared_fields if name.startswith(TITLE)]


def titled(values: dict[str, Any], before: dict[str, str] | None = None) -> dict[str, Any]:
    """The titles of a form as the one field that they are."""
    given = {name.removeprefix(TITLE): values.pop(name) for name in TITLES if name in values}
    return {**values, "titles": {**(before or {}), **given}} if given else values


class TemplatesAdmin(OfficeAdmin):
    """For whoever edits templates; no case stands in them."""

    def is_editor(self, request: HttpRequest) -> bool:
        return allows(request.user, P.EDIT_TEMPLATES)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.is_editor(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_editor(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        row = super().get_object(request, object_id)
        if row is None or not self.is_editor(request):
            trail.denied(request, f"{self.opts.label_lower}:{object_id}")
            raise Http404
        return row

    def note(self, request: HttpRequest, row: Any) -> None:
        trail.shown(request, row, capacity="office")

    def steps_held(self, request: HttpRequest, row: Any) -> list[Step]:
        return self.get_steps(row)


@admin.register(MilestoneTemplate)
class MilestoneTemplateAdmin(TemplatesAdmin):
    list_display = ["variant", "version", "valid_from"]
    list_filter = ["code"]
    fieldsets = [(None, {"fields": ["code", "version", "valid_from"]})]

    @admin.display(description=_("Variant"), ordering="code")
    def variant(self, row: MilestoneTemplate) -> str:
        return row.get_code_display()

    def get_steps(self, row: Any) -> list[Step]:
        if row.is_draft:
            return [
                Step("add", _("Add an item"), P.EDIT_TEMPLATES, AddItemForm, _add_item),
                Step(
                    "publish",
                    _("Put into force"),
                    P.EDIT_TEMPLATES,
                    DayForm,
                    operations.publish_template,
                    is_next=True,
                ),
            ]
        steps = [
            Step(
                "adopt",
                _("Bring running plans over"),
                P.EDIT_TEMPLATES,
                StepForm,
                operations.adopt_version,
            )
        ]
        if not MilestoneTemplate.objects.filter(code=row.code, valid_from=None).exists():
            begin = (P.EDIT_TEMPLATES, StepForm, operations.begin_version)
            steps.append(Step("begin", _("Begin a new version"), *begin))
        return steps

    def get_sections(self, request: HttpRequest, row: Any) -> list[Section]:
        headings = [
            *(_("Code"), _("Title"), _("Category"), _("Responsible"), _("Counted from")),
            *(_("Days"), _("Mandatory"), _("Evidence"), _("After")),
        ]
        rows = [
            [
                Cell(item.code, link(item)),
                Cell(item.title),
                Cell(item.get_category_display()),
                Cell(item.get_responsible_display()),
                Cell(item.get_anchored_to_display()),
                Cell(f"{item.offset_days:+}"),
                Cell(_("yes") if item.mandatory else ""),
                Cell(item.get_evidence_display()),
                Cell(item.after or ""),
            ]
            for item in row.items.select_related("after")
        ]
        return [Section(_("Items"), headings, rows, _("No items yet."))]


def _add_item(row: MilestoneTemplate, *, by: User, **values: Any) -> TemplateItem:
    return operations.add_item(row, by=by, **titled(values))


@admin.register(TemplateItem)
class TemplateItemAdmin(TemplatesAdmin):
    form = ItemForm
    list_display = ["code", "title", "template"]
    list_filter = ["template"]
    list_select_related = ["template"]
    changing_fields = (
        *("code", "category", *TITLES, "responsible", "anchored_to", "offset_days"),
        *("after_release", "after", "mandatory", "evidence", "evidence_required"),
        "valid_for_weeks",
    )
    fieldsets = [(None, {"fields": ["template", *changing_fields]})]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_editor(request) and (obj is None or obj.template.is_draft)

    def change(self, row: Any, by: User, **values: Any) -> models.Model:
        kept = TemplateItem.objects.get(pk=row.pk)
        return operations.change_item(kept, by=by, **titled(values, kept.titles))

    def get_steps(self, row: Any) -> list[Step]:
        if not row.template.is_draft:
            return []
        return [Step("drop", _("Take out"), P.EDIT_TEMPLATES, StepForm, operations.drop_item)]
