"""Turns readings into Prometheus samples: what an account holds, owes, and how near it is to liquidation."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from bnacct import views
from bnacct.monitoring import figures, ranges
from bnacct.monitoring.figures import Name
from bnacct.monitoring.prometheus import Exposition, Family
from bnacct.readings import Reading
from bnacct.views import Row

# The name of an account that has none.
DEFAULT_ACCOUNT = "default"

_ASSET = ("account", "wallet", "asset")
_POSITION = ("account", "symbol", "side")
_OPERATION = ("account", "operation")

FAMILIES = (
    Family("bnacct_build_info", "The version of bnacct; always 1.", ("version",)),
    Family("bnacct_up", "1 if the operation could be read for the account, 0 if not.", _OPERATION),
    Family("bnacct_reading_timestamp_seconds", "When the operation was read, in Unix time.", _OPERATION),
    Family("bnacct_api_weight_used", "Request weight used in this minute, as the host counts it.", ("host",)),
    Family("bnacct_asset_amount", "Amount in a wallet, by state; the states add up.", (*_ASSET, "state")),
    Family("bnacct_asset_debt", "Amount owed, by kind; the kinds add up.", (*_ASSET, "kind")),
    Family("bnacct_asset_value", "Value of an amount less its debt in a quote asset.", (*_ASSET, "quote")),
    Family("bnacct_total_value", "Value of all that the account holds less its debt.", ("account", "quote")),
    Family("bnacct_total_complete", "1 if nothing is missing in the total, 0 if something is.", ("account", "quote")),
    Family("bnacct_margin_ratio", "USD-M futures: maintenance margin / margin balance.", ("account",)),
    Family("bnacct_unimmr", "Portfolio margin: the unified maintenance margin ratio.", ("account",)),
    Family("bnacct_margin_level", "Cross margin: assets / liabilities.", ("account",)),
    Family("bnacct_position_amount", "Size of a position; minus means short.", _POSITION),
    Family("bnacct_position_unrealized_profit", "Unrealised profit of a position.", _POSITION),
    Family("bnacct_liquidation_distance_ratio", "|mark price - liquidation price| / mark price.", _POSITION),
)


class Wallet(NamedTuple):
    """Where an operation's answer says what a wallet holds: fields by state, fields by kind of debt.

    `values` is the field that values the row, by the asset that it is valued in.
    """

    wallet: str
    section: str
    states: Mapping[str, str]
    debts: Mapping[str, str] = {}
    values: Mapping[str, str] = {}


_HELD = {"free": "free", "locked": "locked", "freeze": "freeze", "withdrawing": "withdrawing"}
_FUTURES = {"wallet": "walletBalance", "unrealized": "unrealizedProfit"}
_MARGIN = {"free": "free", "locked": "locked"}
_OWED = {"borrowed": "borrowed", "interest": "interest"}

# One operation for each wallet: ws-balance has the same balances as futures-account, so it is not among them.
WALLETS: Mapping[str, Wallet] = {
    "user-assets": Wallet("spot", "assets", _HELD, values={"BTC": "btcValuation"}),
    "funding-assets": Wallet("funding", "assets", _HELD, values={"BTC": "btcValuation"}),
    "margin-account": Wallet("cross-margin", "userAssets", _MARGIN, _OWED),
    "isolated-margin": Wallet("isolated-margin", "assets", _MARGIN, _OWED),
    "futures-account": Wallet("usdm-futures", "assets", _FUTURES),
    "coin-futures-account": Wallet("coinm-futures", "assets", _FUTURES),
    "pm-balance": Wallet(
        "portfolio-margin",
        "balances",
        {
            "free": "crossMarginFree",
            "locked": "crossMarginLocked",
            "um_wallet": "umWalletBalance",
            "um_unrealized": "umUnrealizedPNL",
            "cm_wallet": "cmWalletBalance",
            "cm_unrealized": "cmUnrealizedPNL",
        },
        {"borrowed": "crossMarginBorrowed", "interest": "crossMarginInterest"},
    ),
    "options-account": Wallet("options", "asset", {"wallet": "marginBalance", "unrealized": "unrealizedPNL"}),
    "earn-positions-flexible": Wallet("earn-flexible", "rows", {"subscribed": "totalAmount"}),
    "earn-positions-locked": Wallet("earn-locked", "rows", {"subscribed": "amount"}),
}

# Figures of one row that are a family of their own.
RATIOS: Mapping[str, Mapping[str, str]] = {
    "futures-account": {"marginRatio": "bnacct_margin_ratio"},
    "pm-account": {"uniMMR": "bnacct_unimmr"},
    "margin-account": {"marginLevel": "bnacct_margin_level"},
}

# Where positions stand. What two operations say of a position is taken from one of them.
POSITIONS: Mapping[str, Mapping[str, str]] = {
    "futures-account": {
        "positionAmt": "bnacct_position_amount",
        "unrealizedProfit": "bnacct_position_unrealized_profit",
    },
    "coin-futures-account": {
        "positionAmt": "bnacct_position_amount",
        "unrealizedProfit": "bnacct_position_unrealized_profit",
    },
    "futures-risk": {"liquidationDistance": "bnacct_liquidation_distance_ratio"},
}

OPERATIONS: tuple[str, ...] = tuple(dict.fromkeys([*WALLETS, *RATIOS, *POSITIONS]))


def exposition(version: str) -> Exposition:
    """Return an exposition that says which version wrote it, and nothing else yet."""
    new = Exposition(FAMILIES)
    new.add("bnacct_build_info", {"version": version}, 1)
    return new


def add_failure(to: Exposition, account: str, operation: str) -> None:
    """Add that an operation failed: for this account it is down, and has no amounts."""
    to.add("bnacct_up", _of(account, operation), 0)


def add_overview(to: Exposition, account: str, document: Mapping[str, Any]) -> None:
    """Add the samples of an overview's document. A total that is not complete is no sample."""
    of, total = _of(account, "overview"), document["total"]
    quoted = {"account": of["account"], "quote": document["quoteAsset"]}
    to.add("bnacct_up", of, 1)
    if document["readUntil"] is not None:
        to.add("bnacct_reading_timestamp_seconds", of, _seconds(document["readUntil"]))
    if total["isComplete"]:
        to.add("bnacct_total_value", quoted, total["value"])
    to.add("bnacct_total_complete", quoted, int(total["isComplete"]))
    for holding in document["holdings"]:
        if holding["counted"]:
            labels = {**quoted, "wallet": holding["wallet"], "asset": holding["asset"] or ""}
            to.add("bnacct_asset_value", labels, holding["value"])


