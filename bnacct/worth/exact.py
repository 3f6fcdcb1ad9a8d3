"""Computes exactly: quantities are decimals with every digit received, values are rounded only when they are written.

A value is a decimal as long as nothing was divided, and else a fraction: decimals are several times as fast.
"""

import re
from collections.abc import Iterable
from decimal import Context, Decimal, Inexact  # noqa: TID253 - imported only where one computes
from fractions import Fraction
from typing import TypeAlias

from bnacct.views import amounts

__all__ = [
    "Decimal",
    "Fraction",
    "Value",
    "add",
    "floor",
    "number",
    "quantity_text",
    "ratio_text",
    "times",
    "total",
    "value_text",
]

Value: TypeAlias = Decimal | Fraction

DECIMALS = 18
_UNIT: int = 10**DECIMALS

_ZERO, _ZEROS = Decimal(0), frozenset(("0", "0.0", "0.00000000"))
# Nearly every other amount: of so few digits that none of the limits below concerns it.
_is_plain = re.compile(r"-?[0-9]{1,60}(?:\.[0-9]{1,60})?").fullmatch
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")

# The smallest place that an amount may have. With `amounts.LARGEST_EXPONENT` it says how many digits are needed for any
# sum of products of a quantity and the prices of three markets. A result with more would raise Inexact.
_SMALLEST_PLACE = -200
_DIGITS = 2_000
_EXACT = Context(prec=_DIGITS, traps=[Inexact])


def number(value: object) -> Decimal | None:
    """Return an amount of the exchange, or None where it is unknown, no number, or none that an amount could be.

    One endpoint separates thousands with commas.
    """
    if isinstance(value, str):
        if value in _ZEROS:  # most amounts of a long account
            return _ZERO
        if _is_plain(value):
            found = Decimal(value)
            return found or found.copy_abs()  # no -0
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and "," in value:
        value = value.replace(",", "") if _THOUSANDS.fullmatch(value) else None
    other = amounts.number(value)
    if other is None:
        return None
    exponent = other.as_tuple().exponent
    is_possible = isinstance(exponent, int) and _SMALLEST_PLACE <= exponent <= amounts.LARGEST_EXPONENT
    if not other:
        return other.copy_abs() if is_possible else Decimal(0)
    return other if is_possible and other.adjusted() <= amounts.LARGEST_EXPONENT else None


def add(terms: Iterable[Decimal]) -> Decimal:
    """Return an exact sum."""
    total = _ZERO
    for term in terms:
        if term is not _ZERO:
            total = term if total is _ZERO else _EXACT.add(total, term)
    return total or total.copy_abs()


def times(one: Value, other: Value) -> Value:
    """Return an exact product."""
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return _EXACT.multiply(one, other)
    return Fraction(one) * Fraction(other)


def quantity_text(quantity: Decimal | None) -> str | None:
    """Return every digit of a quantity, None where it is unknown."""
    return None if quantity is None else f"{quantity:f}"


def value_text(value: Value | None, decimals: int = DECIMALS) -> str | None:
    """Return a value with at most so many decimals, rounded half to even, None where it is unknown."""
    if value is None:
        return None
    if isinstance(value, Decimal):
        text = _shortest(f"{value:.{decimals}f}")  # half to even, as nobody changes the context of decimals
        return "0" if text == "-0" else text
    return _text(value.numerator, value.denominator, decimals)


def ratio_text(part: Value | None, whole: Fraction | None) -> str | None:
    """Return what part of a positive whole something is, like `value_text`; None where that is unknown."""
    if part is None or not whole:
        return None
    numerator, denominator = part.as_integer_ratio()
    return _text(numerator * whole.denominator, denominator * whole.numerator, DECIMALS)


def total(values: Iterable[Value | None]) -> Fraction:
    """Return the exact sum of the values that are known."""
    decimals = _ZERO
    # Most fractions share a denominator with others, and whole numbers add up much faster than fractions.
    numerators: dict[int, int] = {}
    for value in values:
        if isinstance(value, Decimal):
            decimals = _EXACT.add(decimals, value)
        elif value is not None:
            numerators[value.denominator] = numerators.get(value.denominator, 0) + value.numerator
    return sum((Fraction(numerator, denominator) for denominator, numerator in numerators.items()), Fraction(decimals))


def floor(value: Value) -> int:
    """Return a value in whole units of the smallest decimal that is written, rounded down: cheap to sort by."""
    numerator, denominator = value.as_integer_ratio()
    return numerator * _UNIT // denominator


def _text(numerator: int, denominator: int, decimals: int) -> str:
    units, rest = divmod(abs(numerator) * (_UNIT if decimals == DECIMALS else 10**decimals), denominator)
    twice = 2 * rest
    if twice > denominator or (twice == denominator and units % 2):
        units += 1
    digits = str(units).zfill(decimals + 1)
    return _shortest(f"{'-' if numerator < 0 and units else ''}{digits[:-decimals]}.{digits[-decimals:]}")


def _shortest(text: str) -> str:
    """Return a decimal with a point without the zeros at its end, and without the point where nothing is behind it."""
    return text.rstrip("0").rstrip(".")
