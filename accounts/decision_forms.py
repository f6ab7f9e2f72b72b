"""Forms by which somebody decides who else may see something, until when and why."""

import datetime
from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.guard import note_overreach
from accounts.models import User
from accounts.office_forms import DayInput, add_refusal
from audit import trail
from core.dates import end_of, in_force, today
from core.templatetags.house import day


def carried_out(
    request: HttpRequest,
    form: forms.Form,
    operation: Callable[..., Any],
    *rows: models.Model,
    **given: Any,
) -> bool:
    """Do it; where it is refused, the form says why beside the field, and keeps what was typed.
    What nobody may do is in the trail too."""
    try:
        operation(*rows, **given)
    except ValidationError as refusal:
        note_overreach(request, refusal, ", ".join(map(trail.reference, rows)))
        add_refusal(form, refusal)
        return False
    return True


class ColleagueField(forms.EmailField):
    """Somebody who works here, by the address with which they sign in: no list of names."""

    def clean(self, value: Any) -> User | None:
        email = super().clean(value)
        if not email:
            return None
        person = User.objects.filter(email=email.lower(), is_active=True).first()
        if person is None or not person.standing.roles:
            raise forms.ValidationError(_("Nobody with a role signs in with this address."))
        return person


class DecisionForm(forms.Form):
    """To whom something is opened, until when and why: what every such decision says."""

    kind: str  # one of `settings.LONGEST_DECISIONS`

    person = ColleagueField(
        label=gettext_lazy("Work e-mail address of the reader"), widget=forms.EmailInput
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=DayInput,
        error_messages={"invalid": gettext_lazy("This is no date. Write it like 2026-11-19.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        latest = self.latest()
        field = self.fields["last_day"]
        field.help_text = _("At the latest %(day)s.") % {"day": day(latest)}
        field.widget.attrs |= {"min": today().isoformat(), "max": latest.isoformat()}

    def latest(self) -> datetime.date:
        """The last day that is over before the longest that this kind of decision may stand."""
        over = timezone.now() + settings.LONGEST_DECISIONS[self.kind]
        local = timezone.localtime(over, timezone.get_default_timezone())
        return local.date() - datetime.timedelta(days=1)

    def clean_last_day(self) -> datetime.date:
        last = self.cleaned_data["last_day"]
        if last < today():
            raise forms.ValidationError(_("This day is over."))
        if last > self.latest():
            raise forms.ValidationError(_("At the latest %(day)s.") % {"day": day(self.latest())})
        return last

    def in_words(self) -> list[str]:
        """Who will see what until when, to be read before it is done."""
        person, given = self.cleaned_data["person"], self.cleaned_data
        roles = ", ".join(
            f"{assignment.get_role_display()}, {assignment.organisation}"
            for assignment in person.role_assignments.filter(in_force(today())).select_related(
                "organisation"
            )
        )
        who = _("%(name)s (%(roles)s)") % {"name": person.name, "roles": roles}
        words = {"who": who, "day": day(given["last_day"])}
        return [
            _("%(who)s will be able to see, until %(day)s:") % words,
            *(f"– {part}" for part in self.what()),
            _("They are told at once, and every reading is recorded."),
        ]

    def what(self) -> list[str]:
        """What is opened, part by part."""
        raise NotImplementedError

    def decided(self) -> dict[str, Any]:
        """What the operation takes, under its names."""
        given = dict(self.cleaned_data)
        given["until"] = end_of(given.pop("last_day"))
        return given


class WithdrawalForm(forms.Form):
    """Why a decision ends before its day."""

    reason = forms.CharField(
        label=gettext_lazy("Why it ends now"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
