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

    # Each different amount is read once: most of a long account are the same zero.
    numbers = {value: number(value) for value in {row.get(name) for row in rows}}
    known = [row for row in rows if numbers[row.get(name)] is not None]
    if len(numbers) > 1:
        known.sort(key=lambda row: numbers[row.get(name)] or 0, reverse=descending)
    return known + ([row for row in rows if numbers[row.get(name)] is None] if len(known) < len(rows) else [])
