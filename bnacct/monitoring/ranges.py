"""Reads and applies the ranges of the Monitoring Plugins' guidelines: `[@]start:end`.

A range says which values are in order. Both bounds belong to it. `10` is `0:10`, `10:` has no upper bound, and `~:10`
has no lower one. `@` turns the meaning round: what lies within is not in order.
Bounds are `Decimal`, so that 0.3 lies within `0.1:0.3`.
"""

from decimal import Decimal  # noqa: TID253 - imported only where figures are checked
from typing import NamedTuple

from bnacct.views import amounts

# Decimal takes more for a number: underscores, other scripts' digits, NaN.
_OF_NUMBERS = frozenset("0123456789.eE+-")
_EXAMPLES = "10: is at least 10, 0:5 is from 0 to 5, ~:5 is at most 5, and @0:5 is outside 0 to 5"


class RangeError(ValueError):
    """The text is no range; the message is a sentence that says why."""


class Range(NamedTuple):
    """Which values are in order. A bound that is None does not bound; `inverted` is the range's `@`."""

    start: Decimal | None
    end: Decimal | None
    inverted: bool = False

    def __str__(self) -> str:
        """Write the range as the guidelines do, without an exponent."""
        at = "@" if self.inverted else ""
        end = "" if self.end is None else plain(self.end)
        if self.start is None:
            return f"{at}~:{end}"
        return f"{at}{end}" if self.end is not None and not self.start else f"{at}{plain(self.start)}:{end}"

    def alerts(self, value: Decimal) -> bool:
        """Say whether a value is not in order."""
        return self._is_within(value) == self.inverted

    def reason(self, value: Decimal) -> str:
        """Say why a value is not in order: `below 1.2`."""
        if self.inverted:
            return f"within {str(self)[1:]}"
        if self.start is not None and value < self.start:
            return f"below {plain(self.start)}"
        return f"above {plain(self.end)}" if self.end is not None else ""

    def excess(self, value: Decimal) -> Decimal:
        """Return how far a value is on the wrong side, less than 0 being room left. It ranks values of one range."""
        beyond = [bound for bound in (self._below(value), self._above(value)) if bound is not None]
        if not beyond:
            return Decimal("inf") if self.inverted else Decimal("-inf")
        return -max(beyond) if self.inverted else max(beyond)

    def _is_within(self, value: Decimal) -> bool:
        return (self.start is None or self.start <= value) and (self.end is None or value <= self.end)

    def _below(self, value: Decimal) -> Decimal | None:
        return None if self.start is None else self.start - value

    def _above(self, value: Decimal) -> Decimal | None:
        return None if self.end is None else value - self.end


def parse(text: str) -> Range:
    """Return the range that a text describes. Raises `RangeError`."""
    inverted = text.startswith("@")
    bounds = text.removeprefix("@")
    if not bounds:
        raise RangeError(f"{text!r} has no bounds: {_EXAMPLES}.")
    first, colon, last = bounds.partition(":")
    if not colon:
        return Range(*_ordered(text, Decimal(0), _bound(text, first)), inverted)
    if not first and not last:
        raise RangeError(f"{text!r} has no bounds: {_EXAMPLES}.")
    start = None if first == "~" else _bound(text, first) if first else Decimal(0)
    end = _bound(text, last) if last else None
    return Range(*_ordered(text, start, end), inverted)


def plain(value: Decimal) -> str:
    """Write a number with all its digits and without an exponent."""
    if not value and value.as_tuple().exponent not in range(-amounts.LARGEST_EXPONENT, 1):
        return "0"
    return f"{value:f}"


def value(given: object) -> Decimal | None:
    """Return the number that an answer's field holds; None if it is unknown, or too large or small to be written."""
    found = amounts.number(given)
    if found is None or (found and abs(found.adjusted()) > amounts.LARGEST_EXPONENT):
        return None
    return found


def _bound(text: str, bound: str) -> Decimal:
    if bound == "~":
        raise RangeError(f"{text!r}: ~ is only a start; without an upper bound, leave the end out.")
    if not _OF_NUMBERS.issuperset(bound) or amounts.number(bound) is None:
        raise RangeError(f"{text!r}: {bound!r} is not a number. {_EXAMPLES}.")
    found = value(bound)
    if found is None:
        raise RangeError(f"{text!r}: {bound} is beyond what an amount could be.")
    return found or Decimal(0)


def _ordered(text: str, start: Decimal | None, end: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
    if start is not None and end is not None and start > end:
        meant = f"; at most {plain(end)} is ~:{plain(end)}" if not start else ""
        raise RangeError(f"{text!r} starts above its end: {plain(start)} is more than {plain(end)}{meant}.")
    return start, end
