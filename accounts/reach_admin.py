"""The admin site over the one rule: what stands in a list, a choice or an answer there is what
`permitted` gives, and what happens there is an operation.

`ReachAdmin` is for whatever a rule speaks of; `TechnicalAdmin` for the structure, which has no
rules: accounts, roles, organisations, programmes. Neither deletes anything.
"""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ERROR_FLAG, SEARCH_VAR, ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Value
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import AccessQuerySet, allows, reaches, view_permission
from accounts.approvals import asked_in_words
from accounts.guard import load, note_overreach
from accounts.models import Approval, User
from accounts.office_forms import DayInput, RefusableForm, add_refusal
from accounts.office_history import versions_of
from accounts.roles import Role
from accounts.step_up import ask_again
from audit import trail
from core.dates import today
from core.errors import Refusal
from organisations.models import Organisation

NOTHING = "–"


class Cell(NamedTuple):
    text: Any
    url: str = ""


class Section(NamedTuple):
    """A read-only table below the form: what else belongs to the row."""

    title: Any
    headings: list[Any]
    rows: list[list[Cell]]
    empty: Any

    @property
    def lines(self) -> list[list[tuple[Any, Cell]]]:
        """Each cell beside its heading, which a narrow screen shows before it."""
        return [list(zip(self.headings, row, strict=True)) for row in self.rows]


class Step(NamedTuple):
    """Something that may happen to a row: a button, its form, and the one call that it makes."""

    name: str
    label: Any
    permission: str
    form: Callable[..., forms.Form]
    act: Callable[..., Any]  # act(row, by=..., **cleaned_data)
    is_next: bool = False  # the one that is usually wanted
    asks_again: bool = False  # only soon after signing in


class OutOfReach(Refusal):
    """What was to be made would lie where its maker may not reach."""


class QuietChangeList(ChangeList):
    """A name that was searched for stands in no link."""

    def get_query_string(self, new_params: Any = None, remove: Any = None) -> str:
        return super().get_query_string(new_params, [*(remove or []), SEARCH_VAR])


def plain(field: models.Field) -> Callable[[models.Model], Any]:
    """A relation that is only read: a link where it stays in the same file, else its name, for
    Django's own link would lead to pages that the reader may not open."""

    @admin.display(description=field.verbose_name)
    def shown(row: models.Model) -> Any:
        value = getattr(row, field.name)
        if value is None:
            return NOTHING
        if getattr(field.related_model, "case", None) is None:
            return str(value)
        return format_html('<a href="{}">{}</a>', link(value), value)

    return shown


