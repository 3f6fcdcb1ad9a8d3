"""A chart answers at a glance: where it went up and down, where nothing is known, and its ends to the last digit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bnacct.output.chart import Point, draw


def drawn(
    *values: str | None, width: int = 20, height: int = 5, unicode: bool = True, step: int = 1
) -> tuple[list[str], list[str]]:
    """Return the lines of the drawing, and those around it."""
    points = [Point(number * step, value) for number, value in enumerate(values)]
    lines = draw(points, width=width, height=height, unicode=unicode, shown=str)
    height = max(height, 3)
    return lines[1 : height + 1], [lines[0], *lines[height + 1 :]]


def test_it_rises_from_the_lower_left_to_the_upper_right() -> None:
    grid, _ = drawn("0", "1", "2", "3", "4", width=10)
    assert grid == [
        "         ╭",
        "      ╭──╯",
        "    ╭─╯",
        "  ╭─╯",
        "──╯",
    ]


def test_it_falls_in_ascii_where_the_encoding_asks_for_that() -> None:
    grid, _ = drawn("2", "1", "0", width=10, height=3, unicode=False)
    assert grid == [
        "----\\",
        "    \\----\\",
        "         \\",
    ]


def test_the_ends_are_exact() -> None:
    _, words = drawn("1.10", "0.000000000000000001", "123456789012345678901234567890.1", "2")
    assert words == [
        "greatest 123456789012345678901234567890.1  2",
        "least    0.000000000000000001  1",
        "",
        "0                  3",
        "first    1.10  0",
        "last     2  3",
        "change   +0.90",
    ]


def test_the_first_of_equal_extremes_is_named() -> None:
    _, words = drawn("2", "1", "2.0", "1.00")
    assert words[:2] == ["greatest 2  0", "least    1  1"]


def test_a_failed_reading_leaves_a_blank() -> None:
    grid, _ = drawn(*["1"] * 5, None, *["1"] * 5, width=21, height=3)
    assert grid[1] == "─────────   ─────────"


def test_a_long_time_without_a_reading_is_blank() -> None:
    points = [Point(at, "1") for at in (0, 1, 2, 3, 17, 18, 19, 20)]
    lines = draw(points, width=21, height=3, unicode=True, shown=str)
    assert lines[2] == "────             ────"


def test_one_reading_is_a_dot() -> None:
    grid, words = drawn("1")
    assert "".join(grid).strip() == "•"
    assert words[-1] == "change   +0"


def test_more_readings_than_columns_hide_no_peak() -> None:
    values = ["0"] * 500
    values[250] = "9"
    grid, _ = drawn(*values, width=20, height=5)
    assert any(character != " " for character in grid[0])


@pytest.mark.parametrize("size", [(0, 0), (1, 1), (-5, 3)])
def test_no_terminal_is_too_small(size: tuple[int, int]) -> None:
    grid, _ = drawn("1", "2", width=size[0], height=size[1])
    assert grid


@given(
    st.lists(st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=4).map(lambda found: f"{found:f}")),
    st.integers(1, 60),
    st.integers(1, 12),
    st.booleans(),
)
def test_any_series_fits_its_size(values: list[str | None], width: int, height: int, unicode: bool) -> None:
    if not any(value is not None for value in values):
        return
    points = [Point(number * 1000, value) for number, value in enumerate(values)]
    lines = draw(points, width=width, height=height, unicode=unicode, shown=lambda at: f"t{at}")
    grid = lines[1 : max(height, 3) + 1]
    assert len(lines) == max(height, 3) + 7
    assert all(len(line) <= max(width, 10) for line in grid)
    assert unicode or all(line.isascii() for line in grid)
