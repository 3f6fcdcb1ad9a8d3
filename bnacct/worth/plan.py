"""Says what to ask, given what has been answered: the command only sends."""

from typing import TYPE_CHECKING

from bnacct.views import WrongShape
from bnacct.worth import answers, exact
from bnacct.worth.answers import Readings
from bnacct.worth.facts import Facts, gather
from bnacct.worth.prices import PriceTable, needs_index
from bnacct.worth.scope import Scope
from bnacct.worth.wallets import COVERED, DUAL, KIND_DECIDES

if TYPE_CHECKING:
    from bnacct.readings import Reading

# The exchange has this in its API's terms only, and no market trades it.
NOT_AN_ASSET = "USD"

_ALWAYS = ("key-rights", "account-info", "wallet-balance")
# What says which wallets are opened, and of which kind the account is.
_DECISIVE = ("key-rights", "account-info", "wallet-balance", "portfolio-probe")
_AT_ONCE = ("spot", "funding", "earn-flexible", "earn-locked", "onchain-yields")


def next_sources(scope: Scope, readings: Readings) -> tuple[str, ...]:
    """Return the sources to ask now, side by side; none once everything that was to be asked has a reading.

    The first answer names what every account has. What those readings open comes next, as soon as they say so: a
    wallet that is slow to answer holds no other.
    """
    wanted = _first(scope)
    if all(name in readings for name in wanted if name in _DECISIVE):
        if refused_key(readings) is not None:
            return ()
        wanted = (*wanted, *opened(scope, readings))
    return tuple(name for name in wanted if name not in readings)


def price_sources(readings: Readings) -> tuple[str, ...]:
    """Return the price tables that the account's holdings need."""
    is_portfolio_margin = bool(COVERED[gather(readings).kind])
    return ("prices", "asset-index") if is_portfolio_margin or needs_index(readings) else ("prices",)


def refused_key(readings: Readings) -> "Reading | None":
    """Return the reading that refused the key as a whole: its rights cannot be read, and neither can anything else."""
    rights = readings.get("key-rights")
    if rights is None or rights.failure is None or rights.failure.code != "auth":
        return None
    return rights if all(reading.answer is None for reading in readings.values()) else None


def has_market(quote: str, prices: "Reading") -> bool:
    """Return whether an asset can be a quote: a market trades it against a hub. False where no price was read."""
    return quote != NOT_AN_ASSET and PriceTable.of(prices).has_market(quote)


def _first(scope: Scope) -> tuple[str, ...]:
    probe = ("portfolio-probe",) if any(scope.asks(wallet) for wallet in _DECIDED_BY_KIND) else ()
    dual = DUAL if scope.asks("dual-investment") else ()
    return (*_ALWAYS, *probe, *(wallet for wallet in _AT_ONCE if scope.asks(wallet)), *dual)


_DECIDED_BY_KIND = ("portfolio-margin", "margin-loan", *COVERED["portfolio-margin-pro"])


def opened(scope: Scope, readings: Readings) -> tuple[str, ...]:
    """Return the sources that the readings of the first wave call for."""
    facts = gather(readings)
    wallets = ("cross-margin", "isolated-margin", "usdm-futures", "coinm-futures", "options")
    wanted = [wallet for wallet in wallets if scope.asks(wallet) and is_called_for(wallet, facts)]
    if scope.asks("portfolio-margin"):
        wanted += {
            "portfolio-margin": ["pm-balance", "pm-account"],
            "portfolio-margin-pro": ["pm-pro-balance"],
        }.get(facts.kind, [])
    if scope.asks("margin-loan"):
        wanted += ["liquidation-loan"] if may_be_open("cross-margin", facts) else []
        wanted += ["pm-loan"] if facts.kind == "portfolio-margin-pro" else []
    is_known = "earn-flexible" in readings or not scope.asks("earn-flexible")
    is_pledged = is_known and may_be_pledged(readings)
    if scope.asks("flexible-loan") and (scope.is_deep or not scope.is_whole or is_pledged):
        wanted.append("flexible-loan")
    if scope.asks("vip-loan"):
        wanted.append("vip-loan")
    return tuple(wanted)


def is_called_for(wallet: str, facts: Facts) -> bool:
    """Return whether a wallet is to be asked by itself: portfolio margin does not cover it, and it may be open."""
    if wallet in COVERED[facts.kind] or (facts.kind == "unknown" and wallet in KIND_DECIDES):
        return False
    return may_be_open(wallet, facts)


def may_be_open(wallet: str, facts: Facts) -> bool:
    """Return whether a wallet may be open. Flags may lag behind, so money that the exchange shows outweighs them."""
    if facts.is_enabled(wallet) is not False:
        return True
    if wallet == "isolated-margin":
        # Whether the flag speaks of isolated margin at all is not documented.
        return facts.balance(wallet) != 0
    return bool(facts.balance(wallet))


def may_be_pledged(readings: Readings) -> bool:
    """Return whether an Earn position may be pledged: a flexible loan is secured by nothing else."""
    reading = readings.get("earn-flexible")
    if reading is None or reading.answer is None:
        return True
    try:
        found = answers.pages(reading)
    except WrongShape:
        return True
    return bool(found.gap) or any(exact.number(row.get("collateralAmount")) != 0 for row in found.rows)
