"""The options account: margin by asset, and the greeks by underlying."""

from bnacct.views.terms import ASSET, Column, Section, View, columns

OPTIONS_ACCOUNT = View(
    "options-account",
    sections=(
        Section(
            "asset",  # singular, as the exchange names it
            (
                ASSET,
                *columns("marginBalance equity available initialMargin maintMargin", "amount"),
                Column("unrealizedPNL", "profit"),
                Column("adjustedEquity", "amount"),
            ),
            key="asset",
        ),
        Section("greek", (Column("underlying", "text"), *columns("delta gamma theta vega", "size")), key="greek"),
    ),
    note="equity is what the account is worth: marginBalance and unrealizedPNL together. adjustedEquity is a figure of "
    "risk.",
)
