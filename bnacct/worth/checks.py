"""Compares the sums with the exchange's list of wallets: they are told apart, never corrected."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from bnacct.views import Row
from bnacct.worth import answers, exact
from bnacct.worth.answers import Readings
from bnacct.worth.balances import PM_PARTS
from bnacct.worth.exact import Fraction
from bnacct.worth.facts import Facts
from bnacct.worth.own_totals import OwnTotals
from bnacct.worth.prices import CREDIT
from bnacct.worth.routes import Routes
from bnacct.worth.scope import Scope
from bnacct.worth.statuses import State
from bnacct.worth.sums import Sums
from bnacct.worth.tolerance import Tolerance
from bnacct.worth.total import Missing
from bnacct.worth.valuation import Holding
from bnacct.worth.wallets import EARN, EARN_WALLETS, SOURCES

# Tokens of staking and yield: they lie in a wallet, and the exchange may count them under Earn as well.
_STAKED = frozenset(("WBETH", "BETH", "BNSOL", "BFUSD", "RWUSD"))


class Estimate(NamedTuple):
    """What the exchange itself takes the covered wallets to be worth, and how far the total is from that."""

    value: Fraction | None
    difference: Fraction | None


class Gap(NamedTuple):
    """A wallet whose sum is not what the exchange shows, `excess` being by how much it is more, or less than nothing."""

    wallet: str
    ours: Fraction
    theirs: Fraction
    excess: Fraction


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
        self._sums = Sums(holdings)
        self._tolerance = Tolerance(routes)

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
        gap = self._earn_gap()
        if gap is None:
            return [], []
        if gap.theirs < gap.ours:
            return [], [self._tolerance.gap(EARN, gap.ours, gap.theirs)]
        rest = "" if self._scope.asks("onchain-yields") else "; --deep reads on-chain yields and dual investment"
        more = self._tolerance.words(gap.theirs - gap.ours)
        return [Missing(EARN, None, f"the exchange shows {more} more than the positions that can be read{rest}")], []

    def notes(self, readings: Readings) -> list[str]:
        """Return what differs from the exchange's figures by more than spread and age explain, and what else to know."""
        own = OwnTotals(self._states, self._sums, self._routes, self._tolerance)
        gaps = [self._tolerance.gap(gap.wallet, gap.ours, gap.theirs) for gap in self._wallet_gaps()]
        return [*gaps, *own.notes(readings), *self._oddities(readings)]

    def moved(self) -> tuple[str, str] | None:
        """Return the two wallets that money was moved between while they were read, None where nothing looks like it.

        One has more than the exchange shows and the other less, and together they have what it shows, but for spread and
        age. Most of a gap is to be that of the other: in a large wallet, one percent would hide any small one.
        """
        earn = self._earn_gap()
        gaps = [*self._wallet_gaps(), *([earn] if earn is not None else [])]
        for one, other in itertools.combinations(gaps, 2):
            rest, theirs = one.excess + other.excess, one.theirs + other.theirs
            if abs(rest) < min(abs(one.excess), abs(other.excess)) and self._tolerance.agree(theirs + rest, theirs):
                return one.wallet, other.wallet
        return None

    def _earn_gap(self) -> Gap | None:
        theirs = self.exchange_value(EARN)
        states = [self._states[wallet] for wallet in EARN_WALLETS]
        asked = [state for wallet, state in zip(EARN_WALLETS, states, strict=True) if self._scope.asks(wallet)]
        is_read = all(state.status == "readable" and state.is_whole for state in asked)
        if theirs is None or not is_read or any(state.status == "not asked" for state in states[:2]):
            return None
        ours = exact.total(self._sums.value(wallet) for wallet in EARN_WALLETS)
        staked = exact.total(
            value for entry, _, value in self._holdings if entry.asset in _STAKED and entry.wallet not in EARN_WALLETS
        )
        return self._gap(EARN, ours, theirs, [ours, ours + staked])

    def _wallet_gaps(self) -> Iterator[Gap]:
        for wallet in SOURCES:
            state, theirs = self._states[wallet], self.exchange_value(wallet)
            if state.status != "readable" or not state.is_whole or theirs is None or self._sums.is_unpriced(wallet):
                continue
            ours = self._sums.value(wallet)
            gap = self._gap(wallet, ours, theirs, self._readings_of(wallet, ours, theirs))
            if gap is not None:
                yield gap

    def _gap(self, wallet: str, ours: Fraction, theirs: Fraction, candidates: Sequence[Fraction]) -> Gap | None:
        """Return by how much the nearest of several candidates is off, None where one of them agrees."""
        if any(self._tolerance.agree(candidate, theirs) for candidate in candidates):
            return None
        nearest = min(candidates, key=lambda candidate: abs(candidate - theirs))
        return Gap(wallet, ours, theirs, nearest - theirs)

    def _readings_of(self, wallet: str, ours: Fraction, theirs: Fraction) -> list[Fraction]:
        """Return what the exchange's figure may leave out or add, as far as that is not documented."""
        if wallet == "spot":
            receipts = [holding.value for holding in self._sums.of("earn-flexible")]
            return [ours, ours + exact.total(receipts)]
        if wallet in ("usdm-futures", "coinm-futures", "portfolio-margin", "options"):
            mine = self._sums.of(wallet)
            profit = exact.total(holding.value for holding in mine if holding.entry.kind == "pnl")
            credit = exact.total(holding.value for holding in mine if holding.entry.asset == CREDIT)
            may_be_absent = not theirs and (wallet == "options" or bool(credit))
            return [ours, ours - profit, ours - credit, ours - profit - credit, *([theirs] if may_be_absent else [])]
        return [ours]

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