class OfficeAdmin(admin.ModelAdmin):
    """What both kinds share: plain fields without script, steps, sections, no deletion."""

    form = RefusableForm
    actions = None
    asks_again = False  # is a row made only soon after signing in?
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    empty_value_display = NOTHING
    show_facets = admin.ShowFacets.NEVER
    preserve_filters = False
    view_on_site = False
    formfield_overrides = {models.DateField: {"widget": DayInput}}
    # The form's fields whose values the operations take; what is not here is only read.
    adding_fields: tuple[str, ...] = ()
    changing_fields: tuple[str, ...] = ()

    def __init__(self, model: type[models.Model], admin_site: Any) -> None:
        super().__init__(model, admin_site)
        read = [
            f for f in self.opts.fields if f.is_relation and f.name not in self.changing_fields
        ]
        self.plain: dict[Any, Any] = {field.name: plain(field) for field in read}

    # --- what an app says of its model ---------------------------------------------------------

    def add(self, by: User, **values: Any) -> models.Model:
        """Call the operation that makes a row."""
        raise NotImplementedError

    def change(self, row: Any, by: User, **values: Any) -> models.Model:
        """Call the operation that changes the values that were changed."""
        raise NotImplementedError

    def get_steps(self, row: Any) -> list[Step]:
        return []

    def get_sections(self, request: HttpRequest, row: Any) -> list[Section]:
        return []

    def get_track(self, row: Any) -> list[tuple[str, str]]:
        """(label, past or now or ahead) of each status on the way, where the model has a way."""
        return []

    def steps_held(self, request: HttpRequest, row: Any) -> list[Step]:
        raise NotImplementedError

    def note(self, request: HttpRequest, row: Any) -> None:
        """Put into the trail that the answer shows this row, whatever the request was."""
        raise NotImplementedError

    # --- nothing is deleted, nothing asks for script --------------------------------------------

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @property
    def media(self) -> forms.Media:
        return forms.Media()

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Without the small buttons beside a choice: they open windows."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and hasattr(field.widget, "can_add_related"):
            field.widget = field.widget.widget
        return field

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [(None, {"fields": self.adding_fields})]
        return [
            (title, {"fields": [self.plain.get(name, name) for name in part["fields"]]})
            for title, part in self.fieldsets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ()
        shown = [
            name for _title, part in self.get_fieldsets(request, obj) for name in part["fields"]
        ]
        return [name for name in shown if name not in self.changing_fields]

    # --- lists -----------------------------------------------------------------------------------

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return QuietChangeList

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Only what a filter of the list offers: any other column could be asked for, letter by
        letter, whoever may not read it."""
        offered = set()
        for each in self.get_list_filter(request):
            if isinstance(each, str):
                offered |= {f"{each}__exact", f"{each}__isnull"}
            else:
                offered.add(each.parameter_name)
        return lookup in offered

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, noted in the trail. What is searched for comes by POST: it may be a name."""
        if not self.has_view_permission(request):
            trail.denied(request, view_permission(self.model))
            raise PermissionDenied
        asked: Any = request.GET.copy()
        asked.pop(ERROR_FLAG, None)
        if request.method == "POST":
            asked[SEARCH_VAR] = request.POST.get(SEARCH_VAR, "")
        request.GET = asked
        trail.searched(request, asked.get(SEARCH_VAR, ""))
        response = super().changelist_view(request, extra_context)
        if shown := (getattr(response, "context_data", None) or {}).get("cl"):
            trail.listed(request, shown.result_list)
        return response

    # --- one row ---------------------------------------------------------------------------------

    def title_of(self, row: models.Model) -> str:
        """Of a page: a reference at most, for a title stands in histories and on other screens."""
        name = str(capfirst(self.opts.verbose_name))
        case = getattr(self.model, "case", None)
        if case is None:
            return name
        if not case:
            return f"{name} {row}"
        return _("%(name)s of %(reference)s") % {"name": name, "reference": file_of(row)}

    def get_form(self, request: HttpRequest, obj: Any = None, change: Any = False, **kwargs: Any):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = getattr(request, "refusal", None)
        return form

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.has_add_permission(request):
            trail.denied(request, f"{self.opts.label_lower}:add")
            raise PermissionDenied
        if self.asks_again and (question := ask_again(request)):
            return question
        return super().add_view(request, *args, **kwargs)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """As Django's; what an operation refuses is said in the form, with everything kept."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except PermissionDenied:  # a row that one may only read
            trail.denied(request, f"{self.opts.label_lower}:{object_id}")
            raise
        except ValidationError as refusal:  # and its transaction is rolled back
            request.refusal = refusal
            note_overreach(request, refusal, f"{self.opts.label_lower}:{object_id or 'add'}")
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        user = request.user
        user.acting = trail.Acting(getattr(obj, "reader_capacity", ""), request.id)
        if change:
            changed = {name: form.cleaned_data[name] for name in form.changed_data}
            row = self.change(obj, user, **changed)
        else:
            row = self.add(user, **form.cleaned_data)
        obj.__dict__.update(row.__dict__)

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if obj is not None:
            self.note(request, obj)
            is_case = getattr(self.model, "case", None) is not None
            context |= {
                "title": self.title_of(obj),
                "subtitle": None if is_case else str(obj),
                "file_url": file_of(obj).get_absolute_url() if is_case else "",
                "track": self.get_track(obj),
                "steps": self.steps_held(request, obj),
                "sections": self.get_sections(request, obj),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        row: Any = self.get_object(request, unquote(object_id))
        self.note(request, row)
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %(title)s") % {"title": self.title_of(row)},
            "opts": self.opts,
            "original": row,
            "page_title": self.title_of(row),
            "versions": versions_of(row),
        }
        return TemplateResponse(request, "admin/object_history.html", context)

    # --- steps -----------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_step"
        view = self.admin_site.admin_view(self.step_view)
        kept = [each for each in super().get_urls() if not (each.name or "").endswith("_delete")]
        return [path("<int:object_id>/step/<slug:step>/", view, name=name), *kept]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def step_view(self, request: HttpRequest, object_id: int, step: str) -> HttpResponse:
        """One step of one row: its form, the operation, and back to the row."""
        row: Any = self.get_object(request, str(object_id))
        found = {each.name: each for each in self.get_steps(row)}.get(step)
        if found is None:
            messages.warning(request, _("This step is not open any more."))
            return self._back_to(request, row)
        if step not in {each.name for each in self.steps_held(request, row)}:
            trail.denied(request, trail.reference(row))
            raise PermissionDenied
        if found.asks_again and (question := ask_again(request)):
            return question
        form = found.form(request.POST or None, row=row, user=request.user)
        if request.method == "POST" and form.is_valid() and self._take(request, row, found, form):
            return self._back_to(request, row)
        self.note(request, row)
        context = {
            **self.admin_site.each_context(request),
            "title": self.title_of(row),
            "opts": self.opts,
            "original": row,
            "step": found,
            "form": form,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/step.html", context)

    def _take(self, request: HttpRequest, row: Any, step: Step, form: forms.Form) -> bool:
        request.user.acting = trail.Acting(getattr(row, "reader_capacity", ""), request.id)
        try:
            with transaction.atomic():
                outcome = step.act(row, by=request.user, **form.cleaned_data)
                self.log_change(request, row, str(step.label))
        except ValidationError as refusal:
            note_overreach(request, refusal, trail.reference(row))
            add_refusal(form, refusal)
            return False
        asked = isinstance(outcome, Approval)
        done = _("Done: %(step)s.") % {"step": step.label}
        messages.success(request, asked_in_words(outcome) if asked else done)
        return True

    def _back_to(self, request: HttpRequest, row: models.Model) -> HttpResponse:
        """To the row, or to the list when the step has taken the row out of one's reach."""
        named = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        if self.get_queryset(request).filter(pk=row.pk).exists():
            return redirect(f"{named}_change", row.pk)
        return redirect(f"{named}_changelist")

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        messages.success(request, _("Saved."))
        return self._back_to(request, obj)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: Any = None
    ) -> HttpResponse:
        messages.success(request, _("Saved."))
        return self._back_to(request, obj)


