"""Builds the columns of a table, and decides which of them fit.

Digits are never rounded, wrapped or cut. Columns that do not fit are left out: those that hold nothing but zeros first,
then times, then from the right, and debt last of all. Where not even one amount fits beside its asset, the table
becomes a block of lines for each row.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from bnacct.output import cells
from bnacct.views import Column, Row

GAP = 2

_DEBT = "!"
_HUMP = re.compile("[A-Z]+(?![a-z])|[A-Z]?[^A-Z]+")


class Line(NamedTuple):
    """One column, ready to be drawn: its heading, in one or more lines, and a cell a row.

    `alerts` says which cells are below zero or owed; `changes` which differ from the reading before.
    """

    column: Column
    heading: list[str]
    cells: list[str]
    alerts: list[bool]
    changes: list[bool]
    width: int

    @property
    def right(self) -> bool:
        return self.column.kind in ("amount", "debt")

    @property
    def owes(self) -> bool:
        return self.column.kind == "debt" and any(self.alerts)

    def without_last_cell(self) -> "Line":
        return self._replace(cells=self.cells[:-1], alerts=self.alerts[:-1], changes=self.changes[:-1])


class Style(NamedTuple):
    """How cells are written: for a person, with thousands grouped, marks and stacked headings, or for a pipe."""

    for_person: bool
    arrows: tuple[str, str] = ("↑", "↓")


def line(column: Column, rows: Sequence[Row], before: Sequence[Row | None], style: Style, total: str = "") -> Line:
    """Build a column; `before` holds each row as it was in the last reading, and `total` is the cell under it."""
    values = [row.get(column.name) for row in rows]
    changes = [_change(column, row, earlier, style) for row, earlier in zip(rows, before, strict=True)]
    if total:
        values.append(total)
        changes.append("")
    texts = cells.cells(values, column.kind, grouped=style.for_person)
    alerts = [_is_alert(value, column) for value in values]
    if style.for_person:
        debts = [_DEBT if alert and column.kind == "debt" else "" for alert in alerts]
        texts = _marked(_marked(texts, debts), changes)
    widest = max(map(cells.width, texts), default=0)
    heading = _stacked(column.name, widest) if style.for_person else [column.name]
    return Line(column, heading, texts, alerts, [bool(change) for change in changes], max(widest, *map(len, heading)))


def fitted(lines: list[Line], width: int) -> tuple[list[Line], bool]:
    """Return the columns that fit into a width, and whether to turn to blocks since too little would be left."""
    kept = list(lines)
    identifiers = [line for line in lines if line.column.kind == "text"]
    for _, candidate in sorted(enumerate(lines), key=lambda place: (_worth(place[1]), -place[0])):
        if total_width(kept) <= width:
            break
        if candidate not in identifiers:
            kept = [other for other in kept if other is not candidate]
    if total_width(kept) > width or len(kept) == len(identifiers) < len(lines):
        return lines, True
    return kept, False


def total_width(lines: Sequence[Line]) -> int:
    """Return the terminal columns that a table of these lines takes."""
    return sum(line.width for line in lines) + GAP * max(0, len(lines) - 1)


def _worth(line: Line) -> int:
    """Rank a column by what would be lost without it, the least first."""
    empty = all(not text.strip(" -0.!") for text in line.cells)
    return 0 if empty else 1 if line.column.kind == "time" else 3 if line.owes else 2


def _is_alert(value: Any, column: Column) -> bool:
    if not isinstance(value, str) or not value or cells.is_zero(value):
        return False
    return column.kind == "debt" or (column.kind == "amount" and value.startswith("-"))


def _change(column: Column, row: Row, earlier: Row | None, style: Style) -> str:
    """Return the mark of a cell that grew, shrank or is new since the last reading."""
    if earlier is None or column.kind not in ("amount", "debt"):
        return ""
    value, old = row.get(column.name), earlier.get(column.name)
    if value == old or not earlier:
        return "" if earlier else "+"
    from bnacct.output import ordering

    now, then = ordering.number(value), ordering.number(old)
    if now is None or then is None:
        return "*"
    return style.arrows[0] if now > then else style.arrows[1] if now < then else ""


def _marked(texts: list[str], marks: Sequence[str]) -> list[str]:
    """Put each cell's mark behind it, and a space behind the others, where any has one."""
    return [text + (mark or " ") for text, mark in zip(texts, marks, strict=True)] if any(marks) else texts


def _stacked(name: str, width: int) -> list[str]:
    """Break a field name at its humps, so that a long name does not make a narrow column wide."""
    lines = [""]
    for hump in _HUMP.findall(name):
        if lines[-1] and len(lines[-1] + hump) > width:
            lines.append("")
        lines[-1] += hump
    return lines
