"""Draws tables as plain aligned columns: no borders, no ANSI, at natural width. For pipes, and for many rows."""

from collections.abc import Sequence

from bnacct.output.cells import padded, width
from bnacct.output.columns import GAP, Line
from bnacct.output.table import Table


def draw(tables: Sequence[Table], *, titled: bool) -> str:
    """Return the text of the tables, a blank line between them."""
    return "\n".join([_titled(table, titled=titled) + _drawn(table) for table in tables])


def _titled(table: Table, *, titled: bool) -> str:
    return f"{table.title}\n" if titled else ""


def _drawn(table: Table) -> str:
    if table.blocks:
        return blocks(table)
    height = max(len(line.heading) for line in table.lines)
    columns = [_column(line, footer, height) for line, footer in _with_footers(table)]
    gap = " " * GAP
    return "".join([gap.join(row).rstrip() + "\n" for row in zip(*columns, strict=True)])


def _with_footers(table: Table) -> list[tuple[Line, list[str]]]:
    footers = [[cell] for cell in table.footer] or [[] for _ in table.lines]
    return list(zip(table.lines, footers, strict=True))


def _column(line: Line, footer: list[str], height: int) -> list[str]:
    heading = [""] * (height - len(line.heading)) + line.heading
    return [padded(text, line.width, right=line.right) for text in (*heading, *line.cells, *footer)]


def blocks(table: Table) -> str:
    """Return a block of `field  value` lines for each row, for screens too narrow for columns."""
    label = max(width(line.column.name) for line in table.lines)
    rows = [
        "".join([f"{padded(line.column.name, label)}{' ' * GAP}{line.cells[row].strip()}\n" for line in table.lines])
        for row in range(len(table.lines[0].cells))
    ]
    if table.footer:
        rows.append("".join([f"{cell.strip()}\n" for cell in table.footer if cell.strip()]))
    return "\n".join(rows)
