"""The portfolio margin account: wallets and debt, across cross margin, UM and CM futures."""

from bnacct.views.terms import ASSET, UPDATED, Column, Section, View, columns

PM_BALANCE = View(
    "pm-balance",
    sections=(
        Section(
            "balances",
            (
                ASSET,
                *columns("totalWalletBalance crossMarginAsset", "amount"),
                Column("crossMarginBorrowed", "debt"),
                Column("crossMarginFree", "amount"),
                Column("crossMarginInterest", "debt"),
                *columns("crossMarginLocked umWalletBalance", "amount"),
                Column("umUnrealizedPNL", "profit"),
                Column("cmWalletBalance", "amount"),
                Column("cmUnrealizedPNL", "profit"),
                UPDATED,
                Column("negativeBalance", "debt"),
            ),
        ),
    ),
    bare=True,
)

PM_ACCOUNT = View(
    "pm-account",
    sections=(
        Section(
            "account",
            (
                Column("uniMMR", "rate"),
                *columns("accountEquity actualEquity accountInitialMargin accountMaintMargin", "amount"),
                Column("accountStatus", "text"),
                *columns("virtualMaxWithdrawAmount totalAvailableBalance totalMarginOpenLoss", "amount"),
                UPDATED,
            ),
            single=True,
            meaning="Amounts are in USD: actualEquity is what the account is worth, accountEquity the same at "
            "collateral rates. uniMMR is accountEquity / accountMaintMargin; liquidation begins near 1.",
        ),
    ),
)
