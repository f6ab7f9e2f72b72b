"""The closing report: what its mentor leaves behind at the end of a mentorship."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from core.templatetags.house import signed
from mentorships.forms.fields import Forgiving, a_text, one_of, spoken
from mentorships.models import Agreement, ClosingReport, GoalRating, SessionNarrative
from mentorships.operations import Settled

Tier = SessionNarrative.Tier
LINES = {"how": 4, "reached": 5, "next_person": 4, "standing": 3, "goodbye": 3, "own_words": 2}
HELP = {
    "how": gettext_lazy("What brought it to an end, and whose wish it was."),
    "reached": gettext_lazy(
        "Filled with your goals and how far they last were. Change it freely."
    ),
    "next_person": gettext_lazy("What helps, what does not, what was promised."),
    "standing": gettext_lazy("Who is still there, and which dates have been made."),
    "goodbye": gettext_lazy("When and how, or why there was none."),
    "own_words": gettext_lazy("A short quote, agreed with the mentee."),
}


class ClosingForm(Forgiving):
    """Asks for what `operations.finish_closing_report` needs."""

    # No reader of a report can be named one by one, so nobody could read one that is restricted.
    tier = one_of(
        [choice for choice in spoken(Tier) if choice[0] != Tier.RESTRICTED],
        label=gettext_lazy("Who may read the report"),
        required=False,
        initial=Tier.ORDINARY,
    )
    sequence = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)

    data: QueryDict

    def __init__(self, *args: Any, agreements: list[Agreement], **kwargs: Any) -> None:
        """`agreements` are those that nobody has settled."""
        super().__init__(*args, **kwargs)
        self.agreements = agreements
        for name, label in ClosingReport.QUESTIONS.items():
            most = settings.CLOSING_ANSWER_AT_MOST
            self.fields[name] = a_text(LINES[name], most, label=label, help_text=HELP[name])
        for agreement in agreements:
            self.fields[name_of(agreement)] = one_of(
                [
                    *spoken(Agreement.Outcome),
                    ("", gettext_lazy("Still stands")),
                ],
                label=agreement.text,
                required=False,
            )

    @classmethod
    def restored(cls, typed: QueryDict, **kwargs: Any) -> "ClosingForm":
        """The form as it was typed, without a word about what is still missing or wrong."""
        form = cls(typed, **kwargs)
        form.say_nothing()
        return form

    @property
    def questions(self) -> list[forms.BoundField]:
        return [self[name] for name in ClosingReport.QUESTIONS]

    @property
    def agreement_rows(self) -> list[tuple[forms.BoundField, Agreement]]:
        return [(self[name_of(agreement)], agreement) for agreement in self.agreements]

    def report(self) -> dict[str, Any]:
        """What the operation takes, under its names."""
        given = self.cleaned_data
        return {
            "answers": {name: given[name] for name in ClosingReport.QUESTIONS},
            "tier": given["tier"] or Tier.ORDINARY,
            "settled": [
                Settled(agreement, outcome)
                for agreement in self.agreements
                if (outcome := given[name_of(agreement)])
            ],
        }


class AdditionForm(Forgiving):
    """Asks for what `operations.add_to_closing_report` needs."""

    text = a_text(6, settings.CLOSING_ANSWER_AT_MOST, label=gettext_lazy("What is to be added"))


def name_of(agreement: Agreement) -> str:
    return f"agreement_{agreement.pk}"


def reached(ratings: Iterable[GoalRating]) -> str:
    """A line for each goal with its last level, to begin from."""
    return "\n".join(
        f"{rating.goal.words}: {rating.get_level_display()} ({signed(rating.level)})"
        for rating in ratings
        if rating.level is not None
    )
