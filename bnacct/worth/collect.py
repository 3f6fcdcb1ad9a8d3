"""Reads every source's answer into entries of the ledger, and says which answers cannot be read."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from bnacct.views import WrongShape
from bnacct.worth import balances, positions
from bnacct.worth.answers import Readings, fields, objects
from bnacct.worth.ledger import Entry
from bnacct.worth.wallets import DUAL

if TYPE_CHECKING:
    from bnacct.readings import Reading


class Collected(NamedTuple):
    """The entries of all sources, and by source what is wrong with an answer of no documented shape."""

    entries: list[Entry]
    misshapen: dict[str, str]


def collect(readings: Readings) -> Collected:
    """Return what the readings hold."""
    found = Collected([], {})
    for source, read in _READERS.items():
        reading = readings.get(source)
        if reading is not None and reading.answer is not None:
            try:
                found.entries.extend(list(read(reading)))
            except WrongShape as error:
                found.misshapen[source] = str(error)
    return found


def _checked(check: Callable[[Any], object]) -> "Callable[[Reading], Iterable[Entry]]":
    """Return the reader of an answer that holds nothing for the ledger, and has to be of a shape all the same."""

    def read(reading: "Reading") -> Iterable[Entry]:
        check(reading.answer.document if reading.answer is not None else None)
        return ()

    return read


def _price_rows(answer: Any) -> object:
    return objects([answer] if isinstance(answer, dict) else answer, "symbol")


_READERS: "Mapping[str, Callable[[Reading], Iterable[Entry]]]" = {
    "key-rights": _checked(fields),
    "account-info": _checked(fields),
    "portfolio-probe": _checked(lambda answer: fields(answer, "accountType")),
    "wallet-balance": _checked(lambda answer: objects(answer, "walletName")),
    "pm-account": _checked(fields),
    "prices": _checked(_price_rows),
    "asset-index": _checked(_price_rows),
    "spot": balances.spot,
    "funding": balances.funding,
    "cross-margin": balances.cross_margin,
    "isolated-margin": balances.isolated_margin,
    "usdm-futures": balances.usdm_futures,
    "coinm-futures": balances.coinm_futures,
    "options": balances.options,
    "pm-balance": balances.portfolio_margin,
    "pm-pro-balance": balances.portfolio_margin,
    "earn-flexible": positions.flexible,
    "earn-locked": positions.locked("earn-locked"),
    "onchain-yields": positions.locked("onchain-yields"),
    **dict.fromkeys(DUAL, positions.dual),
    "flexible-loan": positions.loan("flexible-loan"),
    "vip-loan": positions.loan("vip-loan"),
    "liquidation-loan": positions.margin_loan("remainingAmount"),
    "pm-loan": positions.margin_loan("amount"),
}
