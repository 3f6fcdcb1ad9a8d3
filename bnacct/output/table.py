"""Lays tables out: which rows and columns stand where, at what width, and what is said about those left out.

Digits are never rounded, wrapped or cut. Columns that do not fit are left out with a note that names them: those that
hold nothing but zeros first, then times, then from the right, and debt last of all.
Where not even one amount fits beside its asset, each row becomes a block of lines.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from bnacct.output import Screen, Selection, cells, chosen
from bnacct.views import Column, Row, Section, View

GAP = 2
# rich takes 350 µs a row, the plain writer three: past this many rows it draws no more.
_LARGEST_DRAWN_TABLE = 200
_DEBT_MARK = "!"
_HUMP = re.compile("[A-Z]+(?![a-z])|[A-Z]?[^A-Z]+")


class Line(NamedTuple):
    """One column of a table, ready to be drawn: its heading, in one or more lines, and a cell a row."""

    column: Column
    heading: list[str]
    cells: list[str]
    alerts: list[bool]
    width: int

    @property
    def right(self) -> bool:
        return self.column.kind in ("amount", "debt")


class Table(NamedTuple):
    """One section, laid out. `footer` is a last row apart from the others, one cell for each line."""

    title: str
    lines: list[Line]
    footer: list[str]
    blocks: bool = False


def render(view: View, document: Any, selection: Selection, screen: Screen, *, encoding: str) -> tuple[str, list[str]]:
    """Return the text of all tables, and the notes that belong beside them."""
    notes: list[str] = []
    tables = []
    sections = [selection.section] if selection.section else [view.section(name) for name in view.table]
    for section in sections:
        found = chosen(section, document, selection._replace(fields=()))
        if section.daily and not section.single and selection.section is None:
            found = _latest_day(found, section, notes)
        tables.append(_laid_out(section, found, selection, screen, notes))
    if view.note and not selection.section:
        notes.append(view.note)
    shown = [table for table in tables if table.lines]
    titled = len(sections) > 1
    drawn = screen.is_terminal or screen.color
    if drawn and sum(len(table.lines[0].cells) for table in shown) <= _LARGEST_DRAWN_TABLE:
        from bnacct.output import terminal

        return terminal.draw(shown, titled=titled, color=screen.color, encoding=encoding), notes
    from bnacct.output import plain

    return plain.draw(shown, titled=titled), notes


def _latest_day(found: list[Row], section: Section, notes: list[str]) -> list[Row]:
    latest = max((row["date"] for row in found), default="")
    kept = [row for row in found if row["date"] == latest]
    if len(kept) < len(found):
        notes.append(f"{section.name}: {latest} only; --section {section.name} shows every day.")
    return kept


def _laid_out(section: Section, found: list[Row], selection: Selection, screen: Screen, notes: list[str]) -> Table:
    if section.single and not section.daily:
        section, found = _upright(section, found)
    elif not selection.zero_rows and not section.single:
        kept = [row for row in found if not cells.is_zero_row(row, section)]
        if len(kept) < len(found):
            hidden = len(found) - len(kept)
            rows = "all-zero row" if hidden == 1 else "all-zero rows"
            notes.append(f"{section.name}: {hidden} {rows} hidden; --all shows them.")
        found = kept
    if not found:
        notes.append(f"{section.name}: nothing to show.")
        return Table(section.name, [], [])
    columns = [column for column in section.columns if not selection.fields or column.name in selection.fields]
    if section.daily and not selection.fields and not selection.every_column:
        columns = [column for column in columns if column.kind != "time"]  # the date says it
    columns.sort(key=lambda column: selection.fields.index(column.name) if selection.fields else 0)
    if section.total and not selection.sort:
        from bnacct.output import ordering

        found = ordering.ordered(found, section, f"-{section.total}")
    on_screen = screen.is_terminal or screen.color
    lines = [_line(column, found, section, grouped=on_screen, marked=on_screen) for column in columns]
    if any(_DEBT_MARK in cell for line in lines if line.column.kind == "debt" for cell in line.cells):
        notes.append(f"{section.name}: {_DEBT_MARK} marks what is owed.")
    blocks = False
    if screen.width is not None and not selection.every_column:
        lines, blocks = _fitted(lines, screen.width, section, notes)
    if not on_screen:
        return Table(section.name, lines, [])
    return Table(section.name, *_with_footer(lines, section), blocks)


def _upright(section: Section, found: list[Row]) -> tuple[Section, list[Row]]:
    """Turn a section of one row into a line for each of its fields, derived ones first."""
    row = found[0]
    derived = section.derived(row) if section.derived else {}
    known = {column.name: row.get(column.name) for column in section.columns}
    upright = section._replace(columns=(Column("field", "text"), Column("value", "amount")), total="")
    return upright, [{"field": name, "value": value} for name, value in {**derived, **known}.items()]


def _line(column: Column, found: Sequence[Row], section: Section, *, grouped: bool, marked: bool) -> Line:
    values = [row.get(column.name) for row in found]
    if marked and column.name == section.total:
        from bnacct.output import ordering

        values.append(ordering.total(values))
    texts = cells.cells(values, column.kind, grouped=grouped)
    alerts = [_is_alert(value, column) for value in values]
    if marked and column.kind == "debt" and any(alerts):
        texts = [text + (_DEBT_MARK if alert else " ") for text, alert in zip(texts, alerts, strict=True)]
    widest = max(map(cells.width, texts), default=0)
    heading = _stacked(column.name, widest) if marked else [column.name]
    return Line(column, heading, texts, alerts, max(widest, *map(len, heading)))


def _stacked(name: str, width: int) -> list[str]:
    """Break a field name at its humps, so that a long name does not make a narrow column wide."""
    lines = [""]
    for hump in _HUMP.findall(name):
        if lines[-1] and len(lines[-1] + hump) > width:
            lines.append("")
        lines[-1] += hump
    return lines


def _is_alert(value: Any, column: Column) -> bool:
    """Say whether an amount is one to look at: below zero, or owed."""
    if column.kind == "debt":
        return isinstance(value, str) and value != "" and not cells.is_zero(value)
    return column.kind == "amount" and isinstance(value, str) and value.startswith("-") and not cells.is_zero(value)


def _with_footer(lines: list[Line], section: Section) -> tuple[list[Line], list[str]]:
    """Take the total off its column's cells, into a row of its own. A sum of nothing says nothing."""
    footer = [line.cells[-1] if line.column.name == section.total else "" for line in lines]
    body = [
        line._replace(cells=line.cells[:-1], alerts=line.alerts[:-1]) if total else line
        for line, total in zip(lines, footer, strict=True)
    ]
    if not any(total.strip(" 0.") for total in footer):
        return body, []
    return body, [footer[0] or "total", *footer[1:]]


