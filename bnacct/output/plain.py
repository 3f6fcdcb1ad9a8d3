"""Draws tables as plain aligned columns: no borders, no ANSI, at natural width. For pipes, and for many rows."""

import itertools
from collections.abc import Iterator, Sequence

from bnacct.output.cells import padded, width
from bnacct.output.columns import GAP, Line, Tone
from bnacct.output.contents import UPRIGHT
from bnacct.output.table import Table

_LONGEST_SENTENCE = 100


def draw(tables: Sequence[Table], *, titled: bool, width: int | None) -> Iterator[str]:
    """Yield the lines of the tables, a blank one between two."""
    for number, table in enumerate(tables):
        if number:
            yield "\n"
        yield _headed(table, titled=titled, width=width)
        yield from _drawn(table)


def meaning(table: Table, width: int | None) -> list[str]:
    """Return the lines that say what a table means."""
    import textwrap

    return textwrap.wrap(table.meaning, min(width or _LONGEST_SENTENCE, _LONGEST_SENTENCE), break_on_hyphens=False)


def blocks(table: Table) -> Iterator[list[tuple[str, Tone]]]:
    """Yield a block of `field  value` lines for each row, for screens too narrow for columns; and one for the footer."""
    room, zeros = table.blocks or (0, True)
    if table.lines[0].column.name == UPRIGHT:
        yield _upright(table, room)
        return
    label = max(width(line.column.name) for line in table.lines)
    named = {line.column.name for line in table.lines if not line.right}
    for row in range(len(table.lines[0].cells)):
        shown = [line for line in table.lines if zeros or line.tones[row] != "nothing" or not named]
        yield [_entry(line.column.name, line.cells[row], label, room, line.tones[row]) for line in shown]
    if table.footer:
        yield [
            _entry(f"total {line.column.name}", cell, 0, room, "")
            for line, cell in zip(table.lines, table.footer, strict=True)
            if cell.strip() and line.right
        ]


def _upright(table: Table, room: int) -> list[tuple[str, Tone]]:
    names, values = table.lines
    label = min(names.width, room - GAP - values.width)
    return [
        _entry(name, value, label, room, tone)
        for name, value, tone in zip(names.cells, values.cells, values.tones, strict=True)
    ]


def _entry(name: str, cell: str, label: int, room: int, tone: Tone) -> tuple[str, Tone]:
    """Return the line of one field: the value beside its name, or under it where there is no room beside."""
    value = cell.strip()
    if not value:
        return name, tone
    column = " " * (label + GAP)
    if width(name) <= label and len(column) + width(value) <= room:
        return (padded(name, label) + " " * GAP + value).rstrip(), tone
    if len(column) + width(value) > room:
        column = ""
    return f"{name}\n{column}{value if width(value) <= room else value.replace(',', '')}", tone


def _headed(table: Table, *, titled: bool, width: int | None) -> str:
    lines = [table.title] * titled + (meaning(table, width) if table.meaning else [])
    return "".join([f"{line}\n" for line in lines])


def _drawn(table: Table) -> Iterator[str]:
    if table.blocks is not None:
        yield "\n".join(["".join([f"{text}\n" for text, _ in block]) for block in blocks(table)])
        return
    height = max(len(line.heading) for line in table.lines)
    headings = [[""] * (height - len(line.heading)) + line.heading for line in table.lines]
    footers = [table.footer] if table.footer else []
    # A row at a time: a second copy of a long table's cells would cost more than the answer itself.
    ascii_row = (" " * GAP).join([f"{{:{'>' if line.right else '<'}{line.width}}}" for line in table.lines]).format
    for row in itertools.chain(
        zip(*headings, strict=True), zip(*[line.cells for line in table.lines], strict=True), footers
    ):
        text = ascii_row(*row)
        yield (text if text.isascii() else _wide_row(row, table.lines)).rstrip() + "\n"


def _wide_row(row: Sequence[str], lines: Sequence[Line]) -> str:
    return (" " * GAP).join([padded(cell, line.width, right=line.right) for cell, line in zip(row, lines, strict=True)])
