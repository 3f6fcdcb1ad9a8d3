"""What the caller of `render` chooses: what is shown, where it goes, and which repeat of a watch it is."""

from typing import Any, NamedTuple

from bnacct.views import Section


class Selection(NamedTuple):
    """What part of an answer is shown.

    section: the one section shown; None means all of them in a table, and the first in csv, tsv and jsonl.
    fields: the only columns shown; empty means all of them.
    sort: the field to sort by, after a dash from the largest down; "" keeps the order of the exchange.
    zero_rows: tables show rows whose amounts are all zero.
    every_column: tables show every column, whatever the width.
    """

    section: Section | None = None
    fields: tuple[str, ...] = ()
    sort: str = ""
    zero_rows: bool = False
    every_column: bool = False


class Screen(NamedTuple):
    """Where a table goes. `width` is None if nothing limits it, as in a pipe; `encoding` is the stream's."""

    is_terminal: bool
    width: int | None
    color: bool
    encoding: str = "utf-8"

    @property
    def is_for_person(self) -> bool:
        return self.is_terminal or self.color


class Repeat(NamedTuple):
    """Which answer of a watch this is, counted from 1, and the document before it. 0 means that nothing is watched."""

    number: int = 0
    previous: Any = None


ONCE = Repeat()
