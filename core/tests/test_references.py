from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.references import LETTERS, check_letter, is_reference, new_reference, reference_of

DIGITS = st.text("0123456789", min_size=5, max_size=9)


def nothing_is_taken(reference: str) -> bool:
    return False


class TestAReference:
    def test_is_a_prefix_random_digits_and_a_letter(self):
        assert is_reference(new_reference(nothing_is_taken))

    def test_takes_its_prefix_from_the_settings(self, settings):
        settings.REFERENCE_PREFIX = "K"
        assert new_reference(nothing_is_taken).startswith("K-")
        assert not is_reference("M-73052K")

    def test_is_not_one_that_is_taken(self):
        drawn = cycle([1, 2, 3, 4, 5, 6, 7])
        first = new_reference(nothing_is_taken, digit=lambda ten: next(drawn))
        again = cycle([1, 2, 3, 4, 5, 6, 7])
        assert new_reference({first}.__contains__, digit=lambda ten: next(again)) != first

    def test_grows_when_short_ones_run_out(self):
        assert len(new_reference(lambda reference: len(reference) < 10)) == 10

    def test_is_refused_when_there_is_none_left(self):
        with pytest.raises(RuntimeError):
            new_reference(lambda reference: True)

    @given(DIGITS, st.integers(0, 8), st.integers(1, 9))
    def test_with_one_wrong_digit_is_found_out(self, digits, at, by):
        at %= len(digits)
        wrong = digits[:at] + str((int(digits[at]) + by) % 10) + digits[at + 1 :]
        assert not is_reference(reference_of(wrong)[:-1] + check_letter(digits))

    @given(DIGITS, st.integers(0, 7))
    def test_with_two_neighbours_exchanged_is_found_out(self, digits, at):
        at %= len(digits) - 1
        wrong = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
        exchanged = is_reference(reference_of(wrong)[:-1] + check_letter(digits))
        assert exchanged == (wrong == digits)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "M-",
            "M-7305",
            "73052K",
            "m-73052K",
            "M-73052I",
            "M-٧٣٠٥٢K",
            " M-73052K",
            "M-73052K\n",
        ],
    )
    def test_is_not_just_any_text(self, text):
        assert not is_reference(text)

    def test_uses_no_letter_that_is_misread(self):
        assert not set("IOQ") & set(LETTERS)
