"""Writes an overview as the JSON document that the contract describes."""

from typing import TYPE_CHECKING, Any

from bnacct.worth.exact import quantity_text, ratio_text, value_text
from bnacct.worth.lines import AssetLine, WalletLine
from bnacct.worth.routes import Price
from bnacct.worth.total import Missing, Total
from bnacct.worth.valuation import Holding

if TYPE_CHECKING:
    from bnacct.worth.report import Overview

# What stands in place of a basis where the wallets of an asset have several.
MIXED = "mixed"


def document(found: "Overview") -> dict[str, Any]:
    """Return the document: amounts as decimal strings, values with at most 18 decimals, times in epoch milliseconds."""
    return {
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
        "assets": [_asset(line) for line in found.assets],
        "holdings": [_holding(holding) for holding in found.holdings],
    }


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


def _asset(line: AssetLine) -> dict[str, Any]:
    priced = _price(line.price)
    return {
        "asset": line.asset,
        "quantity": quantity_text(line.quantity),
        **({**priced, "basis": MIXED} if line.is_mixed else priced),
        "value": value_text(line.value),
        "share": ratio_text(line.value, line.whole),
    }


def _holding(holding: Holding) -> dict[str, Any]:
    entry = holding.entry
    # The exchange's figure for a whole wallet has no price a piece.
    price = _price(holding.price) if entry.asset is not None else {**_price(holding.price), "price": None}
    return {
        "wallet": entry.wallet,
        "asset": entry.asset,
        "kind": entry.kind,
        "quantity": quantity_text(entry.quantity),
        **price,
        "value": value_text(holding.value),
        "counted": entry.is_counted,
    }


def _price(price: Price | None) -> dict[str, str | None]:
    if price is None:
        return {"price": None, "route": None, "basis": None}
    return {"price": value_text(price.value), "route": "→".join(price.route), "basis": price.basis}
