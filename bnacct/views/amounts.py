"""Computes with amounts: takes decimal strings, and returns exact decimal strings, or "" if a value is unknown."""

from collections.abc import Sequence
from decimal import Context, Decimal, DecimalException, Inexact  # noqa: TID253 - only what computes imports this module

# The largest exponent that is written out as digits: far beyond any balance, and it still fits a screen.
LARGEST_EXPONENT = 64
# Enough digits to add any two such amounts exactly. A result that would need rounding raises Inexact.
_EXACT = Context(prec=500, traps=[Inexact])
_ROUNDED = Context(prec=28)
_CENT = Decimal("0.01")
# Put together once: it would take as long as reading the amount does.
_WRITTEN = str | int


def number(value: object) -> Decimal | None:
    """Return the value of a decimal string, or None if it is unknown or not a number."""
    if not isinstance(value, _WRITTEN):
        return None
    try:
        found = Decimal(value)
    except DecimalException:
        return None
    return found if found.is_finite() else None


def total(values: Sequence[object]) -> str:
    """Return the exact sum, or "" if a value is unknown or the sum cannot be exact."""
    numbers = [number(value) for value in values]
    if not numbers or None in numbers:
        return ""
    found = Decimal(0)
    try:
        for term in numbers:
            found = _EXACT.add(found, term or Decimal(0))
    except Inexact:
        return ""
    return f"{found:f}"


def difference(value: object, earlier: object) -> str:
    """Return `value` minus `earlier`, exactly, or "" if either is unknown."""
    now, then = number(value), number(earlier)
    if now is None or then is None or not (_is_writable(now) and _is_writable(then)):
        return ""
    return f"{_EXACT.subtract(now, then):f}"


def percent(part: object, whole: object) -> str:
    """Return 100 * part / whole, rounded to two places, or "" if either is unknown or `whole` is zero."""
    numerator, denominator = number(part), number(whole)
    if numerator is None or denominator is None:
        return ""
    try:
        share = _ROUNDED.multiply(_ROUNDED.divide(numerator, denominator), Decimal(100))
        return f"{share.quantize(_CENT, context=_ROUNDED):f}"
    except DecimalException:
        return ""


def levels(values: Sequence[object], steps: int) -> list[int | None]:
    """Return a level from 1, for the smallest value, to `steps`, for the largest; None for an unknown value."""
    numbers = [number(value) for value in values]
    known = [found for found in numbers if found is not None]
    if not known:
        return [None] * len(numbers)
    low, high = min(known), max(known)
    if low == high:
        return [None if found is None else (steps + 1) // 2 for found in numbers]
    try:
        scale = _ROUNDED.divide(Decimal(steps - 1), _ROUNDED.subtract(high, low))
        return [
            None if found is None else 1 + int(_ROUNDED.multiply(_ROUNDED.subtract(found, low), scale) + _HALF)
            for found in numbers
        ]
    except DecimalException:
        return [None] * len(numbers)


_HALF = Decimal("0.5")


def _is_writable(found: Decimal) -> bool:
    return not found or abs(found.adjusted()) <= LARGEST_EXPONENT
