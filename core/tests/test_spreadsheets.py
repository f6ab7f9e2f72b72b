"""A spreadsheet takes our tables for text."""

import csv
from io import StringIO

import pytest

from core.spreadsheets import BEGIN_A_FORMULA, harmless, lines


class TestACell:
    @pytest.mark.parametrize("sign", BEGIN_A_FORMULA)
    def test_that_could_be_run_is_marked_as_text(self, sign):
        assert harmless(f"{sign}SUM(1)") == f"'{sign}SUM(1)"
        assert harmless(f"  {sign}SUM(1)").startswith("'")

    @pytest.mark.parametrize("text", ["", "M-73052K", "a = b", "12", "Ærø"])
    def test_that_is_harmless_stays_as_it_is(self, text):
        assert harmless(text) == text

    def test_without_a_value_is_empty(self):
        assert harmless(None) == ""


class TestTheLines:
    def test_are_read_back_as_they_were(self):
        table = [["Name", "Note"], ["Ærø", 'He said "no", twice;\nthen went']]
        text = "".join(lines(table))
        assert list(csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""))) == table

    def test_come_one_at_a_time(self):
        def endless():
            while True:
                yield ["a"]

        found = lines(endless())
        assert [next(found), next(found)] == ["\ufeffa\r\n", "a\r\n"]
