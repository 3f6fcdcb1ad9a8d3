"""Describes what each command shows: sections, columns, and the pure function that turns a payload into rows.

Field names, their order and their meaning are those of the API documents that `endpoints` links.
"""

from bnacct.views.rows import Column, Kind, Row, Section, View, WrongShape, document, rows

__all__ = [
    "DOCTOR",
    "FUTURES_ACCOUNT",
    "PM_BALANCE",
    "SNAPSHOTS",
    "USER_ASSETS",
    "WS_BALANCE",
    "Column",
    "Kind",
    "Row",
    "Section",
    "View",
    "WrongShape",
    "document",
    "rows",
]


def _margin_ratio(totals: Row) -> Row:
    """Derive totalMaintMargin / totalMarginBalance, in percent: at 100 % positions are liquidated."""
    from decimal import Context, Decimal, DecimalException

    try:
        maintenance, balance = (Decimal(totals[name]) for name in ("totalMaintMargin", "totalMarginBalance"))
        percent = Context(prec=28).divide(maintenance * 100, balance).quantize(Decimal("0.01"))
    except (DecimalException, KeyError, TypeError, ValueError):
        return {"marginRatio": ""}
    return {"marginRatio": f"{percent} %"}


def _columns(names: str, kind: Kind) -> tuple[Column, ...]:
    return tuple(Column(name, kind) for name in names.split())


_DAY = (Column("date", "text"), Column("updateTime", "time"))
_ASSET = (Column("asset", "text"),)
_UPDATED = (Column("updateTime", "time"),)

_SPOT = View(
    sections=(
        Section("balances", (*_DAY, *_ASSET, *_columns("free locked", "amount")), key="balances", daily=True),
        Section("totals", (*_DAY, *_columns("totalAssetOfBtc", "amount")), single=True, daily=True),
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
        ),
    ),
    table=("totals", "userAssets"),
    envelope="snapshotVos",
    snapshot_type="margin",
)

_FUTURES = View(
    sections=(
        Section(
            "assets", (*_DAY, *_ASSET, *_columns("marginBalance walletBalance", "amount")), key="assets", daily=True
        ),
        Section(
            "position",  # singular, as the exchange names it
            (
                *_DAY,
                Column("symbol", "text"),
                *_columns("entryPrice markPrice positionAmt unRealizedProfit", "amount"),
            ),
            key="position",
            daily=True,
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
                *_columns(
                    "walletBalance unrealizedProfit marginBalance maintMargin initialMargin positionInitialMargin "
                    "openOrderInitialMargin crossWalletBalance crossUnPnl availableBalance maxWithdrawAmount",
                    "amount",
                ),
                *_UPDATED,
            ),
            key="assets",
        ),
        Section(
            "positions",
            (
                *_columns("symbol positionSide", "text"),
                *_columns(
                    "positionAmt unrealizedProfit isolatedMargin notional isolatedWallet initialMargin maintMargin",
                    "amount",
                ),
                *_UPDATED,
            ),
            key="positions",
        ),
        Section(
            "totals",
            _columns(
                "totalInitialMargin totalMaintMargin totalWalletBalance totalUnrealizedProfit totalMarginBalance "
                "totalPositionInitialMargin totalOpenOrderInitialMargin totalCrossWalletBalance totalCrossUnPnl "
                "availableBalance maxWithdrawAmount",
                "amount",
            ),
            single=True,
            derived=_margin_ratio,
        ),
    ),
    table=("totals", "assets", "positions"),
    note="The totals count USDT only in single-asset mode, and are the USD value of all assets in multi-assets mode; "
    "the answer does not say which mode is on. In multi-assets mode each asset's availableBalance is one shared pool, "
    "so it is not summed. marginRatio is totalMaintMargin / totalMarginBalance.",
)

PM_BALANCE = View(
    sections=(
        Section(
            "balances",
            (
                *_ASSET,
                *_columns("totalWalletBalance crossMarginAsset", "amount"),
                Column("crossMarginBorrowed", "debt"),
                Column("crossMarginFree", "amount"),
                Column("crossMarginInterest", "debt"),
                *_columns(
                    "crossMarginLocked umWalletBalance umUnrealizedPNL cmWalletBalance cmUnrealizedPNL", "amount"
                ),
                *_UPDATED,
                Column("negativeBalance", "debt"),
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
            total="btcValuation",
        ),
    ),
    table=("assets",),
)

DOCTOR = View(
    sections=(Section("checks", _columns("check status detail hint", "text")),),
    table=("checks",),
)

WS_BALANCE = View(
    sections=(
        Section(
            "balances",
            (
                *_columns("accountAlias asset", "text"),
                *_columns("balance crossWalletBalance crossUnPnl availableBalance maxWithdrawAmount", "amount"),
                Column("marginAvailable", "flag"),
                *_UPDATED,
            ),
        ),
    ),
    table=("balances",),
)
