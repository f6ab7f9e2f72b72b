import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import decisions
from accounts.access import allows
from accounts.decision_forms import ColleagueField, DecisionForm
from accounts.models import User
from audit import trail
from audit.models import AuditEvent
from casework.queries.timeline import PARTS, Asked
from casework.queries.words import SECTIONS, sections_in_words, when
from core.dates import today
from core.encryption import words_of
from core.references import is_reference
from core.templatetags.house import day
from mentees.models import Decision, Mentee, MenteeExclusion
from mentees.operations import OPENED_TO
from mentees.permissions import FileSection, GoalPermission
from mentorships.queries import meetings_after
from networks.permissions import NetworkPermission
from organisations.models import Organisation

LARGEST_KEY = 2**63 - 1


def checked(reference: str) -> str:
    """A reference as it was typed, in the form in which it is kept; empty stays empty."""
    typed = reference.strip().upper()
    if typed and not is_reference(typed):
        raise forms.ValidationError(
            _("This is not a reference: the digits and the letter do not fit together.")
        )
    return typed


class SearchForm(forms.Form):
    """What a caseworker types to find a file; sent by POST, so that no name is in an address."""

    search = forms.CharField(label=_("Reference or name"), max_length=100, required=False)


def hours(value: str) -> datetime.timedelta:
    return datetime.timedelta(hours=int(value))


def how_long() -> list[tuple[str, str]]:
    """From the hour that is usual to the longest that is allowed."""
    longest = settings.LONGEST_DECISIONS["break_glass"] // datetime.timedelta(hours=1)
    words = [(n, ngettext("%(hours)d hour", "%(hours)d hours", n)) for n in range(1, longest + 1)]
    return [(str(n), text % {"hours": n}) for n, text in words]


class EmergencyForm(forms.Form):
    """Break-glass: which file, why, and for how long."""

    reference = forms.CharField(
        label=_("Reference"),
        max_length=16,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    category = forms.ChoiceField(
        label=_("Why it cannot wait"),
        choices=[(value, capfirst(label)) for value, label in Decision.Category.choices],
        widget=forms.RadioSelect,
    )
    lasts = forms.TypedChoiceField(
        label=_("For how long"),
        help_text=_("An hour is usually enough. It ends by itself, and can be asked for again."),
        choices=how_long,
        initial="1",
        required=False,
        coerce=hours,
        empty_value=settings.EMERGENCY_LASTS,  # type: ignore[arg-type]
    )
    reason = forms.CharField(
        label=_("What has happened"),
        help_text=_("At least 20 characters. The coach and the auditor read it."),
        min_length=settings.EMERGENCY_REASON_AT_LEAST,
        max_length=1000,
        error_messages={
            "min_length": _("Say more: at least %(limit_value)d characters, now %(show_value)d.")
        },
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_reference(self) -> str:
        return checked(self.cleaned_data["reference"])


class EarlierForm(forms.Form):
    """Where the page before ended: a key of the trail."""

    before = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_KEY)


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        # In this form whatever the language: the browser shows it in its own.
        super().__init__(attrs={"class": "form-control"}, format="%Y-%m-%d")


# Days with neighbours, wherever on earth it is asked.
IN_REACH = [
    MinValueValidator(datetime.date(1900, 1, 1), _("There is nothing as old as that.")),
    MaxValueValidator(datetime.date(2999, 12, 31), _("That day is too far away.")),
]


def what_happened() -> list[tuple[str, Any]]:
    """Every act, and under each its kinds of events."""
    acts = dict(AuditEvent.Act.choices)
    named = {act: capfirst(str(label)) for act, label in acts.items()}
    groups = [
        (named[act], [(act, _("%(act)s: all") % {"act": named[act]}), *found])
        for act, found in trail.kinds().items()
    ]
    return [("", _("Everything")), *groups]


class PeriodForm(forms.Form):
    """From one day to another; either may be empty."""

    since = forms.DateField(label=_("From"), required=False, widget=DayInput, validators=IN_REACH)
    until = forms.DateField(label=_("To"), required=False, widget=DayInput, validators=IN_REACH)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day lies before the first."))
        return cleaned


class TimelineForm(PeriodForm):
    """What narrows the timeline of a file; the words are sent by POST, never in an address."""

    show = forms.ChoiceField(choices=PARTS, required=False)
    before = forms.DateField(required=False, validators=IN_REACH)
    search = forms.CharField(
        label=_("Words in it"),
        max_length=100,
        required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "class": "form-control", "autocomplete": "off"}
        ),
    )

    def clean_search(self) -> str:
        typed = self.cleaned_data["search"]
        if typed and not words_of(typed):
            raise forms.ValidationError(_("Write a word of two letters or more."))
        return typed

    def asked(self, *, by_post: bool) -> Asked:
        """As much of it as is sound."""
        sound = self.cleaned_data if by_post else {**self.cleaned_data, "search": ""}
        return Asked(**{name: value for name, value in sound.items() if value})


