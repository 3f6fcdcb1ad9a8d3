"""Draws tables as plain aligned columns at natural width, without borders or ANSI: for pipes, and for many rows."""

import re
from collections.abc import Iterator, Sequence

from bnacct.output.cells import padded, width
from bnacct.output.grid import GAP, Table, TableColumn, Tone

_LONGEST_SENTENCE = 100
_ROWS_AT_ONCE = 512
# As `columns` marks amounts: owed, new, grown or shrunk.
_ROOM_BEFORE_MARKS = " +(?=[!*↑↓^v]+$)"


def draw(tables: Sequence[Table], *, titled: bool, width: int | None) -> Iterator[str]:
    """Yield the lines of the tables, with a blank line between two."""
    for number, table in enumerate(tables):
        if number:
            yield "\n"
        if titled:
            yield f"{table.title}\n"
        yield from _drawn(table)
        yield from [f"{line}\n" for line in below(table, width)]


def below(table: Table, width: int | None) -> list[str]:
    """Return the lines below a table: how many rows are cut, and what it means."""
    return [table.remainder] * bool(table.more) + (wrapped(table.meaning, width) if table.meaning else [])


def wrapped(text: str, width: int | None) -> list[str]:
    """Return sentences wrapped into lines."""
    import textwrap

    return textwrap.wrap(text, min(width or _LONGEST_SENTENCE, _LONGEST_SENTENCE), break_on_hyphens=False)


def blocks(table: Table) -> Iterator[list[tuple[str, Tone]]]:
    """Yield, for a screen too narrow for columns, a block of `field  value` lines for each row, and one for the footer."""
    room, zeros = table.blocks or (0, True)
    if table.upright:
        yield _upright(table, room)
        return
    label = max(width(column.name) for column in table.columns)
    named = {column.name for column in table.columns if not column.right}
    for row in range(table.height):
        shown = [column for column in table.columns if zeros or column.tones[row] != "nothing" or not named]
        yield [
            _entry(column.name, _unaligned(column, column.cells[row]), label, room, column.tones[row])
            for column in shown
        ]
    if table.footer:
        yield [
            _entry(f"total {column.name}", cell, 0, room, "")
            for column, cell in zip(table.columns, table.footer, strict=True)
            if cell.strip() and column.right
        ]


def _unaligned(column: TableColumn, cell: str) -> str:
    """Return a cell whose mark follows the amount at once, without what aligned it with the cells above and below."""
    return re.sub(_ROOM_BEFORE_MARKS, "", cell.rstrip()) if column.right else cell


def _upright(table: Table, room: int) -> list[tuple[str, Tone]]:
    names, values = table.columns
    label = min(names.width, room - GAP - values.width)
    return [
        _entry(name, value, label, room, tone)
        for name, value, tone in zip(names.cells, values.cells, values.tones, strict=True)
    ]


def _entry(name: str, cell: str, label: int, room: int, tone: Tone) -> tuple[str, Tone]:
    """Return the text of one field: the value beside its name, or under it if there is no room beside."""
    value = cell.strip()
    if not value:
        return name, tone
    indent = " " * (label + GAP)
    if width(name) <= label and len(indent) + width(value) <= room:
        return (padded(name, label) + " " * GAP + value).rstrip(), tone
    if len(indent) + width(value) > room:
        indent = ""
    return f"{name}\n{indent}{value if width(value) <= room else value.replace(',', '')}", tone


def _drawn(table: Table) -> Iterator[str]:
    if table.blocks is not None:
        yield "\n".join(["".join([f"{text}\n" for text, _ in block]) for block in blocks(table)])
        return
    height = max(len(column.heading) for column in table.columns)
    headings = [
        ([""] * (height - len(column.heading)) + column.heading)[: height * table.header] for column in table.columns
    ]
    gap = " " * GAP
    for batch in (headings, *_batches(table), [[cell] for cell in table.footer]):
        columns = [_padded(cells, column) for cells, column in zip(batch, table.columns, strict=False)]
        yield "".join([f"{line.rstrip()}\n" for line in map(gap.join, zip(*columns, strict=True))])


def _batches(table: Table) -> Iterator[list[list[str]]]:
    """Yield the cells of a few rows at a time: a copy of all would take more memory than the answer itself."""
    for start in range(0, table.height, _ROWS_AT_ONCE):
        yield [column.cells[start : start + _ROWS_AT_ONCE] for column in table.columns]


def _padded(cells: list[str], column: TableColumn) -> list[str]:
    if "".join(cells).isascii():
        if set(map(len, cells)) == {column.width}:
            return cells
        pad = str.rjust if column.right else str.ljust
        return [pad(cell, column.width) for cell in cells]
    return [padded(cell, column.width, right=column.right) for cell in cells]
