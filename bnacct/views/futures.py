"""The USDⓈ-M futures account: as one answer over HTTPS, its balances over the WebSocket API, and its positions' risk."""

from bnacct.views import derived
from bnacct.views.terms import ASSET, UPDATED, Column, Section, View, columns

FUTURES_ACCOUNT = View(
    "futures-account",
    sections=(
        Section(
            "assets",
            (
                ASSET,
                Column("walletBalance", "amount"),
                Column("unrealizedProfit", "profit"),
                *columns(
                    "marginBalance maintMargin initialMargin positionInitialMargin openOrderInitialMargin "
                    "crossWalletBalance",
                    "amount",
                ),
                Column("crossUnPnl", "profit"),
                *columns("availableBalance maxWithdrawAmount", "amount"),
                UPDATED,
            ),
            key="assets",
        ),
        Section(
            "positions",
            (
                Column("symbol", "text"),
                Column("positionSide", "aside"),
                Column("positionAmt", "size"),
                Column("unrealizedProfit", "profit"),
                Column("isolatedMargin", "amount"),
                Column("notional", "size"),
                *columns("isolatedWallet initialMargin maintMargin", "amount"),
                UPDATED,
            ),
            key="positions",
            derived=derived.side,
            added=derived.SIDE,
        ),
        Section(
            "totals",
            (
                *columns("totalInitialMargin totalMaintMargin totalWalletBalance", "amount"),
                Column("totalUnrealizedProfit", "profit"),
                *columns(
                    "totalMarginBalance totalPositionInitialMargin totalOpenOrderInitialMargin totalCrossWalletBalance",
                    "amount",
                ),
                Column("totalCrossUnPnl", "profit"),
                *columns("availableBalance maxWithdrawAmount", "amount"),
            ),
            single=True,
            meaning="The totals count USDT only in single-asset mode, and are the USD value of all assets in "
            "multi-assets mode; the answer does not say which mode is on.",
            derived=derived.margin_ratio,
            added=derived.MARGIN_RATIO,
            explained={
                "marginRatio": "marginRatio is totalMaintMargin / totalMarginBalance; at 100 % positions are liquidated."
            },
        ),
    ),
)

WS_BALANCE = View(
    "ws-balance",
    sections=(
        Section(
            "balances",
            (
                Column("accountAlias", "aside"),
                ASSET,
                *columns("balance crossWalletBalance", "amount"),
                Column("crossUnPnl", "profit"),
                *columns("availableBalance maxWithdrawAmount", "amount"),
                Column("marginAvailable", "flag"),
                UPDATED,
            ),
        ),
    ),
)

FUTURES_RISK = View(
    "futures-risk",
    sections=(
        Section(
            "positions",
            (
                Column("symbol", "text"),
                Column("positionSide", "aside"),
                Column("positionAmt", "size"),
                *columns("entryPrice breakEvenPrice markPrice", "rate"),
                Column("unRealizedProfit", "profit"),
                Column("liquidationPrice", "rate"),
                Column("isolatedMargin", "amount"),
                Column("notional", "size"),
                Column("marginAsset", "aside"),
                *columns(
                    "isolatedWallet initialMargin maintMargin positionInitialMargin openOrderInitialMargin", "amount"
                ),
                Column("adl", "aside"),
                *columns("bidNotional askNotional", "size"),
                UPDATED,
            ),
            derived=derived.risk,
            added=(*derived.SIDE, *derived.LIQUIDATION_DISTANCE),
        ),
    ),
    note="liquidationDistance is how far markPrice may move before the position is liquidated; none is known where "
    "liquidationPrice is 0.",
)
