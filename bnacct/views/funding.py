"""The funding wallet."""

from bnacct.views.terms import ASSET, Section, View, columns

FUNDING_ASSETS = View(
    "funding-assets",
    sections=(Section("assets", (ASSET, *columns("free locked freeze withdrawing btcValuation", "amount"))),),
)
