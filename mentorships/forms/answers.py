"""Forms by which a coach answers a note, and its author writes back."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from mentorships.forms.fields import a_text
from mentorships.models import NoteAnswer


class AnswerForm(forms.Form):
    """One stroke, which is the button itself, and words if one likes."""

    kind = forms.ChoiceField(
        choices=[(kind.value, kind.label) for kind in NoteAnswer.BY_COACH],
        error_messages={
            "required": gettext_lazy("Choose one of the answers."),
            "invalid_choice": gettext_lazy("Choose one of the answers."),
        },
    )
    text = a_text(2, settings.ANSWER_AT_MOST, label=gettext_lazy("A few words"))


class ReplyForm(forms.Form):
    """What the author writes back to one question; a page may show several."""

    text = a_text(2, settings.ANSWER_AT_MOST, label=gettext_lazy("Your answer"))

    def __init__(self, data: Any = None, *, question: int) -> None:
        super().__init__(data, auto_id=f"reply_{question}_%s")
        self.question = question
