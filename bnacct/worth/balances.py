"""Reads the wallets that hold assets: spot, funding, margin, futures, options, portfolio margin."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bnacct.views import Row
from bnacct.worth import exact
from bnacct.worth.answers import fields, objects
from bnacct.worth.exact import Decimal
from bnacct.worth.ledger import Entry, signed

if TYPE_CHECKING:
    from bnacct.readings import Reading

# What the parts of an asset in portfolio margin are: held, owed, and not yet realised.
PM_HELD = ("crossMarginFree", "crossMarginLocked")
PM_WALLETS = ("umWalletBalance", "cmWalletBalance")
PM_OWED = ("crossMarginBorrowed", "crossMarginInterest")
PM_PROFITS = ("umUnrealizedPNL", "cmUnrealizedPNL")
PM_PARTS = (*PM_HELD, *PM_WALLETS, *PM_OWED, *PM_PROFITS)


def spot(reading: "Reading") -> Iterator[Entry]:
    """Yield the entries of spot. Raises `WrongShape`, as all of these do."""
    return _simple("spot", reading)


def funding(reading: "Reading") -> Iterator[Entry]:
    return _simple("funding", reading)


def cross_margin(reading: "Reading") -> Iterator[Entry]:
    answer = fields(_answer(reading))
    if answer.get("created") is False:
        return
    for row in objects(answer.get("userAssets"), "asset"):
        yield from _margin("cross-margin", row)


def isolated_margin(reading: "Reading") -> Iterator[Entry]:
    """Yield the entries of both sides of every pair, disabled ones included: dust may remain."""
    for pair in objects(fields(_answer(reading)).get("assets"), "baseAsset", "quoteAsset"):
        for side in objects([pair["baseAsset"], pair["quoteAsset"]], "asset"):
            yield from _margin("isolated-margin", side)


def usdm_futures(reading: "Reading") -> Iterator[Entry]:
    return _futures("usdm-futures", reading)


def coinm_futures(reading: "Reading") -> Iterator[Entry]:
    return _futures("coinm-futures", reading)


def options(reading: "Reading") -> Iterator[Entry]:
    for row in objects(fields(_answer(reading)).get("asset"), "asset"):
        balance, equity = exact.number(row.get("marginBalance")), exact.number(row.get("equity"))
        yield from _with_profit("options", row["asset"], balance, equity)


def portfolio_margin(reading: "Reading") -> Iterator[Entry]:
    """Yield the entries of portfolio margin, from the parts: its own totals leave debt out.

    A blank part is nothing here, as long as one part is known.
    """
    answer = _answer(reading)
    # One asset alone may come as a bare object.
    for row in objects([answer] if isinstance(answer, dict) and answer else answer or [], "asset"):
        parts = {name: exact.number(row.get(name)) for name in (*PM_PARTS, "optionEquity")}
        if all(part is None for part in parts.values()):
            yield Entry("portfolio-margin", str(row["asset"]), "asset", None)
            continue
        known = {name: part or Decimal(0) for name, part in parts.items()}
        yield signed("portfolio-margin", row["asset"], exact.add(known[name] for name in PM_HELD))
        for name in (*PM_WALLETS, "optionEquity"):
            yield signed("portfolio-margin", row["asset"], known[name])
        yield _owed("portfolio-margin", row["asset"], exact.add(known[name] for name in PM_OWED))
        profit = exact.add(known[name] for name in PM_PROFITS)
        yield Entry("portfolio-margin", str(row["asset"]), "pnl", profit)


def _simple(wallet: str, reading: "Reading") -> Iterator[Entry]:
    for row in objects(_answer(reading), "asset"):
        held = _sum(row, "free", "locked", "freeze", "withdrawing")
        yield Entry(wallet, str(row["asset"]), "asset", held, valuation=exact.number(row.get("btcValuation")))


def _margin(wallet: str, row: Row) -> Iterator[Entry]:
    """Yield what is held and what is owed; together they are the net that the exchange says."""
    held, owed = _sum(row, "free", "locked"), _sum(row, "borrowed", "interest")
    net = exact.number(row.get("netAsset"))
    if net is None and held is not None and owed is not None:
        net = exact.add((held, -owed))
    if net is None or owed is None:
        yield signed(wallet, row["asset"], net)
        return
    yield signed(wallet, row["asset"], exact.add((net, owed)))
    yield _owed(wallet, row["asset"], owed)


def _futures(wallet: str, reading: "Reading") -> Iterator[Entry]:
    for row in objects(fields(_answer(reading)).get("assets"), "asset"):
        balance, profit = exact.number(row.get("walletBalance")), exact.number(row.get("unrealizedProfit"))
        equity = exact.number(row.get("marginBalance"))
        if equity is None and balance is not None and profit is not None:
            equity = exact.add((balance, profit))
        yield from _with_profit(wallet, row["asset"], balance, equity)


def _with_profit(wallet: str, asset: object, balance: Decimal | None, equity: Decimal | None) -> Iterator[Entry]:
    if balance is None or equity is None:
        yield signed(wallet, asset, equity)
        return
    yield signed(wallet, asset, balance)
    yield Entry(wallet, str(asset), "pnl", exact.add((equity, -balance)))


def _owed(wallet: str, asset: object, amount: Decimal) -> Entry:
    return Entry(wallet, str(asset), "debt", exact.add((-amount,)))


def _sum(row: Row, *names: str) -> Decimal | None:
    terms = []
    for name in names:
        term = exact.number(row.get(name))
        if term is None:
            return None
        terms.append(term)
    return exact.add(terms)


def _answer(reading: "Reading") -> object:
    return reading.answer.document if reading.answer is not None else None
