"""Writes an overview as the JSON document that the contract describes."""

from typing import TYPE_CHECKING, Any, TypeAlias

from bnacct.worth.exact import Value, quantity_text, ratio_text, value_text
from bnacct.worth.lines import AssetLine, WalletLine
from bnacct.worth.routes import Price
from bnacct.worth.total import Missing, Total
from bnacct.worth.valuation import Holding

if TYPE_CHECKING:
    from bnacct.worth.report import Overview

# What stands in place of a basis where the wallets of an asset have several.
MIXED = "mixed"


def document(found: "Overview", *, holdings: bool) -> dict[str, Any]:
    """Return the document: amounts as decimal strings, values with at most 18 decimals, times in epoch milliseconds.

    `holdings` says whether it has that part, which may be of thousands of rows.
    """
    texts = _Texts()
    whole = {
        "quoteAsset": found.quote,
        "accountKind": found.kind,
        "total": _total(found.total),
        "exchangeEstimate": {
            "value": value_text(found.estimate.value),
            "difference": value_text(found.estimate.difference),
        },
        "pricesAt": found.prices_at_ms,
        "readFrom": found.read_from_ms,
        "readUntil": found.read_until_ms,
        "wallets": [_wallet(line) for line in found.wallets],
        "assets": [_asset(line, texts) for line in found.assets],
    }
    return {**whole, "holdings": [_holding(each, texts) for each in found.holdings]} if holdings else whole


def _total(total: Total) -> dict[str, Any]:
    return {
        "value": value_text(total.value),
        "isComplete": total.is_complete,
        "bound": total.bound,
        "assets": value_text(total.assets),
        "debts": value_text(total.debts),
        "covers": list(total.covers),
        "missing": [_missing(part) for part in total.missing],
    }


def _missing(part: Missing) -> dict[str, str | None]:
    named = {"wallet": part.wallet} if part.wallet is not None else {"asset": part.asset}
    return {**named, "reason": part.reason}


def _wallet(line: WalletLine) -> dict[str, Any]:
    return {
        "wallet": line.wallet,
        "status": line.status,
        "value": value_text(line.value),
        "exchangeValue": value_text(line.exchange_value),
        "reason": line.reason or None,
    }


def _asset(line: AssetLine, texts: "_Texts") -> dict[str, Any]:
    price, route, basis = texts.price(line.price)
    return {
        "asset": line.asset,
        "quantity": quantity_text(line.quantity),
        "price": price,
        "route": route,
        "basis": MIXED if line.is_mixed else basis,
        "value": texts.value(line.value),
        "share": ratio_text(line.value, line.whole),
    }


def _holding(holding: Holding, texts: "_Texts") -> dict[str, Any]:
    entry = holding.entry
    price, route, basis = texts.price(holding.price)
    return {
        "wallet": entry.wallet,
        "asset": entry.asset,
        "kind": entry.kind,
        "quantity": quantity_text(entry.quantity),
        # The exchange's figure for a whole wallet has no price a piece.
        "price": None if entry.asset is None else price,
        "route": route,
        "basis": basis,
        "value": texts.value(holding.value),
        "counted": entry.is_counted,
    }


# The price, its route and its basis.
_PriceTexts: TypeAlias = tuple[str | None, str | None, str | None]


class _Texts:
    """Writes prices and values, each once: an asset and its holding share them. They live as long as this does."""

    def __init__(self) -> None:
        self._prices: dict[int, _PriceTexts] = {}
        self._values: dict[int, str | None] = {}

    def price(self, price: Price | None) -> _PriceTexts:
        if price is None:
            return None, None, None
        found = self._prices.get(id(price))
        if found is None:
            found = self._prices[id(price)] = value_text(price.amount), "→".join(price.route), price.basis
        return found

    def value(self, value: Value | None) -> str | None:
        found = self._values.get(id(value))
        if found is None:
            found = self._values[id(value)] = value_text(value)
        return found
