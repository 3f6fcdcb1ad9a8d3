"""Draws tables on a terminal with rich, which gets text only: nothing the exchange sends is taken for markup."""

import io
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD  # noqa: TID253 - this module is imported only to draw on a terminal
from rich.console import Console  # noqa: TID253
from rich.table import Table as RichTable  # noqa: TID253
from rich.text import Text  # noqa: TID253

from bnacct.output import Screen, plain
from bnacct.output.cells import padded
from bnacct.output.columns import GAP, Line, Tone, total_width
from bnacct.output.table import Table

_SPARE = 10

# None of them is all there is to see: debt has its mark, loss its sign, sides and gains their word and plus.
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
        # The layout has been done: a console narrower than its table would cut digits.
        width=max([total_width(table.lines) for table in tables], default=1) + _SPARE,
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
        for line in plain.meaning(table, screen.width) if table.meaning else []:
            console.print(Text(line), soft_wrap=True)
        console.print(_rich(table) if table.blocks is None else _blocks(table), soft_wrap=table.blocks is not None)
    file.flush()
    return "".join([line.rstrip() + "\n" for line in file.buffer.getvalue().decode(screen.encoding).splitlines()])


def _blocks(table: Table) -> Text:
    parts = [[Text(text, style=_COLORS.get(tone, "")) for text, tone in block] for block in plain.blocks(table)]
    return Text("\n\n").join([Text("\n").join(part) for part in parts])


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
    return " ".join([_COLORS.get(line.tones[row], "")] + ["bold"] * line.changes[row]).strip()
