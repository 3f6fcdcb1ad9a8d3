"""Cuts rows where a screen has no room for all: titles, totals and sentences stay."""

from collections.abc import Sequence

from bnacct.output import plain
from bnacct.output.grid import Table

# A line under the heading, and one above the totals.
_RULE = 1


def cut(tables: Sequence[Table], lines: int, width: int | None, *, titled: bool) -> list[Table]:
    """Return the tables with as many rows each as fit into so many lines, and one at least.

    A section that is one row is cut last, after the sentences below the tables have gone.
    """
    bare = [table._replace(meaning="") for table in tables]
    for shown, all_of_them in ((tables, False), (bare, False), (bare, True)):
        most = max([table.height for table in shown if all_of_them or not table.upright], default=0)
        found = _cut(shown, lines, width, most, titled=titled, all_of_them=all_of_them)
        if _height(found, width, titled=titled) <= lines:
            break
    return found


def _cut(
    tables: Sequence[Table], lines: int, width: int | None, most: int, *, titled: bool, all_of_them: bool
) -> list[Table]:
    """Return the tables with the most rows each that fit, of `most` at most, and one at least."""
    least = min(1, most)
    while least < most:
        middle = (least + most + 1) // 2
        if _height(_first(tables, middle, all_of_them=all_of_them), width, titled=titled) <= lines:
            least = middle
        else:
            most = middle - 1
    return _first(tables, least, all_of_them=all_of_them)


def height(notes: Sequence[str], width: int | None) -> int:
    """Return how many lines notes take."""
    return sum(len(plain.wrapped(note, width)) for note in notes)


def _first(tables: Sequence[Table], rows: int, *, all_of_them: bool) -> list[Table]:
    return [table.first(rows) if all_of_them or not table.upright else table for table in tables]


def _height(tables: Sequence[Table], width: int | None, *, titled: bool) -> int:
    return sum(_lines(table, width, titled=titled) for table in tables) + max(0, len(tables) - 1)


def _lines(table: Table, width: int | None, *, titled: bool) -> int:
    """Return how many lines a table takes."""
    around = titled + (len(plain.wrapped(table.meaning, width)) if table.meaning else 0) + bool(table.more)
    if table.blocks is not None:
        blocks = list(plain.blocks(table))
        inner = sum(text.count("\n") + 1 for block in blocks for text, _ in block) + len(blocks) - 1
        return around + inner
    heading = max(len(column.heading) for column in table.columns) + _RULE if table.header else 0
    return around + heading + table.height + (1 + _RULE if table.footer else 0)
