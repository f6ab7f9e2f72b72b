"""What is looked at once more before a note is finished."""

from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext as _

from mentorships.leave_out import topics_in
from mentorships.models import MentoringSession


class Advice(NamedTuple):
    sentence: str
    place: str  # where on the page it can be followed


def better_left_out(*texts: str) -> list[Advice]:
    """What a note may be about that had better not stand in it, as far as the words tell."""
    words = _("You may be writing about %(topic)s: see what to leave out.")
    return [Advice(words % {"topic": topic.label}, "margin") for topic in topics_in(*texts)]


class Checked(forms.Form):
    """A report of a meeting; `to_check` is shown with it."""

    @property
    def to_come(self) -> list[str]:
        """Meetings that are planned already, in words."""
        raise NotImplementedError

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.to_check: list[Advice] = []

    def advice(self) -> list[Advice]:
        """What one may have forgotten, or had better leave out. Nothing of it is wrong."""
        given = self.cleaned_data
        advice = []
        if given["status"] == MentoringSession.Status.HELD and not given["assessment"].strip():
            words = _("No assessment: what do you make of it?")
            advice.append(Advice(words, self["assessment"].id_for_label))
        is_over = given["purpose"] == MentoringSession.Purpose.CLOSING
        if not (given["next_meeting_on"] or self.to_come or is_over):
            words = _("No next meeting is planned.")
            advice.append(Advice(words, self["next_meeting_on"].id_for_label))
        texts = (given["facts"], given["assessment"], given["own_words"])
        return advice + better_left_out(*texts)
