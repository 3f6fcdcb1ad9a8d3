"""Describes what each command shows: sections, columns, and the pure function that turns a payload into rows.

Field names, their order and their meaning are those of the API documents that `endpoints` links.
"""

from bnacct.views import derived
from bnacct.views.rows import AMOUNTS, Column, Kind, Part, Row, Section, View, WrongShape, dates, document, rows

__all__ = [
    "AMOUNTS",
    "DOCTOR",
    "FUTURES_ACCOUNT",
    "PM_BALANCE",
    "SNAPSHOTS",
    "USER_ASSETS",
    "WS_BALANCE",
    "Column",
    "Kind",
    "Part",
    "Row",
    "Section",
    "View",
    "WrongShape",
    "dates",
    "document",
    "rows",
]


def _columns(names: str, kind: Kind) -> tuple[Column, ...]:
    return tuple(Column(name, kind) for name in names.split())


def _ordered(names: str) -> tuple[Part, ...]:
    return (Part("", tuple(names.split())),)


_DAY = (Column("date", "text"), Column("updateTime", "time"))
_ASSET = (Column("asset", "text"),)
_UPDATED = (Column("updateTime", "time"),)
_SIDE = (Column("side", "side"),)

# What `history` adds to a table; `trend` is drawn by output.
_CHANGES = (Column("change", "profit"), Column("changePercent", "profit"), Column("trend", "aside"))

_SPOT = View(
    sections=(
        Section("balances", (*_DAY, *_ASSET, *_columns("free locked", "amount")), key="balances", daily=True),
        Section(
            "totals",
            (*_DAY, *_columns("totalAssetOfBtc", "amount")),
            single=True,
            daily=True,
            history="totalAssetOfBtc",
            added=_CHANGES,
        ),
    ),
    table=("totals", "balances"),
    envelope="snapshotVos",
    snapshot_type="spot",
)

_MARGIN = View(
    sections=(
        Section(
            "userAssets",
            (
                *_DAY,
                *_ASSET,
                Column("borrowed", "debt"),
                Column("free", "amount"),
                Column("interest", "debt"),
                Column("locked", "amount"),
                Column("netAsset", "amount"),
            ),
            key="userAssets",
            daily=True,
            parts=_ordered("date asset netAsset borrowed interest free locked"),
        ),
        Section(
            "totals",
            (
                *_DAY,
                *_columns("marginLevel totalAssetOfBtc", "amount"),
                Column("totalLiabilityOfBtc", "debt"),
                Column("totalNetAssetOfBtc", "amount"),
            ),
            single=True,
            daily=True,
            parts=_ordered(
                "date totalNetAssetOfBtc change changePercent trend totalLiabilityOfBtc marginLevel totalAssetOfBtc"
            ),
            history="totalNetAssetOfBtc",
            added=_CHANGES,
        ),
    ),
    table=("totals", "userAssets"),
    envelope="snapshotVos",
    snapshot_type="margin",
)

_FUTURES = View(
    sections=(
        Section(
            "assets",
            (*_DAY, *_ASSET, *_columns("marginBalance walletBalance", "amount")),
            key="assets",
            daily=True,
            parts=_ordered("date asset walletBalance change changePercent trend marginBalance"),
            history="walletBalance",
            added=_CHANGES,
        ),
        Section(
            "position",  # singular, as the exchange names it
            (
                *_DAY,
                Column("symbol", "text"),
                *_columns("entryPrice markPrice", "amount"),
                Column("positionAmt", "size"),
                Column("unRealizedProfit", "profit"),
            ),
            key="position",
            daily=True,
            parts=_ordered("date symbol side positionAmt unRealizedProfit entryPrice markPrice"),
            needed=("positionAmt", "unRealizedProfit"),
            derived=derived.side,
            added=_SIDE,
        ),
    ),
    table=("assets", "position"),
    note="marginBalance and unRealizedProfit are those of the moment the position was opened; the exchange does not "
    "update them in snapshots.",
    envelope="snapshotVos",
    snapshot_type="futures",
)

SNAPSHOTS: dict[str, View] = {"SPOT": _SPOT, "MARGIN": _MARGIN, "FUTURES": _FUTURES}

