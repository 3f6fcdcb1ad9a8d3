"""Formats for programs: JSON, JSONL, CSV (RFC 4180) and TSV, under the API's own field names."""

import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from bnacct.views import Row

# Control characters that JSON may hold as they are, and a terminal may obey.
_OBEYED_BY_TERMINALS = re.compile("[\x7f-\x9f]")

_TOKENS_AT_ONCE = 2048

# As jq's @tsv does: a row stays a line, a field stays a field.
_TSV_ESCAPES = str.maketrans({"\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\"})


def json_texts(document: Any, *, watched: bool = False) -> Iterator[str]:
    """Yield a document as indented JSON and a newline; in a watch as one line."""
    if watched:
        yield _harmless(json.dumps(document, ensure_ascii=False))
    else:
        tokens = json.JSONEncoder(ensure_ascii=False, indent=2).iterencode(document)
        while text := "".join(itertools.islice(tokens, _TOKENS_AT_ONCE)):
            yield _harmless(text)
    yield "\n"


def _json_rows(rows: Iterable[Row], _names: Sequence[str], reading: int) -> Iterator[str]:
    return json_texts(list(rows), watched=reading > 0)


def _jsonl(rows: Iterable[Row], _names: Sequence[str], _reading: int) -> Iterator[str]:
    return (_harmless(json.dumps(row, ensure_ascii=False)) + "\n" for row in rows)


def _csv(rows: Iterable[Row], names: Sequence[str], reading: int) -> Iterator[str]:
    import csv

    writer = csv.writer(_Echo())
    if reading <= 1:
        yield writer.writerow(names)
    for row in rows:
        fields = [field_text(row.get(name)) for name in names]
        try:
            yield writer.writerow(fields)
        except csv.Error:  # Python 3.10 writes no NUL
            yield writer.writerow([field.replace("\0", "\\x00") for field in fields])


def _tsv(rows: Iterable[Row], names: Sequence[str], reading: int) -> Iterator[str]:
    if reading <= 1:
        yield "\t".join(names) + "\n"
    for row in rows:
        yield "\t".join([field_text(row.get(name)).translate(_TSV_ESCAPES) for name in names]) + "\n"


class _Echo:
    """A file that hands back what is written, so that a csv writer makes rows one at a time."""

    def write(self, text: str) -> str:
        return text


FORMATS: dict[str, Callable[[Iterable[Row], Sequence[str], int], Iterator[str]]] = {
    "json": _json_rows,
    "jsonl": _jsonl,
    "csv": _csv,
    "tsv": _tsv,
}


def field_text(value: Any) -> str:
    """Return a field as text: strings as they are, unknown as nothing, anything else as JSON writes it."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _harmless(text: str) -> str:
    if text.isascii() and "\x7f" not in text:
        return text
    return _OBEYED_BY_TERMINALS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