class ReachAdmin(OfficeAdmin):
    """A model that rules speak of: its rows are those that `permitted` gives, everywhere."""

    sees: str = ""  # left out: the model's view permission
    adds: str = ""
    changes: str = ""
    related: tuple[str, ...] = ()  # what a list and a page need with the row

    @property
    def seeing(self) -> str:
        return self.sees or view_permission(self.model)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = self.model.objects.permitted(request.user, self.seeing)
        rows = rows.select_related(*self.related) if self.related else rows
        return rows.order_by(*(self.get_ordering(request) or self.opts.ordering or ["pk"]))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return reaches(request.user, self.model, self.seeing)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A row in hand came through `get_queryset` or `get_object`, by a rule or a decision."""
        return obj is not None or self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(self.adds) and allows(request.user, self.adds)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not self.changes:
            return False
        return self.changes in obj.held if obj else allows(request.user, self.changes)

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """The row, with what the reader holds on it; 404 and a line of the trail otherwise."""
        row = load(request, self.seeing, self.model, related=self.related, pk=object_id)
        wanted = {step.permission for step in self.get_steps(row)} | {self.changes}
        row.held = held(request.user, row, wanted - {""})
        return row

    def note(self, request: HttpRequest, row: Any) -> None:
        trail.shown(request, row, capacity=row.reader_capacity)

    def steps_held(self, request: HttpRequest, row: Any) -> list[Step]:
        return [step for step in self.get_steps(row) if step.permission in row.held]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change and not held(request.user, obj, {self.adds}):
            raise OutOfReach(_("This would lie outside your area."))

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Choices are what one may see; an app says itself whom of the staff it means."""
        if "queryset" not in kwargs:
            kwargs["queryset"] = choices(db_field.remote_field.model, request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class TechnicalAdmin(OfficeAdmin):
    """The structure, for the technical account, which sees no case; read by those named."""

    readers: tuple[Role, ...] = ()

    def is_technical(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_superuser

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_technical(request) or bool(
            set(self.readers) & set(request.user.standing.roles)
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(self.adding_fields) and self.is_technical(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.changing_fields) and self.is_technical(request)

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        row = super().get_object(request, object_id)
        if row is None or not self.has_view_permission(request):
            trail.denied(request, f"{self.opts.label_lower}:{object_id}")
            raise Http404
        return row

    def note(self, request: HttpRequest, row: Any) -> None:
        trail.shown(request, row, capacity="technical")

    def steps_held(self, request: HttpRequest, row: Any) -> list[Step]:
        return self.get_steps(row) if self.is_technical(request) else []


def file_of(row: Any) -> Any:
    """The mentee at the end of the row's `case`; the row itself where it is the file."""
    return attrgetter(row.case.replace("__", "."))(row) if row.case else row


def choices(model: type[models.Model], user: User) -> models.QuerySet:
    """What may be chosen of a model: rows in reach, organisations that exist; people never."""
    if issubclass(model, Organisation):
        return Organisation.objects.existing(today())
    if isinstance(model.objects.all(), AccessQuerySet):
        return model.objects.permitted(user, view_permission(model))
    if issubclass(model, User):
        return User.objects.none()
    return model._default_manager.all()


def held(user: User, row: models.Model, permissions: Iterable[str]) -> set[str]:
    """Which of these permissions the user holds on one row: one query for all of them."""
    asked: Any = AccessQuerySet(type(row)).filter(pk=row.pk).order_by()
    arms = [asked.permitted(user, each).values_list(Value(each)) for each in sorted(permissions)]
    if not arms:
        return set()
    return {each for (each,) in arms[0].union(*arms[1:]).order_by()}


def link(row: models.Model) -> str:
    """The address of a row's page in this site."""
    opts = row._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[row.pk])
