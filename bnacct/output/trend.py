"""Draws where an amount stands between the least and the greatest of its days: a bar for a day, a sparkline for many.

Even the least has a mark, so that a low day is told from an unknown one.
"""

import datetime
from collections.abc import Sequence

from bnacct.views import Row, Section, amounts

_BAR_WIDTH = 10
# The exchange keeps a month; snapshots further apart have no line to draw.
_LONGEST_SPARKLINE = 100
# What ends a bar, from an eighth of a character to a whole one, and the heights of a sparkline.
_EIGHTHS, _HEIGHTS = "▏▎▍▌▋▊▉█", "▁▂▃▄▅▆▇█"
_ASCII_EIGHTHS, _ASCII_HEIGHTS = "#", "_.-=+*%#"


def bars(section: Section, found: Sequence[Row], *, unicode: bool) -> list[str]:
    """Return a bar for each row, each among the rows of the same asset."""
    ends = _EIGHTHS if unicode else _ASCII_EIGHTHS
    drawn = [""] * len(found)
    for places in _by_asset(section, found).values():
        levels = amounts.levels([found[at].get(section.history) for at in places], _BAR_WIDTH * len(ends))
        for at, level in zip(places, levels, strict=True):
            drawn[at] = _bar(level, ends)
    return drawn


def sparklines(section: Section, found: Sequence[Row], *, unicode: bool) -> list[str]:
    """Return for each row a line of all days of its asset, the missing ones left blank."""
    heights = _HEIGHTS if unicode else _ASCII_HEIGHTS
    drawn = [""] * len(found)
    for places in _by_asset(section, found).values():
        by_day = {_day(found[at]): found[at].get(section.history) for at in places}
        known = [day for day in by_day if day is not None]
        days = range(min(known), max(known) + 1) if known else range(0)
        if len(days) > _LONGEST_SPARKLINE:
            continue
        levels = amounts.levels([by_day.get(day) for day in days], len(heights))
        line = "".join([" " if level is None else heights[level - 1] for level in levels])
        for at in places:
            drawn[at] = line
    return drawn


def _bar(level: int | None, ends: str) -> str:
    if level is None:
        return ""
    whole, rest = divmod(level, len(ends))
    return ends[-1] * whole + (ends[rest - 1] if rest else "")


def _by_asset(section: Section, found: Sequence[Row]) -> dict[tuple[str, ...], list[int]]:
    places: dict[tuple[str, ...], list[int]] = {}
    for at, row in enumerate(found):
        places.setdefault(section.identity(row, daily=False), []).append(at)
    return places


def _day(row: Row) -> int | None:
    try:
        return datetime.date.fromisoformat(row["date"]).toordinal()
    except ValueError:
        return None
