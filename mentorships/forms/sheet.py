"""The words of the session form on paper."""

from typing import Any

from mentorships.forms.session import SessionForm

TICKED = (
    *("status", "cancelled_by", "cancel_reason", "modality", "place"),
    *("others", "themes", "purpose", "help_type"),
)
# Rows of the database, of which paper names none, and what is written by hand.
WRITTEN = ("mentee_present", "people", "mentors", "facts", "assessment", "own_words")


def fields_of_paper() -> dict[str, Any]:
    """Each field with its name and what can be ticked, as the screen says it."""
    fields = SessionForm.base_fields
    ticked = {
        name: [str(label) for value, label in fields[name].choices if value] for name in TICKED
    }
    return {
        name: {"label": fields[name].label, "choices": ticked.get(name, [])}
        for name in (*TICKED, *WRITTEN)
    }
