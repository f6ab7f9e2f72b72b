"""Forms of a release plan; each asks for what its operation needs, under the same names."""

from typing import Any

from django import forms
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.office_forms import DayInput
from core.dates import today
from core.templatetags.house import day
from mentees.forms import NO_DATE, a_day, a_text, spoken
from mentees.models import KeyDate
from release_plans.models import Category, Evidence, GatePlan, Milestone, ReleasePack, Responsible
from release_plans.models.gate import Sheet

WORDS = 500  # characters
SHEET_WORDS = 1000


def why(label: Any) -> forms.CharField:
    return a_text(3, WORDS, label=label)


class AboutMilestone(forms.Form):
    """A form about one milestone, which it may look at."""

    def __init__(self, *args: Any, milestone: Milestone, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.milestone = milestone


class DoneForm(AboutMilestone):
    on = a_day(label=gettext_lazy("Done on"))
    evidence_kind = forms.ChoiceField(
        label=gettext_lazy("What shows it"), choices=spoken(Evidence), required=True
    )
    evidence = a_text(
        3,
        WORDS,
        label=gettext_lazy("Evidence in words"),
        required=False,
        help_text=gettext_lazy("A reference, a day, who said so. No names of third parties."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today()
        if self.milestone.item:
            self.fields["evidence_kind"].initial = self.milestone.item.evidence


class CommentForm(AboutMilestone):
    text = a_text(3, WORDS, label=gettext_lazy("Comment, for all who see the plan"))


class TickForm(AboutMilestone):
    things = forms.MultipleChoiceField(
        label=gettext_lazy("Checklist"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        things = self.milestone.checklist
        self.fields["things"].choices = [(thing.code, thing.title) for thing in things]
        self.fields["things"].initial = [thing.code for thing in things if thing.is_ticked]


class NothingToSay(AboutMilestone):
    """For what needs no more than the button."""


class ReasonForm(AboutMilestone):
    reason = why(gettext_lazy("Why"))


class HoldForm(AboutMilestone):
    until = a_day(label=gettext_lazy("Taken up again on"))
    reason = why(gettext_lazy("Why it rests"))


class ExemptForm(AboutMilestone):
    reason = why(gettext_lazy("Why it does not apply"))
    until = a_day(
        label=gettext_lazy("Until"),
        required=False,
        help_text=gettext_lazy("Leave it empty where it never will."),
    )


class HandOverForm(AboutMilestone):
    to = forms.ChoiceField(label=gettext_lazy("To whom"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [each for each in spoken(Responsible) if each[0] != self.milestone.responsible]
        self.fields["to"].choices = [("", _("Choose")), *others]


class FixDateForm(AboutMilestone):
    on = a_day(label=gettext_lazy("Due on"))
    reason = why(gettext_lazy("Why"))


class OwnMilestoneForm(forms.Form):
    """A milestone that no template has."""

    title = forms.CharField(label=gettext_lazy("What there is to do"), max_length=200)
    category = forms.ChoiceField(
        label=gettext_lazy("About"),
        choices=[("", gettext_lazy("Choose")), *spoken(Category)],
    )
    responsible = forms.ChoiceField(label=gettext_lazy("Whose move"), choices=spoken(Responsible))
    due_on = a_day(label=gettext_lazy("Due on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["title"].widget.attrs["maxlength"]


class SheetForm(forms.Form):
    """A sheet as its next version; `version` is the one that was read."""

    model: type[Sheet]
    names: tuple[str, ...]

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.names:
            field: Any = self.model._meta.get_field(name)
            label = capfirst(str(field.verbose_name))
            if isinstance(field, models.TimeField):
                widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
                self.fields[name] = forms.TimeField(label=label, required=False, widget=widget)
            else:
                self.fields[name] = a_text(2, SHEET_WORDS, label=label, required=False)

    @classmethod
    def of(cls, latest: Sheet | None) -> Any:
        """As it stands, to be gone on from."""
        names = (*cls.names, "version")
        known = {name: getattr(latest, name) for name in names} if latest else {"version": 0}
        return cls(initial=known)

    def goes_on_from(self, latest: Sheet | None) -> None:
        """Sent once more, it takes the place of what stands now."""
        sent: Any = self.data.copy()
        sent["version"] = latest.version if latest else 0
        self.data = sent

    def beside(self, latest: Sheet | None) -> list[tuple[str, Any]]:
        """What stands there now, for whoever has to compare."""
        if latest is None:
            return []
        said = [(self.fields[name].label, getattr(latest, name)) for name in self.names]
        return [(str(label), words) for label, words in said if words]


class GatePlanForm(SheetForm):
    model = GatePlan
    names = (
        *("who_meets", "where", "meets_at", "plan_b", "bed", "first_hours"),
        *("first_appointment", "second_appointment", "third_appointment", "phone"),
    )


class ReleasePackForm(SheetForm):
    model = ReleasePack
    names = ("bed", "cash", "phone_numbers", "medicines", "mentor_phone")


# Whoever types a date has it from somebody; from other systems dates come by themselves.
BY_PEOPLE = [each for each in spoken(KeyDate.Source) if each[0] != KeyDate.Source.IMPORT]


class MoveDateForm(forms.Form):
    """Another date from an authority. What it would move is shown before it does."""

    kind = forms.ChoiceField(label=gettext_lazy("Which date"), choices=spoken(KeyDate.Kind))
    value = forms.DateField(
        label=gettext_lazy("New date"),
        widget=DayInput,
        required=False,
        error_messages=NO_DATE,
        help_text=gettext_lazy("Leave it empty where the date is not known any more."),
    )
    certainty = forms.ChoiceField(
        label=gettext_lazy("How certain"), choices=spoken(KeyDate.Certainty)
    )
    source = forms.ChoiceField(label=gettext_lazy("Who says so"), choices=BY_PEOPLE)
    reason = a_text(2, 120, label=gettext_lazy("Why it moves"))

    def in_words(self) -> list[str]:
        """What it will mean, for whoever reads it through."""
        given = self.cleaned_data
        kind = capfirst(str(KeyDate.Kind(given["kind"]).label))
        if given["value"] is None:
            return [_("%(kind)s: not known any more.") % {"kind": kind}]
        return [_("%(kind)s: %(day)s.") % {"kind": kind, "day": day(given["value"])}]
