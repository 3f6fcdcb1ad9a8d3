"""What the caller of `render` chooses: what is shown, where it goes, and which repeat of a watch it is."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from bnacct.views import Section, View


class Selection(NamedTuple):
    """What part of an answer is shown.

    section: the one section shown; None means all of them in a table, and the first in csv, tsv and jsonl.
    fields: the only columns shown; empty means all of them.
    sort: the field to sort by, after a dash from the largest down; "" keeps the order of the exchange.
    zero_rows: tables show rows whose amounts are all zero.
    every_column: tables show every column, whatever the width.
    whole: the option that shows every column whole, for notices on those that a table has no room for.
    header: tables, csv and tsv start with the names of the columns.
    total: the rows end with their sum, in every format.
    hidden: columns that are left out, since what came in them means nothing; only JSON keeps them.
    among: the names of the sections to choose from where none is named; empty means all of them.
    wanted: the names that rows are narrowed to, by column.
    """

    section: Section | None = None
    fields: tuple[str, ...] = ()
    sort: str = ""
    zero_rows: bool = False
    every_column: bool = False
    whole: str = "--wide"
    header: bool = True
    total: bool = False
    hidden: frozenset[str] = frozenset()
    among: tuple[str, ...] = ()
    wanted: Mapping[str, Sequence[str]] = {}

    def sections(self, view: View) -> list[Section]:
        """Return the sections of a view that are shown, in its order."""
        if self.section is not None:
            return [self.section]
        return [section for section in view.sections if not self.among or section.name in self.among]


class Screen(NamedTuple):
    """Where a table goes. `width` is None if nothing limits it, as in a pipe; `encoding` is the stream's.

    `height` is how many lines there are for tables and notes; None if they may scroll.
    """

    is_terminal: bool
    width: int | None
    color: bool
    encoding: str = "utf-8"
    height: int | None = None

    @property
    def is_for_person(self) -> bool:
        return self.is_terminal or self.color


class Repeat(NamedTuple):
    """Which answer of a watch this is, counted from 1, and the document before it. 0 means that nothing is watched."""

    number: int = 0
    previous: Any = None


ONCE = Repeat()
