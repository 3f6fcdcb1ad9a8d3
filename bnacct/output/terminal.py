"""Draws tables on a terminal with rich. rich gets plain text only, so that nothing from the exchange acts as markup."""

import io
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD  # noqa: TID253 - this module is imported only to draw on a terminal
from rich.console import Console  # noqa: TID253
from rich.table import Table as RichTable  # noqa: TID253
from rich.text import Text  # noqa: TID253

from bnacct.output import plain
from bnacct.output.cells import padded
from bnacct.output.choices import Screen
from bnacct.output.grid import GAP, Table, TableColumn, Tone, total_width

_SPARE = 10

# Colour only repeats what text says: debt has a mark, a loss and a gain a sign, a side its word.
_COLORS: dict[Tone, str] = {
    "owed": "bold red",
    "loss": "red",
    "gain": "green",
    "nothing": "dim",
    "long": "green",
    "short": "magenta",
}


def draw(tables: Sequence[Table], *, titled: bool, screen: Screen) -> str:
    """Return the text of the tables, with ANSI colours if the screen has them."""
    file = io.TextIOWrapper(io.BytesIO(), encoding=screen.encoding, errors="backslashreplace", newline="")
    console = Console(
        file=file,
        # The table fits already. A console narrower than it would cut digits.
        width=max([total_width(table.columns) for table in tables], default=1) + _SPARE,
        force_terminal=screen.color,
        color_system="standard" if screen.color else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        _environ={},
    )
    for number, table in enumerate(tables):
        if number:
            console.print()
        if titled:
            console.print(Text(table.title, style="bold"), soft_wrap=True)
        console.print(_rich(table) if table.blocks is None else _blocks(table), soft_wrap=table.blocks is not None)
        for line in plain.below(table, screen.width):
            console.print(Text(line, style="dim"), soft_wrap=True)
    file.flush()
    return "".join([line.rstrip() + "\n" for line in file.buffer.getvalue().decode(screen.encoding).splitlines()])


def _blocks(table: Table) -> Text:
    parts = [[Text(text, style=_COLORS.get(tone, "")) for text, tone in block] for block in plain.blocks(table)]
    return Text("\n\n").join([Text("\n").join(part) for part in parts])


def _rich(table: Table) -> RichTable:
    # The box takes one column between two others, and the padding the rest of the gap.
    drawn = RichTable(
        box=SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 0, 0, GAP - 1),
        show_header=table.header,
        show_footer=bool(table.footer),
    )
    footers = table.footer or [""] * len(table.columns)
    for column, footer in zip(table.columns, footers, strict=True):
        drawn.add_column(
            Text("\n".join([padded(part, column.width, right=column.right) for part in column.heading])),
            Text(padded(footer, column.width, right=column.right)),
            vertical="bottom",
            no_wrap=True,
            overflow="ignore",
        )
    for row in range(table.height):
        drawn.add_row(*[_cell(column, row) for column in table.columns])
    return drawn


def _cell(column: TableColumn, row: int) -> Text:
    return Text(padded(column.cells[row], column.width, right=column.right), style=_style(column, row))


def _style(column: TableColumn, row: int) -> str:
    return " ".join([_COLORS.get(column.tones[row], "")] + ["bold"] * column.changes[row]).strip()
