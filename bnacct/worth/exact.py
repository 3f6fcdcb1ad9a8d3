"""Computes exactly: quantities are decimals with every digit received, values are fractions, rounded when written."""

import re
from collections.abc import Iterable
from decimal import Context, Decimal, Inexact  # noqa: TID253 - imported only where one computes
from fractions import Fraction

from bnacct.views import amounts

__all__ = ["Decimal", "Fraction", "add", "floor", "number", "quantity_text", "ratio_text", "total", "value_text"]

DECIMALS = 18
_UNIT: int = 10**DECIMALS

_ZERO, _ZEROS = Decimal(0), frozenset(("0", "0.0", "0.00000000"))
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")

# The smallest place that an amount may have, and with `amounts.LARGEST_EXPONENT` the digits that any sum needs.
_SMALLEST_PLACE = -200
_EXACT = Context(prec=500, traps=[Inexact])


def number(value: object) -> Decimal | None:
    """Return an amount of the exchange, or None where it is unknown, no number, or none that an amount could be.

    One endpoint separates thousands with commas.
    """
    if value.__class__ is str and value in _ZEROS:
        # Most amounts of a long account.
        return _ZERO
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
    return None if value is None else _text(value.numerator, value.denominator, decimals)


def ratio_text(part: Fraction | None, whole: Fraction | None) -> str | None:
    """Return what part of a positive whole something is, like `value_text`; None where that is unknown."""
    if part is None or not whole:
        return None
    return _text(part.numerator * whole.denominator, part.denominator * whole.numerator, DECIMALS)


def total(values: Iterable[Fraction | None]) -> Fraction:
    """Return the exact sum of the values that are known."""
    # Most values share a denominator with others, and whole numbers add up much faster than fractions.
    numerators: dict[int, int] = {}
    for value in values:
        if value is not None:
            numerators[value.denominator] = numerators.get(value.denominator, 0) + value.numerator
    return sum((Fraction(numerator, denominator) for denominator, numerator in numerators.items()), Fraction(0))


def floor(value: Fraction) -> int:
    """Return a value in whole units of the smallest decimal that is written, rounded down: cheap to sort by."""
    return value.numerator * _UNIT // value.denominator


def _text(numerator: int, denominator: int, decimals: int) -> str:
    scale = 10**decimals
    whole, rest = divmod(abs(numerator) * scale, denominator)
    if 2 * rest > denominator or (2 * rest == denominator and whole % 2):
        whole += 1
    sign = "-" if numerator < 0 and whole else ""
    whole, fraction = divmod(whole, scale)
    places = f"{fraction:0{decimals}}".rstrip("0")
    return f"{sign}{whole}.{places}" if places else f"{sign}{whole}"
