"""What is decided about one file is read through, in words, before it is so."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from mentees.models import Mentee


def is_sent(request: HttpRequest, form: Any) -> bool:
    """Was the form sent, and is it sound? A page that had grown old is asked to be sent again."""
    if getattr(request, "token_was_bad", False):
        form.add_error(None, _("The page had grown old. Please send again: nothing is lost."))
        return False
    return request.method == "POST" and form.is_valid()


def is_sure(request: HttpRequest, form: Any) -> bool:
    """Has what it will mean been read, and confirmed?"""
    return form.is_valid() and "confirm" in request.POST


def asking_page(
    request: HttpRequest, mentee: Mentee, form: Any, words: dict[str, str], *, back: str
) -> HttpResponse:
    """The form; once it is filled in, what it will mean (`form.in_words()`) and the button."""
    asks = form.is_valid() and "change" not in request.POST
    if not asks:
        words |= {"submit": _("Next: read it through"), "way_out": _("Back")}
    return decision_page(request, mentee, form, back=back, asks=asks, **words)


def decision_page(request: HttpRequest, mentee: Mentee, form: Any, **context: Any) -> HttpResponse:
    context |= {"mentee": mentee, "form": form}
    return render(request, "casework/file_decision.html", context)
