"""Puts a price on every entry: by market, and where there is none, by index, peg, or the exchange's own valuation."""

from typing import NamedTuple

from bnacct.worth import exact
from bnacct.worth.exact import Decimal, Fraction, Value
from bnacct.worth.ledger import Entry
from bnacct.worth.prices import COLLATERAL_WALLETS, CREDIT, is_indexed
from bnacct.worth.routes import Price, Routes

# Shares bought at the exchange; only its own valuation prices them.
_SHARE = "EQ_"
# The asset of the exchange's dollar index, of its list of wallets, and of its valuations.
_DOLLAR, _LISTED_IN, _VALUED_IN = "USD", "USDT", "BTC"


class Holding(NamedTuple):
    """An entry with its price and value in the quote; None is unknown."""

    entry: Entry
    price: Price | None
    value: Value | None


def valued(entry: Entry, routes: Routes) -> Holding:
    """Return an entry with its value, each computed once: multiplied first, divided once."""
    if entry.figure is not None:
        listed = routes.price(_LISTED_IN)
        price = listed and listed._replace(basis="exchange valuation")
        return Holding(entry, price, None if price is None else exact.times(entry.figure, price.amount))
    price = _price(entry, routes)
    if price is None or entry.quantity is None:
        return Holding(entry, price, None)
    return Holding(entry, price, exact.times(entry.quantity, price.amount))


def _price(entry: Entry, routes: Routes) -> Price | None:
    asset = entry.asset or ""
    if entry.estimated_as:
        underlying = routes.price(entry.estimated_as)
        return underlying and underlying.after(Decimal(1), asset, basis="estimated")
    if asset == CREDIT:
        return _by_dollars(Fraction(1), asset, routes)
    is_collateral = entry.wallet in COLLATERAL_WALLETS
    if is_collateral and is_indexed(asset):
        return _by_index(asset, routes) or routes.price(asset)
    if asset.startswith(_SHARE):
        return _by_exchange(entry, routes)
    return routes.price(asset) or (_by_index(asset, routes) if is_collateral else None) or _by_exchange(entry, routes)


def _by_index(asset: str, routes: Routes) -> Price | None:
    dollars = routes.table.dollars(asset)
    price = None if dollars is None else _by_dollars(dollars, asset, routes)
    return price and price._replace(basis="index")


def _by_dollars(dollars: Fraction, asset: str, routes: Routes) -> Price | None:
    stable, index = routes.price(_LISTED_IN), routes.table.dollars(_LISTED_IN)
    if stable is None or index is None:
        return None
    return stable.after(dollars / index, asset, _DOLLAR, basis="peg")


def _by_exchange(entry: Entry, routes: Routes) -> Price | None:
    bitcoin = routes.price(_VALUED_IN)
    if bitcoin is None or not entry.valuation or not entry.quantity or entry.valuation < 0:
        return None
    factor = Fraction(entry.valuation) / Fraction(entry.quantity)
    return bitcoin.after(factor, entry.asset or "", basis="exchange valuation")
