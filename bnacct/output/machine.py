"""Formats for programs: JSON, JSONL, CSV (RFC 4180) and TSV, under the API's own field names."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from bnacct.views import Row

# Control characters that a JSON text may hold unescaped, but that a terminal would act on.
_TERMINAL_CONTROLS = re.compile("[\x7f-\x9f]")

# The same escapes as jq's @tsv, so that a row stays one line, and a field one field.
_TSV_ESCAPES = str.maketrans({"\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\"})

# json.dumps would make a new encoder for every row.
_encode = json.JSONEncoder(ensure_ascii=False).encode
_quoted = json.encoder.encode_basestring


def json_texts(document: Any, *, watched: bool = False) -> Iterator[str]:
    """Yield a document as indented JSON and a newline; as one line in a watch."""
    if watched:
        yield _harmless(_encode(document))
    else:
        yield from map(_harmless, _indented(document, "\n"))
    yield "\n"


def _indented(value: Any, line: str) -> Iterator[str]:
    """Yield a value as `json.dumps` with an indent of 2 writes it, a piece for each item of the outer lists.

    `line` starts a line of the value's own depth. The library's own writer takes three times as long.
    """
    inner = line + "  "
    if not value or not isinstance(value, list | dict):
        yield _indented_whole(value, line)
    elif isinstance(value, list):
        before = "["
        for item in value:
            yield f"{before}{inner}{_indented_whole(item, inner)}"
            before = ","
        yield f"{line}]"
    else:
        before = "{"
        for name, item in value.items():
            yield f"{before}{inner}{_quoted(name)}: "
            yield from _indented(item, inner)
            before = ","
        yield f"{line}}}"


def _indented_whole(value: Any, line: str) -> str:
    if value.__class__ is str:
        return _quoted(value)
    if not value or not isinstance(value, list | dict):
        return _encode(value)
    inner = line + "  "
    if isinstance(value, list):
        return f"[{inner}{f',{inner}'.join([_indented_whole(item, inner) for item in value])}{line}]"
    fields = [
        f"{_quoted(name)}: {_quoted(item) if item.__class__ is str else _indented_whole(item, inner)}"
        for name, item in value.items()
    ]
    return f"{{{inner}{f',{inner}'.join(fields)}{line}}}"


def _json_rows(rows: Iterable[Row], _names: Sequence[str], repeat: int) -> Iterator[str]:
    return json_texts(list(rows), watched=repeat > 0)


def _jsonl(rows: Iterable[Row], _names: Sequence[str], _repeat: int) -> Iterator[str]:
    return (_harmless(_encode(row)) + "\n" for row in rows)


def _csv(rows: Iterable[Row], names: Sequence[str], repeat: int) -> Iterator[str]:
    import csv

    writer = csv.writer(_Echo())
    if repeat <= 1:
        yield writer.writerow(names)
    for row in rows:
        fields = _field_texts(row, names)
        try:
            yield writer.writerow(fields)
        except csv.Error:  # Python 3.10 writes no NUL
            yield writer.writerow([field.replace("\0", "\\x00") for field in fields])


def _tsv(rows: Iterable[Row], names: Sequence[str], repeat: int) -> Iterator[str]:
    if repeat <= 1:
        yield "\t".join(names) + "\n"
    for row in rows:
        fields = _field_texts(row, names)
        line = "\t".join(fields)
        # One look at the whole line is faster than escaping every field, and few lines need it.
        if "\\" in line or "\n" in line or "\r" in line or line.count("\t") >= len(fields):
            line = "\t".join([field.translate(_TSV_ESCAPES) for field in fields])
        yield line + "\n"


class _Echo:
    """A file that returns what is written, so that a csv writer makes rows one at a time."""

    def write(self, text: str) -> str:
        return text


FORMATS: dict[str, Callable[[Iterable[Row], Sequence[str], int], Iterator[str]]] = {
    "json": _json_rows,
    "jsonl": _jsonl,
    "csv": _csv,
    "tsv": _tsv,
}


def field_text(value: object) -> str:
    """Return a field as text: a string as it is, null as nothing, anything else as JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else _encode(value)


def _field_texts(row: Row, names: Sequence[str]) -> list[str]:
    # Nearly all values are strings, and a call for each would take longer than the rest of the row.
    return [value if value.__class__ is str else field_text(value) for value in map(row.get, names)]


def _harmless(text: str) -> str:
    """Return JSON text with the control characters escaped that JSON itself would allow."""
    if text.isascii() and "\x7f" not in text:
        return text
    return _TERMINAL_CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
