"""Why a session is void."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from mentorships.forms.fields import a_text, one_of, spoken
from mentorships.models import MentoringSession


class VoidForm(forms.Form):
    """Asks for what `operations.void_session` needs."""

    reason = one_of(
        spoken(MentoringSession.VoidReason),
        label=gettext_lazy("Why"),
        error_messages={"required": gettext_lazy("Say why the session is void.")},
    )
    words = a_text(2, settings.REASON_AT_MOST, label=gettext_lazy("In words"))