def _fitted(lines: list[Line], width: int, section: Section, notes: list[str]) -> tuple[list[Line], bool]:
    """Leave out what does not fit, or turn to blocks where nothing would be left to read."""
    kept = list(lines)
    identifiers = [line for line in lines if line.column.kind == "text"]
    for _, line in sorted(enumerate(lines), key=lambda place: (_worth(place[1]), -place[0])):
        if total_width(kept) <= width:
            break
        if line not in identifiers:
            kept = [other for other in kept if other is not line]
    if total_width(kept) > width or len(kept) == len(identifiers) < len(lines):
        return lines, True
    if len(kept) < len(lines):
        names = ", ".join(line.column.name for line in lines if line not in kept)
        notes.append(f"{section.name}: no room for {names}; --wide shows every column.")
    return kept, False


def _worth(line: Line) -> int:
    """Rank a column by what would be lost without it, the least first."""
    empty = all(not text.strip(" -0.!") for text in line.cells)
    debt = line.column.kind == "debt" and any(line.alerts)
    return 0 if empty else 1 if line.column.kind == "time" else 3 if debt else 2


def total_width(lines: Sequence[Line]) -> int:
    """Return the terminal columns that a table of these lines takes."""
    return sum(line.width for line in lines) + GAP * max(0, len(lines) - 1)
