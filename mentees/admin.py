"""Files in the administrator's reach: particulars, custody, dates, the caseworker."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.office_forms import DayForm, DayInput, RefusableForm, StepForm
from accounts.reach_admin import Cell, ReachAdmin, Section, Step, TechnicalAdmin, link
from accounts.roles import Role
from core.dates import today
from core.languages import language_name
from core.references import is_reference
from mentees import operations
from mentees.models import (
    CaseworkerAssignment,
    CustodyEpisode,
    CustodyEvent,
    Enrolment,
    KeyDate,
    Mentee,
    Placement,
    Programme,
)
from mentees.permissions import CustodyPermission as C
from mentees.permissions import EnrolmentPermission as E
from mentees.permissions import MenteePermission as M
from organisations.models import Organisation


def institutions() -> models.QuerySet[Organisation]:
    return Organisation.objects.existing(today()).of_kind(Organisation.Kind.INSTITUTION)


def municipalities() -> models.QuerySet[Organisation]:
    return Organisation.objects.existing(today()).of_kind(Organisation.Kind.MUNICIPALITY)


def running_programmes() -> models.QuerySet[Programme]:
    ends = Q(ends_on=None) | Q(ends_on__gte=today())
    return Programme.objects.filter(ends, starts_on__lte=today())


def looks_like_a_reference(text: str) -> bool:
    prefix = re.escape(settings.REFERENCE_PREFIX)
    return bool(re.match(rf"{prefix}-?[0-9]", text, re.IGNORECASE))


class FileAdmin(ReachAdmin):
    """Search by exact reference or, by POST only, by whole words of a name."""

    search_fields = ["reference"]  # that there is a search; `get_search_results` does it
    search_help_text = _("A reference, or whole words of a name.")

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet, search_term: str
    ) -> tuple[models.QuerySet, bool]:
        term, case = search_term.strip(), self.model.case
        if not term:
            return queryset, False
        if looks_like_a_reference(term):
            if not is_reference(term.upper()):
                messages.warning(
                    request,
                    gettext("This reference cannot be right: its last letter does not fit."),
                )
            own = f"{case}__reference" if case else "reference"
            return queryset.filter(**{own: term.upper()}), False
        # A name that was put into an address stays there; it is not looked for.
        files = Mentee.objects.named(term if request.method == "POST" else "")
        return queryset.filter(**{f"{case or 'pk'}__in": files.values("pk")}), False


class RegisterForm(RefusableForm):
    """A new file; somebody in custody is taken down with the institution and the day."""

    institution = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Institution"), required=False
    )
    custody = forms.ChoiceField(
        label=_("Custody"),
        choices=[("", _("not in custody")), *CustodyEpisode.Kind.choices],
        required=False,
    )
    admitted_on = forms.DateField(label=_("In custody since"), widget=DayInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["institution"].queryset = institutions()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        told = [name for name in ("institution", "custody", "admitted_on") if cleaned.get(name)]
        for name in ("institution", "custody", "admitted_on"):
            if told and name not in told and name not in self.errors:
                self.add_error(
                    name, gettext("Custody has a kind, an institution and a first day.")
                )
        return cleaned


class CaseworkerForm(DayForm):
    caseworker = forms.ModelChoiceField(User.objects.none(), label=_("Caseworker"))
    field_order = ["caseworker", "on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["caseworker"].queryset = User.objects.holding(Role.CASEWORKER)


class AdmitForm(DayForm):
    kind = forms.ChoiceField(label=_("Custody"), choices=CustodyEpisode.Kind)
    institution = forms.ModelChoiceField(Organisation.objects.none(), label=_("Institution"))
    field_order = ["kind", "institution", "on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["institution"].queryset = institutions()


class EventForm(DayForm):
    """What a court or an authority did; a transfer and a release are taken down elsewhere."""

    KINDS = [
        each
        for each in CustodyEvent.Kind.choices
        if each[0] not in {CustodyEvent.Kind.TRANSFER, CustodyEvent.Kind.RELEASE}
    ]
    kind = forms.ChoiceField(label=_("Event"), choices=KINDS)
    field_order = ["kind", "on"]


class KeyDateForm(StepForm):
    kind = forms.ChoiceField(label=_("Date of"), choices=KeyDate.Kind)
    value = forms.DateField(
        label=_("Date"),
        widget=DayInput,
        required=False,
        help_text=_("Leave it empty when the date holds no longer and no other is known."),
    )
    certainty = forms.ChoiceField(label=_("Certainty"), choices=KeyDate.Certainty)
    source = forms.ChoiceField(label=_("Source"), choices=KeyDate.Source)
    cause = forms.CharField(label=_("Cause"), max_length=120, required=False)


class ReferForm(DayForm):
    programme = forms.ModelChoiceField(Programme.objects.none(), label=_("Programme"))
    controller = forms.ModelChoiceField(Organisation.objects.none(), label=_("Data controller"))
    field_order = ["programme", "controller", "on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = running_programmes()
        controllers = Organisation.objects.existing(today()).filter(is_controller=True)
        self.fields["controller"].queryset = controllers


@admin.register(Mentee)
class MenteeAdmin(FileAdmin):
    """The file's particulars. A name is read on its page, never in the list."""

    adds, changes = M.ADD, M.CHANGE
    related = ("institution", "home_municipality")
    list_display = [
        "reference",
        "institution",
        "home_municipality",
        "subject_category",
        "spoken",
    ]
    list_filter = ["subject_category", "needs_interpreter"]
    sortable_by = ["reference"]
    changing_fields = (
        "given_name",
        "family_name",
        "aliases",
        "birth_year",
        "language",
        "needs_interpreter",
        "wishes",
        "subject_category",
        "expulsion_by_judgment",
        "home_municipality",
    )
    adding_fields = (*changing_fields, "institution", "custody", "admitted_on")
    fieldsets = [
        (_("Person"), {"fields": ["reference", *changing_fields[:4]]}),
        (_("Talks and law"), {"fields": [*changing_fields[4:9]]}),
        (_("Where"), {"fields": ["institution", "home_municipality"]}),
    ]

    def get_form(self, request: HttpRequest, obj: Any = None, change: Any = False, **kwargs: Any):
        if obj is None:
            kwargs["form"] = RegisterForm
        return super().get_form(request, obj, change=change, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name in {"given_name", "family_name", "aliases"}:
            kwargs["widget"] = forms.TextInput(attrs={"autocomplete": "off"})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "home_municipality":
            kwargs["queryset"] = municipalities()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def add(self, by: User, **values: Any) -> models.Model:
        custody, since = values.pop("custody"), values.pop("admitted_on")
        mentee = operations.register_mentee(by=by, **values)
        if custody:
            operations.admit(
                mentee, by=by, kind=custody, institution=values["institution"], on=since
            )
        return mentee

    def change(self, row: Any, by: User, **values: Any) -> models.Model:
        return operations.change_mentee(row, by=by, **values)

    @admin.display(description=Mentee._meta.get_field("language").verbose_name)
    def spoken(self, row: Mentee) -> str:
        return language_name(row.language)

    def get_steps(self, row: Mentee) -> list[Step]:
        if row.institution_id:  # a transfer has a page of its own, linked beside the file
            held = Step("release", _("Record the release"), C.RECORD, DayForm, operations.release)
        else:
            held = Step("admit", _("Record custody"), C.RECORD, AdmitForm, operations.admit)
        return [
            Step("refer", _("Refer to a programme"), M.CHANGE, ReferForm, operations.refer),
            Step(
                "key-date",
                _("Record a key date"),
                C.RECORD,
                KeyDateForm,
                operations.record_key_date,
            ),
            held,
            Step("event", _("Record an event"), C.RECORD, EventForm, operations.record_event),
            Step(
                "caseworker",
                _("Name the caseworker"),
                M.CHANGE,
                CaseworkerForm,
                operations.assign_caseworker,
            ),
        ]

    def get_sections(self, request: HttpRequest, row: Mentee) -> list[Section]:
        user = request.user
        enrolments = Enrolment.objects.permitted(user, E.VIEW).filter(mentee=row)
        stays = Placement.objects.permitted(user, C.VIEW_PLACEMENT).filter(episode__mentee=row)
        dates = KeyDate.objects.permitted(user, C.VIEW_KEY_DATE).filter(mentee=row)
        events = CustodyEvent.objects.permitted(user, C.VIEW_EVENT).filter(mentee=row)
        officers = CaseworkerAssignment.objects.permitted(user, E.VIEW_CASEWORKER)
        return [
            Section(
                _("Enrolments"),
                [_("Programme"), _("Status"), _("Opened"), _("Closed")],
                [
                    [
                        Cell(each.programme, link(each)),
                        Cell(each.get_status_display()),
                        Cell(each.opened_on),
                        Cell(each.closed_on),
                    ]
                    for each in enrolments.select_related("programme")
                ],
                _("Not referred to any programme yet."),
            ),
            Section(
                _("Key dates, every version"),
                [_("Date of"), _("Date"), _("Certainty"), _("Source"), _("Recorded")],
                [
                    [
                        Cell(each.get_kind_display()),
                        Cell(each.value or _("none known")),
                        Cell(each.get_certainty_display()),
                        Cell(each.get_source_display()),
                        Cell(each.recorded_at.date()),
                    ]
                    for each in dates
                ],
                _("No authority has given a date yet."),
            ),
            Section(
                _("Custody"),
                [_("Custody"), _("Institution"), _("From"), _("Until")],
                [
                    [
                        Cell(each.episode.get_kind_display()),
                        Cell(each.institution),
                        Cell(each.started_on),
                        Cell(each.ended_on),
                    ]
                    for each in stays.select_related("episode", "institution")
                ],
                _("Never in custody, as far as is recorded."),
            ),
            Section(
                _("Events"),
                [_("Day"), _("Event")],
                [[Cell(each.happened_on), Cell(each.get_kind_display())] for each in events],
                _("No event recorded."),
            ),
            Section(
                _("Caseworkers"),
                [_("Caseworker"), _("From"), _("Until")],
                [
                    [Cell(each.caseworker), Cell(each.valid_from), Cell(each.valid_until)]
                    for each in officers.filter(mentee=row).select_related("caseworker")
                ],
                _("No caseworker is named."),
            ),
        ]


@admin.register(Programme)
class ProgrammeAdmin(TechnicalAdmin):
    list_display = ["name", "code", "stage", "starts_on", "ends_on"]
    list_filter = ["stage"]
    adding_fields = changing_fields = ("code", "name", "funder", "stage", "starts_on", "ends_on")
    fieldsets = [(None, {"fields": changing_fields})]

    def add(self, by: User, **values: Any) -> models.Model:
        return operations.open_programme(by=by, **values)

    def change(self, row: Any, by: User, **values: Any) -> models.Model:
        return operations.change_programme(row, by=by, **values)
