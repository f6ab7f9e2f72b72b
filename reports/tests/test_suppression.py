"""What is hidden, and that subtraction finds nothing of it: domain.md section 14."""

import itertools

from reports.suppression import Cell, alone, protected

K = 5


def shown(counts: list[int]) -> list[str]:
    return [str(cell) for cell in protected(counts, K).cells]


class TestASmallPart:
    def test_hides_the_one_other_part_of_its_total(self):
        # Acceptance scenario 17: a cell of 3 in a total of 9 with one other cell.
        assert shown([3, 6]) == ["<5", "–"]
        assert str(protected([3, 6], K).total) == "9"

    def test_hides_the_smallest_of_several_others(self):
        assert shown([3, 20, 6, 30]) == ["<5", "20", "–", "30"]

    def test_among_small_parts_hides_no_more_than_is_needed(self):
        assert shown([3, 4, 20]) == ["<5", "<5", "20"]

    def test_of_nobody_is_hidden_like_any_other(self):
        assert shown([0, 6, 20]) == ["<5", "–", "20"]

    def test_is_protected_where_all_small_parts_are_as_large_as_they_can_be(self):
        assert shown([4, 4, 20]) == ["<5", "<5", "–"]

    def test_alone_hides_the_total_too(self):
        table = protected([3], K)
        assert (shown([3]), str(table.total)) == (["<5"], "<5")

    def test_needs_nothing_where_none_is_small(self):
        table = protected([5, 6], K)
        assert ([str(c) for c in table.cells], str(table.total)) == (["5", "6"], "11")

    def test_of_no_parts_at_all_is_an_empty_table(self):
        assert protected([], K).cells == []


MOST = 18  # no part of a table tried below is larger


def span(cell: Cell) -> range | list[int]:
    """What a part may be, for somebody who sees it and knows the rules."""
    if cell.value is not None:
        return [cell.value]
    return range(K) if cell.is_small else range(K, MOST)


def guesses(cells: list[Cell], total: Cell) -> list[tuple[int, ...]]:
    """Every table that looks like this one."""
    tried = itertools.product(*map(span, cells))
    return [guess for guess in tried if total.value is None or sum(guess) == total.value]


def test_no_hidden_part_can_be_worked_out():
    """By trying: in some table that looks the same, each hidden part is another number."""
    for counts in itertools.product(range(9), repeat=3):
        table = protected(list(counts), K)
        possible = guesses(table.cells, table.total)
        for index, cell in enumerate(table.cells):
            if cell.value is None:
                assert len({guess[index] for guess in possible}) > 1, counts


def test_a_part_that_only_its_own_smallness_hides_could_be_worked_out():
    cells = [Cell(None, is_small=True, limit=K), Cell(6)]
    assert guesses(cells, Cell(9)) == [(3, 6)]


class TestAFigureAlone:
    def test_is_hidden_where_few_people_stand_behind_it(self):
        assert str(alone(40, 4, K)) == "–"
        assert str(alone(3, 3, K)) == "<5"
        assert str(alone(0, 0, K)) == "<5"
        assert str(alone(40, 5, K)) == "40"
