"""Mentors and who supervises them: the administrator's part of the staff."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.office_forms import DayForm, DayInput, StepForm
from accounts.reach_admin import Cell, ReachAdmin, Section, Step, link
from accounts.roles import Role
from core.dates import today
from mentors import operations
from mentors.forms import CoachChoice
from mentors.models import Absence, CoachAssignment, Mentor, MentorLoan
from mentors.permissions import MentorPermission as M
from mentors.two_persons import offer_loan
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


class BackForm(DayForm):
    """Asks for what `operations.end_absence` and `end_loan` need."""

    on = forms.DateField(label=_("First day back"), widget=DayInput, initial=today)


class LoanForm(StepForm):
    """Asks for what `offer_loan` needs."""

    borrower = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Lend to"), empty_label=_("choose")
    )
    valid_from = forms.DateField(label=_("First day"), widget=DayInput, initial=today)
    planned_until = forms.DateField(label=_("Last day"), widget=DayInput)
    hours = forms.IntegerField(
        label=_("Hours"), required=False, min_value=1, max_value=9999, help_text=_("In all.")
    )
    payer = forms.ChoiceField(label=_("Paid by"), choices=MentorLoan.Payer)
    rate = forms.DecimalField(
        label=_("Rate an hour"), required=False, min_value=0, max_digits=7, decimal_places=2
    )
    reason = forms.CharField(
        label=_("Need"),
        max_length=300,
        help_text=_("What the other area needs, without a name. Its administrator reads this."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = Organisation.objects.existing(today()).of_kind(Organisation.Kind.AREA)
        self.fields["borrower"].queryset = areas.exclude(pk=self.row.area_id)


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
            Step("lend", _("Offer to another area"), M.LEND, LoanForm, offer_loan),
        ]

    def get_sections(self, request: HttpRequest, row: Mentor) -> list[Section]:
        user = request.user
        coaching = CoachAssignment.objects.permitted(user, M.VIEW_COACHING).filter(mentor=row)
        certificates = Certificate.objects.permitted(user, T.VIEW_CERTIFICATE)
        loans = MentorLoan.objects.permitted(user, M.VIEW_LOAN).filter(mentor=row)
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
            Section(
                _("Loans to other areas"),
                [_("Area"), _("From"), _("Until"), _("State")],
                [
                    [
                        Cell(each.borrower, link(each)),
                        Cell(each.valid_from),
                        Cell(each.shown_until),
                        Cell(each.state[1]),
                    ]
                    for each in loans.select_related("borrower")
                ],
                _("Not lent to another area."),
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


@admin.register(Absence)
class AbsenceAdmin(ReachAdmin):
    """Who is away and who covers: mostly recorded by the coach, here for whoever cannot."""

    adds = M.PLAN_ABSENCE
    sees = M.VIEW_ABSENCE
    related = ("coach__user", "coach__area", "cover__user")
    list_display = ["coach", "cover", "valid_from", "planned_until", "valid_until"]
    search_fields = ["coach__user__name", "cover__user__name"]
    search_help_text = _("A part of a coach's name.")
    adding_fields = ("coach", "cover", "valid_from", "planned_until")
    fieldsets = [(None, {"fields": [*adding_fields, "valid_until"]})]

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Coaches of one's area are away; whoever is a coach anywhere may cover."""
        coaches = User.objects.holding(Role.COACH).values("pk")
        found = Mentor.objects.filter(user__in=coaches).select_related("user", "area")
        if db_field.name == "coach":
            found = found.visible_to(request.user)
        kwargs |= {"queryset": found, "form_class": CoachChoice}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def add(self, by: User, **values: Any) -> models.Model:
        return operations.plan_absence(values.pop("coach"), by=by, **values)

    def get_steps(self, row: Absence) -> list[Step]:
        if row.is_over:
            return []
        return [Step("end", _("End early"), M.END_ABSENCE, BackForm, operations.end_absence)]


@admin.register(MentorLoan)
class MentorLoanAdmin(ReachAdmin):
    """Who is lent where, for both areas. A loan is offered on the mentor's page and granted on
    the page of what waits for a second person."""

    related = ("mentor__user", "mentor__area", "borrower", "lent_by", "granted_by")
    list_display = ["mentor", "lender", "borrower", "valid_from", "last_day", "state"]
    search_fields = ["mentor__user__name"]
    search_help_text = _("A part of a mentor's name.")
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "mentor",
                    "lender",
                    "borrower",
                    "valid_from",
                    "last_day",
                    "state",
                    "hours",
                    "payer",
                    "rate",
                    "lent_by",
                    "granted_by",
                ]
            },
        )
    ]

    @admin.display(description=_("Lent by the area"))
    def lender(self, row: MentorLoan) -> Organisation:
        return row.mentor.area

    @admin.display(description=_("Last day"))
    def last_day(self, row: MentorLoan) -> str:
        return date_format(row.shown_until)

    @admin.display(description=_("State"))
    def state(self, row: MentorLoan) -> str:
        return str(row.state[1])

    def get_steps(self, row: MentorLoan) -> list[Step]:
        if row.is_over:
            return []
        return [Step("end", _("End early"), M.END_LOAN, BackForm, operations.end_loan)]
