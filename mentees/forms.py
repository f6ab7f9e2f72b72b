"""Forms about a file that its mentor fills in."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.office_forms import DayInput
from core.dates import today
from core.templatetags.house import signed
from mentees.models import LEVEL_FIELDS, Goal, Level, LivingCondition

NO_DATE = {"invalid": gettext_lazy("This is no date. Write it like 2026-11-19.")}


def a_text(rows: int, at_most: int, **kwargs: Any) -> forms.CharField:
    field = forms.CharField(
        max_length=at_most, widget=forms.Textarea(attrs={"rows": rows}), **kwargs
    )
    del field.widget.attrs["maxlength"]  # it would cut a paste without a word
    return field


def a_day(**kwargs: Any) -> forms.DateField:
    return forms.DateField(widget=DayInput, error_messages=NO_DATE, **kwargs)


def spoken(choices: Any) -> list[tuple[Any, Any]]:
    """Choices as words that stand alone."""
    return [(value, capfirst(label)) for value, label in choices.choices]


def level_in_words(level: Level) -> Any:
    return format_lazy("{} · {}", signed(level), level.label)


class GoalForm(forms.Form):
    """Asks for what `operations.set_goal` and `operations.change_goal` need."""

    words = a_text(
        3,
        settings.GOAL_AT_MOST,
        label=gettext_lazy("The goal, in the mentee's own words"),
        help_text=gettext_lazy("As it was said, so that the mentee knows it again."),
    )
    domain = forms.ChoiceField(
        label=gettext_lazy("About"), choices=[("", gettext_lazy("Choose")), *spoken(Goal.Domain)]
    )
    target_on = a_day(label=gettext_lazy("Target date"), required=False)
    baseline = forms.TypedChoiceField(
        label=gettext_lazy("Where it stands at the start"),
        choices=[(level.value, level_in_words(level)) for level in Level],
        initial=Level.LESS,
        coerce=int,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for level, name in LEVEL_FIELDS.items():
            self.fields[name] = a_text(2, settings.LEVEL_AT_MOST, label=level_in_words(level))
        self.order_fields(["words", "domain", "target_on", *LEVEL_FIELDS.values(), "baseline"])


class NewGoalForm(GoalForm):
    """With the first steps, one a line."""

    steps = forms.CharField(
        label=gettext_lazy("First steps"),
        help_text=gettext_lazy("One a line. More can be added later."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_steps(self) -> list[str]:
        steps = [line.strip() for line in self.cleaned_data["steps"].splitlines()]
        steps = [step for step in steps if step]
        if len(steps) > settings.STEPS_AT_MOST:
            raise forms.ValidationError(
                _("At most %(most)d steps.") % {"most": settings.STEPS_AT_MOST}
            )
        if any(len(step) > settings.STEP_AT_MOST for step in steps):
            raise forms.ValidationError(
                _("A step has at most %(most)d characters.") % {"most": settings.STEP_AT_MOST}
            )
        return steps


class GoalChangeForm(GoalForm):
    """With the version that was read, so that nobody writes over somebody else's words."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def beside(self, goal: Goal) -> list[tuple[str, str]]:
        """What stands now where something else was typed: label and text."""
        return [
            (str(field.label), in_words(goal, name))
            for name, field in self.fields.items()
            if name != "version" and getattr(goal, name) != self.cleaned_data.get(name)
        ]

    def goes_on_from(self, goal: Goal) -> None:
        """The next sending knows what stands now."""
        sent: Any = self.data.copy()
        sent["version"] = str(goal.version)
        self.data = sent


def in_words(goal: Goal, name: str) -> str:
    display = getattr(goal, f"get_{name}_display", None)
    return str(display() if display else getattr(goal, name) or "")


class ReachForm(forms.Form):
    on = a_day(label=gettext_lazy("Reached on"), initial=today)


class DropForm(forms.Form):
    on = a_day(label=gettext_lazy("Dropped on"), initial=today)
    drop_reason = a_text(
        3,
        settings.GOAL_AT_MOST,
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("In a sentence. It stays with the goal."),
    )


class StepForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("Another step"), max_length=settings.STEP_AT_MOST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["text"].widget.attrs["maxlength"]


class LivingForm(forms.Form):
    """Asks for what `operations.record_living_conditions` needs; what is not known stays open."""

    point = forms.ChoiceField(
        label=gettext_lazy("At which point"), choices=spoken(LivingCondition.Point)
    )
    as_of = a_day(label=gettext_lazy("As of"), initial=today)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in LivingCondition.FACTS:
            asked: Any = LivingCondition._meta.get_field(name)
            choices = [(value, capfirst(label)) for value, label in asked.choices or []]
            self.fields[name] = forms.ChoiceField(
                label=capfirst(asked.verbose_name),
                choices=[("", _("Not known")), *choices],
                required=False,
            )
        self.fields["health_contact"].help_text = _("Whether there is one, never for what.")
