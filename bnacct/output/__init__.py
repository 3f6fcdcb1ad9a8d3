"""Writes rows or a document to a stream as table, JSON, JSONL, CSV or TSV.

Machine formats are UTF-8 whatever the locale says, and never pass through rich. A table is drawn by rich on a terminal,
and is plain aligned columns in a pipe. Everything is written in one piece, so that a failure leaves no half answer.
"""

from typing import Any, NamedTuple, TextIO

from bnacct.views import Row, Section, View, rows


class Selection(NamedTuple):
    """What of an answer is shown: one section or all, which fields, in which order, with which zero rows."""

    section: Section | None = None
    fields: tuple[str, ...] = ()
    sort: str = ""
    zero_rows: bool = False
    every_column: bool = False


class Screen(NamedTuple):
    """Where a table goes. `width` is None where nothing bounds it, as in a pipe."""

    is_terminal: bool
    width: int | None
    color: bool


def write(stream: TextIO, form: str, view: View, document: Any, *, selection: Selection, screen: Screen) -> list[str]:
    """Write the answer, and return the notes that belong beside it (on stderr).

    `form` is one of table, json, jsonl, csv, tsv. Raises OSError as the stream does.
    """
    if form == "table":
        from bnacct.output import table

        text, notes = table.render(view, document, selection, screen, encoding=stream.encoding or "utf-8")
        _put(stream, text, stream.encoding or "utf-8")
        return notes
    from bnacct.output import machine

    section = selection.section or view.sections[0]
    if form == "json" and selection.section is None:
        text = machine.json_text(document)
    else:
        text = machine.FORMATS[form](chosen(section, document, selection), _names(section, selection))
    write_text(stream, text)
    return []


def write_bytes(stream: TextIO, body: bytes) -> None:
    """Write a body byte for byte."""
    stream.flush()
    stream.buffer.write(body)
    stream.flush()


def write_text(stream: TextIO, text: str) -> None:
    """Write text as UTF-8, whatever the locale says."""
    _put(stream, text, "utf-8")


def chosen(section: Section, document: Any, selection: Selection) -> list[Row]:
    """Return a section's rows in the order asked for, and with the fields asked for."""
    found = rows(section, document)
    if selection.sort:
        from bnacct.output import ordering

        found = ordering.ordered(found, section, selection.sort)
    if selection.fields:
        found = [{name: row.get(name) for name in selection.fields} for row in found]
    return found


def _names(section: Section, selection: Selection) -> tuple[str, ...]:
    return selection.fields or tuple(column.name for column in section.columns)


def _put(stream: TextIO, text: str, encoding: str) -> None:
    # What the encoding lacks is made visible; in JSON, \\udXXX is also the right escape for a lone surrogate.
    write_bytes(stream, text.encode(encoding, "backslashreplace"))
