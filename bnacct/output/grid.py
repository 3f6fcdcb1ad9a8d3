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

    def first(self, rows: int) -> "TableColumn":
        """Return the column with so many of its cells; counted from the end if negative, as in a slice."""
        return self._replace(cells=self.cells[:rows], tones=self.tones[:rows], changes=self.changes[:rows])


class Blocks(NamedTuple):
    """How rows are written as blocks of lines: how wide they may be, and whether fields that are zero are shown."""

    width: int
    zeros: bool


class Table(NamedTuple):
    """The rows of a section, laid out.

    footer: the cells of a last row, one for each column; empty if there is none.
    meaning: what a reader has to know about it, below the table.
    blocks: how each row becomes a block of lines; None if rows stay rows.
    upright: the section is one row, shown as a row for each field: its name and its value.
    header: whether the names of the columns are shown.
    more: how many further rows there are, for which the screen has no room.
    """

    title: str
    columns: list[TableColumn]
    footer: list[str]
    meaning: str = ""
    blocks: Blocks | None = None
    upright: bool = False
    header: bool = True
    more: int = 0

    @property
    def remainder(self) -> str:
        """The line that says how many rows are cut, "" if none is."""
        return f"({self.more} more {'row' if self.more == 1 else 'rows'})" if self.more else ""

    def first(self, rows: int) -> "Table":
        """Return the table with so many of its rows."""
        more = max(0, self.height - rows)
        return self._replace(columns=[column.first(rows) for column in self.columns], more=more) if more else self

    @property
    def height(self) -> int:
        """Return the number of rows, without the footer."""
        return len(self.columns[0].cells)


def total_width(columns: Sequence[TableColumn]) -> int:
    """Return how many terminal columns a table takes."""
    return sum(column.width for column in columns) + GAP * max(0, len(columns) - 1)
