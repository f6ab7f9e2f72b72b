"""Every component once, to look at while building; not there in an installation in earnest."""

import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.guard import anyone_signed_in
from core.dates import today
from mentees.models.custody import Phase


class SampleForm(forms.Form):
    themes = forms.MultipleChoiceField(
        choices=[
            ("1", "Family"),
            ("2", "Housing"),
            ("3", "Money"),
            ("4", "Release practicalities"),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    took_place = forms.ChoiceField(
        choices=[("held", "Yes"), ("cancelled", "Cancelled"), ("absent", "Did not come")],
        widget=forms.RadioSelect,
    )
    on = forms.DateField(
        label="Date",
        error_messages={"invalid": "That is no date. Everything else is kept; give a day."},
    )


@require_safe
@anyone_signed_in
def component_gallery(request: HttpRequest) -> HttpResponse:
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    return render(request, "casework/component_gallery.html", _samples())


def _samples() -> dict[str, Any]:
    """Invented content, on days that stay around the present one."""
    late, soon, later = (today() + datetime.timedelta(days=d) for d in (-5, 9, 23))
    form = SampleForm({"themes": ["1"], "took_place": "held", "on": "the other day"})
    form.is_valid()
    return {
        "late": late,
        "soon": soon,
        "later": later,
        "phases": list(Phase),
        "re_entry": Phase.RE_ENTRY,
        "form": form,
        "swatches": [
            *("paper", "card", "well", "ink", "ink-2", "petrol", "petrol-tint"),
            *("amber", "amber-tint", "brick", "brick-tint", "moss", "moss-tint"),
        ],
        "states": [
            ("done", "Done"),
            ("soon", "In 2 days"),
            ("late", "5 days late"),
            ("now", "Question"),
            ("plan", "To do"),
            ("off", "Waived"),
            ("hold", "On hold"),
        ],
        "work": [
            {
                "kind": "late",
                "state": "17 days over",
                "title": "No session for 24 days; usual rhythm 7",
                "reference": "M-38140B",
                "why": "the last one was held",
                "url": "#",
                "action": "Ask Pernille",
            },
            {"on": soon, "title": "Next meeting, 13:00", "why": "Visiting room, 60 minutes"},
        ],
        "stats": [
            {"number": 6, "label": "Notes to answer", "hint": "oldest 5 days", "url": "#"},
            {
                "number": 1,
                "label": "Concern open",
                "kind": "late",
                "hint": "decide today",
                "url": "#",
            },
            {"number": 0, "label": "Contact overdue", "hint": "all in rhythm", "url": "#"},
        ],
        "entries": [
            {
                "icon": "note",
                "title": "Session: family",
                "on": late,
                "when": "60 min",
                "meta": "In prison, visiting room · note locked",
                "is_main": True,
            },
            {
                "icon": "check",
                "title": "Done: suitable residence documented",
                "on": late,
                "meta": "Evidence: address confirmed",
            },
        ],
        "views": [
            {"label": "All", "number": 9, "url": "#", "is_current": True},
            {"label": "Slipping", "number": 3, "url": "#"},
            {"label": "Cover", "number": 0, "url": "#"},
        ],
        "parts": [
            {"label": "Timeline", "url": "#", "is_current": True},
            {"label": "Release plan", "url": "#"},
            {"label": "Agreements", "number": 3, "url": "#"},
        ],
    }
