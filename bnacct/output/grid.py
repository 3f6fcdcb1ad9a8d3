"""The table that `table` lays out, and `plain` and `terminal` draw."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from bnacct.views import NUMBERS, Column

# Spaces between two columns.
GAP = 2

# What a cell says: owed, lost, gained, nothing at all, long, short, or none of these.
Tone = Literal["owed", "loss", "gain", "nothing", "long", "short", ""]


class TableColumn(NamedTuple):
    """One column of a table, ready to be drawn.

    heading: the lines of its name.
    cells, tones: the text of each row, and what it says.
    changes: which cells differ from the document before; empty in a pipe.
    """

    column: Column
    heading: list[str]
    cells: list[str]
    tones: list[Tone]
    changes: list[bool]
    width: int

    @property
    def name(self) -> str:
        return self.column.name

    @property
    def right(self) -> bool:
        return self.column.kind in NUMBERS

    @property
    def owes(self) -> bool:
        return "owed" in self.tones

    @property
    def all_zero(self) -> bool:
        return self.right and all(tone == "nothing" for tone in self.tones)

    def without_last_cell(self) -> "TableColumn":
        return self._replace(cells=self.cells[:-1], tones=self.tones[:-1], changes=self.changes[:-1])


class Blocks(NamedTuple):
    """How rows are written as blocks of lines: how wide they may be, and whether fields that are zero are shown."""

    width: int
    zeros: bool


class Table(NamedTuple):
    """The rows of a section, laid out.

    footer: the cells of a last row, one for each column; empty if there is none.
    meaning: a sentence above the table.
    blocks: how each row becomes a block of lines; None if rows stay rows.
    upright: the section is one row, shown as a row for each field: its name and its value.
    """

    title: str
    columns: list[TableColumn]
    footer: list[str]
    meaning: str = ""
    blocks: Blocks | None = None
    upright: bool = False

    @property
    def height(self) -> int:
        """Return the number of rows, without the footer."""
        return len(self.columns[0].cells)


def total_width(columns: Sequence[TableColumn]) -> int:
    """Return how many terminal columns a table takes."""
    return sum(column.width for column in columns) + GAP * max(0, len(columns) - 1)
