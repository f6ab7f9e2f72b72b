"""What goes wrong in words that a person can act on."""

from django.core.exceptions import ValidationError


class Refusal(ValidationError):
    """An operation that was asked for may not happen; the message says why, for the reader.

    A form adds it beside the field, the API answers 400 with it.
    """


class Overreach(Refusal):
    """Somebody tried what is not theirs to do; whoever shows the refusal notes it as a denial."""
