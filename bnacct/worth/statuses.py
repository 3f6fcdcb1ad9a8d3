"""Decides what an answer, or its absence, says of a wallet: whether it is read, not opened, forbidden or failed.

A refusal has several meanings: the account's own description of itself, and what the exchange shows, decide which.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from bnacct.worth import answers, plan
from bnacct.worth.answers import Readings
from bnacct.worth.facts import NOT_PORTFOLIO_MARGIN, Facts
from bnacct.worth.scope import Scope
from bnacct.worth.wallets import (
    COVERED,
    DUAL,
    KIND_DECIDES,
    SOURCES,
    UNREADABLE,
    Status,
)

if TYPE_CHECKING:
    from bnacct.errors import BnacctError

# Refusals that say in so many words that there is no such account.
_NOT_OPENED: Mapping[str, tuple[int, ...]] = {
    "cross-margin": (-3003,),
    "liquidation-loan": (-3003,),
    "isolated-margin": (-3003, -11001),
    "usdm-futures": (-5011,),
    "coinm-futures": (-5011,),
}
# Refusals that say so only where the account's description does not contradict them.
_PERHAPS: Mapping[str, tuple[int, ...]] = {"usdm-futures": (-1109, -4109), "coinm-futures": (-1109, -4109)}
_ONLY_WHERE_DISABLED: Mapping[str, tuple[int, ...]] = {
    "usdm-futures": (-2015,),
    "coinm-futures": (-2015,),
    "options": (-1130, -2015),
}
_DORMANT = -4109
_FORBIDDEN = (-1002, -1099, -2008, -2014, -2015)
_BAD_SIGNATURE = -1022

_CURES: Mapping[str, str] = {
    "wallet-balance": "tick 'Permits Universal Transfer' for the key if 'Enable Reading' is not enough",
    "usdm-futures": "a key made before futures was opened must be made anew",
    "coinm-futures": "a key made before futures was opened must be made anew",
    "portfolio-margin": "a key made before portfolio margin was opened must be made anew",
    "options": "a key made before options was opened must be made anew",
}
# What is not read, and not counted, as long as it is unknown whether portfolio margin covers it.
OF_UNKNOWN_KIND = KIND_DECIDES | {"portfolio-margin"}
_UNKNOWN_KIND = "whether this is a portfolio margin account could not be read"


class State(NamedTuple):
    """What became of a wallet. `reason` says why it is not read, or not wholly; `is_whole` is False for some pages."""

    status: Status
    reason: str = ""
    is_whole: bool = True


def states(scope: Scope, readings: Readings, facts: Facts, misshapen: Mapping[str, str]) -> dict[str, State]:
    """Return the state of every wallet, those that only the exchange names included.

    `misshapen` says what is wrong with the sources whose answers are of no documented shape.
    """
    found = {wallet: _state(wallet, scope, readings, facts, misshapen) for wallet in SOURCES}
    # A loan of margin that was never opened is none, whatever that call answered.
    if found["cross-margin"].status == "not opened" and found["margin-loan"].status in ("failed", "not permitted"):
        found["margin-loan"] = State("not opened")
    unknown = State("no endpoint") if scope.is_whole else State("not asked")
    return {**found, **dict.fromkeys(facts.unknown_wallets, unknown)}


def is_answer(source: str, failure: "BnacctError", state: State | None) -> bool:
    """Return whether a refusal says something of the account: that a wallet is not opened, or of which kind it is."""
    if source == "portfolio-probe":
        return failure.binance_code == NOT_PORTFOLIO_MARGIN
    return state is not None and state.status == "not opened"


def _state(wallet: str, scope: Scope, readings: Readings, facts: Facts, misshapen: Mapping[str, str]) -> State:
    if not scope.asks(wallet):
        return State("not asked")
    if wallet in UNREADABLE:
        return _listed(wallet, readings, facts, misshapen)
    by_kind = _by_kind(wallet, scope, facts)
    if by_kind is not None:
        return by_kind
    sources = _asked_sources(wallet, readings, facts)
    if wallet == "flexible-loan" and not set(sources) & readings.keys() and not plan.may_be_pledged(readings):
        return State("not asked", "no Earn position is pledged")
    if not sources:
        return State("not opened")
    return _worst([_of_source(wallet, source, readings, facts, misshapen) for source in sources])


def _by_kind(wallet: str, scope: Scope, facts: Facts) -> State | None:
    if wallet in COVERED[facts.kind]:
        if scope.asks("portfolio-margin"):
            return State("covered", "its money is in portfolio-margin")
        return State("covered", "its money is in portfolio-margin, which was not asked", is_whole=False)
    if facts.kind == "unknown" and wallet in OF_UNKNOWN_KIND:
        return State("failed", _UNKNOWN_KIND)
    return None


def _asked_sources(wallet: str, readings: Readings, facts: Facts) -> list[str]:
    """Return the sources of a wallet that this account was to be asked."""
    if wallet == "portfolio-margin":
        return {"portfolio-margin": ["pm-balance"], "portfolio-margin-pro": ["pm-pro-balance"]}.get(facts.kind, [])
    if wallet == "margin-loan":
        liquidation = ["liquidation-loan"] if plan.may_be_open("cross-margin", facts) else []
        return liquidation + (["pm-loan"] if facts.kind == "portfolio-margin-pro" else [])
    if wallet in ("cross-margin", "isolated-margin", "usdm-futures", "coinm-futures", "options"):
        return [wallet] if plan.may_be_open(wallet, facts) else []
    return list(SOURCES[wallet])


def _listed(wallet: str, readings: Readings, facts: Facts, misshapen: Mapping[str, str]) -> State:
    """Return the state of a wallet that only the exchange's list of wallets values."""
    if facts.shown is None:
        return _of_source(wallet, "wallet-balance", readings, facts, misshapen)
    if not facts.rows(wallet):
        return State("not opened", "the exchange does not list it")
    if facts.balance(wallet) is None:
        return State("no endpoint", "the exchange shows no number for it", is_whole=False)
    return State("no endpoint")


