"""Sorts rows by a field: amounts and times by value, text by code point, unknown values last."""

from collections.abc import Iterable, Sequence

from bnacct.output.machine import field_text
from bnacct.views import NUMBERS, Column, Row


def in_order(rows: Iterable[Row], columns: Sequence[Column], sort: str) -> Iterable[Row]:
    """Return the rows sorted by one of the columns, from the largest down if a dash is before its name.

    They are as they were where `sort` is "".
    """
    return _sorted(list(rows), columns, sort) if sort else rows


def _sorted(rows: Sequence[Row], columns: Sequence[Column], sort: str) -> list[Row]:
    descending, name = sort.startswith("-"), sort.removeprefix("-")
    kind = {column.name: column.kind for column in columns}[name]
    if kind not in (*NUMBERS, "time"):
        return sorted(rows, key=lambda row: field_text(row.get(name)), reverse=descending)
    from bnacct.views.amounts import number

    values = [row.get(name) for row in rows]
    # Each different text is read once: most amounts of a long account are the same zero.
    texts = {value: number(value) for value in {value for value in values if isinstance(value, str)}}
    keyed = [
        (texts[value] if isinstance(value, str) else number(value), row)
        for value, row in zip(values, rows, strict=True)
    ]
    known = sorted([pair for pair in keyed if pair[0] is not None], key=lambda pair: pair[0] or 0, reverse=descending)
    return [row for _, row in known] + [row for value, row in keyed if value is None]
