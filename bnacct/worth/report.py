"""Makes one account's readings into an overview: the total, the wallets, the assets and the holdings behind it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from bnacct.worth import facts, lines, overlaps, statuses
from bnacct.worth.answers import Readings
from bnacct.worth.checks import Checks, Estimate
from bnacct.worth.collect import collect
from bnacct.worth.facts import Facts
from bnacct.worth.ledger import Entry, merged
from bnacct.worth.lines import AssetLine, WalletLine
from bnacct.worth.prices import PriceTable
from bnacct.worth.routes import Routes
from bnacct.worth.scope import Scope
from bnacct.worth.statuses import State
from bnacct.worth.total import Missing, Total, added, covered, missing_assets, missing_wallets
from bnacct.worth.valuation import Holding, valued
from bnacct.worth.wallets import SOURCES, AccountKind

if TYPE_CHECKING:
    from bnacct.errors import BnacctError

PARTIAL_EXIT = 9
# What an answer of no documented shape ends with, where nothing else could be read.
RESPONSE_EXIT = 8

_PRICES = ("prices", "asset-index")


class Failed(NamedTuple):
    """A source that gave less than it was asked for. `failure` is None where no refusal says why."""

    source: str
    reason: str
    failure: "BnacctError | None"


class Overview(NamedTuple):
    """What one account is worth. Values are exact, in the quote; times are epoch milliseconds, None where none is known.

    `notes` are sentences for a person. `is_read` is False where no wallet could be read at all. `moved` are two wallets
    that money seems to have been moved between while they were read, None where nothing looks like it.
    """

    quote: str
    kind: AccountKind
    total: Total
    estimate: Estimate
    prices_at_ms: int | None
    read_from_ms: int | None
    read_until_ms: int | None
    wallets: tuple[WalletLine, ...]
    assets: tuple[AssetLine, ...]
    holdings: tuple[Holding, ...]
    notes: tuple[str, ...]
    failed: tuple[Failed, ...]
    is_read: bool
    moved: tuple[str, str] | None = None

    @property
    def failure(self) -> "BnacctError | None":
        """The failure that stands for all of them where no wallet could be read, else None."""
        failures = [failed.failure for failed in self.failed if failed.failure is not None]
        return failures[0] if failures and not self.is_read else None

    @property
    def exit_status(self) -> int:
        """0 where everything asked was read, 9 where some of it was, else the first failure's own."""
        if not self.failed:
            return 0
        if self.is_read:
            return PARTIAL_EXIT
        return self.failure.exit_status if self.failure is not None else RESPONSE_EXIT

    def document(self, *, holdings: bool = True) -> dict[str, Any]:
        """Return the JSON document, with or without its holdings: amounts as decimal strings, unknown as None."""
        from bnacct.worth.document import document

        return document(self, holdings=holdings)


def overview(scope: Scope, readings: Readings) -> Overview:
    """Return what an account is worth by its readings, prices included. A source without a reading counts as failed."""
    entries, misshapen = collect(readings)
    known = facts.gather(readings)
    states = statuses.states(scope, readings, known, misshapen)
    failed = _failed(readings, states, misshapen)
    has_prices = "prices" in readings and "prices" not in {each.source for each in failed}

    # Without prices nothing has a value, not even the quote itself.
    routes = Routes(PriceTable.of(readings.get("prices"), readings.get("asset-index")), scope.quote, has_prices)
    own = [entry for entry in entries if _is_own(entry, known, states)]
    settled = overlaps.settled(merged([*own, *_listed(scope, known, states)]), states["earn-flexible"], routes)
    holdings = tuple(sorted((valued(entry, routes) for entry in settled), key=_in_order(states)))

    checks = Checks(scope, known, states, holdings, routes)
    missing = [*missing_wallets(scope, states, known), *_collateral(readings, states)]
    notes: list[str] = []
    if has_prices:
        residual, notes = checks.earn_residual()
        missing += [*residual, *missing_assets(holdings, scope.quote)]
        notes += checks.notes(readings)
    else:
        reason = next((each.reason for each in failed if each.source == "prices"), "they were not asked")
        missing.append(Missing(None, scope.quote, f"prices could not be read: {reason}", True))
    total = added(holdings, covered(scope, states), missing, has_prices)
    times_ms = [reading.at_ms for source, reading in readings.items() if source not in _PRICES]
    return Overview(
        quote=scope.quote,
        kind=known.kind,
        total=total,
        estimate=checks.estimate(total.value),
        prices_at_ms=readings["prices"].at_ms if has_prices else None,
        read_from_ms=min(times_ms, default=None),
        read_until_ms=max(times_ms, default=None),
        wallets=lines.by_wallet(
            holdings, states, {wallet: checks.exchange_value(wallet) for wallet in states}, has_prices
        ),
        assets=lines.by_asset(holdings, total),
        holdings=holdings,
        notes=tuple(notes),
        failed=failed,
        is_read=_is_read(readings, states, misshapen),
        moved=checks.moved() if has_prices else None,
    )


