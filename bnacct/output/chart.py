"""Draws a series of amounts over time for a terminal: a line, blank where nothing is known, with its exact ends."""

import itertools
from collections.abc import Callable, Sequence
from typing import NamedTuple

from bnacct.views import amounts

_SMALLEST_WIDTH, _SMALLEST_HEIGHT = 10, 3
# A time without a reading that is so many times as long as the usual one is a gap.
_GAP = 3


class Point(NamedTuple):
    """A decimal string at a time, in epoch milliseconds; None where it is not known."""

    at_ms: int
    value: str | None


class _Marks(NamedTuple):
    level: str
    rises_from: str
    rises_to: str
    falls_from: str
    falls_to: str
    between: str
    alone: str


_UNICODE = _Marks("─", "╯", "╭", "╮", "╰", "│", "•")
_ASCII = _Marks("-", "/", "/", "\\", "\\", "|", "*")


class _Column(NamedTuple):
    """The levels of a column: those of the least and of the greatest value in it, and that of the last."""

    low: int
    high: int
    last: int


def draw(points: Sequence[Point], *, width: int, height: int, unicode: bool, shown: Callable[[int], str]) -> list[str]:
    """Return the lines of a chart of that size; `shown` writes a time. At least one value has to be known.

    The exact first, last, least and greatest values stand around the line.
    """
    width, height = max(width, _SMALLEST_WIDTH), max(height, _SMALLEST_HEIGHT)
    known = [point for point in points if amounts.number(point.value) is not None]
    by_value = sorted(known, key=lambda point: amounts.number(point.value) or 0)
    # Of equal ones, the first in time is named.
    least, first, last = by_value[0], known[0], known[-1]
    greatest = next(each for each in by_value if not amounts.number(amounts.difference(each.value, by_value[-1].value)))
    change = amounts.difference(last.value, first.value)
    grid = _grid(_columns(points, width, height), width, height, _UNICODE if unicode else _ASCII)
    start, end = shown(points[0].at_ms), shown(points[-1].at_ms)
    return [
        f"greatest {greatest.value}  {shown(greatest.at_ms)}",
        *grid,
        f"least    {least.value}  {shown(least.at_ms)}",
        "",
        start if len(points) == 1 else f"{start}{end:>{max(width - len(start), len(end) + 1)}}",
        f"first    {first.value}  {shown(first.at_ms)}",
        f"last     {last.value}  {shown(last.at_ms)}",
        f"change   {change if change.startswith('-') else f'+{change}'}",
    ]


def _columns(points: Sequence[Point], width: int, height: int) -> list[_Column | None]:
    """Return the levels by column; a value is held until the next one, unless that is too far away."""
    start, span = points[0].at_ms, max(1, points[-1].at_ms - points[0].at_ms)
    lengths = sorted(after.at_ms - before.at_ms for before, after in itertools.pairwise(points))
    longest = _GAP * max(lengths[len(lengths) // 2], 1) if lengths else 0
    columns: list[_Column | None] = [None] * width
    previous: tuple[int, _Column] | None = None
    previous_ms = start
    levels = amounts.levels([point.value for point in points], height)
    for at_ms, numbered in zip([point.at_ms for point in points], levels, strict=True):
        place = (at_ms - start) * (width - 1) // span
        if numbered is None:
            previous = None
            continue
        level = numbered - 1
        if previous is not None and at_ms - previous_ms <= longest:
            for between in range(previous[0] + 1, place):
                columns[between] = _Column(previous[1].last, previous[1].last, previous[1].last)
        there = columns[place]
        low, high = (level, level) if there is None else (min(there.low, level), max(there.high, level))
        columns[place] = _Column(low, high, level)
        previous, previous_ms = (place, _Column(low, high, level)), at_ms
    return columns


def _grid(columns: Sequence[_Column | None], width: int, height: int, marks: _Marks) -> list[str]:
    rows = [[" "] * width for _ in range(height)]
    before: _Column | None = None
    for place, column in enumerate(columns):
        if column is not None:
            is_alone = before is None and (place + 1 == width or columns[place + 1] is None)
            start = column.last if before is None else before.last
            for level in range(min(start, column.low), max(start, column.high) + 1):
                rows[level][place] = marks.between
            if start == column.last:
                rows[column.last][place] = marks.alone if is_alone else marks.level
            elif column.last > start:
                rows[start][place] = marks.rises_from
                rows[column.last][place] = marks.rises_to
            else:
                rows[start][place] = marks.falls_from
                rows[column.last][place] = marks.falls_to
        before = column
    return ["".join(row).rstrip() for row in reversed(rows)]
