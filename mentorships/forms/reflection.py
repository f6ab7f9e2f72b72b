"""What a mentor writes for themself."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from mentorships.forms.fields import a_text
from mentorships.models import Reflection


class ReflectionForm(forms.Form):
    """Asks for what `operations.write_reflection` needs, under the names of its arguments."""

    wellbeing = forms.TypedChoiceField(
        choices=[
            ("", "–"),
            *((str(number), str(number)) for number in Reflection.Wellbeing.values),
        ],
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        required=False,
        label=gettext_lazy("How are you?"),
    )
    text = a_text(8, settings.REFLECTION_AT_MOST, label=gettext_lazy("What is on your mind"))


class ReflectionChangeForm(ReflectionForm):
    """The same of one that is kept, with the version that the page shows."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def go_on_from(self, reflection: Reflection) -> None:
        """Sent once more, what was typed goes over what is kept now."""
        sent: Any = self.data.copy()
        sent["version"] = reflection.version
        self.data = sent
