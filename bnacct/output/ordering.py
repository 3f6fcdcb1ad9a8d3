"""Sorts rows by a field: amounts by value, text by code point, unknown last."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation  # noqa: TID253 - imported only where something is computed

from bnacct.output.machine import field_text
from bnacct.views import Row, Section


def ordered(rows: Sequence[Row], section: Section, sort: str) -> list[Row]:
    """Return the rows sorted by a field, or from the greatest down where its name follows a dash."""
    descending, name = sort.startswith("-"), sort.removeprefix("-")
    kind = {column.name: column.kind for column in section.columns}[name]
    if kind in ("amount", "debt", "time"):
        keyed = [(number(row.get(name)), row) for row in rows]
        known = sorted(
            [pair for pair in keyed if pair[0] is not None], key=lambda pair: pair[0] or 0, reverse=descending
        )
        return [row for _, row in known] + [row for value, row in keyed if value is None]
    return sorted(rows, key=lambda row: field_text(row.get(name)), reverse=descending)


def number(value: object) -> Decimal | None:
    """Return a decimal string's value, or None where it is unknown or not a number."""
    try:
        found = Decimal(value if isinstance(value, str | int) else "")
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def total(values: Sequence[object]) -> str:
    """Return the exact sum of decimal strings, or "" where one of them is unknown or it cannot be told exactly."""
    from decimal import Context, Inexact, localcontext

    numbers = [number(value) for value in values]
    if not numbers or None in numbers:
        return ""
    with localcontext(Context(prec=500, traps=[Inexact])):
        try:
            return f"{sum(found for found in numbers if found is not None):f}"
        except Inexact:
            return ""
