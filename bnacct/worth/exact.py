"""Computes exactly: quantities are decimals with every digit received, values are fractions, rounded when written."""

import re
from collections.abc import Iterable
from decimal import Context, Decimal, Inexact  # noqa: TID253 - imported only where one computes
from fractions import Fraction

from bnacct.views import amounts

__all__ = ["Decimal", "Fraction", "add", "number", "quantity_text", "total", "value_text"]

DECIMALS = 18

_THOUSANDS = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")

# The smallest place that an amount may have, and with `amounts.LARGEST_EXPONENT` the digits that any sum needs.
_SMALLEST_PLACE = -200
_EXACT = Context(prec=500, traps=[Inexact])


def number(value: object) -> Decimal | None:
    """Return an amount of the exchange, or None where it is unknown, no number, or none that an amount could be.

    One endpoint separates thousands with commas.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and "," in value:
        value = value.replace(",", "") if _THOUSANDS.fullmatch(value) else None
    found = amounts.number(value)
    if found is None:
        return None
    exponent = found.as_tuple().exponent
    is_possible = isinstance(exponent, int) and _SMALLEST_PLACE <= exponent <= amounts.LARGEST_EXPONENT
    if not found:
        return found.copy_abs() if is_possible else Decimal(0)
    return found if is_possible and found.adjusted() <= amounts.LARGEST_EXPONENT else None


def add(terms: Iterable[Decimal]) -> Decimal:
    """Return an exact sum."""
    total = Decimal(0)
    for term in terms:
        total = _EXACT.add(total, term)
    return total if total else total.copy_abs()


def quantity_text(quantity: Decimal | None) -> str | None:
    """Return every digit of a quantity, None where it is unknown."""
    return None if quantity is None else f"{quantity:f}"


def value_text(value: Fraction | None, decimals: int = DECIMALS) -> str | None:
    """Return a value with at most so many decimals, rounded half to even, None where it is unknown."""
    if value is None:
        return None
    scale = 10**decimals
    scaled = round(value * scale)
    whole, fraction = divmod(abs(scaled), scale)
    places = f"{fraction:0{decimals}}".rstrip("0")
    return f"{'-' if scaled < 0 else ''}{whole}{'.' if places else ''}{places}"


def total(values: Iterable[Fraction | None]) -> Fraction:
    """Return the exact sum of the values that are known."""
    return sum((value for value in values if value is not None), Fraction(0))
