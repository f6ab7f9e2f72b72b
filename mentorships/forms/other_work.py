"""Work without a meeting: for whom, what, when and how long."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from core.dates import today
from mentorships.forms.fields import MenteeChoice, a_choice, a_date, a_number, a_text
from mentorships.models import OtherWork


class OtherWorkForm(forms.Form):
    """Asks for what `operations.log_other_work` needs."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    mentorship = MenteeChoice(label=gettext_lazy("For whom"))
    kind = a_choice(
        gettext_lazy("What it was"), gettext_lazy("choose"), OtherWork.Kind, required=True
    )
    worked_on = a_date(label=gettext_lazy("Date"), initial=today)
    minutes = a_number(settings.SESSION_MINUTES[1], label=gettext_lazy("Minutes"))
    note = a_text(2, settings.WORK_NOTE_AT_MOST, label=gettext_lazy("Note"))

    def __init__(self, *args: Any, own: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mentorship"].queryset = own
        self.fields["minutes"].required = True
        self.fields["worked_on"].widget.attrs["max"] = today().isoformat()