class TrailForm(PeriodForm):
    """What narrows the trail; every field may be empty."""

    field_order = ["reference", "act", "since", "until"]

    reference = forms.CharField(
        label=_("Reference of a mentee"),
        max_length=16,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    act = forms.ChoiceField(
        label=_("What happened"),
        required=False,
        choices=what_happened,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    person = forms.UUIDField(required=False, widget=forms.HiddenInput)
    before = forms.IntegerField(
        required=False, min_value=1, max_value=LARGEST_KEY, widget=forms.HiddenInput
    )

    def clean_reference(self) -> str:
        return checked(self.cleaned_data["reference"])


class PersonForm(forms.Form):
    """Whom an auditor looks for; sent by POST, so that no name is in an address."""

    name = forms.CharField(label=_("Name, or a part of it"), max_length=100)


class WhyForm(forms.Form):
    """Why an auditor reads what somebody looked for."""

    reason = forms.CharField(
        label=_("Why you read it"),
        help_text=_("At least 20 characters. Other auditors read it in the trail."),
        min_length=settings.EMERGENCY_REASON_AT_LEAST,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


# Parts that not everybody sees who decides about a file.
NOT_SEEN_BY_ALL = {
    FileSection.GOALS: GoalPermission.VIEW,
    FileSection.NETWORK: NetworkPermission.VIEW,
}


class SectionsForm(DecisionForm):
    """Which parts of a file somebody will see. The front page always goes along: without it the
    reader would not know whose plan or network it is."""

    sections = forms.MultipleChoiceField(
        label=_("Other parts of the file"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_(
            "The front page goes along: name, place and who walks with the mentee."
            " Notes of sessions and the enrolment cannot be shared."
        ),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["sections"].choices = [
            (section.value, words)
            for section, words in SECTIONS.items()
            if section != FileSection.CORE
            # Nobody shows what they do not see themselves.
            and (section not in NOT_SEEN_BY_ALL or allows(by, NOT_SEEN_BY_ALL[section]))
        ]

    def clean_person(self) -> User:
        """Oneself first: that is a denial, another role a slip of the pen."""
        person: User = self.cleaned_data["person"]
        if person == self.by:
            raise decisions.NotForThem(_("Nobody opens a file to themselves."))
        if fault := decisions.unfit(person, OPENED_TO[self.kind]):
            raise forms.ValidationError(fault)
        return person

    def clean_sections(self) -> list[FileSection]:
        chosen = map(FileSection, self.cleaned_data["sections"])
        return [FileSection.CORE, *chosen]

    def what(self) -> list[str]:
        return sections_in_words(self.cleaned_data["sections"])


class ShareForm(SectionsForm):
    """Parts of a file for somebody of another service, or for whoever stands in there."""

    kind = Decision.Kind.SHARE
    field_order = ["person", "sections", "last_day", "reason", "legal_basis", "basis_note"]

    legal_basis = forms.ChoiceField(
        label=_("Legal basis"),
        choices=[
            ("", _("Choose")),
            *((value, capfirst(label)) for value, label in Decision.LegalBasis.choices),
        ],
    )
    basis_note = forms.CharField(
        label=_("Which provision, consent or meeting"), max_length=200, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("What it is needed for")
        self.fields["reason"].help_text = _("The reader sees this.")

    def in_words(self) -> list[str]:
        basis = Decision.LegalBasis(self.cleaned_data["legal_basis"]).label
        return [
            *super().in_words(),
            _("Legal basis: %(basis)s. It is not for the investigation of a criminal case.")
            % {"basis": basis},
        ]


class SubstituteForm(SectionsForm):
    """What somebody needs who steps in for an absent mentor."""

    kind = Decision.Kind.SUBSTITUTE
    field_order = ["person", "sections", "last_day", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].label = _("Work e-mail address of the substitute")
        self.fields["reason"].help_text = _("The reader sees this.")


class TransferForm(forms.Form):
    """Asks for what `mentorships.operations.transfer` needs."""

    institution = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("To which institution"),
        empty_label=_("choose"),
        error_messages={"required": _("Say to which institution.")},
    )
    on = forms.DateField(
        label=_("On which day"),
        widget=DayInput,
        initial=today,
        error_messages={
            "required": _("Give the day of the move."),
            "invalid": _("This is no date. Write it like 2026-11-19."),
        },
    )
    reason = forms.CharField(
        label=_("Why, if it is known"),
        help_text=_("Whoever reads the file reads this. No names, nothing said in confidence."),
        max_length=120,
        required=False,
    )

    def __init__(self, *args: Any, mentee: Mentee, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mentee, self.by = mentee, by
        others = Organisation.objects.existing(today()).exclude(pk=mentee.institution_id)
        self.fields["institution"].queryset = others.of_kind(Organisation.Kind.INSTITUTION)
        self.fields["on"].widget.attrs["max"] = today().isoformat()

    def clean_on(self) -> datetime.date:
        on = self.cleaned_data["on"]
        if on > today():
            raise forms.ValidationError(
                _("That day has not come yet. Record the move when it is made.")
            )
        return on

    def in_words(self) -> list[str]:
        """What will be so, and what is called off as far as this reader may know of it."""
        moved = self.cleaned_data
        words = {
            "day": day(moved["on"]),
            "there": moved["institution"].name,
            "here": self.mentee.institution,
        }
        meetings = meetings_after(self.by, self.mentee, moved["on"])
        called_off = (
            _("Called off, and their mentors are told:")
            if meetings
            else _("Meetings planned after that day are called off, and their mentors are told.")
        )
        return [
            _("From %(day)s the mentee is at %(there)s, no longer at %(here)s.") % words,
            str(called_off),
            *(f"– {when(each.planned_on, each.planned_at, '')}" for each in meetings),
            str(
                _("The plan asks for a caseworker, approval, permits and dates at the new place.")
            ),
            str(_("Sessions, notes and goals stay as they are.")),
        ]


class ExclusionForm(forms.Form):
    """Who must not see the file, and why."""

    person = ColleagueField(label=_("Work e-mail address"))
    category = forms.ChoiceField(
        label=_("Why"),
        choices=[(value, capfirst(label)) for value, label in MenteeExclusion.Category.choices],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("What is known"),
        help_text=_("Encrypted. Only administrators and coaches of this file read it."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    until = forms.DateField(
        label=_("Last day"),
        help_text=_("Empty: until it is lifted."),
        widget=DayInput,
        required=False,
    )

    def decided(self) -> dict[str, Any]:
        """What the operation takes, under its names."""
        return self.cleaned_data

    def in_words(self) -> list[str]:
        words = {"name": self.cleaned_data["person"].name}
        return [
            str(_("%(name)s will see nothing of this file, whatever else would open it.") % words),
            str(_("They are not told, and cannot find out that the file exists.")),
        ]
