"""The terms that views are written in: columns, sections and views.

A view describes content only. How a table arranges it is written down in `output.layouts`.
"""

from collections.abc import Callable, Mapping, Set
from typing import Any, Literal, NamedTuple

# A row has the API's own field names. Its values are what JSON holds: text, whole numbers, true, false or null.
Row = dict[str, Any]

# What a column holds:
#   text    names what the row is about, such as an asset or a symbol
#   aside   says something more about it
#   side    LONG or SHORT
#   amount  a decimal string
#   size    a decimal string; minus means short
#   profit  a decimal string; minus means loss
#   debt    a decimal string; anything but zero is owed
#   rate    a decimal string that says nothing of what is held: a price, a ratio, a number of days
#   time    epoch milliseconds; 0 means never
#   flag    true or false
#   object  fields of its own; a cell holds them as JSON
Kind = Literal["text", "aside", "side", "amount", "size", "profit", "debt", "rate", "time", "flag", "object"]
# A row whose amounts are all zero holds nothing.
AMOUNTS: tuple[Kind, ...] = ("amount", "size", "profit", "debt")
NUMBERS: tuple[Kind, ...] = (*AMOUNTS, "rate")


class Column(NamedTuple):
    """A field of a row, under the API's own name."""

    name: str
    kind: Kind


# The date (UTC, YYYY-MM-DD) and the time of the snapshot that a row of a daily section belongs to.
DATE, SNAPSHOT_TIME = Column("date", "text"), Column("updateTime", "time")

ASSET = Column("asset", "text")
UPDATED = Column("updateTime", "time")


def columns(names: str, kind: Kind) -> tuple[Column, ...]:
    """Return columns of one kind; `names` are separated by spaces."""
    return tuple(Column(name, kind) for name in names.split())


class Section(NamedTuple):
    """One list of rows in an answer. The order of `columns` is the order of the API document.

    key: the field that holds the list; "" if the answer itself is the list.
    single: the section is one row, made of the plain fields of the object itself.
    sides: the fields of a listed object that hold an object each; each becomes a row, with what both have in common.
    lead: the common field that such a row starts with.
    daily: every snapshot has this section; its rows start with `DATE` and `SNAPSHOT_TIME`.
    meaning: what a reader has to know about these amounts.
    derived: computes the fields of the columns `added` from a row. Tables show them; data formats where they are named.
    explained: by column, a sentence that is shown where that column has a value.
    """

    name: str
    columns: tuple[Column, ...]
    key: str = ""
    sides: tuple[str, ...] = ()
    lead: str = ""
    single: bool = False
    daily: bool = False
    meaning: str = ""
    derived: Callable[[Row], Row] | None = None
    added: tuple[Column, ...] = ()
    explained: Mapping[str, str] = {}

    def without(self, names: Set[str]) -> "Section":
        """Return the section without the columns of these names."""
        return self._replace(columns=tuple([column for column in self.columns if column.name not in names]))

    def identity(self, row: Row, *, across_days: bool = False) -> tuple[str, ...]:
        """Return the values that tell a row from the others. With `across_days`, the date is not one of them."""
        names = [column.name for column in self.columns if column.kind in ("text", "aside")]
        return tuple([str(row.get(name)) for name in names if not (across_days and name == DATE.name)])


class View(NamedTuple):
    """What an answer holds. The first section is the default of csv, tsv, jsonl, `--fields` and `--sort`.

    name: how the view is called, which is its command and, if there are several, their type: `snapshot-spot`.
    note: what a reader has to know about the answer as a whole.
    envelope: the field that holds daily snapshots; `snapshot_type` is the type that each of them must have.
    listed: the field of a page that holds its rows; the document is the rows of every page.
    bare: an answer of one row may be the object itself instead of a list.
    """

    name: str
    sections: tuple[Section, ...]
    note: str = ""
    envelope: str = ""
    snapshot_type: str = ""
    listed: str = ""
    bare: bool = False

    def section(self, name: str) -> Section:
        """Return the section of that name. Raises KeyError."""
        return {section.name: section for section in self.sections}[name]

    def without(self, names: Set[str]) -> "View":
        """Return the view without the columns of these names."""
        return self._replace(sections=tuple([section.without(names) for section in self.sections]))
