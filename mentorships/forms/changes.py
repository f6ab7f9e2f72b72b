"""Forms by which an author changes a note that is open, or amends one that is locked."""

from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from mentorships.forms.checked import Advice, better_left_out
from mentorships.forms.fields import Forgiving, a_text, changes, one_of, whole
from mentorships.forms.goals import name_of
from mentorships.forms.sent import number_sent
from mentorships.forms.session import CHANGED, ROWS_AT_FIRST, SessionForm
from mentorships.models import (
    Addendum,
    Agreement,
    MentoringSession,
    SessionNarrative,
)
from mentorships.models.narrative import Texts
from mentorships.operations import Report
from mentorships.queries import Logged


class Versioned(Forgiving):
    """Knows from which version of a record its author began."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)

    data: QueryDict

    @property
    def based_on(self) -> int:
        """0 where the page said nothing that is a number: then no version is the right one."""
        return number_sent(self.data, "version", 0, 2**31 - 1)


@changes(*CHANGED)
class ChangeForm(SessionForm, Versioned):
    """The session form, filled with what is recorded. From which sheet
    it was and with whom else is said once."""

    sheet = None  # type: ignore[assignment]
    also = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            for number in range(self.row_count, self.initial["rows"]):
                self._add_row(number)
                self.row_count += 1

    def report(self) -> Report:
        """As the session form does; of a goal that the page did not ask about nothing is said."""
        report = super().report()
        asked = [rating for rating in report.ratings if name_of(rating.goal) in self.data]
        return replace(report, ratings=tuple(asked))


def recorded(
    session: MentoringSession, note: SessionNarrative | None, logged: Logged
) -> dict[str, Any]:
    """What the form starts from."""
    filled: dict[str, Any] = {"tier": SessionNarrative.Tier.ORDINARY}
    for row in filter(None, (session, note)):
        columns = {field.name for field in row._meta.concrete_fields}
        filled |= {name: getattr(row, name) for name in columns & SessionForm.base_fields.keys()}
    there = logged.participants
    still_open = [agreement for agreement in logged.made if not agreement.outcome]
    for outcome in Agreement.Outcome:
        settled = [agreement.pk for agreement in logged.settled if agreement.outcome == outcome]
        filled[str(outcome)] = settled
    filled |= {
        "concern_raised": "yes" if session.concern_raised else "no",
        "people": [p.network_person_id for p in there if p.network_person_id],
        "mentors": [p.mentor_id for p in there if p.mentor_id],
        "others": [p.part for p in there if not (p.network_person_id or p.mentor_id)],
        "rows": max(ROWS_AT_FIRST, len(still_open)),
        "version": session.version,
    }
    for rating in logged.ratings:
        filled[name_of(rating.goal)] = "" if rating.level is None else str(rating.level)
    for number, agreement in enumerate(still_open):
        for part in ("text", "who", "due_on"):
            filled[f"agreement_{number}_{part}"] = getattr(agreement, part)
    return filled


class AmendmentForm(Versioned):
    """How a locked note should read, and why; `to_check` is shown with it."""

    facts = a_text(7, settings.FACTS_AT_MOST, label=gettext_lazy("What happened"))
    assessment = a_text(7, settings.ASSESSMENT_AT_MOST, label=gettext_lazy("My assessment"))
    own_words = a_text(
        2, settings.OWN_WORDS_AT_MOST, label=gettext_lazy("In the mentee's own words")
    )
    why = one_of(
        Addendum.Why,
        label=gettext_lazy("Why"),
        error_messages={"required": gettext_lazy("Say why the note is amended.")},
    )
    reason = whole(
        forms.CharField(
            label=gettext_lazy("The reason in words"),
            max_length=settings.REASON_AT_MOST,
            widget=forms.Textarea(
                attrs={"rows": 2, "class": "form-control", "data-count": settings.REASON_AT_MOST}
            ),
            error_messages={"required": gettext_lazy("Write the reason, in a few words.")},
        )
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.to_check: list[Advice] = []

    def look_once_more(self) -> bool:
        """Whether there is advice that its author has not seen yet. Nothing of it is wrong."""
        given = self.cleaned_data
        if "checked" not in self.data:
            texts = (given[name] for name in (*Texts._fields, "reason"))
            self.to_check = better_left_out(*texts)
        return bool(self.to_check)

    def proposed(self) -> dict[str, Any]:
        """What the operation takes, under its names."""
        given = self.cleaned_data
        texts = Texts(*(given[name] for name in Texts._fields))
        return {"texts": texts, "why": given["why"], "reason": given["reason"]}
