"""Writes rows or a document to a stream as table, JSON, JSONL, CSV or TSV.

Machine formats are UTF-8 in every locale, and never pass through rich. A table is drawn by rich on a terminal; in a
pipe it is plain aligned columns. The answer as a whole has been checked before its first byte is written.
"""

from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from bnacct.output.choices import ONCE, Repeat, Screen, Selection
from bnacct.views import Row, Section, View, rows

__all__ = ["ONCE", "Repeat", "Screen", "Selection", "load", "render", "write"]

# Texts are encoded and written once there is so much of them.
_CHARACTERS_AT_ONCE = 1 << 16


def render(
    form: str,
    view: View,
    document: Any,
    *,
    selection: Selection,
    screen: Screen,
    repeat: Repeat = ONCE,
) -> tuple[Iterable[bytes], list[str]]:
    """Return the pieces to write to stdout, and the notes that belong beside them on stderr.

    `form` is one of table, json, jsonl, csv, tsv. Rows for programs are formatted while the pieces are consumed, so
    that a long answer is not held in memory twice. In a watch, JSON is one document a line, and only the first answer
    of csv and tsv has a header.
    """
    if form == "table":
        from bnacct.output import table

        texts, notes = table.render(view, document, selection, screen, repeat.previous)
        return _pieces(texts, screen.encoding), notes
    from bnacct.output import machine

    if form == "json" and selection.section is None:
        return _pieces(machine.json_texts(document, watched=repeat.number > 0)), []
    section = selection.section or view.sections[0]
    names = selection.fields or tuple(column.name for column in section.columns)
    return _pieces(machine.FORMATS[form](_chosen(section, document, selection), names, repeat.number)), []


def load(form: str, screen: Screen) -> None:
    """Load what `render` will need, so that it does not have to be loaded once the answer is there."""
    if form != "table":
        from bnacct.output import machine  # noqa: F401
    elif screen.is_for_person:
        from bnacct.output import table, terminal  # noqa: F401
    else:
        from bnacct.output import plain, table  # noqa: F401


def write(stream: TextIO, pieces: Iterable[bytes]) -> None:
    """Write bytes to a text stream as they are, and all of them. Raises the OSError of the stream."""
    _flush(stream)
    for piece in pieces:
        rest = memoryview(piece)
        while rest:
            rest = rest[_taken(stream, rest) :]
    _flush(stream)


def _taken(stream: TextIO, piece: memoryview) -> int:
    """Write what the stream takes of a piece, and return how many bytes that were.

    Without a buffer (PYTHONUNBUFFERED) one write may take only a part, and a pipe that does not block may take nothing.
    """
    try:
        taken: int | None = stream.buffer.write(piece)
    except BlockingIOError as full:
        taken = full.characters_written
    if not taken:
        _wait_for_room(stream)
    return taken or 0


def _flush(stream: TextIO) -> None:
    while True:
        try:
            return stream.flush()
        except BlockingIOError:
            _wait_for_room(stream)


def _wait_for_room(stream: TextIO) -> None:
    import select

    select.select([], [stream], [])


def _chosen(section: Section, document: Any, selection: Selection) -> Iterable[Row]:
    """Return the rows of a section in the order and with the fields that were asked for."""
    found: Iterable[Row] = rows(section, document)
    if selection.sort:
        from bnacct.output.ordering import in_order

        found = in_order(found, section, selection.sort)
    if selection.fields:
        return ({name: row.get(name) for name in selection.fields} for row in found)
    return found


def _pieces(texts: Iterable[str], encoding: str = "utf-8") -> Iterator[bytes]:
    held: list[str] = []
    length = 0
    for text in texts:
        held.append(text)
        length += len(text)
        if length >= _CHARACTERS_AT_ONCE:
            yield _encoded(held, encoding)
            length = 0
    if held:
        yield _encoded(held, encoding)


def _encoded(held: list[str], encoding: str) -> bytes:
    """Return texts as bytes, and let go of them."""
    text = "".join(held)
    held.clear()
    # A lone surrogate becomes \\udXXX, which is the right escape in JSON too.
    return text.encode(encoding, "backslashreplace")
