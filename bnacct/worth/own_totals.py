"""Compares the totals that a wallet's own answer states with the sum of its rows. No further call is needed for that."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bnacct.views import Row
from bnacct.worth import answers, exact
from bnacct.worth.answers import Readings
from bnacct.worth.balances import PM_HELD, PM_OWED, PM_WALLETS
from bnacct.worth.exact import Decimal, Fraction
from bnacct.worth.prices import CREDIT, is_indexed
from bnacct.worth.routes import Routes
from bnacct.worth.statuses import State
from bnacct.worth.sums import Sums
from bnacct.worth.tolerance import Tolerance

_NET_OF_BTC = "totalNetAssetOfBtc"
_MARGINS = ("cross-margin", "isolated-margin")
_FUTURES, _PORTFOLIO = "usdm-futures", "portfolio-margin"
# What a futures account in single-asset mode adds up.
_SINGLE = "USDT"


class OwnTotals:
    """The totals of the exchange's answers beside ours, in the quote. Only a wallet that was read wholly is compared."""

    def __init__(self, states: Mapping[str, State], sums: Sums, routes: Routes, tolerance: Tolerance) -> None:
        self._states = states
        self._sums = sums
        self._routes = routes
        self._tolerance = tolerance

    def notes(self, readings: Readings) -> list[str]:
        """Return what differs by more than spread and age explain."""
        return [
            *self._margins(readings),
            *self._equity(readings),
            *self._portfolio_rows(readings),
            *self._single_asset(readings),
            *self._profits(readings),
        ]

    def _margins(self, readings: Readings) -> Iterator[str]:
        bitcoin = self._routes.price("BTC")
        for wallet in _MARGINS:
            net = exact.number(_object(readings, wallet).get(_NET_OF_BTC))
            if net is not None and bitcoin is not None and self._is_comparable(wallet):
                theirs = Fraction(net) * bitcoin.value
                yield from self._gap(f"{wallet}, by its {_NET_OF_BTC}", self._sums.value(wallet), theirs)

    def _equity(self, readings: Readings) -> Iterator[str]:
        equity = exact.number(_object(readings, "pm-account").get("actualEquity"))
        index, stable = self._routes.table.dollars("USDT"), self._routes.price("USDT")
        if equity is None or index is None or stable is None or not self._is_comparable(_PORTFOLIO):
            return
        theirs = Fraction(equity) / index * stable.value
        yield from self._gap(f"{_PORTFOLIO}, by its actualEquity", self._sums.value(_PORTFOLIO), theirs)

    def _portfolio_rows(self, readings: Readings) -> Iterator[str]:
        """Yield whose total lacks its debt, as one note, and whose total is not that of its parts.

        The ledger is made of the parts: live answers were gross of debt, and the document's sample is net of it.
        """
        prices = self._prices(_PORTFOLIO)
        net = []
        for row in _rows(answers.document(readings, "pm-balance")):
            asset, total = str(row.get("asset")), exact.number(row.get("totalWalletBalance"))
            parts = [exact.number(row.get(name)) for name in (*PM_HELD, *PM_WALLETS)]
            if total is None or all(part is None for part in parts):
                continue
            gross, owed = _sum(parts), _sum(exact.number(row.get(name)) for name in PM_OWED)
            if total == gross:
                continue
            if total == exact.add((gross, -owed)):
                net.append(f"{total:f} {asset} where its parts hold {gross:f}")
            elif asset in prices:
                name = f"{_PORTFOLIO}, by the totalWalletBalance of {asset}"
                yield from self._gap(name, Fraction(gross) * prices[asset], Fraction(total) * prices[asset])
        if net:
            yield f"{_PORTFOLIO}: totalWalletBalance is net of debt here: {', '.join(net)}."

    def _single_asset(self, readings: Readings) -> Iterator[str]:
        """Compare the futures' total with the USDT that it is to be made of.

        No answer names the mode. In multi-assets mode the total is in dollars, at haircut rates, of all collateral: where
        it is the USDT in the wallet to the last digit, it is that of single-asset mode.
        """
        answer = _object(readings, _FUTURES)
        single = next((row for row in _rows(answer.get("assets")) if row.get("asset") == _SINGLE), {})
        balance = exact.number(single.get("walletBalance"))
        ours, theirs = exact.number(single.get("marginBalance")), exact.number(answer.get("totalMarginBalance"))
        price = self._routes.price(_SINGLE)
        if not balance or balance != exact.number(answer.get("totalWalletBalance")):
            return
        if ours is not None and theirs is not None and price is not None and self._is_read(_FUTURES):
            name = f"{_SINGLE} in {_FUTURES}, by its totalMarginBalance"
            yield from self._gap(name, Fraction(ours) * price.value, Fraction(theirs) * price.value)

    def _profits(self, readings: Readings) -> Iterator[str]:
        """Compare what positions have gained with what the assets that they are settled in have."""
        answer = _object(readings, _FUTURES)
        if "positions" not in answer:
            return
        rows = _rows(answer.get("assets"))
        by_asset = [(str(row.get("asset")), exact.number(row.get("unrealizedProfit"))) for row in rows]
        names = [name for name, _ in by_asset if name != CREDIT and not is_indexed(name)]
        has_credit = any(row.get("asset") == CREDIT and _moves(row) for row in rows)
        by_position = [
            (CREDIT if has_credit else _settled_in(str(row.get("symbol")), names), profit)
            for row in _rows(answer.get("positions"))
            if (profit := exact.number(row.get("unrealizedProfit"))) != 0
        ]
        ours, theirs = self._value(by_asset), self._value(by_position)
        if ours is not None and theirs is not None and self._is_read(_FUTURES):
            yield from self._gap(f"unrealizedProfit in {_FUTURES}, by its positions", ours, theirs)

    def _value(self, amounts: Iterable[tuple[str, Decimal | None]]) -> Fraction | None:
        """Return the sum of amounts of assets, None where an amount, an asset or its price is unknown."""
        prices = self._prices(_FUTURES)
        values = []
        for asset, amount in amounts:
            price = prices.get(asset)
            if amount is None or (amount and price is None):
                return None
            if price is not None:
                values.append(Fraction(amount) * price)
        return exact.total(values)

    def _prices(self, wallet: str) -> dict[str, Fraction]:
        """Return the prices of what a wallet holds: those of collateral are its own."""
        held = ((holding.entry.asset, holding.price) for holding in self._sums.of(wallet))
        return {asset: price.value for asset, price in held if asset is not None and price is not None}

    def _is_read(self, wallet: str) -> bool:
        state = self._states[wallet]
        return state.status == "readable" and state.is_whole

    def _is_comparable(self, wallet: str) -> bool:
        return self._is_read(wallet) and not self._sums.is_unpriced(wallet)

    def _gap(self, name: str, ours: Fraction, theirs: Fraction) -> Iterator[str]:
        if not self._tolerance.agree(ours, theirs):
            yield self._tolerance.gap(name, ours, theirs)


def _settled_in(symbol: str, assets: Iterable[str]) -> str:
    """Return the asset that a contract is settled in, which its symbol ends with; "" where that is none of these."""
    name = symbol.partition("_")[0]  # after it comes a delivery date
    return max((asset for asset in assets if name.endswith(asset)), key=len, default="")


def _moves(row: Row) -> bool:
    return any(exact.number(row.get(name)) for name in ("walletBalance", "unrealizedProfit"))


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return exact.add(amount for amount in amounts if amount is not None)


def _object(readings: Readings, source: str) -> Row:
    answer = answers.document(readings, source)
    return answer if isinstance(answer, dict) else {}


def _rows(answer: Any) -> list[Row]:
    """Return the rows of a list; one asset alone may come as a bare object."""
    rows = [answer] if isinstance(answer, dict) else answer
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
