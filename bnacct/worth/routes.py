"""Finds the way from an asset to the quote: the shortest, in one fixed order, so that two runs agree."""

import itertools
from collections.abc import Iterator
from typing import Literal, NamedTuple

from bnacct.worth import exact
from bnacct.worth.exact import Decimal, Fraction, Value
from bnacct.worth.prices import HUBS, PriceTable

Basis = Literal["market", "index", "peg", "exchange valuation", "estimated"]


class Price(NamedTuple):
    """What one piece is worth in the quote, exactly; `route` names the assets that the price passed through."""

    amount: Value
    route: tuple[str, ...]
    basis: Basis

    @property
    def value(self) -> Fraction:
        """The amount as a fraction, whichever of the two it is."""
        return Fraction(self.amount)

    def after(self, factor: Value, *route: str, basis: Basis) -> "Price":
        """Return the price of what is worth so many of the first asset of this route."""
        return Price(exact.times(factor, self.amount), (*route, *self.route), basis)


class Routes:
    """The prices of assets in one quote; none at all where no prices were read (`has_prices`)."""

    def __init__(self, table: PriceTable, quote: str, has_prices: bool = True) -> None:
        self.table = table
        self.quote = quote
        self._has_prices = has_prices
        self._found: dict[str, Price | None] = {}

    def price(self, asset: str) -> Price | None:
        """Return the market price of an asset, None where no way of at most two hubs leads to the quote."""
        if asset not in self._found:
            self._found[asset] = self._price(asset)
        return self._found[asset]

    def _price(self, asset: str) -> Price | None:
        if not self._has_prices:
            return None
        if asset == self.quote:
            return Price(Decimal(1), (asset,), "market")
        direct = self.table.price(asset, self.quote)
        if direct is not None:  # as nearly always: no other way is thought of
            return Price(direct, (asset, self.quote), "market")
        for way in self._ways(asset):
            found: Value = Decimal(1)
            for start, end in itertools.pairwise(way):
                leg = self.table.leg(start, end)
                if leg is None:
                    break
                found = exact.times(found, leg)
            else:
                return Price(found, way, "market")
        return None

    def _ways(self, asset: str) -> Iterator[tuple[str, ...]]:
        yield asset, self.quote
        hubs = [hub for hub in HUBS if hub not in (asset, self.quote)]
        reachable = [hub for hub in hubs if self.table.leg(asset, hub) is not None]
        yield from ((asset, hub, self.quote) for hub in reachable)
        yield from ((asset, first, second, self.quote) for first in reachable for second in hubs if first != second)
