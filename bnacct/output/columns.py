"""Builds the columns of a table, and decides which of them fit.

Digits are never rounded, wrapped or cut. Columns that do not fit are left out: those that hold nothing but zeros first,
then times, then from the last of the section's own order. What names a row, the first amount and debt stay: where they
do not fit beside one another, the table becomes a block of lines for each row, those with zeros left out.
"""

import re
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from bnacct.output import cells
from bnacct.views import AMOUNTS, Column, Row

GAP = 2
# What names a row may take this much of a person's screen.
LONGEST_NAME = 32

_DEBT = "!"
# What is new, or differs from before without having grown or shrunk.
_OTHER = "*"
_HUMP = re.compile("[A-Z]+(?![a-z])|[A-Z]?[^A-Z]+")

# What a cell says: something is owed or lost, gained, nothing at all, long, short, or none of these.
Tone = Literal["owed", "loss", "gain", "nothing", "long", "short", ""]
_SIDES: dict[Any, Tone] = {"LONG": "long", "SHORT": "short"}
# What an amount says by its kind alone, unless it is zero.
_ALWAYS: dict[str, Tone] = {"debt": "owed", "size": ""}


class Line(NamedTuple):
    """One column, ready to be drawn: its heading, in one or more lines, and a cell a row.

    `changes` says, for a person, which cells differ from the reading before.
    """

    column: Column
    heading: list[str]
    cells: list[str]
    tones: list[Tone]
    changes: list[bool]
    width: int

    @property
    def right(self) -> bool:
        return self.column.kind in AMOUNTS

    @property
    def owes(self) -> bool:
        return "owed" in self.tones

    @property
    def all_zero(self) -> bool:
        return self.right and all(tone == "nothing" for tone in self.tones)

    def without_last_cell(self) -> "Line":
        return self._replace(cells=self.cells[:-1], tones=self.tones[:-1], changes=self.changes[:-1])


class Style(NamedTuple):
    """How cells are written: for a person, with thousands grouped, marks and stacked headings, or for a pipe."""

    for_person: bool
    whole_names: bool = False
    arrows: tuple[str, str] = ("↑", "↓")
    ellipsis: str = "…"


def line(column: Column, rows: Sequence[Row], before: Sequence[Row | None], style: Style, total: str = "") -> Line:
    """Build a column; `before` holds each row as it was in the last reading, and `total` is the cell under it."""
    values = [row.get(column.name) for row in rows]
    if not style.for_person:
        texts = cells.cells(values, column.kind, for_person=False)
        return Line(column, [column.name], texts, [""] * len(texts), [], max(cells.widest(texts), len(column.name)))
    changes = [
        "" if earlier is None else _change(column, row, earlier, style)
        for row, earlier in zip(rows, before, strict=True)
    ]
    if total:
        values.append(total)
        changes.append("")
    tones = [_tone(value, column) for value in values]
    texts = _for_person(cells.cells(values, column.kind, for_person=True), column, tones, changes, style)
    widest = cells.widest(texts)
    heading = _stacked(column.name, widest)
    return Line(column, heading, texts, tones, [bool(change) for change in changes], max(widest, *map(len, heading)))


def fitted(lines: list[Line], width: int, needed: Sequence[str] = ()) -> list[Line] | None:
    """Return the columns that fit into a width, or None where those do not that have to be there.

    These are what names a row, what is owed, and the columns `needed`, or else the first amount.
    """
    amounts = [line for line in lines if line.right]
    first = [line for line in amounts if not line.all_zero][:1] or amounts[:1]
    needed_lines = [line for line in lines if line.column.name in needed] or first
    kept = [line for line in lines if line.column.kind in ("text", "side") or line.owes or line in needed_lines]
    if total_width(kept) > width:
        return None
    for candidate in sorted(lines, key=_dispensability):
        if candidate not in kept and total_width([*kept, candidate]) <= width:
            kept.append(candidate)
    return [line for line in lines if line in kept]


def total_width(lines: Sequence[Line]) -> int:
    """Return the terminal columns that a table of these lines takes."""
    return sum(line.width for line in lines) + GAP * max(0, len(lines) - 1)


def _dispensability(line: Line) -> int:
    known = any(text.strip() for text in line.cells)
    return 2 if line.all_zero or not known else 1 if line.column.kind == "time" else 0


def _tone(value: Any, column: Column) -> Tone:
    if column.kind == "side":
        return _SIDES.get(value, "")
    if column.kind not in AMOUNTS or not isinstance(value, str) or not value:
        return ""
    if cells.is_zero(value):
        return "nothing"
    if column.kind in _ALWAYS:
        return _ALWAYS[column.kind]
    return "loss" if value.startswith("-") else "gain" if column.kind == "profit" or value.startswith("+") else ""


def _change(column: Column, row: Row, earlier: Row, style: Style) -> str:
    """Return the mark of a cell that grew, shrank or is new since the last reading."""
    if column.kind not in AMOUNTS:
        return ""
    value, old = row.get(column.name), earlier.get(column.name)
    if value == old or not earlier:
        return "" if earlier or cells.is_zero(value) else _OTHER
    from bnacct.views.amounts import number

    now, then = number(value), number(old)
    if now is None or then is None:
        return _OTHER
    return style.arrows[0] if now > then else style.arrows[1] if now < then else ""


def _for_person(
    texts: list[str], column: Column, tones: Sequence[Tone], changes: Sequence[str], style: Style
) -> list[str]:
    if column.kind == "text" and not style.whole_names:
        return [cells.shortened(text, LONGEST_NAME, style.ellipsis) for text in texts]
    debts = [_DEBT if tone == "owed" else "" for tone in tones]
    return _marked(_marked(texts, debts), changes)


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