FUTURES_ACCOUNT = View(
    sections=(
        Section(
            "assets",
            (
                *_ASSET,
                *_columns("walletBalance", "amount"),
                *_columns("unrealizedProfit", "profit"),
                *_columns(
                    "marginBalance maintMargin initialMargin positionInitialMargin openOrderInitialMargin "
                    "crossWalletBalance",
                    "amount",
                ),
                *_columns("crossUnPnl", "profit"),
                *_columns("availableBalance maxWithdrawAmount", "amount"),
                *_UPDATED,
            ),
            key="assets",
            parts=_ordered("asset walletBalance unrealizedProfit marginBalance availableBalance maintMargin"),
        ),
        Section(
            "positions",
            (
                *_columns("symbol", "text"),
                *_columns("positionSide", "aside"),
                *_columns("positionAmt", "size"),
                *_columns("unrealizedProfit", "profit"),
                *_columns("isolatedMargin", "amount"),
                *_columns("notional", "size"),
                *_columns("isolatedWallet initialMargin maintMargin", "amount"),
                *_UPDATED,
            ),
            key="positions",
            parts=_ordered(
                "symbol side positionAmt unrealizedProfit notional maintMargin isolatedMargin isolatedWallet "
                "initialMargin positionSide"
            ),
            needed=("positionAmt", "unrealizedProfit"),
            derived=derived.side,
            added=_SIDE,
        ),
        Section(
            "totals",
            (
                *_columns("totalInitialMargin totalMaintMargin totalWalletBalance", "amount"),
                *_columns("totalUnrealizedProfit", "profit"),
                *_columns(
                    "totalMarginBalance totalPositionInitialMargin totalOpenOrderInitialMargin totalCrossWalletBalance",
                    "amount",
                ),
                *_columns("totalCrossUnPnl", "profit"),
                *_columns("availableBalance maxWithdrawAmount", "amount"),
            ),
            single=True,
            parts=_ordered(
                "marginRatio totalMarginBalance totalWalletBalance totalUnrealizedProfit availableBalance "
                "totalMaintMargin totalInitialMargin"
            ),
            meaning="The totals count USDT only in single-asset mode, and are the USD value of all assets in "
            "multi-assets mode; the answer does not say which mode is on.",
            derived=derived.margin_ratio,
            added=_columns("marginRatio", "amount"),
        ),
    ),
    table=("totals", "assets", "positions"),
    note="marginRatio is totalMaintMargin / totalMarginBalance: at 100 % positions are liquidated. In multi-assets mode "
    "each asset's availableBalance is one shared pool, so it is not summed.",
)

PM_BALANCE = View(
    bare=True,
    sections=(
        Section(
            "balances",
            (
                *_ASSET,
                *_columns("totalWalletBalance crossMarginAsset", "amount"),
                Column("crossMarginBorrowed", "debt"),
                Column("crossMarginFree", "amount"),
                Column("crossMarginInterest", "debt"),
                *_columns("crossMarginLocked umWalletBalance", "amount"),
                *_columns("umUnrealizedPNL", "profit"),
                *_columns("cmWalletBalance", "amount"),
                *_columns("cmUnrealizedPNL", "profit"),
                *_UPDATED,
                Column("negativeBalance", "debt"),
            ),
            parts=(
                Part(
                    "",
                    ("asset", "totalWalletBalance", "negativeBalance", "crossMarginBorrowed", "crossMarginInterest"),
                ),
                Part("UM and CM", ("umWalletBalance", "umUnrealizedPNL", "cmWalletBalance", "cmUnrealizedPNL")),
            ),
        ),
    ),
    table=("balances",),
)

USER_ASSETS = View(
    sections=(
        Section(
            "assets",
            (*_ASSET, *_columns("free locked freeze withdrawing ipoable btcValuation", "amount")),
            parts=_ordered("asset free btcValuation"),
            total="btcValuation",
        ),
    ),
    table=("assets",),
)

WS_BALANCE = View(
    sections=(
        Section(
            "balances",
            (
                *_columns("accountAlias", "aside"),
                *_ASSET,
                *_columns("balance crossWalletBalance", "amount"),
                *_columns("crossUnPnl", "profit"),
                *_columns("availableBalance maxWithdrawAmount", "amount"),
                Column("marginAvailable", "flag"),
                *_UPDATED,
            ),
            parts=_ordered(
                "asset balance crossUnPnl availableBalance crossWalletBalance maxWithdrawAmount marginAvailable "
                "accountAlias"
            ),
        ),
    ),
    table=("balances",),
)

DOCTOR = View(
    sections=(Section("checks", _columns("check status detail hint", "text")),),
    table=("checks",),
)
