"""Writes rows or a document to a stream as table, JSON, JSONL, CSV or TSV.

Machine formats are UTF-8 in every locale, and never pass through rich. A table is drawn by rich on a terminal; in a
pipe it is plain aligned columns. The answer as a whole has been checked before its first byte is written.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TextIO

from bnacct import views
from bnacct.output.choices import ONCE, Repeat, Screen, Selection
from bnacct.views import Row, Section, View, rows

__all__ = ["ONCE", "Repeat", "Screen", "Selection", "body", "load", "render", "write"]

# Texts are encoded and written once there is so much of them.
_CHARACTERS_AT_ONCE = 1 << 16
# The number of a repeat that writes no header.
_HEADED = 2


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
    if form == "table" and view.name == views.OVERVIEW.name:
        from bnacct.output import overview

        texts, notes = overview.render(document, selection, screen, repeat)
        return _pieces(texts, screen.encoding), notes
    if selection.hidden and form != "json":
        view = view.without(selection.hidden)
        section = selection.section and selection.section.without(selection.hidden)
        selection = selection._replace(section=section)
    if form == "table":
        from bnacct.output import table

        texts, notes = table.render(view, document, selection, screen, repeat.previous)
        return _pieces(texts, screen.encoding), notes
    from bnacct.output import machine

    notes = []
    if form == "json" and selection.section is None:
        texts = machine.json_texts(document, watched=repeat.number > 0)
    else:
        section = selection.sections(view)[0]
        names = selection.fields or tuple(column.name for column in section.columns)
        found, notes = _chosen(view, section, document, selection, names)
        texts = machine.FORMATS[form](found, names, repeat.number if selection.header else _HEADED)
    if screen.is_terminal:
        from bnacct.output.escapes import visible_json, visible_lines

        texts = map(visible_json if form.startswith("json") else visible_lines, texts)
    return _pieces(texts), notes


def body(found: bytes, screen: Screen) -> bytes:
    """Return a response body as it came; on a terminal, with the characters escaped that it would act on."""
    from bnacct.output.escapes import visible_lines

    return visible_lines(found.decode("utf-8", "backslashreplace")).encode() if screen.is_terminal else found


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


def _chosen(
    view: View, section: Section, document: Any, selection: Selection, names: Sequence[str]
) -> tuple[Iterable[Row], list[str]]:
    """Return the rows of a section in the order and with the fields that were asked for, and notes about them."""
    found: Iterable[Row] = rows(section, document)
    if not (selection.fields or selection.sort or selection.total or selection.hidden or selection.wanted):
        return found, []
    from bnacct.output import data

    return data.chosen(found, section, view, selection, names)


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