def add(to: Exposition, reading: Reading, *, valued_in: str = "") -> None:
    """Add the samples of a reading. Raises its failure, before anything is added; part of an answer is a failure too.

    The exchange's own values in the asset `valued_in` are left out, since an overview has values in it.
    """
    if reading.failure is not None:
        raise reading.failure
    document = reading.document()
    name = reading.query.name
    of = _of(reading.account, name)
    to.add("bnacct_up", of, 1)
    to.add("bnacct_reading_timestamp_seconds", of, _seconds(reading.at_ms))
    account = {"account": of["account"]}
    if name in WALLETS:
        wallet = WALLETS[name]
        _add_assets(to, account, wallet, views.rows(reading.query.view.section(wallet.section), document), valued_in)
    for field, family in RATIOS.get(name, {}).items():
        for figure in figures.find(Name(name, "", field), reading.query.view, document):
            to.add(family, account, _ratio(figure))
    positions = POSITIONS.get(name, {})
    if positions:
        section = reading.query.view.section("positions")
        for row in views.rows(section, document):
            fields = {**row, **(section.derived(row) if section.derived else {})}
            side = str(row.get("positionSide") or fields.get("side") or "")
            labels = {**account, "symbol": str(row.get("symbol") or ""), "side": side}
            for field, family in positions.items():
                to.add(family, labels, _ratio(figures.number(Name(name, "", field), fields.get(field))))


def _of(account: str, operation: str) -> dict[str, str]:
    return {"account": account or DEFAULT_ACCOUNT, "operation": operation}


def _seconds(at_ms: int) -> str:
    return f"{at_ms // 1000}.{at_ms % 1000:03d}"


def _add_assets(
    to: Exposition, account: Mapping[str, str], wallet: Wallet, rows: Iterable[Row], valued_in: str
) -> None:
    for row in rows:
        labels = {**account, "wallet": wallet.wallet, "asset": str(row.get("asset") or "")}
        for state, field in wallet.states.items():
            to.add("bnacct_asset_amount", {**labels, "state": state}, row.get(field))
        for kind, field in wallet.debts.items():
            to.add("bnacct_asset_debt", {**labels, "kind": kind}, row.get(field))
        for quote, field in wallet.values.items():
            if quote != valued_in:
                to.add("bnacct_asset_value", {**labels, "quote": quote}, row.get(field))


def _ratio(figure: figures.Figure) -> str:
    """Return a number as text, a percentage as a ratio: 2.58 % is 0.0258."""
    if figure.value is None:
        return ""
    return ranges.plain(figure.value.scaleb(-2) if figure.unit == figures.PERCENT else figure.value)
