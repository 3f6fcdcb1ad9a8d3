"""Hand-written readings of one account, for tests to change where their claim is."""

import json
from typing import Any

from bnacct import errors, queries, worth
from bnacct.client import decoding
from bnacct.errors import network, refusals
from bnacct.readings import Reading

AT_MS = 1_795_000_000_000
PRICES_AT_MS = AT_MS + 5_000

FLAGS = ("isMarginEnabled", "isFutureEnabled", "isOptionsEnabled")
NAMES = (
    "Spot",
    "Funding",
    "Cross Margin",
    "Isolated Margin",
    "USDⓈ-M Futures",
    "COIN-M Futures",
    "Earn",
    "Options",
    "Trading Bots",
    "Copy Trading",
)
MARKETS = {
    "BTCUSDT": "100000",
    "ETHUSDT": "4000",
    "BNBUSDT": "800",
    "USDCUSDT": "0.9998",
    "LDOUSDT": "2.5",
    "EURUSDT": "1.25",
    "USDTTRY": "40",
    "ADAUSDT": "0.5",
}
INDEXES = {"USDTUSD": "0.999", "LDUSDTUSD": "1.12", "BFUSDUSD": "0.9985", "BTCUSD": "99900"}


def answered(document: Any, at_ms: int = AT_MS) -> Reading:
    body = json.dumps(document).encode()
    return Reading(queries.KEY_RIGHTS, "", at_ms, decoding.Answer(body, decoding.decode(body)))


def empty() -> Reading:
    """Return an answer of 0 bytes."""
    return Reading(queries.KEY_RIGHTS, "", AT_MS, decoding.Answer(b"", None))


def failed(failure: errors.BnacctError, at_ms: int = AT_MS) -> Reading:
    return Reading(queries.KEY_RIGHTS, "", at_ms, failure=failure)


def refused(code: int | None, http_status: int = 400, host: str = "sapi", text: str = "refused") -> Reading:
    return failed(refusals.refused(host, http_status=http_status, binance_code=code, text=text))


def timed_out() -> Reading:
    return failed(network.timed_out())


def info(**changes: Any) -> Reading:
    flags = {**dict.fromkeys(FLAGS, True), "isPortfolioMarginRetailEnabled": False, "vipLevel": 0}
    return answered({**flags, **changes})


def listed(**balances: Any) -> Reading:
    """Return the list of wallets, all of them 0 but those named: "Spot", or Cross_Margin for "Cross Margin"."""
    given = {name.replace("_", " "): balance for name, balance in balances.items()}
    every = {**dict.fromkeys(NAMES, "0"), **given}
    return answered([{"activate": True, "balance": balance, "walletName": name} for name, balance in every.items()])


def coin(asset: str, free: str = "0", valuation: str = "0", **parts: str) -> dict[str, str]:
    held = {"asset": asset, "free": free, "locked": "0", "freeze": "0", "withdrawing": "0", "btcValuation": valuation}
    return {**held, **parts}


def margin_asset(asset: str, free: str = "0", borrowed: str = "0", interest: str = "0", **parts: str) -> dict[str, str]:
    from decimal import Decimal

    net = Decimal(free) - Decimal(borrowed) - Decimal(interest)
    row = {"asset": asset, "free": free, "locked": "0", "borrowed": borrowed, "interest": interest}
    return {**row, "netAsset": f"{net:f}", **parts}


def futures_asset(asset: str, wallet: str = "0", profit: str = "0") -> dict[str, Any]:
    from decimal import Decimal

    margin = f"{Decimal(wallet) + Decimal(profit):f}"
    return {"asset": asset, "walletBalance": wallet, "unrealizedProfit": profit, "marginBalance": margin}


def pm_asset(asset: str, **parts: str) -> dict[str, Any]:
    names = ("crossMarginFree", "crossMarginLocked", "crossMarginBorrowed", "crossMarginInterest")
    more = ("umWalletBalance", "umUnrealizedPNL", "cmWalletBalance", "cmUnrealizedPNL")
    return {"asset": asset, "totalWalletBalance": "999999", **dict.fromkeys((*names, *more), "0"), **parts}


def paged(*rows: dict[str, Any], total: Any = None) -> Reading:
    return answered({"rows": list(rows), "total": len(rows) if total is None else total})


def flexible(asset: str, amount: str, pledged: str = "0", product: str | None = None) -> dict[str, str]:
    return {
        "asset": asset,
        "totalAmount": amount,
        "collateralAmount": pledged,
        "productId": product or f"{asset}001",
    }


def prices(markets: dict[str, str] | None = None) -> Reading:
    table = MARKETS if markets is None else markets
    return answered([{"symbol": symbol, "price": price} for symbol, price in table.items()], PRICES_AT_MS)


def indexes(**changes: str) -> Reading:
    return answered([{"symbol": symbol, "index": index} for symbol, index in {**INDEXES, **changes}.items()])


def classic(**changes: Reading) -> dict[str, Reading]:
    """Return the readings of an account that opened everything and holds nothing; `cross_margin` is cross-margin."""
    readings = {
        "key-rights": answered({"enableReading": True}),
        "account-info": info(),
        "wallet-balance": listed(),
        "portfolio-probe": refused(-21001),
        "spot": answered([]),
        "funding": answered([]),
        "earn-flexible": paged(),
        "earn-locked": paged(),
        "cross-margin": answered({"created": True, "userAssets": []}),
        "isolated-margin": answered({"assets": []}),
        "usdm-futures": answered({"assets": [], "positions": []}),
        "coinm-futures": answered({"assets": [], "positions": []}),
        "options": answered({"asset": [], "greek": []}),
        "liquidation-loan": empty(),
        "prices": prices(),
    }
    return readings | {name.replace("_", "-"): reading for name, reading in changes.items()}


def portfolio_margin(*rows: dict[str, Any], **changes: Reading) -> dict[str, Reading]:
    """Return the readings of a portfolio margin account."""
    replaced = ("cross-margin", "usdm-futures", "coinm-futures")
    readings = {name: reading for name, reading in classic().items() if name not in replaced}
    readings |= {
        "account-info": info(isPortfolioMarginRetailEnabled=True),
        "portfolio-probe": answered({"accountType": "PM_2"}),
        "pm-balance": answered(list(rows)),
        "pm-account": answered({"actualEquity": ""}),
        "asset-index": indexes(),
    }
    return readings | {name.replace("_", "-"): reading for name, reading in changes.items()}


def total_of(readings: dict[str, Reading], **scope: Any) -> worth.Overview:
    return worth.overview(worth.Scope(**scope), readings)


def document_of(readings: dict[str, Reading], **scope: Any) -> dict[str, Any]:
    return total_of(readings, **scope).document()


def wallet(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(line for line in document["wallets"] if line["wallet"] == name)


def asset(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(line for line in document["assets"] if line["asset"] == name)


def missing(document: dict[str, Any]) -> set[str]:
    return {part.get("wallet") or part["asset"] for part in document["total"]["missing"]}
