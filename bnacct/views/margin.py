"""The margin accounts: cross, and isolated by pair."""

from bnacct.views.terms import ASSET, Column, Section, View, columns

MARGIN_ACCOUNT = View(
    "margin-account",
    sections=(
        Section(
            "userAssets",
            (
                ASSET,
                Column("borrowed", "debt"),
                Column("free", "amount"),
                Column("interest", "debt"),
                *columns("locked netAsset", "amount"),
            ),
            key="userAssets",
        ),
        Section(
            "totals",
            (
                *columns("created borrowEnabled", "flag"),
                *columns("marginLevel collateralMarginLevel", "rate"),
                Column("totalAssetOfBtc", "amount"),
                Column("totalLiabilityOfBtc", "debt"),
                *columns("totalNetAssetOfBtc TotalCollateralValueInUSDT", "amount"),
                Column("totalOpenOrderLossInUSDT", "amount"),
                *columns("tradeEnabled transferInEnabled transferOutEnabled", "flag"),
                Column("accountType", "aside"),
            ),
            single=True,
            meaning="marginLevel 999 means that nothing is owed.",
        ),
    ),
)

ISOLATED_MARGIN = View(
    "isolated-margin",
    sections=(
        Section(
            "assets",
            (
                Column("symbol", "text"),
                ASSET,
                Column("borrowEnabled", "flag"),
                Column("borrowed", "debt"),
                Column("free", "amount"),
                Column("interest", "debt"),
                *columns("locked netAsset netAssetOfBtc", "amount"),
                Column("repayEnabled", "flag"),
                Column("totalAsset", "amount"),
                *columns("isolatedCreated enabled", "flag"),
                Column("marginLevel", "rate"),
                Column("marginLevelStatus", "aside"),
                *columns("marginRatio indexPrice liquidatePrice liquidateRate", "rate"),
                Column("tradeEnabled", "flag"),
            ),
            key="assets",
            sides=("baseAsset", "quoteAsset"),
            lead="symbol",
        ),
        Section(
            "totals",
            (
                Column("totalAssetOfBtc", "amount"),
                Column("totalLiabilityOfBtc", "debt"),
                Column("totalNetAssetOfBtc", "amount"),
            ),
            single=True,
        ),
    ),
)