def _is_own(entry: Entry, known: Facts, states: Mapping[str, State]) -> bool:
    """Return whether an entry belongs to a wallet that counts: what portfolio margin covers may repeat it."""
    if known.kind == "unknown" and entry.wallet in statuses.OF_UNKNOWN_KIND:
        return False
    return states[entry.wallet].status not in ("covered", "not asked", "not opened")


def _listed(scope: Scope, known: Facts, states: Mapping[str, State]) -> list[Entry]:
    """Return the entries of wallets that only the exchange's own figure tells of."""
    return [
        Entry(wallet, None, "debt" if balance < 0 else "asset", None, figure=balance)
        for wallet, state in states.items()
        if state.status == "no endpoint" and scope.asks(wallet) and (balance := known.balance(wallet))
    ]


def _collateral(readings: Readings, states: Mapping[str, State]) -> list[Missing]:
    if any(states[wallet].status != "readable" for wallet in ("flexible-loan", "earn-flexible")):
        return []
    outside = overlaps.collateral_outside(readings["flexible-loan"], readings["earn-flexible"])
    return [
        Missing(None, asset, f"{amount:f} {asset} of loan collateral may lie outside the wallets that were read")
        for asset, amount in outside.items()
    ]


def _in_order(states: Mapping[str, State]) -> Any:
    order = {wallet: number for number, wallet in enumerate(states)}
    return lambda holding: order[holding.entry.wallet]


def _failed(readings: Readings, states: Mapping[str, State], misshapen: Mapping[str, str]) -> tuple[Failed, ...]:
    """Return what gave less than it was asked for, in the order in which it was asked."""
    owners = {source: wallet for wallet, sources in SOURCES.items() for source in sources}
    found = []
    for source, reading in readings.items():
        state = states.get(owners.get(source, ""))
        if source in misshapen:
            reason = f"the answer is not what the API document promises: {misshapen[source]}"
            found.append(Failed(source, reason, None))
        elif reading.failure is not None and not statuses.is_answer(source, reading.failure, state):
            found.append(Failed(source, reading.failure.message, reading.failure))
        elif reading.failure is None and reading.answer is None:
            found.append(Failed(source, "it was not asked", None))
    told = {owners.get(each.source) for each in found}
    for wallet, state in states.items():
        is_short = state.status in ("failed", "not permitted") or (state.status == "readable" and not state.is_whole)
        is_told = wallet in told or (not SOURCES.get(wallet) and "wallet-balance" in {each.source for each in found})
        if is_short and not is_told:
            found.append(Failed(wallet, state.reason, None))
    if "prices" not in readings:
        found.append(Failed("prices", "they were not asked", None))
    return tuple(found)


def _is_read(readings: Readings, states: Mapping[str, State], misshapen: Mapping[str, str]) -> bool:
    """Return whether any wallet was read, or answered that it is not there."""
    for wallet, sources in {**SOURCES, "": ("wallet-balance",)}.items():
        for source in sources:
            reading = readings.get(source)
            if reading is None or source in misshapen:
                continue
            if reading.answer is not None or (wallet and states[wallet].status == "not opened"):
                return True
    return False
