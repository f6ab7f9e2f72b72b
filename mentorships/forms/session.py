"""The session form: what a mentor remembers of a meeting, in the order of remembering."""

import datetime
import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.dates import clock, today
from mentees.models import Goal, Mentee
from mentors.models import Mentor
from mentorships.faults import (
    faults_of_day,
    faults_of_meeting,
    faults_of_next,
    faults_of_settling,
    faults_of_sheet,
)
from mentorships.forms.checked import Checked
from mentorships.forms.fields import (
    a_choice,
    a_date,
    a_text,
    a_time,
    changes,
    one_of,
    spoken,
    whole,
)
from mentorships.forms.folded import Beside, Scales
from mentorships.forms.goals import a_level, a_rating, name_of
from mentorships.forms.rows import (
    NamedMentors,
    NamedPeople,
    OpenAgreements,
    OpenMeeting,
    OtherMentees,
    spoken_of,
)
from mentorships.forms.sent import number_sent
from mentorships.models import (
    Agreement,
    MentoringSession,
    Mentorship,
    PlannedMeeting,
    SessionNarrative,
    SessionParticipant,
    SessionSheet,
)
from mentorships.models.session import Theme
from mentorships.operations import Appointment, Promise, Report, TimeAndTravel
from mentorships.queries import Surroundings
from networks.models import NetworkPerson

Session = MentoringSession
ROWS_AT_FIRST, ROWS_AT_MOST = 1, 10  # of new agreements
AGREEMENT_AT_MOST = 200  # characters
SHORTEST, LONGEST = settings.SESSION_MINUTES


OFFERED: dict[str, Any] = {
    "people": NetworkPerson,
    "mentors": Mentor,
    "kept": Agreement,
    "dropped": Agreement,
    "also": Mentee,
    "planned": PlannedMeeting,
}


CHANGED = {*OFFERED, "held_on", "claim_month"}


