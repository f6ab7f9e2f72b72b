import random

import pytest

from core.differences import Piece, differ, differences


def side(pieces: list[Piece], without: str) -> list[str]:
    return "".join(piece.text + " " for piece in pieces if piece.kind != without).split()


class TestDifferences:
    @pytest.mark.parametrize(
        ("before", "after", "pieces"),
        [
            ("", "", []),
            ("One two", "One two", [("same", "One two")]),
            ("", "New", [("new", "New")]),
            ("Old", "", [("gone", "Old")]),
            (
                "He was calm today.",
                "He was tired today.",
                [("same", "He was "), ("gone", "calm "), ("new", "tired "), ("same", "today.")],
            ),
            (
                "One\n\nTwo",
                "One\n\nThree",
                [("same", "One\n\n"), ("gone", "Two"), ("new", "Three")],
            ),
        ],
    )
    def test_name_the_words(self, before, after, pieces):
        assert differences(before, after) == pieces

    def test_give_both_texts_back(self):
        dice = random.Random(20261121)
        words = ["he", "was", "calm", "tired", "مرحبا", "🙂", "<b>"]
        for _ in range(300):
            before, after = (
                " ".join(dice.choices(words, k=dice.randrange(30))) for _side in range(2)
            )
            pieces = differences(before, after)
            assert side(pieces, "new") == before.split()
            assert side(pieces, "gone") == after.split()
            assert differ(before, after) == any(piece.kind != "same" for piece in pieces)

    def test_are_none_in_spaces_alone(self):
        assert not differ("One  two\r\n", "One\ntwo")
