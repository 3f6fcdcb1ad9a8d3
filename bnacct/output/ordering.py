"""Sorts rows by a field: amounts by value, text by code point, unknown last."""

from collections.abc import Sequence

from bnacct.output.machine import field_text
from bnacct.views import AMOUNTS, Row, Section
from bnacct.views.amounts import number


def ordered(rows: Sequence[Row], section: Section, sort: str) -> list[Row]:
    """Return the rows sorted by a field, or from the greatest down where its name follows a dash."""
    descending, name = sort.startswith("-"), sort.removeprefix("-")
    kind = {column.name: column.kind for column in section.columns}[name]
    if kind in (*AMOUNTS, "time"):
        keyed = [(number(row.get(name)), row) for row in rows]
        known = sorted(
            [pair for pair in keyed if pair[0] is not None], key=lambda pair: pair[0] or 0, reverse=descending
        )
        return [row for _, row in known] + [row for value, row in keyed if value is None]
    return sorted(rows, key=lambda row: field_text(row.get(name)), reverse=descending)
