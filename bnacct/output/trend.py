"""Draws how an amount moved between its smallest and its largest day: a bar for each day, or one sparkline for all.

Even the smallest day has a mark, so that it differs from an unknown one.
"""

import datetime
from collections.abc import Sequence

from bnacct.views import DATE, Row, Section, amounts

_BAR_WIDTH = 10
# The exchange keeps a month. Over a longer time a sparkline would not fit.
_LONGEST_SPARKLINE = 100
# The end of a bar, from an eighth of a character to a whole one, and the heights of a sparkline.
_EIGHTHS, _HEIGHTS = "▏▎▍▌▋▊▉█", "▁▂▃▄▅▆▇█"
_ASCII_EIGHTHS, _ASCII_HEIGHTS = "#", "_.-=+*%#"


def bars(section: Section, name: str, found: Sequence[Row], *, unicode: bool) -> list[str]:
    """Return a bar for the amount `name` of each row, compared with the rows of the same asset."""
    ends = _EIGHTHS if unicode else _ASCII_EIGHTHS
    drawn = [""] * len(found)
    for places in _by_asset(section, found).values():
        levels = amounts.levels([found[at].get(name) for at in places], _BAR_WIDTH * len(ends))
        for at, level in zip(places, levels, strict=True):
            drawn[at] = _bar(level, ends)
    return drawn


def sparklines(section: Section, name: str, found: Sequence[Row], *, unicode: bool) -> list[str]:
    """Return, for each row, a line of the amount `name` over all days of its asset. A missing day is blank."""
    heights = _HEIGHTS if unicode else _ASCII_HEIGHTS
    drawn = [""] * len(found)
    for places in _by_asset(section, found).values():
        by_day = {_day(found[at]): found[at].get(name) for at in places}
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
        places.setdefault(section.identity(row, across_days=True), []).append(at)
    return places


def _day(row: Row) -> int | None:
    try:
        return datetime.date.fromisoformat(row[DATE.name]).toordinal()
    except ValueError:
        return None