def _of_source(wallet: str, source: str, readings: Readings, facts: Facts, misshapen: Mapping[str, str]) -> State:
    reading = readings.get(source)
    if reading is None:
        return State("failed", "it was not asked before the time was up")
    if source in misshapen:
        return State("failed", f"the answer is not what the API document promises: {misshapen[source]}")
    if reading.answer is None:
        return _refused(wallet, source, reading.failure, facts)
    document: Any = reading.answer.document
    if wallet == "cross-margin" and document.get("created") is False:
        return _not_opened(wallet, facts)
    if source in PAGED:
        gap = answers.pages(reading).gap
        return State("readable", gap, is_whole=not gap)
    return State("readable")


PAGED = frozenset(("earn-flexible", "earn-locked", "onchain-yields", *DUAL, "flexible-loan", "vip-loan"))


def _refused(wallet: str, source: str, failure: "BnacctError | None", facts: Facts) -> State:
    if failure is None:
        return State("failed", "it was not asked")
    code = failure.binance_code
    enabled = facts.is_enabled(wallet)
    if code in _NOT_OPENED.get(source, ()):
        return _not_opened(wallet, facts)
    if code in _PERHAPS.get(source, ()) and (enabled is not True or code == _DORMANT):
        return _not_opened(wallet, facts, "inactive" if enabled else "")
    if code in _ONLY_WHERE_DISABLED.get(source, ()) and (
        enabled is False or (enabled is None and facts.is_inactive(wallet))
    ):
        return _not_opened(wallet, facts)
    if code != _BAD_SIGNATURE and (failure.code == "auth" or code in _FORBIDDEN):
        cure = _CURES.get(source) or _CURES.get(wallet) or "tick 'Enable Reading' for the key"
        return State("not permitted", f"{code or failure.http_status}: the key may not read it; {cure}")
    return State("failed", failure.message)


def _not_opened(wallet: str, facts: Facts, reason: str = "") -> State:
    """Return that a wallet is not opened, unless the exchange shows money in it."""
    balance = facts.balance(wallet)
    if balance:
        return State("failed", f"it answers that it is not opened, and the exchange shows {balance:f} USDT in it")
    return State("not opened", reason)


def _worst(found: list[State]) -> State:
    order: tuple[Status, ...] = ("failed", "not permitted", "readable", "not opened")
    first = min(found, key=lambda state: order.index(state.status))
    gaps = [state for state in found if not state.is_whole]
    return gaps[0] if first.status == "readable" and gaps else first
