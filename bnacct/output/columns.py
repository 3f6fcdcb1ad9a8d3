"""Builds the columns of a table, and decides which of them fit.

Digits are never rounded, wrapped or cut. Columns that do not fit are left out: first those without any amount, then
times, then the others from the least important up; none stays while a more important one goes. What names a row, the
first amount and debt always stay. If these do not fit beside one another, each row becomes a block of lines, without
its zeros.
"""

import operator
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from bnacct.output import cells
from bnacct.output.grid import TableColumn, Tone, total_width
from bnacct.views import NUMBERS, Column, Kind, Row

# A person sees this many columns of a name.
LONGEST_NAME = 32

_DEBT = "!"
# Marks what is new, or has changed but neither grown nor shrunk.
_OTHER = "*"
_HUMP = re.compile("[A-Z]+(?![a-z])|[A-Z]?[^A-Z]+")

_SIDES: dict[object, Tone] = {"LONG": "long", "SHORT": "short"}
# What an amount of this kind says, whatever its sign, unless it is zero.
_ALWAYS: dict[str, Tone] = {"debt": "owed", "size": "", "rate": ""}


class Style(NamedTuple):
    """How cells are written. A person sees grouped thousands, marks and stacked headings; a pipe does not."""

    for_person: bool
    whole_names: bool = False
    arrows: tuple[str, str] = ("↑", "↓")
    ellipsis: str = "…"


def table_column(
    column: Column,
    rows: Sequence[Row],
    before: Sequence[Row | None],
    style: Style,
    total: str = "",
    kinds: Sequence[Kind] = (),
) -> TableColumn:
    """Return a column of a table.

    `before` holds each row as it was in the document before: {} if it is new, None if there was no document.
    `total` is the amount under the column. `kinds` are those of its cells, where they are not all of the column's own.
    """
    values = _values(column.name, rows)
    if not style.for_person:
        values += [total] * bool(total)
        texts = cells.cells(values, column.kind, for_person=False, least=len(column.name))
        # Amounts are all of one width.
        widest = cells.widest(texts[:1] if column.kind in NUMBERS else texts)
        return TableColumn(column, [column.name], texts, [""] * len(texts), [], max(widest, len(column.name)))
    changes = [
        "" if earlier is None else _change(column, row, earlier, style)
        for row, earlier in zip(rows, before, strict=True)
    ]
    if total:
        values.append(total)
        changes.append("")
    of_cells = kinds if kinds and column.kind in NUMBERS else [column.kind] * len(values)
    tones = [_tone(value, kind) for value, kind in zip(values, of_cells, strict=True)]
    texts = _for_person(cells.cells(values, column.kind, for_person=True), column, tones, changes, style)
    widest = cells.widest(texts)
    heading = _stacked(column.name, widest)
    return TableColumn(
        column, heading, texts, tones, [bool(change) for change in changes], max(widest, *map(len, heading))
    )


def _values(name: str, rows: Sequence[Row]) -> list[Any]:
    try:
        return list(map(operator.itemgetter(name), rows))
    except KeyError:
        return [row.get(name) for row in rows]


def fitted(
    columns: list[TableColumn], width: int, needed: Sequence[str] = (), importance: Sequence[str] = ()
) -> list[TableColumn] | None:
    """Return the columns that fit into a width, or None if those that a table must have do not fit.

    It must have what names a row, what is owed, and the columns `needed`; if none are named, the first amount.
    `importance` names columns that stay longer than the others, the most important first.
    """
    places = {name: place for place, name in enumerate(importance)}
    ordered = sorted(columns, key=lambda column: places.get(column.name, len(places)))
    amounts = [column for column in ordered if column.right]
    first = [column for column in amounts if not column.all_zero][:1] or amounts[:1]
    kept = [column for column in columns if column.column.kind in ("text", "side")]
    kept += [column for column in columns if column.name in needed] or first
    for column in sorted(ordered, key=lambda column: column.column.kind != "debt"):
        # A debt that one column shows is no reason to keep another.
        is_news = column.column.kind == "debt" or any(_owed_first(column, kept))
        if column.owes and column not in kept and is_news:
            kept.append(column)
    if total_width(kept) > width:
        return None
    for candidate in sorted(ordered, key=_dispensability):
        if candidate in kept:
            continue
        if total_width([*kept, candidate]) > width:
            break
        kept.append(candidate)
    return [column for column in columns if column in kept]


def _owed_first(column: TableColumn, kept: Sequence[TableColumn]) -> list[bool]:
    """Return for each cell whether it is owed while no column that is kept already says so of its row."""
    said = [any(other.tones[row] == "owed" for other in kept) for row in range(len(column.tones))]
    return [tone == "owed" and not before for tone, before in zip(column.tones, said, strict=True)]


def _dispensability(column: TableColumn) -> int:
    """Return how early a column is left out: 2 for one without an amount, 1 for a time, 0 for the others."""
    known = any(text.strip() for text in column.cells)
    return 2 if column.all_zero or not known else 1 if column.column.kind == "time" else 0


def _tone(value: object, kind: Kind) -> Tone:
    if kind == "side":
        return _SIDES.get(value, "")
    if kind not in NUMBERS or not isinstance(value, str) or not value:
        return ""
    if cells.is_zero(value):
        return "nothing"
    if kind in _ALWAYS:
        return _ALWAYS[kind]
    if kind == "profit":
        return "loss" if value.startswith("-") else "gain"
    # A wallet that is below zero owes, and so does what is left of it.
    return "owed" if value.startswith("-") else ""


def _change(column: Column, row: Row, earlier: Row, style: Style) -> str:
    """Return the mark of a cell that grew, shrank or is new since the document before, or ""."""
    if column.kind not in NUMBERS:
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
    """Return the cells with their marks at the end; if any has one, the others get a space."""
    return [text + (mark or " ") for text, mark in zip(texts, marks, strict=True)] if any(marks) else texts


def _stacked(name: str, width: int) -> list[str]:
    """Return a field name in several lines, broken before capitals, so that it does not widen a narrow column."""
    lines = [""]
    for hump in _HUMP.findall(name):
        if lines[-1] and len(lines[-1] + hump) > width:
            lines.append("")
        lines[-1] += hump
    return lines
