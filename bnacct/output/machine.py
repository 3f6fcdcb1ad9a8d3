"""Formats for programs: JSON, JSONL, CSV (RFC 4180) and TSV, under the API's own field names."""

import functools
import itertools
import json
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from json.encoder import encode_basestring
from typing import Any

from bnacct.views import Row

# Control characters that a JSON text may hold unescaped, but that a terminal would act on.
_TERMINAL_CONTROLS = re.compile("[\x7f-\x9f]")

# How many rows are written at once.
_ROWS_AT_ONCE = 512

# The same escapes as jq's @tsv, so that a row stays one line, and a field one field.
_TSV_ESCAPES = str.maketrans({"\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\"})

# json.dumps would make a new encoder for every row.
_encode = json.JSONEncoder(ensure_ascii=False).encode

_CONTAINERS = {dict, list}
# As that encoder writes an object: before its fields, between two, and after them.
_ONE_LINE = ("{", ", ", "}")


def json_texts(document: Any, *, watched: bool = False) -> Iterator[str]:
    """Yield a document as indented JSON and a newline; as one line in a watch."""
    yield from _in_one_line(document) if watched else _indented(document, "")
    yield "\n"


def _in_one_line(document: Any) -> Iterator[str]:
    if document.__class__ is not list or not document:
        yield _written(document)
        return
    start = "["
    for batch in _batches(document):
        yield start + (_alike(batch, _ONE_LINE, ", ") or _written(batch)[1:-1])
        start = ", "
    yield "]"


def _indented(value: Any, margin: str) -> Iterator[str]:
    """Yield what `json.dumps(value, indent=2)` returns, which takes three times as long for many rows."""
    inner = margin + "  "
    if not value or value.__class__ not in _CONTAINERS:
        yield _written(value)
    elif _is_flat([value]):
        text = _harmless(_encode_indented(inner)(value))
        yield f"{text[0]}\n{inner}{text[1:-1]}\n{margin}{text[-1]}"
    elif value.__class__ is dict:
        start = "{\n"
        for name, field in value.items():
            yield f"{start}{inner}{_written(name)}: "
            yield from _indented(field, inner)
            start = ",\n"
        yield f"\n{margin}}}"
    else:
        start = "[\n"
        for batch in _batches(value):
            if text := _alike(batch, (f"{{\n{inner}  ", f",\n{inner}  ", f"\n{inner}}}"), f",\n{inner}"):
                yield f"{start}{inner}{text}"
                start = ",\n"
                continue
            for element in batch:
                yield f"{start}{inner}"
                yield from _indented(element, inner)
                start = ",\n"
        yield f"\n{margin}]"


def _alike(elements: Sequence[Any], form: tuple[str, str, str], between: str) -> str:
    """Return objects that name the same fields, as nearly all rows do; "" where they do not, or need escapes.

    `form` is what stands before, between and after the fields of an object. Each column is looked at once, and then all
    objects are written at once, in half the time that the encoder takes.
    """
    if set(map(type, elements)) != {dict} or not all(elements):
        return ""
    names = tuple(elements[0])
    if not all(map(names.__eq__, map(tuple, elements))):
        return ""
    columns, fields = [], []
    for name, values in zip(names, zip(*map(dict.values, elements), strict=True), strict=True):
        value, column = _column(values)
        if not value:
            return ""
        columns.append(column)
        fields.append(f"{_written(name).replace('%', '%%')}: {value}")
    start, middle, end = form
    written = f"{start}{middle.join(fields)}{end}"
    return between.join([written] * len(elements)) % tuple(itertools.chain.from_iterable(zip(*columns, strict=True)))


def _column(values: Sequence[Any]) -> tuple[str, Iterable[object]]:
    """Return how values of one type are written, and what is to be written so; "" for all that is not so simple."""
    types = set(map(type, values))
    if types <= {str, type(None)}:
        joined = "".join(filter(None, values))
        if len(_harmless(encode_basestring(joined))) > len(joined) + 2:
            return "", values
        if types == {str}:
            return '"%s"', values
        return "%s", ["null" if value is None else f'"{value}"' for value in values]
    if types == {bool}:
        return "%s", ["true" if value else "false" for value in values]
    return ("%s" if types == {int} else ""), values


@functools.cache
def _encode_indented(margin: str) -> Callable[[Any], str]:
    return json.JSONEncoder(ensure_ascii=False, separators=(f",\n{margin}", ": ")).encode


def _is_flat(containers: Sequence[Any]) -> bool:
    """Say whether objects and lists hold no others."""
    values = (each.values() if each.__class__ is dict else each for each in containers)
    return not _CONTAINERS & set(map(type, itertools.chain.from_iterable(values)))


def _batches(elements: Iterable[Any]) -> Iterator[list[Any]]:
    remaining = iter(elements)
    while batch := list(itertools.islice(remaining, _ROWS_AT_ONCE)):
        yield batch


def _json_rows(rows: Iterable[Row], _names: Sequence[str], repeat: int) -> Iterator[str]:
    return json_texts(list(rows), watched=repeat > 0)


def _jsonl(rows: Iterable[Row], _names: Sequence[str], _repeat: int) -> Iterator[str]:
    for batch in _batches(rows):
        text = _alike(batch, _ONE_LINE, "\n") or "\n".join(map(_written, batch))
        yield f"{text}\n"


def _csv(rows: Iterable[Row], names: Sequence[str], repeat: int) -> Iterator[str]:
    import csv

    writer = csv.writer(_Echo())
    if repeat <= 1:
        yield writer.writerow(names)
    commas = len(names) - 1
    for line, fields in _joined(rows, names, ","):
        if commas and line.count(",") == commas and not ('"' in line or "\n" in line or "\r" in line or "\0" in line):
            # As nearly all rows are: there is nothing to quote.
            yield f"{line}\r\n"
            continue
        try:
            yield writer.writerow(fields)
        except csv.Error:  # Python 3.10 writes no NUL
            yield writer.writerow([field.replace("\0", "\\x00") for field in fields])


def _tsv(rows: Iterable[Row], names: Sequence[str], repeat: int) -> Iterator[str]:
    if repeat <= 1:
        yield "\t".join(names) + "\n"
    for line, fields in _joined(rows, names, "\t"):
        # One look at the whole line is faster than escaping every field, and few lines need it.
        if "\\" in line or "\n" in line or "\r" in line or line.count("\t") >= len(fields):
            yield "\t".join([field.translate(_TSV_ESCAPES) for field in fields]) + "\n"
        else:
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


def _joined(rows: Iterable[Row], names: Sequence[str], separator: str) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the fields of each row as texts, joined and one by one."""
    # Nearly all rows hold all fields, as strings: then there is no need to look at each.
    get = operator.itemgetter(*names) if len(names) > 1 else None
    for row in rows:
        try:
            fields: Sequence[str] = get(row) if get else [row[names[0]]]
            line = separator.join(fields)
        except (KeyError, TypeError):
            fields = [field_text(value) for value in map(row.get, names)]
            line = separator.join(fields)
        yield line, fields


def _written(value: Any) -> str:
    return _harmless(_encode(value))


def _harmless(text: str) -> str:
    """Return JSON text with the control characters escaped that JSON itself would allow."""
    if text.isascii() and "\x7f" not in text:
        return text
    return _TERMINAL_CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
