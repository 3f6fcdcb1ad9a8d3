"""Renders rows or a document as table, JSON, JSONL, CSV or TSV, and writes it to a stream.

Machine formats are UTF-8 whatever the locale says, and never pass through rich. A table is drawn by rich on a terminal,
and is plain aligned columns in a pipe. An answer has been checked as a whole before its first byte is written.
"""

import itertools
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, TextIO

from bnacct.views import Row, Section, View, rows

# Rows are encoded and written so many at once.
_ROWS_AT_ONCE = 512


class Selection(NamedTuple):
    """What of an answer is shown: one section or all, which fields, in which order, with which zero rows."""

    section: Section | None = None
    fields: tuple[str, ...] = ()
    sort: str = ""
    zero_rows: bool = False
    every_column: bool = False


class Screen(NamedTuple):
    """Where a table goes. `width` is None where nothing bounds it, as in a pipe; `encoding` is the stream's."""

    is_terminal: bool
    width: int | None
    color: bool
    encoding: str = "utf-8"


class Reading(NamedTuple):
    """Which reading of a watch this is, from 1, and what the one before it showed; 0 is no watch."""

    number: int = 0
    previous: Any = None


ONCE = Reading()


def render(
    form: str,
    view: View,
    document: Any,
    *,
    selection: Selection,
    screen: Screen,
    reading: Reading = ONCE,
) -> tuple[Iterable[bytes], list[str]]:
    """Return the answer in a form, in pieces to write to stdout, and the notes that belong beside it (on stderr).

    Rows for programs are formatted as they are written, so that a long answer takes no memory twice.
    `form` is one of table, json, jsonl, csv, tsv. In a watch, JSON is one document a line, and only the first reading
    of csv and tsv has a header.
    """
    if form == "table":
        from bnacct.output import table

        texts, notes = table.render(view, document, selection, screen, reading.previous)
        return _pieces(texts, screen.encoding), notes
    from bnacct.output import machine

    if form == "json" and selection.section is None:
        return _pieces(machine.json_texts(document, watched=reading.number > 0)), []
    section = selection.section or view.sections[0]
    names = selection.fields or tuple(column.name for column in section.columns)
    return _pieces(machine.FORMATS[form](_chosen(section, document, selection), names, reading.number)), []


def write(stream: TextIO, pieces: Iterable[bytes]) -> None:
    """Write bytes to a text stream as they are. Raises OSError as the stream does."""
    stream.flush()
    for piece in pieces:
        stream.buffer.write(piece)
    stream.flush()


def in_order(found: Iterable[Row], section: Section, selection: Selection) -> Iterable[Row]:
    """Return rows in the order asked for, which is the exchange's where none was."""
    if not selection.sort:
        return found
    from bnacct.output import ordering

    return ordering.ordered(list(found), section, selection.sort)


def _chosen(section: Section, document: Any, selection: Selection) -> Iterable[Row]:
    """Return a section's rows in the order asked for, and with the fields asked for."""
    found = in_order(rows(section, document), section, selection)
    if selection.fields:
        return ({name: row.get(name) for name in selection.fields} for row in found)
    return found


def _pieces(texts: Iterable[str], encoding: str = "utf-8") -> Iterator[bytes]:
    remaining = iter(texts)
    while piece := "".join(itertools.islice(remaining, _ROWS_AT_ONCE)):
        # In JSON, \\udXXX is also the right escape for a lone surrogate.
        yield piece.encode(encoding, "backslashreplace")
