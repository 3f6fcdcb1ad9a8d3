"""Compares the sums with the exchange's own figures: they are told apart, never corrected."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from bnacct.views import Row
from bnacct.worth import answers, exact
from bnacct.worth.answers import Readings
from bnacct.worth.balances import PM_PARTS
from bnacct.worth.exact import Fraction
from bnacct.worth.facts import Facts
from bnacct.worth.prices import CREDIT
from bnacct.worth.routes import Routes
from bnacct.worth.scope import Scope
from bnacct.worth.statuses import State
from bnacct.worth.total import Missing
from bnacct.worth.valuation import Holding
from bnacct.worth.wallets import EARN, EARN_WALLETS, SOURCES

# Tokens of staking and yield: they lie in a wallet, and the exchange may count them under Earn as well.
_STAKED = frozenset(("WBETH", "BETH", "BNSOL", "BFUSD", "RWUSD"))
# Quotes whose values are told with two decimals, and all others with eight.
_MONEY = frozenset(("USDT", "USDC", "FDUSD", "TRY", "EUR"))


class Estimate(NamedTuple):
    """What the exchange itself takes the covered wallets to be worth, and how far the total is from that."""

    value: Fraction | None
    difference: Fraction | None


class Checks:
    """The exchange's figures beside ours, in the quote."""

    def __init__(
        self,
        scope: Scope,
        facts: Facts,
        states: Mapping[str, State],
        holdings: Sequence[Holding],
        routes: Routes,
    ) -> None:
        self._scope = scope
        self._facts = facts
        self._states = states
        self._holdings = holdings
        self._routes = routes
        self._stable = routes.price("USDT")
        self._sums: dict[str, Fraction] = {}

    def exchange_value(self, wallet: str) -> Fraction | None:
        """Return what the exchange shows for a wallet, None where it shows nothing."""
        balance = self._facts.balance(wallet)
        return None if balance is None or self._stable is None else Fraction(balance) * self._stable.value

    def estimate(self, total: Fraction | None) -> Estimate:
        """Return the exchange's sum of the wallets that were to be read, None where it has no figure for just these."""
        places = {self._facts.place(row) for row in self._facts.shown or ()}
        earn = [self._scope.asks(wallet) for wallet in EARN_WALLETS[:2]]
        if any(earn) and not all(earn):
            return Estimate(None, None)
        asked = [place for place in places if self._scope.asks(place) or (place == EARN and all(earn))]
        values = [self.exchange_value(place) for place in asked]
        if not values or None in values:
            return Estimate(None, None)
        value = exact.total(values)
        return Estimate(value, None if total is None else total - value)

    def earn_residual(self) -> tuple[list[Missing], list[str]]:
        """Return what the exchange shows under Earn beyond the positions that could be read, as missing or as a note."""
        theirs = self.exchange_value(EARN)
        states = [self._states[wallet] for wallet in EARN_WALLETS]
        asked = [state for wallet, state in zip(EARN_WALLETS, states, strict=True) if self._scope.asks(wallet)]
        is_read = all(state.status == "readable" and state.is_whole for state in asked)
        if theirs is None or not is_read or any(state.status == "not asked" for state in states[:2]):
            return [], []
        ours = exact.total(self._sum(wallet) for wallet in EARN_WALLETS)
        staked = exact.total(
            value for entry, _, value in self._holdings if entry.asset in _STAKED and entry.wallet not in EARN_WALLETS
        )
        if self._agree(ours, theirs) or self._agree(ours + staked, theirs):
            return [], []
        if theirs < ours:
            return [], [self._gap(EARN, ours, theirs)]
        rest = "" if self._scope.asks("onchain-yields") else "; --deep reads on-chain yields and dual investment"
        reason = f"the exchange shows {self._words(theirs - ours)} more than the positions that can be read{rest}"
        return [Missing(EARN, None, reason)], []

    def notes(self, readings: Readings) -> list[str]:
        """Return what differs from the exchange's figures by more than spread and age explain, and what else to know."""
        return [*self._wallet_gaps(), *self._equity_gap(readings), *self._oddities(readings)]

    def _wallet_gaps(self) -> Iterator[str]:
        for wallet in SOURCES:
            state, theirs = self._states[wallet], self.exchange_value(wallet)
            if state.status != "readable" or not state.is_whole or theirs is None or self._is_unpriced(wallet):
                continue
            ours = self._sum(wallet)
            if not any(self._agree(candidate, theirs) for candidate in self._readings_of(wallet, ours, theirs)):
                yield self._gap(wallet, ours, theirs)

    def _readings_of(self, wallet: str, ours: Fraction, theirs: Fraction) -> list[Fraction]:
        """Return what the exchange's figure may leave out or add, as far as that is not documented."""
        if wallet == "spot":
            receipts = [value for entry, _, value in self._holdings if entry.wallet == "earn-flexible" and value]
            return [ours, ours + exact.total(receipts)]
        if wallet in ("usdm-futures", "coinm-futures", "portfolio-margin", "options"):
            mine = [holding for holding in self._holdings if holding.entry.wallet == wallet]
            profit = exact.total(holding.value for holding in mine if holding.entry.kind == "pnl")
            credit = exact.total(holding.value for holding in mine if holding.entry.asset == CREDIT)
            may_be_absent = not theirs and (wallet == "options" or bool(credit))
            return [ours, ours - profit, ours - credit, ours - profit - credit, *([theirs] if may_be_absent else [])]
        return [ours]

    def _equity_gap(self, readings: Readings) -> Iterator[str]:
        answer = answers.document(readings, "pm-account")
        equity = exact.number(answer.get("actualEquity")) if isinstance(answer, dict) else None
        index = self._routes.table.dollars("USDT")
        if equity is None or index is None or self._stable is None or self._is_unpriced("portfolio-margin"):
            return
        ours, theirs = self._sum("portfolio-margin"), Fraction(equity) / index * self._stable.value
        if self._states["portfolio-margin"].status == "readable" and not self._agree(ours, theirs):
            yield self._gap("portfolio-margin, by its actualEquity", ours, theirs)

    def _oddities(self, readings: Readings) -> Iterator[str]:
        for row in self._facts.shown or ():
            if row.is_active is False and row.balance:
                yield f"{row.name} is not activated, and the exchange shows {row.balance:f} USDT in it."
        if any(entry.wallet == "dual-investment" for entry, _, _ in self._holdings):
            yield "Dual investment is counted at face value: the risk of its option is left out."
        if any(entry.estimated_as for entry, _, _ in self._holdings):
            yield "Earn could not be read: its receipts in spot are counted one for one, as an estimate."
        flexible = {entry.asset for entry, _, _ in self._holdings if entry.wallet == "earn-flexible"}
        alone = [
            entry.asset
            for entry, _, _ in self._holdings
            if entry.wallet == "spot" and not entry.is_counted and entry.asset and entry.asset[2:] not in flexible
        ]
        if alone and self._states["earn-flexible"].status == "readable":
            yield f"Earn shows no position for these receipts in spot, which are not counted: {', '.join(alone)}."
        if any(_has_blanks(row) for row in _pm_rows(readings)):
            yield "Portfolio margin sent blanks in some amounts: they are taken for 0."
        if any(exact.number(row.get("residualInterest")) for row in _vip_rows(readings)):
            yield "VIP loans name residual interest: whether their debt includes it is not documented."

    def _is_unpriced(self, wallet: str) -> bool:
        return any(holding.entry.wallet == wallet and holding.value is None for holding in self._holdings)

    def _sum(self, wallet: str) -> Fraction:
        if wallet not in self._sums:
            mine = (each for each in self._holdings if each.entry.wallet == wallet and each.entry.is_counted)
            self._sums[wallet] = exact.total(holding.value for holding in mine)
        return self._sums[wallet]

    def _agree(self, ours: Fraction, theirs: Fraction) -> bool:
        least = self._stable.value if self._stable is not None else Fraction(0)
        return abs(ours - theirs) <= max(max(abs(ours), abs(theirs)) / 100, least)

    def _gap(self, name: str, ours: Fraction, theirs: Fraction) -> str:
        return f"{name}: {self._words(ours)} here, {self._words(theirs)} by the exchange's own figure."

    def _words(self, value: Fraction) -> str:
        quote = self._routes.quote
        return f"{exact.value_text(value, 2 if quote in _MONEY else 8)} {quote}"


def _pm_rows(readings: Readings) -> list[Row]:
    for source in ("pm-balance", "pm-pro-balance"):
        answer = answers.document(readings, source)
        if isinstance(answer, list):
            return [row for row in answer if isinstance(row, dict)]
    return []


def _has_blanks(row: Row) -> bool:
    return any(row.get(name, "0") in ("", None) for name in PM_PARTS)


def _vip_rows(readings: Readings) -> list[Row]:
    answer = answers.document(readings, "vip-loan")
    rows = answer.get("rows") if isinstance(answer, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
