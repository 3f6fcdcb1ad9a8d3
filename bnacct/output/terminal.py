"""Draws tables on a terminal with rich, which gets text only: nothing the exchange sends is taken for markup."""

import io
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD  # noqa: TID253 - this module is imported only to draw on a terminal
from rich.console import Console  # noqa: TID253
from rich.table import Table as RichTable  # noqa: TID253
from rich.text import Text  # noqa: TID253

from bnacct.output import plain
from bnacct.output.cells import padded
from bnacct.output.columns import GAP, Line, total_width
from bnacct.output.table import Table

_SPARE = 10


def draw(tables: Sequence[Table], *, titled: bool, color: bool, encoding: str) -> str:
    """Return the text of the tables, with ANSI colours if `color`."""
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="backslashreplace", newline="")
    console = Console(
        file=file,
        # The layout has been done: a console narrower than its table would cut digits.
        width=max([total_width(table.lines) for table in tables], default=1) + _SPARE,
        force_terminal=color,
        color_system="standard" if color else None,
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
            console.print(Text(table.title, style="bold"))
        if table.blocks:
            console.print(Text(plain.blocks(table).rstrip("\n")), soft_wrap=True)
        else:
            console.print(_rich(table))
    file.flush()
    return "".join([line.rstrip() + "\n" for line in file.buffer.getvalue().decode(encoding).splitlines()])


def _rich(table: Table) -> RichTable:
    # The box takes one column between two others, and the padding the rest of the gap.
    drawn = RichTable(
        box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 0, 0, GAP - 1), show_footer=bool(table.footer)
    )
    footers = table.footer or [""] * len(table.lines)
    for line, footer in zip(table.lines, footers, strict=True):
        drawn.add_column(
            Text("\n".join([padded(part, line.width, right=line.right) for part in line.heading])),
            Text(padded(footer, line.width, right=line.right)),
            vertical="bottom",
            no_wrap=True,
            overflow="ignore",
        )
    for row in range(len(table.lines[0].cells)):
        drawn.add_row(*[_cell(line, row) for line in table.lines])
    return drawn


def _cell(line: Line, row: int) -> Text:
    return Text(padded(line.cells[row], line.width, right=line.right), style=_style(line, row))


def _style(line: Line, row: int) -> str:
    return " ".join(["red"] * line.alerts[row] + ["bold"] * line.changes[row])
