"""What worries a mentor: asked in the order in which one acts."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from mentorships.forms.fields import Moment, a_text, one_of, spoken
from mentorships.models import Concern


class ConcernForm(forms.Form):
    """Asks for what `operations.raise_concern` needs, under the names of its arguments."""

    level = forms.TypedChoiceField(
        choices=Concern.Level,
        coerce=int,
        widget=forms.RadioSelect,
        label=gettext_lazy("How urgent is it?"),
        error_messages={"required": gettext_lazy("Say how urgent it is.")},
    )
    phoned = one_of(
        spoken(Concern.Phoned), label=gettext_lazy("Whom did you phone?"), required=False
    )
    phoned_at = Moment(
        label=gettext_lazy("When"),
        required=False,
        widget=forms.DateTimeInput(
            format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "class": "form-control"}
        ),
        error_messages={
            "invalid": gettext_lazy("This is no time. Write it like 2026-11-19 14:30.")
        },
    )
    observed = a_text(6, settings.CONCERN_AT_MOST, label=gettext_lazy("What happened"))
    source = one_of(
        [
            (Concern.Source.SAW, gettext_lazy("I saw or heard it")),
            (Concern.Source.MENTEE, gettext_lazy("The mentee told me")),
            (Concern.Source.OTHERS, gettext_lazy("Somebody else told me")),
        ],
        label=gettext_lazy("How do you know?"),
        error_messages={"required": gettext_lazy("Say how you know.")},
    )
    assessment = a_text(3, settings.CONCERN_AT_MOST, label=gettext_lazy("Why it worries you"))
    talked_with = one_of(
        spoken(Concern.Talked),
        label=gettext_lazy("Have you talked it over with somebody?"),
        initial=Concern.Talked.NOBODY,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["observed"].required = True
        self.fields["observed"].error_messages["required"] = gettext_lazy(
            "Write what happened, in a sentence at least."
        )
