"""What an account is worth, in one asset: the document that `overview` makes of many answers."""

from bnacct.views.terms import ASSET, Column, Section, View, columns

OVERVIEW = View(
    "overview",
    sections=(
        Section(
            "assets",
            (
                ASSET,
                Column("quantity", "size"),
                Column("price", "rate"),
                *columns("route basis", "aside"),
                Column("value", "amount"),
                Column("share", "rate"),
            ),
            key="assets",
        ),
        Section(
            "wallets",
            (
                Column("wallet", "text"),
                Column("status", "aside"),
                *columns("value exchangeValue", "amount"),
                Column("reason", "aside"),
            ),
            key="wallets",
        ),
        Section(
            "holdings",
            (
                *columns("wallet asset kind", "text"),
                Column("quantity", "size"),
                Column("price", "rate"),
                *columns("route basis", "aside"),
                Column("value", "amount"),
                Column("counted", "flag"),
            ),
            key="holdings",
        ),
        Section(
            "totals",
            (
                Column("value", "amount"),
                Column("isComplete", "flag"),
                Column("bound", "text"),
                Column("assets", "amount"),
                Column("debts", "debt"),
            ),
            key="total",
            single=True,
        ),
    ),
)
