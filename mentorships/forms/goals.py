"""How far each open goal is, asked in the form of a session."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from core.templatetags.house import signed
from mentees.models import Goal, Level
from mentorships.forms.fields import one_of
from mentorships.operations import Rating


def name_of(goal: Goal) -> str:
    return f"goal_{goal.pk}"


def a_level(goal: Goal) -> forms.ChoiceField:
    """From -2 to +2; where nothing is chosen it was not discussed."""
    return one_of(choices_of_level(), label=goal.words, required=False)


def choices_of_level() -> list[tuple[Any, Any]]:
    levels = [(level.value, signed(level)) for level in Level]
    return [*levels, ("", gettext_lazy("Not discussed"))]


def a_rating(goal: Goal, chosen: str) -> Rating:
    return Rating(goal, int(chosen) if chosen else None)
