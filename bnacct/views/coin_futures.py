"""The COIN-M futures account: each coin is margin, and profit, in itself."""

from bnacct.views import derived
from bnacct.views.terms import ASSET, UPDATED, Column, Section, View, columns

COIN_FUTURES_ACCOUNT = View(
    "coin-futures-account",
    sections=(
        Section(
            "assets",
            (
                ASSET,
                Column("walletBalance", "amount"),
                Column("unrealizedProfit", "profit"),
                *columns(
                    "marginBalance maintMargin initialMargin positionInitialMargin openOrderInitialMargin "
                    "maxWithdrawAmount crossWalletBalance",
                    "amount",
                ),
                Column("crossUnPnl", "profit"),
                Column("availableBalance", "amount"),
                UPDATED,
            ),
            key="assets",
        ),
        Section(
            "positions",
            (
                Column("symbol", "text"),
                Column("positionAmt", "size"),
                *columns("initialMargin maintMargin", "amount"),
                Column("unrealizedProfit", "profit"),
                *columns("positionInitialMargin openOrderInitialMargin", "amount"),
                Column("leverage", "rate"),
                Column("isolated", "flag"),
                Column("positionSide", "aside"),
                *columns("entryPrice breakEvenPrice maxQty", "rate"),
                UPDATED,
                Column("notionalValue", "size"),
            ),
            key="positions",
            derived=derived.side,
            added=derived.SIDE,
        ),
    ),
)