@changes(*CHANGED)
class SessionForm(Checked, Scales, Beside, forms.Form):
    """Asks for what `operations.log_session` needs; `report()` hands it over.

    What a report says of its day and its meeting `log_session` refuses too, by the same rules; who
    was there, and what changed meanwhile, is for it alone to refuse.
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
    cancel_reason = a_choice(gettext_lazy("Why"), gettext_lazy("Not known"), Session.CancelReason)
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
    place = a_choice(gettext_lazy("Where"), gettext_lazy("Place not noted"), Session.Place)
    mentee_present = forms.BooleanField(label=gettext_lazy("The mentee"), required=False)
    people = NamedPeople(
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Of the network"),
        required=False,
    )
    mentors = NamedMentors(
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Co-mentor"),
        required=False,
    )
    others = forms.MultipleChoiceField(
        label=gettext_lazy("Others"),
        choices=[
            (part, label)
            for part, label in spoken(SessionParticipant.Part)
            if part not in {SessionParticipant.Part.NETWORK, SessionParticipant.Part.CO_MENTOR}
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    also = OtherMentees(
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Also with"),
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
    help_type = a_choice(gettext_lazy("Kind of help"), gettext_lazy("Not noted"), Session.HelpType)
    tier = one_of(
        spoken(SessionNarrative.Tier), label=gettext_lazy("Who may read the note"), required=False
    )
    facts = a_text(7, settings.FACTS_AT_MOST, label=gettext_lazy("What happened"))
    assessment = a_text(7, settings.ASSESSMENT_AT_MOST, label=gettext_lazy("My assessment"))
    own_words = a_text(
        2, settings.OWN_WORDS_AT_MOST, label=gettext_lazy("In the mentee's own words")
    )
    kept = OpenAgreements(
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Kept"),
        required=False,
    )
    dropped = OpenAgreements(
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Dropped"),
        required=False,
    )
    rows = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=ROWS_AT_FIRST)
    planned = OpenMeeting(
        queryset=None,
        label=gettext_lazy("The meeting planned for"),
        widget=forms.Select(attrs={"class": "form-select"}),
        required=False,
    )
    next_meeting_on = a_date(label=gettext_lazy("Date"), required=False)
    next_meeting_at = a_time(label=gettext_lazy("Start"), required=False)
    concern_raised = one_of(
        [("no", pgettext_lazy("a worry", "No")), ("yes", pgettext_lazy("a worry", "Yes"))],
        label=gettext_lazy("Something that worries you?"),
        required=False,
        initial="no",
    )
    sheet = forms.CharField(
        label=gettext_lazy("Number of the sheet"),
        max_length=SessionSheet._meta.get_field("number").max_length,
        widget=forms.TextInput(
            attrs={"class": "form-control", "spellcheck": "false", "autocapitalize": "characters"}
        ),
        required=False,
    )
    sequence = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)

    data: QueryDict

    def __init__(
        self,
        *args: Any,
        mentorship: Mentorship,
        around: Surroundings,
        key: uuid.UUID | None = None,
        **kwargs: Any,
    ) -> None:
        """`around` holds the people who may take part and the open agreements, once a page; `key`
        is that of the draft."""
        super().__init__(*args, **kwargs)
        self.mentorship, self.key = mentorship, key
        self.around = around
        # The choices are rows in reach, already read; only what was sent is asked of the database.
        for name, rows in (
            ("people", around.people),
            ("mentors", around.mentors),
            ("kept", around.agreements),
            ("dropped", around.agreements),
            ("also", around.others),
            ("planned", around.meetings),
        ):
            if name not in self.fields:
                continue
            field = self.fields[name]
            if name in self.data:
                field.queryset = OFFERED[name].objects.filter(pk__in=[row.pk for row in rows])
            field.choices = [(row.pk, field.label_from_instance(row)) for row in rows]
        self.fields["planned"].choices = [
            ("", gettext_lazy("that day, if there is one")),
            *self.fields["planned"].choices,
        ]
        self.fields["held_on"].widget.attrs["max"] = today().isoformat()
        for goal in around.goals:
            self.fields[name_of(goal)] = a_level(goal)
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
                (Agreement.Who.MENTEE, self.mentorship.mentee_called),
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
    def meetings(self) -> list[PlannedMeeting]:
        """Those that this session may report."""
        return [meeting for meeting in self.around.meetings if meeting.planned_on <= today()]

    @property
    def to_come(self) -> list[str]:
        return [spoken_of(each) for each in self.around.meetings if each.planned_on > today()]

    @property
    def goal_rows(self) -> list[tuple[Any, Goal]]:
        """Each open goal with its levels to choose from, for the template."""
        return [(self[name_of(goal)], goal) for goal in self.around.goals]

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
        for name, words in self._faults_of(cleaned).items():
            if name not in self.errors:
                self.add_error(name, words)
        if status == Session.Status.CANCELLED and not cleaned.get("cancelled_by"):
            self.add_error("cancelled_by", _("Say who cancelled."))
        if cleaned.get("next_meeting_at") and not cleaned.get("next_meeting_on"):
            self.add_error("next_meeting_on", _("Give the next meeting a date too."))
        self._clean_agreements(cleaned)
        return cleaned

    def _clean_agreements(self, cleaned: dict[str, Any]) -> None:
        for number in range(self.row_count):
            text = cleaned.get(f"agreement_{number}_text")
            due_on = cleaned.get(f"agreement_{number}_due_on")
            if due_on and not text and f"agreement_{number}_text" not in self.errors:
                self.add_error(f"agreement_{number}_text", _("Say what was agreed for that day."))

    def _faults_of(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        """What the operation would refuse once all else is mended."""
        faults = faults_of_settling(cleaned.get("kept", ()), cleaned.get("dropped", ()))
        if held_on := cleaned.get("held_on"):
            is_cancelled = cleaned.get("status") == Session.Status.CANCELLED
            start = None if is_cancelled else cleaned.get("started_at")
            faults |= faults_of_day(self.mentorship, held_on, start)
            faults |= faults_of_next(held_on, cleaned.get("next_meeting_on"))
        if cleaned.get("status") == Session.Status.HELD:
            said = cleaned.get("minutes"), cleaned.get("themes", []), cleaned.get("facts", "")
            faults |= faults_of_meeting(*said)
        if self.key:
            paper, author = cleaned.get("sheet", ""), self.mentorship.mentor.user_id
            faults |= faults_of_sheet(self.mentorship, paper, author=author, key=self.key)
        return faults

    def report(self) -> Report:
        """What was reported, in the operation's terms. Of a meeting that was not held only the
        circumstances fall away; what somebody wrote is kept whatever the status."""
        given = self.cleaned_data
        held = given["status"] == Session.Status.HELD
        cancelled = given["status"] == Session.Status.CANCELLED
        return Report(
            status=given["status"],
            held_on=given["held_on"],
            started_at=given["started_at"],
            minutes=given["minutes"] if held else None,
            modality=given["modality"] if held else "",
            place=given["place"] if held else "",
            purpose=given["purpose"] if held else "",
            help_type=given["help_type"] if held else "",
            themes=tuple(given["themes"]) if held else (),
            cancelled_by=given["cancelled_by"] if cancelled else "",
            cancel_reason=given["cancel_reason"] if cancelled else "",
            mentee_present=given["mentee_present"],
            people=tuple(given["people"]) if held else (),
            mentors=tuple(given["mentors"]) if held else (),
            others=tuple(given["others"]) if held else (),
            facts=given["facts"],
            assessment=given["assessment"],
            own_words=given["own_words"],
            scales=self.said_on_scales(),
            tier=given["tier"] or SessionNarrative.Tier.ORDINARY,
            agreements=tuple(self._promises()),
            kept=tuple(given["kept"]),
            dropped=tuple(given["dropped"]),
            planned=given["planned"],
            next_meeting=self._next_meeting(),
            ratings=tuple(
                a_rating(goal, given[name_of(goal)]) for goal in self.around.goals if held
            ),
            concern_raised=given["concern_raised"] == "yes",
            beside=TimeAndTravel() if cancelled else self.time_and_travel(),
            sheet=given.get("sheet", ""),
        )

    @property
    def asks_with_whom_else(self) -> bool:
        return "also" in self.fields and bool(self.around.others)

    @property
    def others_there(self) -> list[Mentee]:
        """Further mentees who took part in what was held; each gets a note of their own."""
        held = self.cleaned_data["status"] == Session.Status.HELD
        return list(self.cleaned_data.get("also", ())) if held else []

    def _next_meeting(self) -> Appointment | None:
        day, start = self.cleaned_data["next_meeting_on"], self.cleaned_data["next_meeting_at"]
        return Appointment(day, start) if day else None

    def _promises(self) -> list[Promise]:
        given = self.cleaned_data
        return [
            Promise(text, given[f"agreement_{number}_who"] or Agreement.Who.MENTEE, due_on)
            for number in range(self.row_count)
            if (text := given[f"agreement_{number}_text"])
            for due_on in [given[f"agreement_{number}_due_on"]]
        ]


def remembered(around: Surroundings) -> dict[str, Any]:
    """What one would type again: how, where and how long, as last time; the day as planned.

    No start that is still to come: whatever is reported began before.
    """
    start: dict[str, Any] = {
        "status": Session.Status.HELD,
        "held_on": today(),
        "mentee_present": True,
        "purpose": Session.Purpose.PLANNED,
        "tier": SessionNarrative.Tier.ORDINARY,
        "concern_raised": "no",
        "rows": ROWS_AT_FIRST,
        "sequence": 0,
    }
    usual = ["modality", "place", "minutes", "started_at", "help_type"]
    usual += ["preparation_minutes", "travel_minutes", "kilometres"]
    start |= {name: value for name in usual if (value := getattr(around.last, name, None))}
    due = [
        meeting
        for meeting in around.meetings
        if meeting.planned_on <= today()
        and (around.last is None or around.last.held_on < meeting.planned_on)
    ]
    if due:
        planned: dict[str, Any] = {"started_at": due[-1].planned_at, "modality": due[-1].modality}
        planned |= {"held_on": due[-1].planned_on, "place": due[-1].place}
        start |= {name: value for name, value in planned.items() if value}
    begins = start.get("started_at")
    if begins and datetime.datetime.combine(start["held_on"], begins) > clock():
        del start["started_at"]
    return start
