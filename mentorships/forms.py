"""The session form: what a mentor remembers of a meeting, in the order of remembering."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.dates import today
from mentorships.models import Agreement, MentoringSession, Mentorship, SessionParticipant
from mentorships.models.session import Theme
from mentorships.operations import Promise, Report
from mentorships.queries import Surroundings
from networks.models import NetworkPerson

Session = MentoringSession
ROWS_AT_FIRST, ROWS_AT_MOST = 1, 10  # of new agreements
AGREEMENT_AT_MOST = 200  # characters
SHORTEST, LONGEST = settings.SESSION_MINUTES


class NamedPeople(forms.ModelMultipleChoiceField):
    """People of the network, as the mentee calls them."""

    def label_from_instance(self, person: NetworkPerson) -> str:
        return f"{person.display_name}, {person.get_relation_display()}"


class OpenAgreements(forms.ModelMultipleChoiceField):
    def label_from_instance(self, agreement: Agreement) -> str:
        return agreement.text


def spoken(choices: Any) -> list[tuple[str, Any]]:
    """Choices as words that stand alone; within a sentence their labels begin small."""
    return [(value, capfirst(label)) for value, label in choices.choices]


def one_of(choices: Any, **kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **kwargs)


def a_date(**kwargs: Any) -> forms.DateField:
    # Browsers speak ISO to a date field whatever they show, so the value is written so too.
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"})
    return forms.DateField(widget=widget, **kwargs)


def a_time(**kwargs: Any) -> forms.TimeField:
    widget = forms.TimeInput(
        format="%H:%M", attrs={"type": "time", "class": "form-control w-time"}
    )
    return forms.TimeField(widget=widget, **kwargs)


def a_text(rows: int, at_most: int, **kwargs: Any) -> forms.CharField:
    attrs = {"rows": rows, "class": "form-control", "data-count": at_most}
    field = forms.CharField(
        widget=forms.Textarea(attrs=attrs), max_length=at_most, required=False, **kwargs
    )
    return whole(field)


def whole(field: forms.CharField) -> forms.CharField:
    """Let a browser send text that is too long: `maxlength` would cut a paste without a word."""
    field.widget.attrs.pop("maxlength", None)
    return field


def number_sent(sent: QueryDict, name: str, least: int, most: int) -> int:
    """A number that the page counts itself, within its bounds; what is none is the least."""
    typed = sent.get(name, "")
    number = int(typed) if re.fullmatch("[0-9]{1,10}", typed) else least
    return min(max(number, least), most)


def sequence_sent(sent: QueryDict) -> int:
    """Which save of the page this is; 0 where no script counts them."""
    return number_sent(sent, "sequence", 0, 2**31 - 1)


class SessionForm(forms.Form):
    """Asks for what `operations.log_session` needs; `report()` hands it over.

    Only what no report can do without is required here; the rest is `log_session`'s to refuse.
    """

    status = one_of(
        [
            (Session.Status.HELD, pgettext_lazy("did it take place", "Yes")),
            (Session.Status.CANCELLED, gettext_lazy("Cancelled")),
            (Session.Status.NO_SHOW, gettext_lazy("Did not come")),
        ],
        label=gettext_lazy("Did it take place?"),
        initial=Session.Status.HELD,
        error_messages={"required": gettext_lazy("Say whether it took place.")},
    )
    cancelled_by = one_of(
        spoken(Session.CancelledBy), label=gettext_lazy("Who cancelled?"), required=False
    )
    cancel_reason = forms.ChoiceField(
        label=gettext_lazy("Why"),
        choices=[("", gettext_lazy("Not known")), *spoken(Session.CancelReason)],
        widget=forms.Select(attrs={"class": "form-select"}),
        required=False,
    )
    held_on = a_date(
        label=gettext_lazy("Date"),
        error_messages={
            "required": gettext_lazy("Give the day of the meeting."),
            "invalid": gettext_lazy("This is no date. Write it like 2026-11-19."),
        },
    )
    started_at = a_time(
        label=gettext_lazy("Start"),
        required=False,
        error_messages={"invalid": gettext_lazy("This is no time. Write it like 13:00.")},
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"),
        required=False,
        widget=forms.NumberInput(
            attrs={"class": "form-control w-num", "min": SHORTEST, "max": LONGEST, "step": 5}
        ),
    )
    modality = one_of(Session.Modality, label=gettext_lazy("How"), required=False)
    place = forms.ChoiceField(
        label=gettext_lazy("Where"),
        choices=[("", gettext_lazy("Place not noted")), *spoken(Session.Place)],
        widget=forms.Select(attrs={"class": "form-select"}),
        required=False,
    )
    mentee_present = forms.BooleanField(label=gettext_lazy("The mentee"), required=False)
    people = NamedPeople(
        queryset=NetworkPerson.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Of the network"),
        required=False,
    )
    others = forms.MultipleChoiceField(
        label=gettext_lazy("Others"),
        choices=[
            (part, label)
            for part, label in spoken(SessionParticipant.Part)
            if part != SessionParticipant.Part.NETWORK
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    themes = forms.MultipleChoiceField(
        label=gettext_lazy("What we worked on"),
        choices=Theme,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    purpose = forms.ChoiceField(
        label=gettext_lazy("Purpose"),
        choices=spoken(Session.Purpose),
        widget=forms.Select(attrs={"class": "form-select"}),
        required=False,
    )
    facts = a_text(7, settings.FACTS_AT_MOST, label=gettext_lazy("What happened"))
    assessment = a_text(7, settings.ASSESSMENT_AT_MOST, label=gettext_lazy("My assessment"))
    own_words = a_text(
        2, settings.OWN_WORDS_AT_MOST, label=gettext_lazy("In the mentee's own words")
    )
    kept = OpenAgreements(
        queryset=Agreement.objects.none(),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        label=gettext_lazy("Kept"),
        required=False,
    )
    rows = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=ROWS_AT_FIRST)
    next_meeting_on = a_date(label=gettext_lazy("Date"), required=False)
    next_meeting_at = a_time(label=gettext_lazy("Start"), required=False)
    concern_raised = one_of(
        [("no", pgettext_lazy("a worry", "No")), ("yes", pgettext_lazy("a worry", "Yes"))],
        label=gettext_lazy("Something that worries you?"),
        required=False,
        initial="no",
    )
    sequence = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)

    data: QueryDict

    def __init__(
        self,
        *args: Any,
        mentorship: Mentorship,
        around: Surroundings,
        **kwargs: Any,
    ) -> None:
        """`around` holds the people who may take part and the open agreements, once a page."""
        super().__init__(*args, **kwargs)
        self.mentorship = mentorship
        self.around = around
        # The choices are rows in reach, already read; only what was sent is asked of the database.
        for name, rows in (("people", around.people), ("kept", around.agreements)):
            field = self.fields[name]
            field.queryset = field.queryset.model.objects.filter(pk__in=[row.pk for row in rows])
            field.choices = [(row.pk, field.label_from_instance(row)) for row in rows]
        self.fields["held_on"].widget.attrs["max"] = today().isoformat()
        self.row_count = number_sent(self.data, "rows", ROWS_AT_FIRST, ROWS_AT_MOST)
        for number in range(self.row_count):
            self._add_row(number)

    @classmethod
    def restored(cls, typed: QueryDict, **kwargs: Any) -> "SessionForm":
        """The form as it was typed, without a word about what is still missing or wrong."""
        form = cls(typed, **kwargs)
        form._errors = ErrorDict()
        return form

    def say_only(self, sentence: str) -> None:
        """Show what was typed with this one sentence, and nothing else that may be wrong."""
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}
        self.add_error(None, sentence)

    def _add_row(self, number: int) -> None:
        self.fields[f"agreement_{number}_text"] = whole(
            forms.CharField(
                label=gettext_lazy("What was agreed"),
                max_length=AGREEMENT_AT_MOST,
                required=False,
                widget=forms.TextInput(attrs={"class": "form-control"}),
            )
        )
        self.fields[f"agreement_{number}_who"] = forms.ChoiceField(
            label=gettext_lazy("Who"),
            choices=[
                (Agreement.Who.MENTEE, self.mentorship.enrolment.mentee.given_name),
                (Agreement.Who.MENTOR, pgettext_lazy("who keeps an agreement", "I")),
                (Agreement.Who.OTHER, gettext_lazy("Somebody else")),
            ],
            required=False,
            widget=forms.Select(attrs={"class": "form-select"}),
        )
        self.fields[f"agreement_{number}_due_on"] = a_date(
            label=gettext_lazy("By when"), required=False
        )

    def add_row(self) -> None:
        """One more line for an agreement, up to the most that a page holds."""
        if self.row_count < ROWS_AT_MOST:
            self._add_row(self.row_count)
            self.row_count += 1
            sent = self.data.copy()
            sent["rows"] = str(self.row_count)
            self.data = sent
        self._errors = ErrorDict()

    @property
    def agreement_rows(self) -> list[dict[str, forms.BoundField]]:
        """The lines for new agreements, for the template."""
        return [
            {part: self[f"agreement_{number}_{part}"] for part in ("text", "who", "due_on")}
            for number in range(self.row_count)
        ]

    @property
    def kept_rows(self) -> list[tuple[Any, Agreement]]:
        """Each open agreement with its box to tick, for the template."""
        return list(zip(self["kept"], self.around.agreements, strict=True))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        status = cleaned.get("status")
        if status == Session.Status.HELD:
            for name, words in (
                ("started_at", _("Give the start, as near as you remember.")),
                ("minutes", _("Say how long it was.")),
                ("modality", _("Say how you met.")),
            ):
                if name not in self.errors and cleaned.get(name) in (None, ""):
                    self.add_error(name, words)
            cleaned["purpose"] = cleaned.get("purpose") or Session.Purpose.PLANNED
        if status == Session.Status.CANCELLED and not cleaned.get("cancelled_by"):
            self.add_error("cancelled_by", _("Say who cancelled."))
        if cleaned.get("next_meeting_at") and not cleaned.get("next_meeting_on"):
            self.add_error("next_meeting_on", _("Give the next meeting a date too."))
        held_on, then = cleaned.get("held_on"), cleaned.get("next_meeting_on")
        if held_on and then and then < held_on:
            self.add_error("next_meeting_on", _("The next meeting is before this one."))
        for number in range(self.row_count):
            text = cleaned.get(f"agreement_{number}_text")
            due_on = cleaned.get(f"agreement_{number}_due_on")
            if due_on and not text and f"agreement_{number}_text" not in self.errors:
                self.add_error(f"agreement_{number}_text", _("Say what was agreed for that day."))
        return cleaned

    def report(self) -> Report:
        """What was reported, in the operation's terms. Of a meeting that was not held only the
        circumstances fall away; what somebody wrote is kept whatever the status."""
        given = self.cleaned_data
        held = given["status"] == Session.Status.HELD
        cancelled = given["status"] == Session.Status.CANCELLED
        in_prison = held and given["place"] == Session.Place.INSTITUTION
        return Report(
            status=given["status"],
            held_on=given["held_on"],
            started_at=given["started_at"],
            minutes=given["minutes"] if held else None,
            modality=given["modality"] if held else "",
            place=given["place"] if held else "",
            institution=self.mentorship.enrolment.mentee.institution if in_prison else None,
            purpose=given["purpose"] if held else "",
            themes=tuple(given["themes"]) if held else (),
            cancelled_by=given["cancelled_by"] if cancelled else "",
            cancel_reason=given["cancel_reason"] if cancelled else "",
            mentee_present=given["mentee_present"],
            people=tuple(given["people"]) if held else (),
            others=tuple(given["others"]) if held else (),
            facts=given["facts"],
            assessment=given["assessment"],
            own_words=given["own_words"],
            agreements=tuple(self._promises()),
            kept=tuple(given["kept"]),
            next_meeting_on=given["next_meeting_on"],
            next_meeting_at=given["next_meeting_at"],
            concern_raised=given["concern_raised"] == "yes",
        )

    def _promises(self) -> list[Promise]:
        given = self.cleaned_data
        return [
            Promise(text, given[f"agreement_{number}_who"] or Agreement.Who.MENTEE, due_on)
            for number in range(self.row_count)
            if (text := given[f"agreement_{number}_text"])
            for due_on in [given[f"agreement_{number}_due_on"]]
        ]


# What a draft does not keep: the token of the page and which button was pressed.
NOT_TYPED = {"csrfmiddlewaretoken", "action", "mentee"}


def typed_of(sent: QueryDict) -> dict[str, Any]:
    """What was typed, for a draft: a text for each field, a list where several were chosen."""
    several = {"themes", "people", "others", "kept"}
    return {
        name: sent.getlist(name) if name in several else sent[name]
        for name in sent
        if name not in NOT_TYPED
    }


def sent_of(typed: dict[str, Any]) -> QueryDict:
    """The reverse of `typed_of`."""
    sent = QueryDict(mutable=True)
    for name, value in typed.items():
        sent.setlist(name, value if isinstance(value, list) else [str(value)])
    return sent


def remembered(last: MentoringSession | None) -> dict[str, Any]:
    """What one would type again: how, where and how long, as last time; the day as planned."""
    start: dict[str, Any] = {
        "status": Session.Status.HELD,
        "held_on": today(),
        "mentee_present": True,
        "purpose": Session.Purpose.PLANNED,
        "concern_raised": "no",
        "rows": ROWS_AT_FIRST,
        "sequence": 0,
    }
    if last is None:
        return start
    usual = ("modality", "place", "minutes", "started_at")
    start |= {name: value for name in usual if (value := getattr(last, name))}
    if last.next_meeting_on and last.next_meeting_on <= today():
        start["held_on"] = last.next_meeting_on
        start["started_at"] = last.next_meeting_at or start.get("started_at")
    return start
