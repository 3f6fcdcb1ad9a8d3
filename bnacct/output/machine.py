"""Formats for programs: JSON, JSONL, CSV (RFC 4180) and TSV, under the API's own field names."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from bnacct.views import Row

# Control characters that JSON may hold as they are, and a terminal may obey.
_OBEYED_BY_TERMINALS = re.compile("[\x7f-\x9f]")

# As jq's @tsv does: a row stays a line, a field stays a field.
_TSV_ESCAPES = str.maketrans({"\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\"})


def json_text(document: Any, *, watched: bool = False) -> str:
    """Return a document as indented JSON and a newline; in a watch as one line."""
    return _harmless(json.dumps(document, ensure_ascii=False, indent=None if watched else 2)) + "\n"


def _json_rows(rows: Sequence[Row], _names: Sequence[str], reading: int) -> str:
    return json_text(rows, watched=reading > 0)


def _jsonl(rows: Sequence[Row], _names: Sequence[str], _reading: int) -> str:
    return "".join([_harmless(json.dumps(row, ensure_ascii=False)) + "\n" for row in rows])


def _csv(rows: Sequence[Row], names: Sequence[str], reading: int) -> str:
    import csv
    import io

    text = io.StringIO(newline="")
    writer = csv.writer(text)
    if reading <= 1:
        writer.writerow(names)
    writer.writerows([[field_text(row.get(name)) for name in names] for row in rows])
    return text.getvalue()


def _tsv(rows: Sequence[Row], names: Sequence[str], reading: int) -> str:
    lines = [[field_text(row.get(name)).translate(_TSV_ESCAPES) for name in names] for row in rows]
    if reading <= 1:
        lines.insert(0, list(names))
    return "".join(["\t".join(line) + "\n" for line in lines])


FORMATS: dict[str, Callable[[Sequence[Row], Sequence[str], int], str]] = {
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
